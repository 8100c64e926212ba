import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import {
  createEgress,
  EgressFault,
  type Egress,
  type EgressAnswer,
  type EgressRequest,
  type EgressRoute,
} from '#kit/egress';
import { createLog } from '#kit/log';
import { exampleFace, exampleOrder, openGround } from '../../test/ground.ts';
import { createCarriers, type Account, type Carriers } from './carriers.ts';
import type { Connector, PushCall } from './contract.ts';
import { dhlUnified } from './dhl-unified/connector.ts';
import type { AskedParcel } from './host.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, privacy, shop } = ground;

const apiKey = 'key-that-nobody-may-read';
const pushToken = 'token-that-nobody-may-read';
const hookSecret = 'hook-secret-that-nobody-may-read';
const trackingNumber = '00340434161094015902';
const resetZone = dhlUnified.manifest.quota.resetZone;

type Sent = { readonly request: EgressRequest; readonly route: EgressRoute | null; readonly at: Temporal.Instant };

/** What the carrier says next, and what was asked of it. */
const carrier: { sent: Sent[]; answer: (request: EgressRequest) => Promise<EgressAnswer> | EgressAnswer } = {
  sent: [],
  answer: () => said(200),
};
const egress: Egress = {
  send: async (request, route) => {
    carrier.sent.push({ request, route, at: clock.now() });
    return await carrier.answer(request);
  },
};

const lines: string[] = [];
const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
const route: EgressRoute = { hosts: { 'api-eu.dhl.com': { address: '127.0.0.1', port: 1 } }, caPem: '' };
const sampleShop = await ground.orders.addShop(database, {
  ...{ name: 'Muster', language: 'de', sample: true, face: exampleFace },
});
const carriersOn = (out: Egress, routed = sampleShop.shopId): Carriers =>
  createCarriers({
    ...{ database, clock, privacy, egress: out, log },
    routeOf: (shopId) => (shopId === routed ? route : null),
    pause: async (ms) => clock.advanceTo(clock.now().add({ milliseconds: ms })),
  });
const carriers = carriersOn(egress);

function said(status: number, headers: Readonly<Record<string, string>> = {}, body: unknown = null): EgressAnswer {
  const problem = { status, title: 'Said by the carrier', detail: 'in its own words' };
  const shipment = { id: trackingNumber, service: 'parcel-de', events: [event] };
  const usual = status < 400 ? { shipments: [shipment] } : problem;
  return { status, headers, bytes: new TextEncoder().encode(JSON.stringify(body ?? usual)) };
}

const event = {
  timestamp: '2026-11-20T03:17:00',
  statusCode: 'transit',
  status: 'The shipment has been processed in the destination parcel center',
};

const taken = await ground.putOrder('1001', exampleOrder());
const [parcel] = await ground.parcels.read(
  database,
  taken.boxes.map(({ parcelId }) => parcelId),
);
assert.ok(parcel?.number);
const box: AskedParcel = { ...parcel, number: parcel.number };

const connect = (secrets: Readonly<Record<string, string>> = { apiKey, pushToken }, shopId = shop.shopId) =>
  carriers.addAccount(database, { shopId, connector: dhlUnified, secrets });
const ask = (account: Account, parcels: readonly AskedParcel[] = [box], at: Carriers = carriers) =>
  at.ask(account, dhlUnified, parcels);

async function again(account: Account): Promise<Account> {
  const found = await carriers.account(database, account.accountId);
  assert.ok(found);
  return found;
}

async function used({ accountId }: Account): Promise<number> {
  const rows = await database.rows<{ used: number }>('select used from carriers.quota where account_id = $1', [
    accountId,
  ]);
  return rows.reduce((sum, row) => sum + row.used, 0);
}

async function spendAllBut(account: Account, left: number): Promise<void> {
  const day = clock.now().toZonedDateTimeISO(resetZone).toPlainDate();
  const { callsPerDay } = dhlUnified.manifest.quota;
  await database.rows('insert into carriers.quota (account_id, day, used) values ($1, $2, $3)', [
    ...[account.accountId, day, callsPerDay - left],
  ]);
}

const disclosures = () =>
  database.rows<{ recipient: string; purpose: string; fields: readonly string[] }>(
    'select recipient, purpose, fields from privacy.disclosure where parcel_id = $1 order by disclosed_at',
    [box.parcelId],
  );

