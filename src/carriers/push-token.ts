import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Granted, PushClient } from './contract.ts';

/*
 * Tokens for carriers that prove themselves with OAuth client credentials at our own token address. A token holds its end
 * and a random part, sealed with the client's secret: nothing is stored, and a new secret makes every token worthless.
 */
const lifetimeSeconds = 3_600;
const tokenMax = 200;

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** Digests have one length, so that the time taken tells neither the text nor how long it is. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

export function issuePushToken(client: PushClient, now: Temporal.Instant): Granted {
  const until = Math.floor(now.epochMilliseconds / 1_000) + lifetimeSeconds;
  const claim = `${until}.${randomBytes(12).toString('base64url')}`;
  return { token: `${claim}.${macOf(client, claim)}`, expiresInSeconds: lifetimeSeconds };
}

/** True while the token lives, and only for the client that got it. */
export function isPushToken(token: string, client: PushClient, now: Temporal.Instant): boolean {
  const [, claim = '', until = '0', mac = ''] =
    /^((\d{1,12})\.[\w-]{16})\.([\w-]{43})$/.exec(token.slice(0, tokenMax)) ?? [];
  const isOurs = sameText(mac, macOf(client, claim));
  const lives = Number(until) * 1_000 > now.epochMilliseconds;
  return isOurs && lives;
}

function macOf({ id, secret }: PushClient, claim: string): string {
  const key = digest(`push token\0${secret}`);
  return createHmac('sha256', key).update(`${id}\0${claim}`).digest('base64url');
}

/** Whether who asks for a token is the client: id and secret, compared in full whichever is wrong. */
export function isPushClient(shown: PushClient, client: PushClient | null): boolean {
  const id = sameText(shown.id, client?.id ?? '');
  const secret = sameText(shown.secret, client?.secret ?? '');
  return id && secret && client !== null && client.secret !== '';
}
