import type {
  AccountSecrets,
  AnswerHead,
  CarrierRequest,
  ParcelQuestion,
  PushCall,
  PushClient,
  PushReading,
} from '../contract.ts';
import { parseJson } from '../reading/json.ts';
import { isPushToken, sameText } from '../push-token.ts';
import { callHeaders, hasCredentials, spelledNumber } from './ask.ts';
import { host } from './manifest.ts';
import { read, refusedIn } from './read.ts';

/*
 * UPS "Track Alert" (v2), as its description on developer.ups.com says: `POST /api/track/v2/subscription/standard/package`
 * with up to 100 numbers, for 14 days. Where UPS pushes to is no part of the call: the shop enters the push address, the
 * token address and a client's id and secret once under "Manage Webhook Credentials". With these UPS fetches a token
 * (client credentials) and shows it as a bearer with each push, its own name in `User-Agent`, and the client's id in
 * `x-api-key`. One push is one event; there is no history, and what was missed is brought by asking.
 *
 * Our reading: the client's id is the id of the app that the account already has, the secret is the account's push token.
 */
const subscriptions = `https://${host}/api/track/v2/subscription/standard/package`;
const parcelsPerSubscription = 100;
const userAgent = 'UPSPubSubTrackingService';

/** Days after which a subscription ends by itself. */
export const daysMax = 14;

export function client(secrets: AccountSecrets): PushClient | null {
  const [id, secret] = [secrets['clientId'] ?? '', secrets['pushToken'] ?? ''];
  return id === '' || secret === '' ? null : { id, secret };
}

function subscription(parcels: readonly ParcelQuestion[]): CarrierRequest {
  const trackingNumberList = parcels.map(({ number }) => spelledNumber(number));
  return {
    method: 'POST',
    url: subscriptions,
    headers: { ...callHeaders(), 'content-type': 'application/json' },
    body: JSON.stringify({ locale: 'en_US', countryCode: 'US', trackingNumberList }),
    parcelIds: parcels.map(({ parcelId }) => parcelId),
  };
}

/** A hundred parcels in one. Without a secret for the pushes there are none, because nobody could tell them from forged ones. */
export function subscribe(
  _pushUrl: string,
  parcels: readonly ParcelQuestion[],
  secrets: AccountSecrets,
): readonly CarrierRequest[] {
  if (!hasCredentials(secrets) || client(secrets) === null) return [];
  const numbered = parcels.filter(({ number }) => number.trim() !== '');
  const parts = Math.ceil(numbered.length / parcelsPerSubscription);
  return Array.from({ length: parts }, (_, index) =>
    subscription(numbered.slice(index * parcelsPerSubscription, (index + 1) * parcelsPerSubscription)),
  );
}

/** A subscription has no secret of its own. */
export function subscribed(): null {
  return null;
}

/** UPS answers well also when it took some of the numbers only. */
export function refused(bytes: Uint8Array, _head: AnswerHead): readonly string[] {
  return refusedIn(parseJson(bytes));
}

function headerOf(call: PushCall, name: string): string {
  const found = Object.entries(call.headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1] ?? '';
}

function isFromUps(call: PushCall, secrets: AccountSecrets): boolean {
  const agreed = client(secrets);
  if (agreed === null) return false;
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(headerOf(call, 'authorization')) ?? [];
  const isToken = isPushToken(token, agreed, call.receivedAt);
  const isNamed = sameText(headerOf(call, 'x-api-key'), agreed.id);
  return isToken && isNamed && headerOf(call, 'user-agent').includes(userAgent);
}

export function readPush(call: PushCall, secrets: AccountSecrets): PushReading {
  if (!isFromUps(call, secrets)) return { no: 'signature' };
  const result = read(call.bytes, { status: 200, retryAfter: null });
  return result.parcels.length === 0 ? { no: 'malformed' } : { kind: 'scans', result };
}
