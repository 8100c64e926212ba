import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createManualClock } from '#kit/clock';
import { createEgress } from '#kit/egress';
import { createLog } from '#kit/log';
import { simulatedAccounts, startSimulator, type DhlParcel, type Simulator } from './simulator.ts';

const log = createLog({ level: 'silent' });
const egress = createEgress({ log });
const start = Temporal.Instant.from('2026-11-24T09:00:00Z');
const { standard, generous } = simulatedAccounts;

type Body = {
  readonly status?: number;
  readonly title?: string;
  readonly nextUrl?: string;
  readonly prevUrl?: string;
  readonly possibleAdditionalShipmentsUrl?: readonly string[];
  readonly shipments: readonly {
    readonly id: string;
    readonly service: string;
    readonly status: { readonly status: string };
    readonly events: readonly { readonly timestamp: string; readonly status: string; readonly location?: object }[];
    readonly estimatedTimeOfDelivery?: string;
  }[];
  readonly self: string;
  readonly secret: string;
};

type Pushed = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
};

const running: Simulator[] = [];
after(async () => {
  for (const simulator of running) await simulator.stop();
});

/** A simulator on a clock that stands still, and what it pushed; `answers` are the statuses that its pushes get. */
async function simulated(answers: readonly number[] = []) {
  const clock = createManualClock(start);
  const pushed: Pushed[] = [];
  const simulator = await startSimulator({
    clock,
    log,
    push: async (url, headers, body) => {
      pushed.push({ url, headers, body: JSON.parse(body) as Record<string, unknown> });
      return Promise.resolve({ status: answers[pushed.length - 1] ?? 200, body: '' });
    },
  });
  running.push(simulator);
  const call = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    body: object | null = null,
  ) => {
    const answer = await egress.send(
      {
        method,
        url: `https://api-eu.dhl.com${path}`,
        headers,
        body: body === null ? null : JSON.stringify(body),
        hosts: ['api-eu.dhl.com'],
      },
      simulator.route,
    );
    const text = Buffer.from(answer.bytes).toString('utf8');
    return { ...answer, body: (text === '' ? {} : JSON.parse(text)) as Body };
  };
  const track = (query: string, apiKey: string = generous.apiKey) =>
    call('GET', `/track/shipments?${query}`, { 'dhl-api-key': apiKey });
  return { clock, simulator, call, track, pushed };
}

const minutes = (count: number) => start.add({ minutes: count });

const event = (offset: number, status: string, localTime: string) => ({
  at: minutes(offset),
  localTime,
  place: { locality: 'Radefeld', country: 'DE' },
  status,
  statusCode: 'transit' as const,
  description: `Event ${status}`,
});

function parcel(more: Partial<DhlParcel> = {}): DhlParcel {
  return {
    carrier: 'dhl-unified',
    number: '00340434999900791937',
    service: 'parcel-de',
    originCountry: 'DE',
    destinationCountry: 'DE',
    events: [
      event(-60, 'VA', '2026-11-24T09:00:00'),
      event(-30, 'AE', '2026-11-24T09:30:00'),
      event(30, 'EE', '2026-11-24T10:30:00'),
    ],
    ...more,
  };
}

const statuses = (body: Body) => body.shipments[0]?.events.map(({ status }) => status);

async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !what(); turn += 1) await sleep(40);
  assert.ok(what(), 'did not happen within four seconds');
}

test('the simulated carrier tells the full history, newest first, with local times and places but without what is still to come', async () => {
  const { simulator, track, clock } = await simulated();
  simulator.plan(
    parcel({ arrivals: [{ knownFrom: minutes(-30), day: Temporal.PlainDate.from('2026-11-26'), window: null }] }),
  );
  const { status, headers, body } = await track('trackingNumber=0034%200434%209999%200079%201937&service=parcel-de');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'application/json');
  assert.deepEqual(statuses(body), ['AE', 'VA']);
  assert.deepEqual(body.shipments[0]?.events[0]?.location, { address: { addressLocality: 'Radefeld, Germany' } });
  assert.equal(body.shipments[0]?.events[0]?.timestamp, '2026-11-24T09:30:00');
  assert.equal(body.shipments[0]?.status.status, 'AE');
  assert.equal(body.shipments[0]?.estimatedTimeOfDelivery, '2026-11-26T00:00:00Z');
  clock.advanceTo(minutes(30));
  assert.deepEqual(statuses((await track('trackingNumber=00340434999900791937')).body), ['EE', 'AE', 'VA']);
});

test('the simulated carrier knows nothing of a number before its first event, nor of one that nobody planned', async () => {
  const { simulator, track, clock } = await simulated();
  simulator.plan(parcel({ number: 'LATER1', events: parcel().events.slice(2) }));
  for (const number of ['LATER1', 'NOBODY']) {
    const { status, headers, body } = await track(`trackingNumber=${number}`);
    assert.equal(status, 404);
    assert.equal(headers['content-type'], 'application/problem+json');
    assert.equal(body.title, 'No result found');
  }
  clock.advanceTo(minutes(30));
  assert.equal((await track('trackingNumber=LATER1')).status, 200);
});

