import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nobodys } from '#privacy';
import { readPush, subscribe, subscribed } from './push.ts';

const secrets = { apiKey: 'example-key', pushToken: 'example-token' };
const sample = (name: string) => readFileSync(new URL(`./samples/${name}.json`, import.meta.url));
const receivedAt = Temporal.Instant.from('2026-11-20T10:00:00Z');
const call = (bytes: Uint8Array, headers: Record<string, string> = { 'x-glasspost-push-token': 'example-token' }) => ({
  headers,
  bytes,
  receivedAt,
});
const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const parcels = Array.from({ length: 23 }, (_, index) => ({
  parcelId: `p${index}`,
  number: nobodys('tracking_number', `10000000${index}`),
  service: index === 22 ? null : index % 2 === 0 ? 'express' : 'parcel-nl',
  recipientPostcode: null,
}));

test('parcels are subscribed by service, ten at most in one, with a token that DHL will send back', () => {
  const requests = subscribe('https://shop.example/carriers/push/1', parcels, secrets);
  assert.deepEqual(
    requests.map(({ parcelIds }) => parcelIds.length),
    [10, 1, 10, 1],
  );
  assert.ok(!requests.some(({ parcelIds }) => parcelIds.includes('p22')));
  assert.equal(requests[0]?.url, 'https://api-eu.dhl.com/tracking/push/v1/subscription');
  assert.deepEqual(JSON.parse(requests[0].body ?? ''), {
    hook: {
      uri: 'https://shop.example/carriers/push/1',
      authentication: { type: 'ApiKeyAuthentication', header: 'X-Glasspost-Push-Token', token: 'example-token' },
    },
    format: 'Default',
    type: 'Shipment',
    service: 'express',
    events: ['Pre-Transit', 'Transit', 'Delivered', 'Failure', 'Unknown'],
    shipmentIDs: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18].map((index) => `10000000${index}`),
  });
});

test('an account without a token subscribes nothing, because its pushes could be forged', () => {
  assert.deepEqual(subscribe('https://shop.example/x', parcels, { apiKey: 'example-key' }), []);
  assert.deepEqual(subscribe('https://shop.example/x', parcels, { pushToken: 'example-token' }), []);
});

test('a subscription that DHL took leaves the secrets as they are; a refused one gives none', () => {
  assert.deepEqual(subscribed(encoded({}), { status: 202, retryAfter: null }, secrets), secrets);
  assert.equal(subscribed(encoded({}), { status: 400, retryAfter: null }, secrets), null);
});

test('a push with the token is read like an answer', () => {
  const reading = readPush(call(sample('push')), secrets);
  assert.ok('kind' in reading && reading.kind === 'scans');
  assert.deepEqual(
    reading.result.parcels.map(({ number, scans }) => [number, scans.map(({ subStatus }) => subStatus)]),
    [['00340000000000000093', ['in_transit.import_arrived', 'out_for_delivery.loaded']]],
  );
});

test('a push without the token, with a wrong one, or to an account that has none is refused', () => {
  const forged: readonly Record<string, string>[] = [
    {},
    { 'x-glasspost-push-token': '' },
    { 'x-glasspost-push-token': 'example-tokeN' },
    { 'x-glasspost-push-token': 'example-token ' },
  ];
  for (const headers of forged) assert.deepEqual(readPush(call(sample('push'), headers), secrets), { no: 'signature' });
  assert.deepEqual(readPush(call(sample('push')), { apiKey: 'example-key' }), { no: 'signature' });
  assert.deepEqual(readPush(call(sample('push'), {}), { apiKey: 'example-key', pushToken: '' }), { no: 'signature' });
  assert.deepEqual(readPush(call(sample('push-validate'), {}), secrets), { no: 'signature' });
});

test('the token is found whatever the case of its header', () => {
  assert.ok('kind' in readPush(call(sample('push'), { 'X-GLASSPOST-PUSH-TOKEN': 'example-token' }), secrets));
});

test('a new subscription is activated at DHL with the secret that came', () => {
  const reading = readPush(call(sample('push-validate')), secrets);
  assert.ok('kind' in reading && reading.kind === 'handshake');
  const [request, ...others] = reading.requests;
  assert.equal(others.length, 0);
  assert.equal(
    request?.url,
    'https://api-eu.dhl.com/tracking/push/v1/subscription/0d1c6f0e-0000-4000-8000-000000000001',
  );
  assert.equal(request.method, 'POST');
  assert.equal(request.headers['DHL-API-Hook-Secret'], 'example-secret');
  assert.equal(reading.secrets, null);
});

test('the activation goes to DHL, wherever the message says the subscription is', () => {
  const elsewhere = { scope: 'subscription.validate', self: 'https://evil.example/subscription/abc', secret: 's' };
  const reading = readPush(call(encoded(elsewhere)), secrets);
  assert.ok('kind' in reading && reading.kind === 'handshake');
  assert.equal(reading.requests[0]?.url, 'https://api-eu.dhl.com/tracking/push/v1/subscription/abc');
  const nowhere = { ...elsewhere, self: 'https://evil.example/subscription/../x?y' };
  assert.deepEqual(readPush(call(encoded(nowhere)), secrets), { no: 'malformed' });
});

test('messages about the subscription bring no scans, and a failure is reported', () => {
  const ready = readPush(call(encoded({ scope: 'subscription.ready' })), secrets);
  assert.deepEqual(ready, { kind: 'scans', result: { parcels: [], errors: [], unmapped: [] } });
  const failed = readPush(call(encoded({ scope: 'subscription.failure', failure: { title: 'Gone' } })), secrets);
  assert.ok('kind' in failed && failed.kind === 'scans');
  assert.deepEqual(
    failed.result.errors.map(({ message }) => message),
    ['Gone'],
  );
});

test('a body that is no push is malformed', () => {
  for (const bytes of [new Uint8Array(), new TextEncoder().encode('<x/>'), encoded({}), encoded([1])]) {
    assert.deepEqual(readPush(call(bytes), secrets), { no: 'malformed' });
  }
});

test('the same push twice is read twice: repetitions change nothing and are never refused', () => {
  assert.deepEqual(readPush(call(sample('push')), secrets), readPush(call(sample('push')), secrets));
});
