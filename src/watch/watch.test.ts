import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createCarriers, findConnector, type Account } from '#carriers';
import { EgressFault, type EgressAnswer, type EgressRequest } from '#kit/egress';
import { createLog } from '#kit/log';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { createWatch, type Watched } from './watch.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, jobs, facts, parcels, privacy, shop } = ground;

const dhl = findConnector('dhl-unified');
assert.ok(dhl);
const secrets = { apiKey: 'key-that-nobody-may-read', pushToken: 'token-that-nobody-may-read' };

const carrier: { asked: EgressRequest[]; answer: (request: EgressRequest) => Promise<EgressAnswer> | EgressAnswer } = {
  asked: [],
  answer: notFound,
};
const lines: string[] = [];
const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
const egress = {
  send: async (request: EgressRequest) => {
    carrier.asked.push(request);
    return await carrier.answer(request);
  },
};
const pause = async (ms: number) => clock.advanceTo(clock.now().add({ milliseconds: ms }));
const carriers = createCarriers({ database, clock, privacy, egress, log, routeOf: () => null, pause });
const pushUrlOf = (account: Account) => `https://shop.example/push/${account.accountId}`;
const watch = createWatch({ database, clock, facts, jobs, carriers, parcels, log, privacy: ground.privacy, pushUrlOf });

const answered = (status: number, body: unknown): EgressAnswer => ({
  ...{ status, headers: {} },
  bytes: new TextEncoder().encode(JSON.stringify(body)),
});

function notFound(): EgressAnswer {
  return answered(404, { status: 404, title: 'No result found', detail: 'No shipment with this number.' });
}

function away(): EgressAnswer {
  throw new EgressFault('connect', 'api-eu.dhl.com', 'ECONNREFUSED');
}

const refused = () => answered(401, { status: 401, title: 'Unauthorized' });
const onItsWay = ['transit', 'The shipment has been processed in the destination parcel center'] as const;
const onTheVehicle = ['transit', 'The shipment has been loaded onto the delivery vehicle'] as const;

/** DHL's answer with one event, of ten minutes before it was made up, for whichever number is asked about. */
function scanned([statusCode, status]: readonly [string, string]): (request: EgressRequest) => EgressAnswer {
  const timestamp = clock.now().subtract({ minutes: 10 }).toString({ smallestUnit: 'second' });
  return ({ url }) => {
    const id = new URL(url).searchParams.get('trackingNumber');
    return answered(200, { id, service: 'parcel-de', events: [{ timestamp, statusCode, status }] });
  };
}

let orders = 0;

