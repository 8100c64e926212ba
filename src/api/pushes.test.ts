import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, suite, test } from 'node:test';
import { findConnector } from '#carriers';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { exampleFace, exampleOrder, openGround } from '../../test/ground.ts';
import { serveApi } from '../../test/served-api.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});

const connector = findConnector('dhl-unified');
assert.ok(connector);
const token = 'push-token-of-this-test';
const secrets = { apiKey: 'api-key-of-this-test', pushToken: token };
const account = await served.carriers.addAccount(ground.database, { shopId: ground.shop.shopId, connector, secrets });
const at = (id: string, carrier = 'dhl-unified') => `/v1/carriers/${carrier}/push/${id}`;
const path = at(showId('acc', account.accountId));
const { key } = await served.api.keys.create(ground.shop.shopId, 'test', ['all'], 'test');

const push = (
  body: object | string,
  headers: Record<string, string> = { 'x-glasspost-push-token': token },
  to = path,
) => served.ask('POST', to, { body, headers: { 'content-type': 'application/json', ...headers } });

let count = 0;
function aNumber(): string {
  count += 1;
  return `00340434164${String(count).padStart(9, '0')}`;
}

async function parcelOf(number: string): Promise<string> {
  const body = exampleOrder({ parcels: [{ carrier: 'dhl', tracking_number: number, service: 'parcel-de' }] });
  const answered = await served.ask('PUT', `/v1/orders/${number}`, { key, body });
  return `/v1/parcels/${(answered.json as { parcels: readonly { id: string }[] }).parcels[0]?.id}`;
}

type Parcel = { readonly milestone: string; readonly arrival: object | null; readonly scans: readonly object[] };
const parcelAt = async (where: string) => (await served.ask('GET', where, { key })).json as Parcel;

const event = (status: string, timestamp: string) => ({
  timestamp,
  statusCode: 'transit',
  status,
  location: { address: { countryCode: 'DE', addressLocality: 'Berlin' } },
});
/** In the carrier's own words. */
const messageOf = (id: string, events: readonly object[], more: object = {}) =>
  `{"scope":"subscription.push","shipments":[${JSON.stringify({ id, service: 'parcel-de', events, ...more })}]}`;

test('a push moves its parcel before it is answered; the same again changes nothing', async () => {
  const number = aNumber();
  const where = await parcelOf(number);
  const message = messageOf(number, [event('EE', '2026-11-20T06:00:00'), event('PO', '2026-11-20T07:00:00')]);
  const first = await served.caused(async () => {
    const answered = await push(message);
    assert.deepEqual([answered.status, answered.json], [200, { accepted: 2, duplicates: 0 }], answered.text);
  });
  assert.deepEqual(first, { facts: ['parcel.moved'], audits: [], disclosures: 0 });
  assert.equal((await parcelAt(where)).milestone, 'out_for_delivery');
  const again = await served.caused(async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => push(message)));
    for (const answered of answers) assert.deepEqual(answered.json, { accepted: 0, duplicates: 2 });
  });
  assert.deepEqual(again, { facts: [], audits: [], disclosures: 0 });
  assert.deepEqual(served.egress.sent, [], 'nothing went out');
});

test('the sample of the carrier is taken, and what has no order yet waits for it', async () => {
  const message = await readFile(new URL('../carriers/dhl-unified/samples/push.json', import.meta.url), 'utf8');
  assert.deepEqual((await push(message)).json, { accepted: 2, duplicates: 0 });
  const where = await parcelOf('00340000000000000093');
  assert.equal((await parcelAt(where)).scans.length, 2);
});

test('the arrival in a push counts until something younger is known', async () => {
  const number = aNumber();
  const where = await parcelOf(number);
  const [first, second] = ['2026-11-21', '2026-11-23'].map((day) => ({ estimatedTimeOfDelivery: `${day}T00:00:00` }));
  const early = messageOf(number, [event('EE', '2026-11-20T06:00:00')], first);
  const late = messageOf(number, [event('EE', '2026-11-20T07:00:00')], second);
  await push(early);
  const before = (await parcelAt(where)).arrival;
  assert.match(JSON.stringify(before), /2026-11-21/);
  await push(late);
  assert.match(JSON.stringify((await parcelAt(where)).arrival), /2026-11-23/);
  await push(early);
  assert.match(JSON.stringify((await parcelAt(where)).arrival), /2026-11-23/);
});

test('an exact repetition is answered without a transaction, and what it still could do is done', async () => {
  const transactions = async (): Promise<number> => {
    const row = await ground.database.one<{ id: string }>('select pg_current_xact_id()::text as id', []);
    return Number(row?.id);
  };
  const number = aNumber();
  const early = messageOf(number, [event('EE', '2026-11-20T06:00:00')], {
    estimatedTimeOfDelivery: '2026-11-21T00:00:00',
  });
  assert.deepEqual((await push(early)).json, { accepted: 1, duplicates: 0 });
  const where = await parcelOf(number);
  assert.equal((await parcelAt(where)).arrival, null, 'the order came after the push');
  assert.deepEqual((await push(early)).json, { accepted: 0, duplicates: 1 });
  assert.match(
    JSON.stringify((await parcelAt(where)).arrival),
    /2026-11-21/,
    'the repetition brings what had no place',
  );
  // The server counts those of other tests too: what makes none of its own is seen to make none in some quiet moment.
  const extra: number[] = [];
  while (extra.at(-1) !== 0 && extra.length < 50) {
    const before = await transactions();
    for (let again = 0; again < 5; again += 1) {
      assert.deepEqual((await push(early)).json, { accepted: 0, duplicates: 1 });
    }
    extra.push((await transactions()) - before - 1);
  }
  assert.equal(extra.at(-1), 0, `only this question itself was one: ${extra.join(' ')}`);
});

