import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createCarriers, findConnector, type ReadScan } from '#carriers';
import type { EgressAnswer, EgressRequest } from '#kit/egress';
import { createLog } from '#kit/log';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { createWatch } from './watch.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, jobs, facts, parcels, privacy, shop } = ground;

const ups = findConnector('ups');
assert.ok(ups);

/** What UPS says to a subscription; it knows nothing of any number. */
const carrier: { asked: EgressRequest[]; subscription: () => EgressAnswer } = { asked: [], subscription: taken };
const log = createLog({ level: 'silent' });
const egress = { send: (request: EgressRequest) => Promise.resolve(answerTo(request)) };
const pause = async (ms: number) => clock.advanceTo(clock.now().add({ milliseconds: ms }));
const carriers = createCarriers({ database, clock, privacy, egress, log, routeOf: () => null, pause });
const watch = createWatch({
  ...{ database, clock, facts, jobs, carriers, parcels, log, privacy: ground.privacy },
  pushUrlOf: () => 'https://shop.example/push',
});

function said(status: number, body: unknown): EgressAnswer {
  return { status, headers: {}, bytes: new TextEncoder().encode(JSON.stringify(body)) };
}

function taken(): EgressAnswer {
  return said(200, { validTrackingNumbers: ['any'] });
}

function answerTo(request: EgressRequest): EgressAnswer {
  if (request.url.endsWith('/oauth/token')) return said(200, { access_token: 'token', expires_in: '14399' });
  if (request.method === 'GET') return said(404, { response: { errors: [{ code: 'TW0001', message: 'Not found' }] } });
  carrier.asked.push(request);
  return carrier.subscription();
}

let orders = 0;
const newestNumber = () => `1Z0X0X0X68${String(orders).padStart(8, '0')}`;
/** Subscriptions asked for the newest parcel; those of the tests before go on. */
const askedFor = () => carrier.asked.filter(({ body }) => body?.includes(newestNumber()));
async function newParcel(): Promise<string> {
  orders += 1;
  const box = { carrier: 'ups', tracking_number: newestNumber() };
  const order = await ground.putOrder(`R-${orders}`, exampleOrder({ parcels: [box] }));
  await facts.settle();
  await jobs.runDue();
  return order.boxes[0]?.parcelId ?? '';
}

const subscriptionOf = (parcelId: string) =>
  jobs.waiting().find(({ task, payload }) => task === 'watch.subscribe' && payload['parcelId'] === parcelId);
const daysUntil = (at: Temporal.Instant | undefined) => at?.since(clock.now()).total('hours') ?? Number.NaN;
const isSubscribed = async (parcelId: string) => (await watch.watched(database, parcelId))?.subscribed;

async function untilRenewal(parcelId: string): Promise<void> {
  const due = subscriptionOf(parcelId)?.dueAt;
  assert.ok(due);
  clock.advanceTo(due);
  await jobs.runDue();
  await facts.settle();
}

beforeEach(async () => {
  await database.tx((tx) => watch.forgetShop(tx, shop.shopId));
  await database.tx((tx) => carriers.forgetShop(tx, shop.shopId));
  await carriers.addAccount(database, {
    shopId: shop.shopId,
    connector: ups,
    secrets: { clientId: 'client', clientSecret: 'secret', pushToken: 'push-secret' },
  });
  carrier.asked = [];
  carrier.subscription = taken;
});

test('A subscription that ends by itself is made anew between one and two days before.', async () => {
  const parcelId = await newParcel();
  assert.equal(askedFor().length, 1);
  const hours = daysUntil(subscriptionOf(parcelId)?.dueAt);
  assert.ok(hours >= 12 * 24 && hours <= 13 * 24, String(hours));
  await untilRenewal(parcelId);
  assert.equal(askedFor().length, 2);
  assert.ok(daysUntil(subscriptionOf(parcelId)?.dueAt) >= 12 * 24);
  assert.equal(await isSubscribed(parcelId), true);
});

test('While it cannot be renewed it is tried again, and once it has ended the parcel counts as not subscribed.', async () => {
  const parcelId = await newParcel();
  const began = clock.now();
  carrier.subscription = () => said(503, { response: { errors: [{ code: 'VSS100', message: 'Later' }] } });
  await untilRenewal(parcelId);
  assert.equal(await isSubscribed(parcelId), true, 'it has not ended yet');
  while (clock.now().since(began).total('hours') < 14 * 24) await untilRenewal(parcelId);
  await untilRenewal(parcelId);
  assert.equal(await isSubscribed(parcelId), false);
  carrier.subscription = taken;
  await untilRenewal(parcelId);
  assert.equal(await isSubscribed(parcelId), true);
});

test('A number that the carrier takes no more is asked about as often as before.', async () => {
  const parcelId = await newParcel();
  carrier.subscription = () => said(200, { validTrackingNumbers: [], invalidTrackingNumbers: ['any'] });
  await untilRenewal(parcelId);
  assert.equal(await isSubscribed(parcelId), false);
  assert.equal(subscriptionOf(parcelId), undefined);
});

test('A parcel that has arrived is subscribed to no more.', async () => {
  const parcelId = await newParcel();
  const scan: ReadScan = {
    code: '011',
    milestone: 'delivered',
    subStatus: 'delivered.recipient',
    localTime: clock.now().toString().slice(0, 19),
    offset: null,
    zone: 'UTC',
    timeConfidence: 'assumed',
    place: null,
    text: null,
    retracts: false,
    leg: 'outbound',
  };
  const [parcel] = await parcels.read(database, [parcelId]);
  const number = parcel?.number;
  assert.ok(number);
  await database.tx((tx) => parcels.takeScans(tx, shop.shopId, [{ carrier: 'ups', number, scan }], 'poll'));
  await facts.settle();
  await untilRenewal(parcelId);
  assert.equal(askedFor().length, 1);
  assert.equal(subscriptionOf(parcelId), undefined);
});
