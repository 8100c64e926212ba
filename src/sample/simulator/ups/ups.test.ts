import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { nobodys } from '#privacy';
import { findConnector } from '#carriers';
import { createAuthority } from '#kit/certificate';
import { createManualClock } from '#kit/clock';
import { createEgress, type EgressRoute } from '#kit/egress';
import { createLog } from '#kit/log';
import { serveCarrier, type CarrierServer } from '../server.ts';
import type { UpsEvent, UpsParcel } from './parcels.ts';
import { tokenSeconds } from './tokens.ts';
import { createSimulatedUps } from './ups.ts';

const connector = findConnector('ups');
assert.ok(connector?.authorize && connector.push);
const { authorize, push } = connector;
const log = createLog({ level: 'silent' });
const egress = createEgress({ log });
const start = Temporal.Instant.from('2026-11-24T09:00:00Z');
const today = Temporal.PlainDate.from('2026-11-24');
const secrets = { clientId: 'app', clientSecret: 'secret', pushToken: 'push-secret' };
const account = { clientId: 'app', clientSecret: 'secret', callsPerDay: 100, callsPerSecond: 10 };
const webhook = {
  url: 'https://shop.example/push',
  tokenUrl: 'https://shop.example/push/token',
  clientId: 'app',
  clientSecret: 'push-secret',
};

const running: CarrierServer[] = [];
after(async () => {
  for (const server of running) await server.stop();
});

type Sent = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** UPS on a clock that stands still, over real TLS; `answers` are the statuses that its pushes get. */
async function simulated(answers: number[] = []) {
  const clock = createManualClock(start);
  const sent: Sent[] = [];
  const counts = { calls: 0, tooMany: 0, pushes: 0 };
  const ups = createSimulatedUps({
    accounts: [account, { ...account, clientId: 'slow', callsPerDay: 2, callsPerSecond: 1 }],
    post: (url, headers, body) => {
      sent.push({ url, headers, body });
      const token = { access_token: `token-${sent.length}`, token_type: 'Bearer', expires_in: 3_600 };
      const isToken = url === webhook.tokenUrl;
      const status = isToken ? 200 : (answers.shift() ?? 200);
      return Promise.resolve({ status, body: isToken ? JSON.stringify(token) : '' });
    },
    counted: (what) => void (counts[what] += 1),
  });
  ups.register('app', webhook);
  const authority = createAuthority('UPS');
  const [host = ''] = ups.hosts;
  const server = await serveCarrier({
    hosts: [host],
    ...authority.issue([host]),
    answer: (call) => ups.answer(call, clock.now()),
    failed: (error) => assert.fail(String(error)),
  });
  running.push(server);
  const route: EgressRoute = { hosts: { [host]: { address: '127.0.0.1', port: server.port } }, caPem: authority.caPem };
  const send = async (request: {
    method: 'GET' | 'POST' | 'DELETE';
    url: string;
    headers: object;
    body: string | null;
  }) => {
    const headers = { ...request.headers } as Record<string, string>;
    const answer = await egress.send({ ...request, headers, hosts: [host] }, route);
    return { ...answer, head: { status: answer.status, retryAfter: answer.headers['retry-after'] ?? null } };
  };
  const tokenOf = async (own = secrets): Promise<string> => {
    const request = authorize.request(own);
    assert.ok(request);
    const { bytes, head } = await send(request);
    const granted = authorize.read(bytes, head);
    return 'token' in granted ? granted.token : granted.kind;
  };
  const ask = async (number: string, token: string) => {
    const [request] = connector?.ask([questionOf(number)], secrets) ?? [];
    assert.ok(request);
    const { bytes, head } = await send(borne(request, token));
    return connector?.read(bytes, head);
  };
  const subscribe = async (numbers: readonly string[], token: string) => {
    const [request] = push.subscribe('', numbers.map(questionOf), secrets);
    assert.ok(request);
    const { bytes, head } = await send(borne(request, token));
    return { status: head.status, refused: push.refused(bytes, head) };
  };
  const messages = () => sent.filter(({ url }) => url === webhook.url);
  return { ups, clock, counts, send, tokenOf, ask, subscribe, sent, messages };
}

const questionOf = (number: string) => ({
  parcelId: 'parcel',
  number: nobodys('tracking_number', number),
  service: null,
  recipientPostcode: null,
});
const borne = <Request extends { readonly headers: object }>(request: Request, token: string) => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});

const koeln = { city: 'KOELN', state: null, country: 'DE' };
const hamburg = { city: 'HAMBURG', state: null, country: 'DE' };
const event = (minutes: number, statusCode: string, more: Partial<UpsEvent> = {}): UpsEvent => ({
  at: start.add({ minutes }),
  zone: 'Europe/Berlin',
  place: hamburg,
  type: 'I',
  code: 'AR',
  statusCode,
  description: `Status ${statusCode}`,
  ...more,
});