test('the simulated carrier refuses a missing or unknown key, and questions that make no sense', async () => {
  const { track, call, simulator } = await simulated();
  assert.equal((await call('GET', '/track/shipments?trackingNumber=1', {})).status, 401);
  assert.equal((await track('trackingNumber=1', 'somebody else')).status, 401);
  assert.equal(simulator.counters().calls, 0);
  for (const query of [
    '',
    'trackingNumber=',
    'trackingNumber=1&service=pigeon',
    'trackingNumber=1&limit=0',
    'trackingNumber=1&offset=-1',
    'trackingNumber=1&requesterCountryCode=Germany',
  ]) {
    assert.equal((await track(query)).status, 400, query);
  }
  assert.equal((await call('GET', '/elsewhere', { 'dhl-api-key': generous.apiKey })).status, 404);
});

test('the simulated carrier allows one call a second and 250 a day, until midnight in Greenwich', async () => {
  const { track, clock, simulator } = await simulated();
  assert.equal((await track('trackingNumber=1', standard.apiKey)).status, 404);
  const tooFast = await track('trackingNumber=1', standard.apiKey);
  assert.equal(tooFast.status, 429);
  assert.equal(tooFast.headers['retry-after'], '1');
  assert.equal(tooFast.body.title, 'Too Many Requests');
  for (let call = 2; call <= 250; call += 1) {
    clock.advanceTo(clock.now().add({ seconds: 1 }));
    assert.equal((await track('trackingNumber=1', standard.apiKey)).status, 404);
  }
  clock.advanceTo(Temporal.Instant.from('2026-11-24T23:00:00Z'));
  const spent = await track('trackingNumber=1', standard.apiKey);
  assert.equal(spent.status, 429);
  assert.equal(spent.headers['retry-after'], '3600');
  clock.advanceTo(Temporal.Instant.from('2026-11-25T00:00:00Z'));
  assert.equal((await track('trackingNumber=1', standard.apiKey)).status, 404);
  assert.deepEqual(simulator.counters(), { calls: 253, tooMany: 2, pushes: 0 });
});

test('the simulated carrier keeps two parcels of one number apart by service, and pages them', async () => {
  const { simulator, track } = await simulated();
  simulator.plan(parcel());
  simulator.plan(parcel({ service: 'express' }));
  const one = await track('trackingNumber=00340434999900791937&service=express');
  assert.deepEqual(
    one.body.shipments.map(({ service }) => service),
    ['express'],
  );
  assert.deepEqual(one.body.possibleAdditionalShipmentsUrl, [
    '/shipments?trackingNumber=00340434999900791937&service=parcel-de',
  ]);
  const first = await track('trackingNumber=00340434999900791937&limit=1');
  assert.deepEqual(
    first.body.shipments.map(({ service }) => service),
    ['parcel-de'],
  );
  const second = await track(first.body.nextUrl?.split('?')[1] ?? '');
  assert.deepEqual(
    second.body.shipments.map(({ service }) => service),
    ['express'],
  );
  assert.equal(second.body.nextUrl, undefined);
  assert.ok(second.body.prevUrl);
});

test('the simulated carrier lists an event twice, learns of one late, and takes one back, as planned', async () => {
  const { simulator, track, clock } = await simulated();
  const [announced, pickedUp, hub] = parcel().events;
  assert.ok(announced && pickedUp && hub);
  simulator.plan(
    parcel({
      events: [
        { ...announced, duplicate: true },
        { ...pickedUp, lateMinutes: 90 },
        { ...hub, retractedAt: minutes(120) },
      ],
    }),
  );
  const seen = async () => statuses((await track('trackingNumber=00340434999900791937')).body);
  assert.deepEqual(await seen(), ['VA', 'VA']);
  clock.advanceTo(minutes(30));
  assert.deepEqual(await seen(), ['EE', 'VA', 'VA']);
  clock.advanceTo(minutes(60));
  assert.deepEqual(await seen(), ['AE', 'EE', 'VA', 'VA'], 'a late event stands above a younger one');
  assert.equal((await track('trackingNumber=00340434999900791937')).body.shipments[0]?.status.status, 'EE');
  clock.advanceTo(minutes(120));
  assert.deepEqual(await seen(), ['AE', 'VA', 'VA']);
});