test('a flood of forged pushes to one account does not silence the other', async () => {
  const statuses: number[] = [];
  const nowhere = at('acc_00000000000000000000000001');
  for (let asked = 0; asked < 80; asked += 1) statuses.push((await push('{}', {}, nowhere)).status);
  assert.deepEqual([...new Set(statuses)], [401, 429]);
  assert.equal((await push(messageOf(aNumber(), [event('EE', '2026-11-20T06:00:00')]))).status, 200);
});

test('a handshake is answered and confirmed at the fixed address, whatever address came in', async () => {
  const sample = await readFile(new URL('../carriers/dhl-unified/samples/push-validate.json', import.meta.url), 'utf8');
  const validate = { ...(JSON.parse(sample) as object), self: 'https://evil.example/v1/subscription/0d1c6f0e' };
  const caused = await served.caused(async () => {
    assert.equal((await push(sample)).status, 200);
    assert.equal((await push(validate)).status, 200);
  });
  assert.deepEqual(caused, { facts: [], audits: [], disclosures: 0 });
  const sent = served.egress.sent.splice(0);
  assert.deepEqual(
    sent.map(({ method, url, body, hosts }) => ({ method, url, body, hosts })),
    ['0d1c6f0e-0000-4000-8000-000000000001', '0d1c6f0e'].map((id) => ({
      method: 'POST',
      url: `https://api-eu.dhl.com/tracking/push/v1/subscription/${id}`,
      body: null,
      hosts: ['api-eu.dhl.com'],
    })),
  );
  assert.equal(sent[0]?.headers['DHL-API-Hook-Secret'], 'example-secret');
});

test('a handshake that cannot be confirmed is not answered 2xx, so that it comes again', async () => {
  served.egress.answer = new Fault('unavailable', 'The other side cannot be reached at the moment.');
  const answered = await push({
    scope: 'subscription.validate',
    self: 'https://x.example/subscription/1',
    secret: 's',
  });
  served.egress.answer = { status: 200, headers: {}, bytes: new Uint8Array(0) };
  assert.equal(answered.status, 503);
  assert.ok(answered.headers.get('retry-after'));
  served.egress.sent.length = 0;
});

suite('what is not from the carrier is refused, and all of it alike', async () => {
  const number = aNumber();
  const where = await parcelOf(number);
  const message = messageOf(number, [event('ZU', '2026-11-20T07:00:00')]);
  const other = await ground.orders.addShop(ground.database, {
    name: 'B',
    language: 'de',
    sample: false,
    face: exampleFace,
  });
  const tokenless = await served.carriers.addAccount(ground.database, {
    shopId: other.shopId,
    connector,
    secrets: { apiKey: 'x', pushToken: '' },
  });
  const good = { 'x-glasspost-push-token': token };
  const calls: readonly (readonly [name: string, headers: Record<string, string>, to: string])[] = [
    ['another token', { 'x-glasspost-push-token': `${token}x` }, path],
    ['an empty token', { 'x-glasspost-push-token': '' }, path],
    ['no token', {}, path],
    ['a key of the API instead', { authorization: `Bearer ${key}` }, path],
    ['an account that does not exist', good, at('acc_00000000000000000000000000')],
    ['an id of another kind', good, at(showId('shp', ground.shop.shopId))],
    ['an id that is none', good, at('x')],
    ['another carrier', good, at(showId('acc', account.accountId), 'ups')],
    ['the account of another shop', good, at(showId('acc', tokenless.accountId))],
    ['an account without a token', { 'x-glasspost-push-token': '' }, at(showId('acc', tokenless.accountId))],
  ];
  for (const [name, headers, to] of calls) {
    test(name, async () => {
      const caused = await served.caused(async () => {
        const answered = await push(message, headers, to);
        assert.equal(answered.status, 401);
        const { instance: _one, ...problem } = answered.json as Record<string, unknown>;
        assert.deepEqual(problem, {
          title: 'Unauthorized',
          status: 401,
          code: 'unauthorized',
          detail: 'This push is not signed as agreed.',
        });
      });
      assert.deepEqual(caused, { facts: [], audits: [], disclosures: 0 });
      assert.equal((await parcelAt(where)).scans.length, 0);
    });
  }

  test('also a handshake, and nothing goes out', async () => {
    const validate = { scope: 'subscription.validate', self: 'https://x.example/subscription/1', secret: 's' };
    assert.equal((await push(validate, {})).status, 401);
    assert.deepEqual(served.egress.sent, []);
  });

  test('an alias of the carrier leads to the same account', async () => {
    const answered = await push(message, good, at(showId('acc', account.accountId), 'dhl'));
    assert.equal(answered.status, 200);
  });
});

suite('a push that says nothing', () => {
  const bodies: readonly (readonly [body: string, status: number])[] = [
    ['', 400],
    ['{"shipments":', 400],
    ['[]', 400],
    ['null', 400],
    ['{"scope":"subscription.push"}', 400],
    ['{"scope":"subscription.validate"}', 400],
    ['{"scope":"subscription.ready"}', 200],
    ['{"scope":"subscription.push","shipments":[]}', 200],
    [`"${'x'.repeat(2 * 1024 * 1024)}"`, 413],
  ];
  for (const [body, status] of bodies) {
    test(`${body.slice(0, 50)}: ${status}`, async () => {
      const caused = await served.caused(async () => {
        const answered = await push(body);
        assert.equal(answered.status, status, answered.text);
        if (status === 200) assert.deepEqual(answered.json, { accepted: 0, duplicates: 0 });
        else assert.match(String(answered.headers.get('content-type')), /^application\/problem\+json/);
      });
      assert.deepEqual(caused, { facts: [], audits: [], disclosures: 0 });
    });
  }
});