function parcel(more: Partial<UpsParcel> = {}): UpsParcel {
  return {
    carrier: 'ups',
    number: '1Z0X0X0X6812345678',
    shipment: 'one',
    service: 'UPS Standard',
    origin: koeln,
    destination: hamburg,
    zone: 'Europe/Berlin',
    arrivals: [
      { knownFrom: start.subtract({ hours: 15 }), day: today, window: null },
      { knownFrom: start, day: today, window: { from: start.add({ hours: 3 }), until: start.add({ hours: 7 }) } },
    ],
    receiver: { name: 'ERIKA BEISPIEL', street: 'BEISPIELWEG 7', postcode: '20095' },
    events: [
      event(-900, '003', { type: 'M', code: 'MP', place: koeln }),
      event(-60, '071', { code: 'YP' }),
      event(30, '021', { code: 'OT' }),
      event(180, '011', { type: 'D', code: 'ML' }),
    ],
    ...more,
  };
}
const { number } = parcel();

test('simulated UPS gives a token to its app alone, and it lives four hours', async () => {
  const { ups, clock, tokenOf, ask } = await simulated();
  ups.plan(parcel());
  assert.equal(await tokenOf({ ...secrets, clientSecret: 'guessed' }), 'auth');
  const token = await tokenOf();
  assert.equal((await ask(number, token))?.errors.length, 0);
  assert.equal((await ask(number, 'guessed'))?.errors[0]?.kind, 'auth');
  clock.advanceTo(start.add({ seconds: tokenSeconds }));
  assert.equal((await ask(number, token))?.errors[0]?.kind, 'auth');
  assert.equal((await ask(number, await tokenOf()))?.errors.length, 0);
});

test('it tells what has happened by now with offset and arrival, and the receiver whom the reader drops', async () => {
  const { ups, clock, tokenOf, ask } = await simulated();
  ups.plan(parcel());
  const token = await tokenOf();
  const before = (await ask(number, token))?.parcels[0];
  assert.ok(before);
  assert.deepEqual(
    before.scans.map(({ subStatus, localTime, offset }) => [subStatus, localTime, offset]),
    [
      ['announced.label_created', '2026-11-23T19:00:00', '+01:00'],
      ['in_transit.at_delivery_depot', '2026-11-24T09:00:00', '+01:00'],
    ],
  );
  assert.deepEqual(before.arrival, { from: '2026-11-24T13:00:00', until: '2026-11-24T17:00:00', kind: 'window' });
  clock.advanceTo(start.add({ hours: 3 }));
  const result = await ask(number, token);
  assert.equal(result?.parcels[0]?.scans.at(-1)?.subStatus, 'delivered.safe_place');
  assert.equal(result.parcels[0].arrival, null);
  assert.ok(!/ERIKA|BEISPIELWEG|20095/i.test(JSON.stringify(result)));
});

test('it knows nothing of a number before its first event, nor of one that nobody planned, and refuses nonsense', async () => {
  const { ups, clock, tokenOf, ask, send } = await simulated();
  ups.plan(parcel({ events: [event(30, '003')] }));
  const token = await tokenOf();
  assert.equal((await ask(number, token))?.errors[0]?.kind, 'not_found');
  assert.equal((await ask('1Z0X0X0X6899999999', token))?.errors[0]?.kind, 'not_found');
  assert.equal((await ask('short', token))?.errors[0]?.kind, 'bad_input');
  clock.advanceTo(start.add({ minutes: 30 }));
  assert.equal((await ask(number, token))?.parcels[0]?.scans.length, 1);
  const bare = {
    method: 'GET',
    url: `https://onlinetools.ups.com/api/track/v1/details/${number}`,
    body: null,
  } as const;
  assert.equal((await send(borne({ ...bare, headers: {} }, token))).status, 400, 'without transId');
  const headers = { transId: '1', transactionSrc: 'test' };
  const elsewhere = { ...bare, headers, url: 'https://onlinetools.ups.com/api/elsewhere' };
  assert.equal((await send(borne(elsewhere, token))).status, 404);
});

test('it keeps each app’s quota', async () => {
  const { clock, tokenOf, ask, counts } = await simulated();
  const token = await tokenOf({ ...secrets, clientId: 'slow' });
  const kind = async () => (await ask(number, token))?.errors[0];
  assert.equal((await kind())?.kind, 'not_found');
  const fast = await kind();
  assert.deepEqual([fast?.kind, fast?.retryAfterSeconds], ['rate_limited', 1]);
  clock.advanceTo(start.add({ seconds: 1 }));
  assert.equal((await kind())?.kind, 'not_found');
  clock.advanceTo(start.add({ seconds: 5 }));
  const spent = await kind();
  assert.deepEqual([spent?.kind, spent?.retryAfterSeconds], ['rate_limited', 15 * 3_600 - 5]);
  assert.deepEqual(counts, { calls: 4, tooMany: 2, pushes: 0 });
});

