import { randomUUID } from 'node:crypto';
import type { AccountSecrets, AnswerHead, CarrierRequest, Granted, ParcelQuestion, ReadError } from '../contract.ts';
import { field, parseJson, textOf } from '../reading/json.ts';
import { host } from './manifest.ts';
import { errorsIn, statusError } from './problems.ts';

const details = `https://${host}/api/track/v1/details`;
const tokens = `https://${host}/security/v1/oauth/token`;

/** Neither signatures nor photos nor proofs of delivery are asked for: they show persons. */
const query = 'locale=en_US&returnSignature=false&returnMilestones=false&returnPOD=false';

/** UPS wants each call to have a name of its own, and to know who calls; both say nothing of a parcel. */
export function callHeaders(): Readonly<Record<string, string>> {
  return { accept: 'application/json', transId: randomUUID().replaceAll('-', ''), transactionSrc: 'glasspost' };
}

export function hasCredentials(secrets: AccountSecrets): boolean {
  return (secrets['clientId'] ?? '') !== '' && (secrets['clientSecret'] ?? '') !== '';
}

export function spelledNumber(number: string): string {
  return number.replaceAll(/\s/g, '').toUpperCase();
}

/** One question per parcel: the API takes one number. In English, so that the sentences are always the same ones. */
export function ask(parcels: readonly ParcelQuestion[], secrets: AccountSecrets): readonly CarrierRequest[] {
  if (!hasCredentials(secrets)) return [];
  return parcels
    .filter(({ number }) => number.trim() !== '')
    .map(({ number, parcelId }) => ({
      method: 'GET',
      url: `${details}/${encodeURIComponent(spelledNumber(number))}?${query}`,
      headers: callHeaders(),
      body: null,
      parcelIds: [parcelId],
    }));
}

/** The call for a token: client credentials (RFC 6749 §4.4), the app's id and secret as HTTP Basic. */
export function tokenRequest(secrets: AccountSecrets): CarrierRequest | null {
  if (!hasCredentials(secrets)) return null;
  const pair = `${secrets['clientId'] ?? ''}:${secrets['clientSecret'] ?? ''}`;
  return {
    method: 'POST',
    url: tokens,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
    parcelIds: [],
  };
}

/** UPS writes `expires_in` as text: seconds, usually four hours. */
export function readToken(bytes: Uint8Array, head: AnswerHead): Granted | ReadError {
  const wire = parseJson(bytes);
  const token = textOf(field(wire, 'access_token'), 8_000) ?? '';
  const expiresInSeconds = Number(textOf(field(wire, 'expires_in'), 12) ?? Number.NaN);
  const isGiven = head.status < 300 && /^[\x21-\x7e]+$/.test(token) && expiresInSeconds > 0;
  if (isGiven) return { token, expiresInSeconds };
  const [error] = errorsIn(wire, head);
  if (error !== undefined) return error;
  if (head.status >= 400) return statusError(head);
  return { kind: 'upstream', message: 'The answer holds no token', number: null, retryAfterSeconds: null };
}