const nextMidnight = () => clock.now().toZonedDateTimeISO(resetZone).add({ days: 1 }).startOfDay().toInstant();

function assertNo(asked: Awaited<ReturnType<typeof ask>>, no: string, retryAt: Temporal.Instant): void {
  assert.ok('no' in asked);
  assert.deepEqual([asked.no, asked.retryAt.toString()], [no, retryAt.toString()]);
}

beforeEach(() => {
  carrier.sent = [];
  carrier.answer = () => said(200);
});

test('The disclosure and the call are written down and committed before the request leaves.', async () => {
  const account = await connect();
  assert.deepEqual(await disclosures(), []);
  const seen: unknown[] = [];
  carrier.answer = async () => {
    seen.push(await disclosures(), await used(account));
    return said(200);
  };
  await ask(account);
  const disclosure = { recipient: 'carrier: dhl-unified', purpose: 'tracking', fields: ['tracking_number'] };
  assert.deepEqual(seen, [[disclosure], 1]);
});

test('What the carrier says comes back read, for the parcel that was asked about.', async () => {
  const asked = await ask(await connect());
  assert.ok('answers' in asked);
  const [answer] = asked.answers;
  assert.deepEqual(answer?.parcelIds, [box.parcelId]);
  assert.deepEqual(
    answer.result.parcels.map(({ number, scans }) => [number, scans.map(({ milestone }) => milestone)]),
    [[trackingNumber, ['in_transit']]],
  );
  const [sent] = carrier.sent;
  assert.deepEqual(sent?.request.hosts, dhlUnified.manifest.hosts);
  assert.equal(sent.request.headers['DHL-API-Key'], apiKey);
});

test('An account without a key asks nothing, spends nothing and discloses nothing.', async () => {
  const account = await connect({ apiKey: '', pushToken: '' });
  await database.rows('delete from privacy.disclosure where parcel_id = $1', [box.parcelId]);
  assert.deepEqual(await ask(account), { answers: [] });
  assert.equal(await carriers.subscribe(account, dhlUnified, [box], 'https://shop.example/push'), 'none');
  assert.deepEqual([carrier.sent.length, await used(account), await disclosures()], [0, 0, []]);
});

test('Of a person without a key nothing leaves.', async () => {
  const account = await connect();
  const erased = { ...box, personId: '00000000-0000-7000-8000-000000000000' };
  assertNo(await ask(account, [erased]), 'withheld', clock.now().add({ hours: 24 }));
  assert.equal(carrier.sent.length, 0);
});

test('A spent day waits until the carrier’s midnight, and the new day has calls again.', async () => {
  const account = await connect();
  await spendAllBut(account, 1);
  assert.ok('answers' in (await ask(account)));
  assertNo(await ask(account), 'quota', nextMidnight());
  assert.equal(carrier.sent.length, 1);
  clock.advanceTo(nextMidnight().subtract({ seconds: 1 }));
  assert.ok('no' in (await ask(account)));
  clock.advanceTo(clock.now().add({ seconds: 1 }));
  assert.ok('answers' in (await ask(account)));
});

test('Twenty at once do not make more calls than the day has left.', async () => {
  const account = await connect();
  await spendAllBut(account, 7);
  const asked = await Promise.all(Array.from({ length: 20 }, () => ask(account)));
  assert.deepEqual([carrier.sent.length, asked.filter((one) => 'answers' in one).length], [7, 7]);
  assert.equal(await used(account), dhlUnified.manifest.quota.callsPerDay);
});

test('A question in several calls ends where the day ends, and keeps what came until then.', async () => {
  const account = await connect();
  await spendAllBut(account, 2);
  const asked = await ask(account, [box, box, box]);
  assert.ok('answers' in asked);
  assert.deepEqual([asked.answers.length, carrier.sent.length], [2, 2]);
});

test('Calls of one account keep the carrier’s pace.', async () => {
  await ask(await connect(), [box, box, box]);
  const [first, ...others] = carrier.sent.map(({ at }) => at);
  assert.ok(first);
  assert.deepEqual(
    others.map((at) => at.since(first).total('seconds')),
    [1, 2],
  );
});

test('Whoever would wait long for an account’s turn is told when it is, and nothing is spent on it.', async () => {
  const account = await connect();
  const standing = createCarriers({
    ...{ database, clock, privacy, egress, log },
    routeOf: () => null,
    pause: async () => {},
  });
  await ask(account, [box, box, box, box], standing);
  assertNo(await ask(account, [box], standing), 'quota', clock.now().add({ seconds: 4 }));
  assert.equal(await used(account), 4);
});