test('it answers a shipment with all its packages, lists an event twice and learns of one late, as planned', async () => {
  const { ups, clock, tokenOf, ask } = await simulated();
  const other = parcel({ number: '1Z0X0X0X6800000011', events: [event(-10, '021', { code: 'OT' })] });
  const events = [
    event(-30, '005', { duplicate: true }),
    event(-20, '046', { lateMinutes: 60, type: 'X', code: '7Y' }),
  ];
  ups.plan(parcel({ events }));
  ups.plan(other);
  const token = await tokenOf();
  const told = async () =>
    (await ask(number, token))?.parcels.map((one) => [one.number, one.scans.map(({ subStatus }) => subStatus)]);
  const twice = ['in_transit.arrived', 'in_transit.arrived'];
  const second = [other.number, ['out_for_delivery.loaded']];
  assert.deepEqual(await told(), [[number, twice], second]);
  clock.advanceTo(start.add({ minutes: 40 }));
  assert.deepEqual(await told(), [[number, [...twice, 'in_transit.delayed']], second]);
});

test('a subscription names what it did not take, tells no history, and pushes each event with a token of ours', async () => {
  const { ups, clock, counts, tokenOf, subscribe, sent, messages } = await simulated();
  ups.plan(parcel());
  const token = await tokenOf();
  assert.deepEqual(await subscribe([number, '1Z$'], token), { status: 200, refused: ['1Z$'] });
  assert.deepEqual(await subscribe(['1Z$'], token), { status: 400, refused: ['1Z$'] });
  await ups.look(clock.now());
  assert.deepEqual(sent, []);
  clock.advanceTo(start.add({ minutes: 30 }));
  await ups.look(clock.now());
  const [asking, message] = sent as readonly Sent[];
  assert.ok(asking && message);
  assert.equal(asking.url, webhook.tokenUrl);
  assert.equal(asking.headers['authorization'], `Basic ${Buffer.from('app:push-secret').toString('base64')}`);
  assert.partialDeepStrictEqual(message.headers, {
    authorization: 'Bearer token-1',
    'user-agent': 'UPSPubSubTrackingService',
    'x-api-key': 'app',
  });
  const read = connector?.read(Buffer.from(message.body), { status: 200, retryAfter: null });
  assert.deepEqual(
    read?.parcels[0]?.scans.map(({ code, localTime, offset }) => [code, localTime, offset]),
    [['021', '2026-11-24T10:30:00', '+01:00']],
  );
  clock.advanceTo(start.add({ hours: 3 }));
  await ups.look(clock.now());
  await ups.look(clock.now());
  assert.deepEqual([messages().length, sent.length, counts.pushes], [2, 4, 2], 'the second token is a new one');
});

test('duplicates and late events are pushed as such; a refused token is renewed once; what is not taken is lost', async () => {
  const { ups, clock, counts, tokenOf, subscribe, messages, sent } = await simulated([200, 200, 401, 200, 500]);
  const events = [
    event(10, '021', { code: 'OT', duplicate: true }),
    event(5, '046', { type: 'X', lateMinutes: 20 }),
    event(40, '060', { type: 'X' }),
    event(60, '011', { type: 'D' }),
  ];
  ups.plan(parcel({ events }));
  await subscribe([number], await tokenOf());
  for (const minutes of [10, 30, 45, 59]) {
    clock.advanceTo(start.add({ minutes }));
    await ups.look(clock.now());
  }
  const codes = messages().map(
    ({ body }) => (JSON.parse(body) as { activityStatus: { descriptionCode: string } }).activityStatus.descriptionCode,
  );
  assert.deepEqual(codes, ['021', '021', '046', '046', '060']);
  assert.equal(sent.filter(({ url }) => url === webhook.tokenUrl).length, 2);
  assert.equal(counts.pushes, 3);
});

test('a subscription ends after 14 days, unless it was made again', async () => {
  const { ups, clock, tokenOf, subscribe, messages } = await simulated();
  const day = 24 * 60;
  const events = [event(13 * day, '046'), event(15 * day, '055'), event(28 * day, '021')];
  ups.plan(parcel({ events }));
  ups.plan(parcel({ number: '1Z0X0X0X6800000011', shipment: 'two', events }));
  await subscribe([number, '1Z0X0X0X6800000011'], await tokenOf());
  clock.advanceTo(start.add({ hours: 13 * 24 }));
  await ups.look(clock.now());
  assert.equal(messages().length, 2);
  await subscribe([number], await tokenOf());
  clock.advanceTo(start.add({ hours: 30 * 24 }));
  await ups.look(clock.now());
  assert.equal(messages().length, 3, 'the one that was made again, up to its own end');
});

test('without a webhook there is nothing to subscribe to', async () => {
  const { send, tokenOf } = await simulated();
  const token = await tokenOf({ ...secrets, clientId: 'slow' });
  const [request] = push.subscribe('', [questionOf(number)], secrets);
  assert.ok(request);
  assert.equal((await send(borne(request, token))).status, 400);
});