/** A parcel of an order of its own, registered and planned, that nobody was asked about yet. */
async function newParcel(more: object = {}): Promise<string> {
  orders += 1;
  const number = `0034043416109401${String(orders).padStart(4, '0')}`;
  const box = { carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de', ...more };
  const taken = await ground.putOrder(`W-${orders}`, exampleOrder({ parcels: [box] }));
  await facts.settle();
  return taken.boxes[0]?.parcelId ?? '';
}

async function watchedOf(parcelId: string): Promise<Watched> {
  const row = await watch.watched(database, parcelId);
  assert.ok(row);
  return row;
}

async function dueOf(parcelId: string): Promise<Temporal.Instant> {
  const { dueAt } = await watchedOf(parcelId);
  assert.ok(dueAt);
  return dueAt;
}

const minutesUntilDue = async (parcelId: string) => (await dueOf(parcelId)).since(clock.now()).total('minutes');

async function milestonesOf(parcelId: string): Promise<readonly string[]> {
  const scans = await parcels.scans(database, await parcels.read(database, [parcelId]));
  return scans.map(({ milestone }) => milestone);
}

/** Time goes on to a parcel's timer, and everything runs that is due by then. */
async function untilDue(parcelId: string): Promise<void> {
  clock.advanceTo(await dueOf(parcelId));
  await jobs.runDue();
  await facts.settle();
}

/** Another day, eight in the morning in Berlin, with an account of its own and no other parcels. */
beforeEach(async () => {
  await database.tx((tx) => watch.forgetShop(tx, shop.shopId));
  await database.tx((tx) => carriers.forgetShop(tx, shop.shopId));
  const tomorrow = clock.now().toZonedDateTimeISO('Europe/Berlin').add({ days: 1 });
  clock.advanceTo(tomorrow.with({ hour: 8, minute: 0, second: 0, millisecond: 0 }).toInstant());
  await jobs.runDue();
  await carriers.addAccount(database, { shopId: shop.shopId, connector: dhl, secrets });
  carrier.asked = [];
  carrier.answer = notFound;
});

test('A registered parcel is subscribed to at once, and asked about when its time has come and not before.', async () => {
  const parcelId = await newParcel();
  const { outcome, askedAt, subscribed, failures } = await watchedOf(parcelId);
  assert.deepEqual([outcome, askedAt, subscribed, failures], ['waiting', null, false, 0]);
  carrier.answer = ({ method }) => (method === 'POST' ? answered(201, {}) : notFound());
  await jobs.runDue();
  const [account] = await carriers.accounts(database, shop.shopId);
  assert.ok(account && carrier.asked[0]?.body?.includes(pushUrlOf(account)));
  assert.equal((await watchedOf(parcelId)).subscribed, true);

  clock.advanceTo((await dueOf(parcelId)).subtract({ milliseconds: 1 }));
  await jobs.runDue();
  assert.equal(carrier.asked.length, 1);
  await untilDue(parcelId);
  assert.deepEqual(
    carrier.asked.map(({ method }) => method),
    ['POST', 'GET'],
  );
});

test('The disclosure stands before the question leaves.', async () => {
  const parcelId = await newParcel();
  const seen: unknown[] = [];
  const disclosures = 'select recipient, purpose, fields from privacy.disclosure where parcel_id = $1';
  carrier.answer = async () => {
    seen.push(...(await database.rows(disclosures, [parcelId])));
    return notFound();
  };
  await watch.ask(parcelId);
  assert.deepEqual(seen, [{ recipient: 'carrier: dhl-unified', purpose: 'tracking', fields: ['tracking_number'] }]);
});

test('The same answer again stores nothing twice, and leaves one timer.', async () => {
  const parcelId = await newParcel();
  carrier.answer = scanned(onItsWay);
  await watch.ask(parcelId);
  await watch.ask(parcelId);
  assert.equal(carrier.asked.length, 2);
  assert.deepEqual(await milestonesOf(parcelId), ['in_transit']);
  const timers = jobs.waiting().filter(({ task, payload }) => task === 'watch.ask' && payload['parcelId'] === parcelId);
  assert.deepEqual(
    timers.map(({ dueAt }) => dueAt?.toString()),
    [(await dueOf(parcelId)).toString()],
  );
});

test('A carrier that is away is asked again with growing pauses, until it is back.', async () => {
  const parcelId = await newParcel();
  carrier.answer = away;
  await watch.ask(parcelId);
  const pauses = [await minutesUntilDue(parcelId)];
  while (pauses.length < 6) {
    await untilDue(parcelId);
    pauses.push(await minutesUntilDue(parcelId));
  }
  assert.deepEqual(pauses, [2, 5, 15, 60, 180, 180]);
  const before = await watchedOf(parcelId);
  assert.deepEqual([before.outcome, before.failures], ['unavailable', 6]);
  carrier.answer = scanned(onItsWay);
  await untilDue(parcelId);
  const back = await watchedOf(parcelId);
  assert.deepEqual([back.outcome, back.failures], ['answered', 0]);
});

test('An answer that nobody can read counts as a carrier that is away.', async () => {
  const parcelId = await newParcel();
  carrier.answer = () => ({ status: 502, headers: {}, bytes: Buffer.from('<html>Bad Gateway</html>') });
  await watch.ask(parcelId);
  const { outcome, failures } = await watchedOf(parcelId);
  assert.deepEqual([outcome, failures, await minutesUntilDue(parcelId)], ['unavailable', 1, 2]);
});

for (const [what, answer] of [
  ['out for delivery', () => scanned(onTheVehicle)],
  ['of a carrier that is away', () => away],
  ['of an account that is refused', () => refused],
] as const) {
  test(`Nobody is asked at night: a parcel ${what} waits for the morning.`, async () => {
    const parcelId = await newParcel();
    const evening = clock.now().toZonedDateTimeISO('Europe/Berlin').with({ hour: 21, minute: 59 });
    clock.advanceTo(evening.toInstant());
    carrier.answer = answer();
    await watch.ask(parcelId);
    const due = (await dueOf(parcelId)).toZonedDateTimeISO('Europe/Berlin');
    const morning = evening.add({ days: 1 }).with({ hour: 6, minute: 0, second: 0 });
    assert.ok(due.since(morning).total('minutes') >= 0 && due.since(morning).total('minutes') <= 60, due.toString());
  });
}

test('The same account connected again is asked with its new key.', async () => {
  const parcelId = await newParcel();
  carrier.answer = refused;
  await watch.ask(parcelId);
  const [account] = await carriers.accounts(database, shop.shopId);
  assert.ok(account?.paused);
  await untilDue(parcelId);
  assert.equal((await watchedOf(parcelId)).outcome, 'paused');
  assert.equal(carrier.asked.length, 1);
  await carriers.reconnect(database, account, { ...secrets, apiKey: 'another key' });
  carrier.answer = scanned(onItsWay);
  await untilDue(parcelId);
  assert.equal((await watchedOf(parcelId)).outcome, 'answered');
  assert.equal(carrier.asked.at(-1)?.headers['DHL-API-Key'], 'another key');
});

test('Of two accounts the one that works is asked with, even when it is the older.', async () => {
  const parcelId = await newParcel();
  await carriers.addAccount(database, { shopId: shop.shopId, connector: dhl, secrets: { apiKey: 'second key' } });
  carrier.answer = refused;
  await watch.ask(parcelId);
  assert.equal(carrier.asked.at(-1)?.headers['DHL-API-Key'], 'second key');
  carrier.answer = scanned(onItsWay);
  await untilDue(parcelId);
  assert.equal(carrier.asked.at(-1)?.headers['DHL-API-Key'], secrets.apiKey);
  assert.equal((await watchedOf(parcelId)).outcome, 'answered');
});

test('A carrier that nobody knows is not asked about anything.', async () => {
  const parcelId = await newParcel({ carrier: 'by-bicycle' });
  await watch.ask(parcelId);
  await jobs.runDue();
  const row = await watch.watched(database, parcelId);
  assert.deepEqual([row?.dueAt ?? null, carrier.asked.length], [null, 0]);
});

test('No key, no token and no number has come into the log.', () => {
  const text = lines.join('');
  assert.ok(text.includes('push subscription') && text.includes('carrier account paused'));
  assert.doesNotMatch(text, /nobody-may-read|another key|second key|0034043416109401/);
});
