import { hash, timingSafeEqual } from 'node:crypto';
import type {
  AccountSecrets,
  AnswerHead,
  CarrierRequest,
  ParcelQuestion,
  PushCall,
  PushReading,
  ReadResult,
} from '../contract.ts';
import { at, field, parseJson, textOf } from '../reading/json.ts';
import { readProblem } from '../reading/problems.ts';
import { serviceAsked } from './ask.ts';
import { read } from './read.ts';

/*
 * DHL "Shipment Tracking - Unified - Push" (1.2).
 *
 * Documented by DHL (API page, "Push API 101" guide, collections on developer.dhl.com): `POST
 * /tracking/push/v1/subscription` with `hook.uri`, `format`, `type`, `service`, `events` and `shipmentIDs`;
 * `hook.authentication` of type `ApiKeyAuthentication` names a header and a token that DHL sends with its calls.
 *
 * Seen in independent public clients, not in DHL's pages: at most ten `shipmentIDs`; DHL first calls the hook with scope
 * `subscription.validate`, the subscription's address in `self` and a secret in `secret` (or in the header
 * `DHL-API-Hook-Secret`); a new subscription is activated by `POST /tracking/push/v1/subscription/{id}` with that secret in
 * the header `DHL-API-Hook-Secret`; afterwards come `subscription.ready` and `subscription.push`. Documented for another
 * push of DHL (eCommerce Americas) and taken over here: a delivery that is not answered with 2xx in five seconds comes again
 * after about one hour and six hours, then never.
 *
 * Our reading: the token is on the validating call too, so a call without it is refused whatever it says; the activation goes
 * to the fixed address with the id out of `self`, never to an address that came in. A push has no time and no number of its
 * own, and DHL's repetitions are the same bytes hours later: no push is refused as replayed, scans that are known already
 * change nothing.
 */
const subscriptions = 'https://api-eu.dhl.com/tracking/push/v1/subscription';
const tokenHeader = 'X-Glasspost-Push-Token';
const secretHeader = 'DHL-API-Hook-Secret';
const parcelsPerSubscription = 10;
const events = ['Pre-Transit', 'Transit', 'Delivered', 'Failure', 'Unknown'];

function subscription(
  pushUrl: string,
  service: string,
  parcels: readonly ParcelQuestion[],
  secrets: AccountSecrets,
): CarrierRequest {
  const authentication = { type: 'ApiKeyAuthentication', header: tokenHeader, token: secrets['pushToken'] ?? '' };
  const shipmentIDs = parcels.map(({ number }) => number.replaceAll(/\s/g, ''));
  const body = {
    hook: { uri: pushUrl, authentication },
    format: 'Default',
    type: 'Shipment',
    service,
    events,
    shipmentIDs,
  };
  return {
    method: 'POST',
    url: subscriptions,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'DHL-API-Key': secrets['apiKey'] ?? '',
    },
    body: JSON.stringify(body),
    parcelIds: parcels.map(({ parcelId }) => parcelId),
  };
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/**
 * Subscriptions for these parcels, ten in one. A subscription is for one service, so a parcel whose service is not known is
 * left to polling; so are all when the account has no push token, because their pushes could not be told from forged ones.
 */
export function subscribe(
  pushUrl: string,
  parcels: readonly ParcelQuestion[],
  secrets: AccountSecrets,
): readonly CarrierRequest[] {
  if ((secrets['apiKey'] ?? '') === '' || (secrets['pushToken'] ?? '') === '') return [];
  const byService = Map.groupBy(parcels, ({ service }) => serviceAsked(service));
  return [...byService].flatMap(([service, those]) =>
    service === null
      ? []
      : chunks(those, parcelsPerSubscription).map((some) => subscription(pushUrl, service, some, secrets)),
  );
}

/** The account's secrets stay as they are: the secret of a subscription is used once, when DHL validates it. */
export function subscribed(_bytes: Uint8Array, head: AnswerHead, secrets: AccountSecrets): AccountSecrets | null {
  return head.status >= 200 && head.status < 300 ? secrets : null;
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

function headerOf(call: PushCall, name: string): string {
  const found = Object.entries(call.headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1] ?? '';
}

/** The digests have one length, so that the time taken tells neither the token nor how long it is. */
function isFromDhl(call: PushCall, secrets: AccountSecrets): boolean {
  const token = secrets['pushToken'] ?? '';
  return timingSafeEqual(digest(headerOf(call, tokenHeader)), digest(token)) && token !== '';
}

function activation(call: PushCall, wire: unknown, secrets: AccountSecrets): PushReading {
  const self = textOf(field(wire, 'self'), 500) ?? '';
  const id = /\/subscriptions?\/([\w-]{1,100})\/?$/.exec(self)?.[1];
  const secret = textOf(field(wire, 'secret'), 500) ?? headerOf(call, secretHeader);
  if (id === undefined || secret === '') return { no: 'malformed' };
  const request: CarrierRequest = {
    method: 'POST',
    url: `${subscriptions}/${id}`,
    headers: { accept: 'application/json', 'DHL-API-Key': secrets['apiKey'] ?? '', [secretHeader]: secret },
    body: null,
    parcelIds: [],
  };
  return { kind: 'handshake', answer: '', secrets: null, requests: [request] };
}

/** A message about the subscription itself brings no scans; a failure is reported. */
function notice(wire: unknown): ReadResult {
  const failure = readProblem(at(wire, 'failure'));
  const error = { kind: 'upstream', message: failure?.message ?? '', number: null, retryAfterSeconds: null } as const;
  return { parcels: [], errors: failure === null ? [] : [error], unmapped: [] };
}

export function readPush(call: PushCall, secrets: AccountSecrets): PushReading {
  if (!isFromDhl(call, secrets)) return { no: 'signature' };
  const wire = parseJson(call.bytes);
  if (wire === undefined) return { no: 'malformed' };
  const scope = textOf(field(wire, 'scope'), 60) ?? 'subscription.push';
  if (scope === 'subscription.validate') return activation(call, wire, secrets);
  const result = read(call.bytes, { status: 200, retryAfter: null });
  if (result.parcels.length > 0) return { kind: 'scans', result };
  return scope === 'subscription.push' && field(wire, 'shipments') === undefined
    ? { no: 'malformed' }
    : { kind: 'scans', result: notice(wire) };
}
