import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { nobodys } from '#privacy';
import { issuePushToken } from '../push-token.ts';
import { ask, readToken, tokenRequest } from './ask.ts';
import { readPush, refused, subscribe } from './push.ts';

const now = Temporal.Instant.from('2026-11-20T15:00:00Z');
const secrets = { clientId: 'client', clientSecret: 'sec ret', pushToken: 'push-secret' };
const { token } = issuePushToken({ id: 'client', secret: 'push-secret' }, now);
const headers = {
  authorization: `Bearer ${token}`,
  'x-api-key': 'client',
  'user-agent': 'UPSPubSubTrackingService',
};
const sample = readFileSync(new URL('samples/push.json', import.meta.url));
const question = (index: number) => ({
  parcelId: `parcel-${index}`,
  number: nobodys('tracking_number', ` 1z0x0x0x68 ${String(index).padStart(8, '0')}`),
  service: null,
  recipientPostcode: nobodys('postcode', '54321'),
});

test('a push with token, key and name is taken', () => {
  const reading = readPush({ headers, bytes: sample, receivedAt: now }, secrets);
  assert.ok('kind' in reading && reading.kind === 'scans');
  assert.equal(reading.result.parcels[0]?.scans[0]?.subStatus, 'out_for_delivery.loaded');
  const more = { ...headers, 'user-agent': 'UPSPubSubTrackingService/2.0', authorization: `bearer  ${token}` };
  assert.ok('kind' in readPush({ headers: more, bytes: sample, receivedAt: now }, secrets));
});

suite('everything else is refused alike', () => {
  const other = issuePushToken({ id: 'client', secret: 'another' }, now).token;
  const rows: readonly (readonly [name: string, headers: Record<string, string | undefined>, account?: object])[] = [
    ['no token', { ...headers, authorization: undefined }],
    ['another account’s token', { ...headers, authorization: `Bearer ${other}` }],
    ['the secret itself', { ...headers, authorization: 'Bearer push-secret' }],
    ['Basic', { ...headers, authorization: `Basic ${Buffer.from('client:push-secret').toString('base64')}` }],
    ['no key', { ...headers, 'x-api-key': undefined }],
    ['another key', { ...headers, 'x-api-key': 'clienT' }],
    ['no name', { ...headers, 'user-agent': undefined }],
    ['another name', { ...headers, 'user-agent': 'curl/8' }],
    ['an account without a push secret', headers, { ...secrets, pushToken: '' }],
    ['an empty account', headers, {}],
  ];
  for (const [name, sent, account = secrets] of rows) {
    test(name, () => {
      const reading = readPush({ headers: sent, bytes: sample, receivedAt: now }, account as typeof secrets);
      assert.deepEqual(reading, { no: 'signature' });
    });
  }
  test('an old token', () => {
    const receivedAt = now.add({ hours: 1 });
    assert.deepEqual(readPush({ headers, bytes: sample, receivedAt }, secrets), { no: 'signature' });
  });
});

test('what is no message is malformed', () => {
  for (const text of ['', '{}', '[]', '{"trackingNumber":"1Z"}', '{"activityStatus":{}}']) {
    const bytes = new TextEncoder().encode(text);
    assert.deepEqual(readPush({ headers, bytes, receivedAt: now }, secrets), { no: 'malformed' }, text);
  }
});

test('a hundred parcels go into one subscription, by number alone', () => {
  const parcels = Array.from({ length: 250 }, (_, index) => question(index));
  const requests = subscribe('https://shop.example/push', parcels, secrets);
  assert.deepEqual(
    requests.map(({ parcelIds }) => parcelIds.length),
    [100, 100, 50],
  );
  assert.deepEqual(
    requests.flatMap(({ parcelIds }) => parcelIds),
    parcels.map(({ parcelId }) => parcelId),
  );
  const [first] = requests;
  assert.equal(first?.url, 'https://onlinetools.ups.com/api/track/v2/subscription/standard/package');
  const body = JSON.parse(first.body ?? '') as { trackingNumberList: readonly string[] };
  assert.deepEqual(Object.keys(body), ['locale', 'countryCode', 'trackingNumberList']);
  assert.equal(body.trackingNumberList[7], '1Z0X0X0X6800000007');
  assert.ok(!(first.body ?? '').includes('54321') && !(first.body ?? '').includes('shop.example'));
});

test('without a secret for pushes, or without credentials, nothing is subscribed to and nothing asked', () => {
  assert.deepEqual(subscribe('https://shop.example/push', [question(1)], { ...secrets, pushToken: '' }), []);
  assert.deepEqual(subscribe('https://shop.example/push', [question(1)], { ...secrets, clientSecret: '' }), []);
  assert.deepEqual(ask([question(1)], { ...secrets, clientId: '' }), []);
  assert.equal(tokenRequest({}), null);
});

test('numbers that UPS did not take are named', () => {
  const bytes = new TextEncoder().encode('{"validTrackingNumbers":["1Z1"],"invalidTrackingNumbers":["1z 2$",3]}');
  assert.deepEqual(refused(bytes, { status: 200, retryAfter: null }), ['1Z2$', '3']);
});

test('a question names the number and the call, and asks for no picture of a person', () => {
  const [first, second] = ask([question(1), question(2)], secrets);
  assert.equal(
    first?.url,
    'https://onlinetools.ups.com/api/track/v1/details/1Z0X0X0X6800000001?locale=en_US&returnSignature=false&returnMilestones=false&returnPOD=false',
  );
  assert.match(first.headers['transId'] ?? '', /^[0-9a-f]{32}$/);
  assert.notEqual(first.headers['transId'], second?.headers['transId']);
  assert.equal(first.headers['transactionSrc'], 'glasspost');
  const [odd] = ask([{ ...question(1), number: nobodys('tracking_number', '../x?y') }], secrets);
  assert.ok(odd?.url.includes('/details/..%2FX%3FY?'));
});

suite('a token is read', () => {
  const read = (body: unknown, status = 200) =>
    readToken(new TextEncoder().encode(JSON.stringify(body)), { status, retryAfter: null });
  test('as UPS writes it', () => {
    assert.deepEqual(read({ access_token: 'abc.def', expires_in: '14399' }), {
      token: 'abc.def',
      expiresInSeconds: 14_399,
    });
    assert.deepEqual(read({ access_token: 'abc', expires_in: 60 }), { token: 'abc', expiresInSeconds: 60 });
  });
  const wrong: readonly (readonly [body: unknown, status: number, kind: string])[] = [
    [{ response: { errors: [{ code: '10401', message: 'ClientId is Invalid' }] } }, 401, 'auth'],
    [{}, 401, 'auth'],
    [{}, 429, 'rate_limited'],
    [{}, 200, 'upstream'],
    [{ access_token: 'a b', expires_in: 60 }, 200, 'upstream'],
    [{ access_token: 'abc', expires_in: 'soon' }, 200, 'upstream'],
    [null, 503, 'upstream'],
  ];
  for (const [body, status, kind] of wrong) {
    test(`${JSON.stringify(body)} with ${status}: ${kind}`, () => {
      const result = read(body, status);
      assert.equal('kind' in result ? result.kind : 'granted', kind);
    });
  }
});