test('A refused key pauses the account; a new one wakes it.', async () => {
  const account = await connect();
  carrier.answer = () => said(401);
  await ask(account);
  const paused = await again(account);
  assert.equal(paused.paused, 'DHL refuses the credentials of this account. Connect it again.');
  carrier.answer = () => said(200);
  assertNo(await ask(paused), 'paused', clock.now().add({ hours: 1 }));
  assert.deepEqual([carrier.sent.length, await used(account)], [1, 1]);

  await carriers.reconnect(database, paused, { apiKey: 'another key', pushToken });
  const awake = await again(account);
  assert.equal(awake.paused, null);
  assert.ok('answers' in (await ask(awake)));
  assert.equal(carrier.sent.at(-1)?.request.headers['DHL-API-Key'], 'another key');
});

test('An old key that is refused does not pause an account that has a new one by then.', async () => {
  const account = await connect();
  carrier.answer = async () => {
    await carriers.reconnect(database, account, { apiKey: 'another key', pushToken });
    return said(401);
  };
  await ask(account);
  const { paused, secrets } = await again(account);
  assert.deepEqual([paused, secrets['apiKey']], [null, 'another key']);
});

for (const { said: wait, seconds } of [
  { said: '120', seconds: 120 },
  { said: '0', seconds: 1 },
  { said: null, seconds: 900 },
  { said: 'Fri, 20 Nov 2026 12:00:00 GMT', seconds: 900 },
  { said: '604800', seconds: 86_400 },
]) {
  test(`Too many requests with Retry-After ${wait} block the account for ${seconds} seconds.`, async () => {
    const account = await connect();
    carrier.answer = () => said(429, wait === null ? {} : { 'retry-after': wait });
    await ask(account);
    const until = clock.now().add({ seconds });
    carrier.answer = () => said(200);
    assertNo(await ask(account), 'quota', until);
    clock.advanceTo(until.subtract({ milliseconds: 1 }));
    assertNo(await ask(account), 'quota', until);
    assert.deepEqual([carrier.sent.length, await used(account)], [1, 1]);
    clock.advanceTo(until);
    assert.ok('answers' in (await ask(account)));
  });
}

test('A subscription carries the push address and the account’s token, and is disclosed as what it is.', async () => {
  const account = await connect();
  await database.rows('delete from privacy.disclosure where parcel_id = $1', [box.parcelId]);
  assert.equal(await carriers.subscribe(account, dhlUnified, [box], 'https://shop.example/push'), 'subscribed');
  assert.partialDeepStrictEqual(JSON.parse(carrier.sent[0]?.request.body ?? 'null'), {
    hook: { uri: 'https://shop.example/push', authentication: { token: pushToken } },
    shipmentIDs: [trackingNumber],
  });
  assert.deepEqual(
    (await disclosures()).map(({ purpose }) => purpose),
    ['push subscription'],
  );
});

test('A subscription that the carrier refuses, or that the day has no call for, is tried later.', async () => {
  const subscribe = (account: Account) => carriers.subscribe(account, dhlUnified, [box], 'https://shop.example/push');
  carrier.answer = () => said(503);
  assert.equal(await subscribe(await connect()), 'later');
  const account = await connect();
  await spendAllBut(account, 0);
  assert.equal(await subscribe(account), 'later');
  assert.equal(carrier.sent.length, 1);
});

test('What a carrier changes among the secrets is kept, and what staff gave meanwhile stays.', async () => {
  const { push } = dhlUnified;
  assert.ok(push);
  const renewing: Connector = {
    ...dhlUnified,
    push: { ...push, subscribed: (_bytes, _head, secrets) => ({ ...secrets, pushToken: 'renewed' }) },
  };
  const account = await connect();
  carrier.answer = async () => {
    await carriers.reconnect(database, account, { apiKey: 'another key', pushToken });
    return said(200);
  };
  await carriers.subscribe(account, renewing, [box], 'https://shop.example/push');
  assert.deepEqual((await again(account)).secrets, { apiKey: 'another key', pushToken: 'renewed' });
});

