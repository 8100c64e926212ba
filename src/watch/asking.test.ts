import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createCarriers, findConnector } from '#carriers';
import { EgressFault, type EgressAnswer, type EgressRequest } from '#kit/egress';
import { createLog } from '#kit/log';
import { orderBody, readOrder } from '#orders';
import { sealed } from '#privacy';
import { exampleFace, exampleOrder, openGround } from '../../test/ground.ts';
import { createWatch } from './watch.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, jobs, facts, privacy, parcels } = ground;

const connector = findConnector('dhl-unified');
assert.ok(connector);

/** The carrier as this test wants it: what it is asked, and what it says. */
const carrier: {
  asked: EgressRequest[];
  say: (request: EgressRequest) => EgressAnswer | Promise<EgressAnswer>;
} = { asked: [], say: () => answer(404, { status: 404, title: 'No result found' }) };

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EgressAnswer {
  return { status, headers, bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
}

/** An answer of DHL's unified API with these events, written here. */
function shipment(
  number: string,
  events: readonly (readonly [time: string, status: string, statusCode: string])[],
  more = {},
) {
  const wire = events.map(([timestamp, status, statusCode]) => ({
    ...{ timestamp, status, statusCode },
    location: { address: { countryCode: 'DE', addressLocality: 'Leipzig' } },
  }));
  return { id: number, service: 'parcel-de', events: wire, ...more };
}

const log = createLog({ level: 'silent' });
const carriers = createCarriers({
  ...{ database, clock, privacy, log },
  egress: {
    send: async (request) => {
      carrier.asked.push(request);
      return await carrier.say(request);
    },
  },
  routeOf: () => null,
  pause: async (ms) => clock.advanceTo(clock.now().add({ milliseconds: ms })),
});
const watch = createWatch({
  ...{ database, clock, facts, jobs, carriers, parcels, log, privacy: ground.privacy },
  pushUrlOf: (account) => `https://shop.example/push/${account.accountId}`,
});

let count = 0;

/** A shop of its own with an account, and one parcel that nobody has asked about. */
async function aParcel(
  secrets: Readonly<Record<string, string>> | null = { apiKey: 'key', pushToken: '' },
  more: object = {},
) {
  count += 1;
  const number = `00340434161${String(count).padStart(9, '0')}`;
  const shop = await ground.orders.addShop(database, { name: 'S', language: 'de', sample: false, face: exampleFace });
  const connect = (given: Readonly<Record<string, string>>) =>
    carriers.addAccount(database, { shopId: shop.shopId, connector: connector ?? assert.fail(), secrets: given });
  const account = secrets === null ? null : await connect(secrets);
  const body = exampleOrder({
    parcels: [{ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de', ...more }],
  });
  const order = readOrder(`W-${count}`, orderBody.parse(body));
  const taken = await database.tx((tx) => parcels.takeOrder(tx, shop.shopId, order));
  const parcelId = taken.boxes[0]?.parcelId ?? '';
  await facts.settle();
  carrier.asked = [];
  const watched = async () => (await watch.watched(database, parcelId)) ?? assert.fail('it is not watched');
  const milestone = async () => (await parcels.read(database, [parcelId]))[0]?.milestone;
  return { shop, number, account, connect, parcelId, watched, milestone };
}

/** Lets time pass until this parcel’s timer has gone off, and everything that follows from it. */
async function next(parcel: Awaited<ReturnType<typeof aParcel>>): Promise<void> {
  const { dueAt } = await parcel.watched();
  assert.ok(dueAt, 'nothing is planned');
  clock.advanceTo(dueAt);
  await jobs.runDue();
  await facts.settle();
}

const timersOf = (parcelId: string) => jobs.waiting().filter(({ key }) => key === `watch:${parcelId}`);
const askedFor = (number: string) => carrier.asked.filter(({ url }) => url.includes(number)).length;
const minutesUntil = (at: Temporal.Instant | null) => (at === null ? Infinity : at.since(clock.now()).total('minutes'));

function assertBetween(minutes: number, least: number, most: number): void {
  assert.ok(minutes >= least && minutes <= most, `${minutes} minutes, not ${least} to ${most}`);
}

test('a parcel that becomes known is asked about within the hour, by one timer', async () => {
  const parcel = await aParcel();
  const { outcome, askedAt, dueAt } = await parcel.watched();
  assert.deepEqual([outcome, askedAt], ['waiting', null]);
  assertBetween(minutesUntil(dueAt), 54, 66);
  assert.equal(timersOf(parcel.parcelId).length, 1);
});

test('a box without a number is not watched until the number comes', async () => {
  const parcel = await aParcel(undefined, { tracking_number: null });
  assert.equal(await watch.watched(database, parcel.parcelId), null);
  assert.deepEqual(timersOf(parcel.parcelId), []);
});

test('what the carrier says is taken, and decides when it is asked next', async () => {
  const parcel = await aParcel();
  carrier.say = () =>
    answer(200, {
      shipments: [
        shipment(parcel.number, [['2026-11-20T07:00:00', 'EE', 'transit']], {
          estimatedTimeOfDelivery: '2026-11-21T00:00:00',
        }),
      ],
    });
  await next(parcel);
  assert.equal(await parcel.milestone(), 'in_transit');
  const [stored] = await parcels.read(database, [parcel.parcelId]);
  assert.equal(stored?.arrival?.from, '2026-11-21');
  const [scan] = stored === undefined ? [] : await parcels.scans(database, [stored]);
  assert.deepEqual([scan?.source, scan?.localTime], ['poll', '2026-11-20T07:00:00']);
  const later = await parcel.watched();
  assert.deepEqual([later.outcome, later.askedAt?.toString()], ['answered', clock.now().toString()]);
  assertBetween(minutesUntil(later.dueAt), 160, 200);
  carrier.say = () =>
    answer(200, {
      shipments: [
        shipment(parcel.number, [
          ['2026-11-20T07:00:00', 'EE', 'transit'],
          ['2026-11-20T08:10:00', 'PO', 'transit'],
        ]),
      ],
    });
  await next(parcel);
  assert.equal((await parcels.read(database, [parcel.parcelId]))[0]?.scanCount, 2);
  assert.equal(timersOf(parcel.parcelId).length, 1);
});

test('a carrier that does not know the number yet is asked again as ever', async () => {
  const parcel = await aParcel();
  carrier.say = () => answer(404, { status: 404, title: 'No result found' });
  await next(parcel);
  const { outcome, failures, dueAt } = await parcel.watched();
  assert.deepEqual([outcome, failures], ['not_found', 0]);
  assertBetween(minutesUntil(dueAt), 54, 66);
});

test('of several parcels under one number the one of the parcel’s service is meant', async () => {
  const parcel = await aParcel();
  const other = {
    service: 'express',
    events: [{ timestamp: '2026-11-20T07:00:00', status: 'OK', statusCode: 'delivered' }],
  };
  carrier.say = () =>
    answer(200, {
      shipments: [
        { id: parcel.number, ...other },
        { id: parcel.number, ...other, service: 'freight' },
      ],
    });
  await next(parcel);
  assert.deepEqual([await parcel.milestone(), (await parcel.watched()).outcome], ['unknown', 'not_found']);
  carrier.say = () =>
    answer(200, {
      shipments: [{ id: parcel.number, ...other }, shipment(parcel.number, [['2026-11-20T07:00:00', 'EE', 'transit']])],
    });
  await next(parcel);
  assert.equal(await parcel.milestone(), 'in_transit');
});

test('a spent quota moves the question to the next day, out of the night, each parcel at a time of its own', async () => {
  const one = await aParcel();
  const two = await aParcel(null);
  assert.ok(one.account);
  await database.rows('insert into carriers.quota (account_id, day, used) values ($1, $2, 250)', [
    one.account.accountId,
    clock.now().add({ hours: 2 }).toZonedDateTimeISO('UTC').toPlainDate(),
  ]);
  await database.rows('update carriers.account set shop_id = shop_id', []);
  await next(one);
  assert.equal(askedFor(one.number), 0);
  const { outcome, dueAt, askedAt, failures } = await one.watched();
  assert.deepEqual([outcome, askedAt, failures], ['quota', null, 0]);
  const local = (dueAt ?? clock.now()).toZonedDateTimeISO('Europe/Berlin');
  assert.ok(local.hour === 6 || (local.hour === 7 && local.minute === 0), local.toString());
  assert.equal(
    local.toPlainDate().toString(),
    clock.now().add({ hours: 24 }).toZonedDateTimeISO('UTC').toPlainDate().toString(),
  );
  assert.ok(two.parcelId);
  carrier.say = () => answer(200, { shipments: [shipment(one.number, [['2026-11-20T07:00:00', 'EE', 'transit']])] });
  await next(one);
  assert.equal((await one.watched()).outcome, 'answered');
});

test('a carrier that asks for patience gets it', async () => {
  const parcel = await aParcel();
  carrier.say = () => answer(429, { status: 429, title: 'Too Many Requests' }, { 'retry-after': '1800' });
  await next(parcel);
  const { outcome, dueAt } = await parcel.watched();
  assert.equal(outcome, 'quota');
  assertBetween(minutesUntil(dueAt), 30, 41);
  await watch.ask(parcel.parcelId);
  assert.equal(askedFor(parcel.number), 1, 'it was not asked in between');
});

test('a refused key pauses the account, and whoever connects anew is asked with the new one', async () => {
  const parcel = await aParcel();
  carrier.say = () => answer(401, { status: 401, title: 'Unauthorized' });
  await next(parcel);
  assert.deepEqual([(await parcel.watched()).outcome, askedFor(parcel.number)], ['paused', 1]);
  const [account] = await carriers.accounts(database, parcel.shop.shopId);
  assert.match(account?.paused ?? '', /refuses the credentials/);
  await next(parcel);
  assert.deepEqual([(await parcel.watched()).outcome, askedFor(parcel.number)], ['paused', 1]);
  assertBetween(minutesUntil((await parcel.watched()).dueAt), 60, 71);
  await parcel.connect({ apiKey: 'new key', pushToken: '' });
  carrier.say = () => answer(200, { shipments: [shipment(parcel.number, [['2026-11-20T07:00:00', 'EE', 'transit']])] });
  await next(parcel);
  assert.equal(carrier.asked.at(-1)?.headers['DHL-API-Key'], 'new key');
  assert.equal(await parcel.milestone(), 'in_transit');
});

for (const [what, say] of [
  ['cannot be reached', () => Promise.reject(new EgressFault('connect', 'api-eu.dhl.com', 'ECONNREFUSED'))],
  ['has a fault of its own', () => answer(503, '<html>Service Unavailable</html>')],
] as const) {
  test(`a carrier that ${what} is asked again after 2, 5, 15, 60 and then every 180 minutes`, async () => {
    const parcel = await aParcel();
    carrier.say = say;
    for (const [failures, minutes] of [2, 5, 15, 60, 180, 180].entries()) {
      await next(parcel);
      const watched = await parcel.watched();
      assert.deepEqual([watched.outcome, watched.failures], ['unavailable', failures + 1]);
      const wanted = clock.now().add({ minutes }).toZonedDateTimeISO('Europe/Berlin');
      if (wanted.hour >= 6 && wanted.hour < 22) assertBetween(minutesUntil(watched.dueAt), minutes, minutes + 0.1);
      else assert.ok(watched.dueAt && watched.dueAt.toZonedDateTimeISO('Europe/Berlin').hour <= 7);
    }
    carrier.say = () =>
      answer(200, { shipments: [shipment(parcel.number, [['2026-11-20T07:00:00', 'EE', 'transit']])] });
    await next(parcel);
    assert.deepEqual([(await parcel.watched()).outcome, (await parcel.watched()).failures], ['answered', 0]);
  });
}

test('news that come by another way set the timer anew, and do not make a carrier answer that is away', async () => {
  const parcel = await aParcel();
  const push = (code: string, at: string) =>
    database.tx((tx) =>
      parcels.takeScans(
        tx,
        parcel.shop.shopId,
        [
          {
            ...{ carrier: 'dhl-unified', number: sealed('tracking_number', parcel.number) },
            scan: {
              ...{ code, offset: null, zone: 'Europe/Berlin', timeConfidence: 'located', place: null, text: null },
              ...(connector?.meaning(code, null) ?? assert.fail()),
              localTime: at,
            },
          },
        ],
        'push',
      ),
    );
  const today = clock.now().toZonedDateTimeISO('Europe/Berlin').with({ hour: 9 });
  clock.advanceTo(today.add({ days: 1 }).toInstant());
  await push('parcel-de:PO', `${today.toPlainDate().toString()}T08:00:00`);
  await facts.settle();
  assertBetween(minutesUntil((await parcel.watched()).dueAt), 13, 17);
  carrier.say = () => Promise.reject(new EgressFault('timeout', 'api-eu.dhl.com', null));
  for (let time = 0; time < 4; time += 1) await next(parcel);
  const before = await parcel.watched();
  await push('parcel-de:ZF', `${today.toPlainDate().toString()}T08:30:00`);
  await facts.settle();
  const now = await parcel.watched();
  assert.deepEqual([now.outcome, now.failures], ['unavailable', 4]);
  assert.ok(now.dueAt && before.dueAt && Temporal.Instant.compare(now.dueAt, before.dueAt) >= 0);
});

test('without an account nothing is asked, and it begins by itself once there is one', async () => {
  const parcel = await aParcel(null);
  await next(parcel);
  assert.equal((await parcel.watched()).outcome, 'no account');
  await parcel.connect({ apiKey: 'late', pushToken: '' });
  carrier.say = () => answer(200, { shipments: [shipment(parcel.number, [['2026-11-20T07:00:00', 'EE', 'transit']])] });
  await next(parcel);
  assert.equal(await parcel.milestone(), 'in_transit');
});

test('an account that has nothing to ask with rests for a day, and discloses nothing', async () => {
  const parcel = await aParcel({ apiKey: '', pushToken: '' });
  await next(parcel);
  assert.equal((await parcel.watched()).outcome, 'paused');
  assertBetween(minutesUntil((await parcel.watched()).dueAt), 24 * 60 - 120, 36 * 60);
  const left = 'select from privacy.disclosure where parcel_id = $1';
  assert.deepEqual(await database.rows(left, [parcel.parcelId]), []);
});

test('a delivered parcel is asked about once more, and then no more', async () => {
  const parcel = await aParcel();
  const at = clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDateTime().toString({ smallestUnit: 'second' });
  carrier.say = () => answer(200, { shipments: [shipment(parcel.number, [[at, 'ZU', 'delivered']])] });
  await next(parcel);
  assert.equal(await parcel.milestone(), 'delivered');
  await next(parcel);
  assert.equal(askedFor(parcel.number), 2);
  assert.deepEqual([(await parcel.watched()).outcome, (await parcel.watched()).dueAt], ['over', null]);
  assert.deepEqual(timersOf(parcel.parcelId), []);
});

test('what is pushed is subscribed to once, tried again while it cannot be, and asked about more rarely then', async () => {
  const parcel = await aParcel({ apiKey: 'key', pushToken: 'token' });
  carrier.say = () => answer(503, '');
  await jobs.runDue();
  assert.equal(carrier.asked.filter(({ method }) => method === 'POST').length, 1);
  carrier.say = () => answer(201, { id: 'x' });
  for (let waited = 0; waited < 140 && !(await parcel.watched()).subscribed; waited += 10) {
    clock.advanceTo(clock.now().add({ minutes: 10 }));
    carrier.say = (request) => (request.method === 'POST' ? answer(201, { id: 'x' }) : answer(404, { status: 404 }));
    await jobs.runDue();
  }
  assert.equal((await parcel.watched()).subscribed, true);
  await next(parcel);
  assert.ok(minutesUntil((await parcel.watched()).dueAt) > 5 * 60);
  assert.equal(jobs.waiting().filter(({ key }) => key === `subscribe:${parcel.parcelId}`).length, 0);
});

test('a shop that is forgotten is watched no longer, and its timers do nothing', async () => {
  const [gone, kept] = [await aParcel(), await aParcel()];
  const { dueAt } = await gone.watched();
  await database.tx(async (tx) => {
    await watch.forgetShop(tx, gone.shop.shopId);
    await parcels.forgetShop(tx, gone.shop.shopId);
  });
  assert.equal(await watch.watched(database, gone.parcelId), null);
  assert.ok(await kept.watched());
  clock.advanceTo(dueAt ?? clock.now());
  await jobs.runDue();
  assert.equal(askedFor(gone.number), 0);
});