test('the simulated carrier is reached by its own route alone', async () => {
  const { simulator } = await simulated();
  const request = { method: 'GET' as const, headers: {}, body: null };
  await assert.rejects(
    egress.send({ ...request, url: 'https://api.dhl.com/', hosts: ['api.dhl.com'] }, simulator.route),
    /egress|refused|reach/i,
  );
  const other = await simulated();
  const { 'api-eu.dhl.com': address } = other.simulator.route.hosts;
  assert.ok(address);
  const foreign = { hosts: { 'api-eu.dhl.com': address }, caPem: simulator.route.caPem };
  await assert.rejects(
    egress.send({ ...request, url: 'https://api-eu.dhl.com/', hosts: ['api-eu.dhl.com'] }, foreign),
    'another run’s authority is not trusted',
  );
});

const key = { 'dhl-api-key': generous.apiKey };
const wanted = {
  hook: {
    uri: 'http://127.0.0.1:8080/push/dhl',
    authentication: { type: 'ApiKeyAuthentication', header: 'X-Glasspost-Token', token: 'our-token' },
  },
  format: 'Default',
  type: 'Shipment',
  service: 'parcel-de',
  events: ['Transit', 'Delivered'],
  shipmentIDs: ['00340434999900791937'],
};
const path = '/tracking/push/v1/subscription';

test('the simulated carrier validates a subscription, is activated with the secret, and then pushes every change with the full history', async () => {
  const { simulator, call, clock, pushed } = await simulated();
  simulator.plan(parcel());
  const made = await call('POST', path, key, wanted);
  assert.equal(made.status, 201);
  const own = new URL(made.body.self).pathname;
  await until(() => pushed.length === 1);
  assert.equal(pushed[0]?.body['scope'], 'subscription.validate');
  assert.equal(pushed[0]?.body['secret'], made.body.secret);
  assert.equal(pushed[0]?.url, wanted.hook.uri);
  assert.equal(pushed[0]?.headers['x-glasspost-token'], 'our-token');
  clock.advanceTo(minutes(10));
  assert.equal((await call('POST', own, { ...key, 'dhl-api-hook-secret': 'guessed' })).status, 401);
  const secret = made.body.secret;
  assert.equal((await call('POST', own, { ...key, 'dhl-api-hook-secret': secret })).status, 204);
  await until(() => pushed.length === 2);
  assert.equal(pushed[1]?.body['scope'], 'subscription.ready');
  clock.advanceTo(minutes(30));
  await until(() => pushed.length === 3);
  assert.equal(pushed[2]?.body['scope'], 'subscription.push');
  assert.equal(pushed[2]?.headers['dhl-api-hook-secret'], secret);
  assert.deepEqual(statuses(pushed[2]?.body as unknown as Body), ['EE', 'AE', 'VA']);
  assert.equal(simulator.counters().pushes, 1);
  assert.equal((await call('DELETE', own, key)).status, 204);
  assert.equal((await call('GET', own, key)).status, 404);
});

test('the simulated carrier tries a push again after one hour and after six, and then gives up', async () => {
  const { simulator, call, clock, pushed } = await simulated([200, 200, 500, 503, 500]);
  simulator.plan(parcel());
  const made = await call('POST', path, key, wanted);
  const own = new URL(made.body.self).pathname;
  await until(() => pushed.length === 1);
  await call('POST', own, { ...key, 'dhl-api-hook-secret': made.body.secret });
  await until(() => pushed.length === 2);
  for (const [offset, total] of [
    [30, 3],
    [90, 4],
    [450, 5],
  ] as const) {
    clock.advanceTo(minutes(offset - 1));
    await sleep(300);
    assert.equal(pushed.length, total - 1);
    clock.advanceTo(minutes(offset));
    await until(() => pushed.length === total);
  }
  clock.advanceTo(minutes(10_000));
  await sleep(600);
  assert.equal(pushed.length, 5);
  assert.equal(simulator.counters().pushes, 0);
});

test('the simulated carrier refuses what is not a subscription, and another key’s', async () => {
  const { call } = await simulated();
  assert.equal((await call('POST', path, key, { ...wanted, shipmentIDs: [] })).status, 400);
  assert.equal((await call('POST', path, key, { ...wanted, hook: { uri: 'file:///etc/passwd' } })).status, 400);
  assert.equal((await call('POST', path, {}, wanted)).status, 401);
  const made = await call('POST', path, key, wanted);
  const own = new URL(made.body.self).pathname;
  assert.equal((await call('GET', own, { 'dhl-api-key': standard.apiKey })).status, 404);
  const listed = await call('GET', `${path}s`, key);
  assert.equal(Array.isArray(listed.body), true);
});

test('the simulated carrier has no push interface when nobody can be pushed to', async () => {
  const simulator = await startSimulator({ clock: createManualClock(start), log });
  running.push(simulator);
  const answer = await egress.send(
    {
      method: 'POST',
      url: `https://api-eu.dhl.com${path}`,
      headers: key,
      body: JSON.stringify(wanted),
      hosts: ['api-eu.dhl.com'],
    },
    simulator.route,
  );
  assert.equal(answer.status, 403);
});