function handshake(token: string): PushCall {
  const self = 'https://elsewhere.example/tracking/push/v1/subscription/0d1c6f0e-0000-4000-8000-000000000001';
  const body = { scope: 'subscription.validate', self, secret: hookSecret };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return { headers: { 'x-glasspost-push-token': token }, bytes, receivedAt: clock.now() };
}

test('A handshake sends the activation to the carrier’s own address, also when the day is spent, and counts.', async () => {
  const account = await connect();
  await spendAllBut(account, 1);
  await carriers.readPush(account, dhlUnified, handshake(pushToken));
  assert.equal(await used(account), dhlUnified.manifest.quota.callsPerDay);
  carrier.sent = [];
  const reading = await carriers.readPush(account, dhlUnified, handshake(pushToken));
  assert.ok('kind' in reading);
  assert.equal(reading.kind, 'handshake');
  assert.deepEqual(
    carrier.sent.map(({ request }) => [request.method, request.url, request.headers['DHL-API-Hook-Secret']]),
    [['POST', 'https://api-eu.dhl.com/tracking/push/v1/subscription/0d1c6f0e-0000-4000-8000-000000000001', hookSecret]],
  );
});

test('A handshake without the account’s token sends nothing.', async () => {
  const account = await connect();
  assert.deepEqual(await carriers.readPush(account, dhlUnified, handshake('guessed')), { no: 'signature' });
  assert.deepEqual([carrier.sent.length, await used(account)], [0, 0]);
});

test('Only the sample shop’s calls take its way.', async () => {
  await ask(await connect(undefined, sampleShop.shopId));
  await ask(await connect());
  await carriers.readPush(await connect(undefined, sampleShop.shopId), dhlUnified, handshake(pushToken));
  assert.deepEqual(
    carrier.sent.map((sent) => sent.route),
    [route, null, route],
  );
});

test('A carrier that is away is a fault for the caller, and its call stays counted.', async () => {
  const account = await connect();
  carrier.answer = () => {
    throw new EgressFault('connect', 'api-eu.dhl.com', 'ECONNREFUSED');
  };
  await assert.rejects(ask(account), { name: 'Fault', code: 'unavailable' });
  assert.deepEqual([await used(account), (await again(account)).paused], [1, null]);
});

test('Neither secrets nor tracking numbers come into the log, whatever goes wrong.', async () => {
  lines.length = 0;
  const account = await connect();
  carrier.answer = () => said(401);
  await ask(account);
  // Nobody listens on the loopback port of the route.
  const away = carriersOn(createEgress({ log }), shop.shopId);
  const other = await connect();
  const failed = [
    () => ask(other, [box], away),
    () => away.subscribe(other, dhlUnified, [box], 'https://shop.example/push'),
    () => away.readPush(other, dhlUnified, handshake(pushToken)),
  ];
  for (const fails of failed) {
    await assert.rejects(fails, (error) => {
      log.error('the carrier is away', error);
      return true;
    });
  }
  const text = lines.join('');
  assert.equal(text.match(/carrier account paused/g)?.length, 1);
  assert.equal(text.match(/egress failed/g)?.length, 3);
  for (const secret of [apiKey, pushToken, hookSecret, trackingNumber]) assert.ok(!text.includes(secret), secret);
});

test('The credentials of an account stand sealed in the database.', async () => {
  const { accountId } = await connect();
  const row = await database.one<{ secrets: Buffer; text: string }>(
    'select secrets, a::text as text from carriers.account a where account_id = $1',
    [accountId],
  );
  assert.ok(row && row.secrets.length > 40);
  for (const secret of [apiKey, pushToken]) {
    for (const encoding of ['utf8', 'hex', 'base64'] as const) {
      const written = Buffer.from(secret).toString(encoding).replace(/=+$/, '');
      assert.ok(!row.secrets.toString('latin1').includes(written) && !row.text.includes(written), encoding);
    }
  }
});

test('A shop that goes takes its accounts and their counts along, and no other’s.', async () => {
  const gone = await connect(undefined, sampleShop.shopId);
  const kept = await connect();
  await ask(gone);
  await ask(kept);
  await database.tx((tx) => carriers.forgetShop(tx, sampleShop.shopId));
  assert.deepEqual(await carriers.accounts(database, sampleShop.shopId), []);
  assert.equal(await carriers.account(database, gone.accountId), null);
  assert.deepEqual([await used(gone), await used(kept)], [0, 1]);
  assert.equal((await again(kept)).secrets['apiKey'], apiKey);
});
