import { z } from 'zod';
import type { SealRow } from '../rows.ts';
import { readJson } from '../reading/json.ts';

/** Of an order, as far as its person has allowed; `reference` where the order's number stays. */
export type Invited = {
  readonly email: string;
  readonly firstName: string | null;
  readonly orderNumber: string | null;
  readonly reference: string;
  readonly language: string;
};

/** An issuer that invites an order's buyer when a shop tells it to. */
type Platform = {
  readonly url: string;
  readonly bodyOf: (invited: Invited, channel: string) => string;
};

/** `POST /events` of eTrusted: what the shop set there decides when and in which words it writes. */
const etrusted: Platform = {
  url: 'https://api.etrusted.com/events',
  bodyOf: ({ email, firstName, orderNumber, reference, language }, channel) =>
    JSON.stringify({
      type: 'checkout',
      defaultLocale: language.startsWith('de') ? 'de_DE' : 'en_GB',
      customer: { ...(firstName === null ? {} : { firstName }), email },
      channel: { id: channel, type: 'etrusted' },
      // The date of the order may stand there too; nobody consents to that.
      transaction: { reference: orderNumber ?? reference },
      system: 'Glasspost',
      systemVersion: '1',
    }),
};

/** Those that customers can be invited through; `disclose` knows them by the same ids. */
const platforms: Readonly<Record<string, Platform>> = { 'trusted-shops': etrusted };

/** Null when customers cannot be invited through this seal: it needs what proves the shop to its issuer. */
export function platformOf(row: Pick<SealRow, 'issuer' | 'kind' | 'secrets' | 'adapter'>): Platform | null {
  const isConnected = row.kind === 'rating' && row.secrets !== null && row.adapter === null;
  return isConnected && Object.hasOwn(platforms, row.issuer) ? (platforms[row.issuer] ?? null) : null;
}

export function mayInvite(row: Pick<SealRow, 'issuer' | 'kind' | 'secrets' | 'adapter'>): boolean {
  return platformOf(row) !== null;
}

/** Whether an issuer says that it took it: 2xx, with an id where it gives one. */
export function isTaken(status: number, bytes: Uint8Array): boolean {
  if (status < 200 || status >= 300) return false;
  const read = z.looseObject({ error: z.unknown().optional() }).safeParse(readJson(new TextDecoder().decode(bytes)));
  return !read.success || read.data.error === undefined;
}
