import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { findConnector, type Account, type AccountSecrets, type Carriers } from '#carriers';
import { createManualClock, realClock, type Clock, type ManualClock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { EgressRoute } from '#kit/egress';
import type { Facts } from '#kit/facts';
import { createHttp, type Http } from '#kit/http';
import { timeOfId } from '#kit/ids';
import { createManualJobs, type Job, type ManualJobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import { orderBody, readOrder, type Orders, type Shop } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import { sampleQuestions } from './asking.ts';
import { seedIncident } from './incident.ts';
import { askForLabels, takeBack } from './labels.ts';
import type { BreachDesk, Canaries, RightsDesk } from '#rights';
import type { Service } from '#service';
import {
  changesOf,
  parcelDeAccounts,
  simulatedAccounts,
  startSimulator,
  upsAccount,
  type Post,
  type Simulator,
} from './simulator.ts';
import { guidedWay, sampleWorld, type SampleOrder } from './world.ts';

/** The doors that the sample world goes through: the same that everybody else uses. */
export type SampleDoors = {
  readonly database: Database;
  readonly facts: Facts;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly carriers: Carriers;
  readonly privacy: Privacy;
  readonly rights: Pick<RightsDesk, 'requests'>;
  readonly service: Pick<Service, 'cases' | 'setContact'>;
  readonly pushUrlOf: (account: Account) => string;
  readonly breaches: Pick<BreachDesk, 'open' | 'step'>;
  readonly canaries: Pick<Canaries, 'plant'>;
};

/** How far back the sample world begins. */
const pastDays = 14;

/** An order placed and its parcel's first scan are an hour apart or more; steps this long lose nothing of the order. */
const stepMs = 15 * 60_000;
const answerTimeoutMs = 4_000;
/** By then there are customers to be affected. */
const incidentAgo = { hours: 5 * 24 };

/** A house as far as the sample world uses it; `api` takes the carrier's pushes. */
export type SampleHouse = SampleDoors & {
  readonly api: { readonly mount: (http: Http) => void };
  readonly stop: () => Promise<void>;
};

/** What a house on an injected clock is built with. */
export type Past = {
  readonly clock: ManualClock;
  readonly jobs: ManualJobs;
  readonly routeOf: (shopId: string) => EgressRoute | null;
  readonly pause: (ms: number) => Promise<void>;
};

/** The sample shop and its carrier, while the program runs. */
export type SampleWorld = {
  readonly shop: Shop;
  /** Leads the sample shop's calls to its carrier; null for every other shop. */
  readonly routeOf: (shopId: string) => EgressRoute | null;
  /** Jobs of the past that are still to run. */
  readonly waiting: readonly Job[];
  readonly stop: () => Promise<void>;
};

type Needs = {
  readonly log: Log;
  readonly database: Database;
  readonly publicUrl: string;
  /** The house that serves; pushes go to it once the past is over. */
  readonly house: SampleHouse;
  readonly buildPast: (past: Past) => SampleHouse;
  /** The sample shop of an earlier start; null makes the world. */
  readonly shop: Shop | null;
  /** The months' partitions from then on. */
  readonly ensureMonths: (from: Temporal.Instant) => Promise<void>;
};

/** Opens the sample world: makes its two weeks of past the first time, and lets its carrier remember them later. */
export async function openSampleWorld(needs: Needs): Promise<SampleWorld> {
  const now = realClock.now();
  const past = createManualClock(now.subtract({ hours: pastDays * 24 }));
  let clock: Clock = needs.shop === null ? past : realClock;
  let door: PushDoor | null = null;
  const simulator = await startSimulator({
    clock: { now: () => clock.now() },
    log: needs.log,
    push: (...message) => (door === null ? Promise.resolve({ status: 503, body: '' }) : post(door.port, ...message)),
  });
  let shop = needs.shop;
  const routeOf = (shopId: string): EgressRoute | null =>
    shop === null || shopId === shop.shopId ? simulator.route : null;
  let waiting: readonly Job[] = [];
  if (shop === null) {
    await needs.ensureMonths(past.now());
    const jobs = createManualJobs({ clock: past });
    const pause = async (ms: number): Promise<void> => past.advanceTo(past.now().add({ milliseconds: ms }));
    const house = needs.buildPast({ clock: past, jobs, routeOf, pause });
    door = await openPushDoor(needs, house);
    shop = await seedSample({ ...house, clock: past, jobs, simulator, until: now });
    waiting = jobs.waiting();
    await door.close();
    await house.stop();
    clock = realClock;
  } else await recall(needs.house, simulator, shop);
  door = await openPushDoor(needs, needs.house);
  return {
    shop,
    routeOf,
    waiting,
    stop: async () => {
      await simulator.stop();
      await door?.close();
    },
  };
}

type PushDoor = { readonly port: number; readonly close: () => Promise<void> };

/** The sample carrier reaches us by a door of its own on loopback, however the house itself is reached. */
async function openPushDoor(needs: Pick<Needs, 'log' | 'publicUrl'>, house: SampleHouse): Promise<PushDoor> {
  const settings = { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: needs.publicUrl };
  const http = createHttp({ settings, log: needs.log, ready: () => Promise.resolve(true) });
  house.api.mount(http);
  const { port } = await http.listen();
  return { port, close: http.close };
}

/** Lets the carriers know again what they knew before the program was stopped. */
async function recall(doors: SampleDoors, simulator: Simulator, shop: Shop): Promise<void> {
  const openedAt = timeOfId(shop.shopId).add({ hours: pastDays * 24 });
  for (const parcel of sampleWorld(openedAt).parcels) simulator.plan(parcel);
  simulator.plan(guidedWay(openedAt).parcel);
  await registerPushes(doors, simulator, shop);
}

type Seeding = SampleDoors & {
  readonly clock: ManualClock;
  readonly jobs: ManualJobs;
  readonly simulator: Simulator;
  readonly until: Temporal.Instant;
};

/** Runs the house through the sample shop's last two weeks, by the ordinary doors. */
async function seedSample(needs: Seeding): Promise<Shop> {
  const { clock, until } = needs;
  const world = sampleWorld(until);
  const shop = await introduce(needs, world);
  await connect(needs, shop);
  await registerPushes(needs, needs.simulator, shop);
  for (const parcel of world.parcels) needs.simulator.plan(parcel);
  const moments = world.parcels.flatMap(changesOf);
  let waiting: readonly SampleOrder[] = world.orders;
  const asked = sampleQuestions(needs, shop, world.orders, until);
  let isQuiet = true;
  while (Temporal.Instant.compare(clock.now(), until) < 0) {
    if (isQuiet && Temporal.Instant.compare(clock.now(), until.subtract(incidentAgo)) >= 0) {
      isQuiet = false;
      await seedIncident(needs, shop);
    }
    waiting = await putDue(needs, shop, waiting);
    await asked.runDue();
    await turn(needs);
    const dueAt = [...waiting.map((order) => order.placedAt), asked.nextAt(), needs.jobs.nextDueAt()];
    clock.advanceTo(nextMoment([...moments, ...dueAt.map((at) => at?.epochMilliseconds ?? 0)], clock, until));
  }
  const guided = guidedWay(until);
  needs.simulator.plan(guided.parcel);
  await putDue(needs, shop, [...waiting, guided.order]);
  await turn(needs);
  await takeBack(needs, shop, world.orders);
  await askForRights(needs, shop, world.orders);
  return shop;
}

/** Two letters that came to the shop: one was answered, the other is due soon. */
async function askForRights(needs: Seeding, { shopId }: Shop, orders: readonly SampleOrder[]): Promise<void> {
  const { database, clock, rights } = needs;
  const [first, second] = await Promise.all(
    orders.slice(0, 2).map(({ number }) => needs.orders.find(database, shopId, number)),
  );
  const now = clock.now();
  const letter = { shopId, via: 'staff', evidence: 'order and address' } as const;
  await database.tx(async (tx) => {
    await rights.requests.record(tx, {
      ...letter,
      kind: 'access',
      outcome: 'done',
      personId: first?.personId ?? null,
      receivedAt: now.subtract({ hours: 9 * 24 }),
      note: 'Brief mit Bestellnummer; Kopie per Post gesendet.',
    });
    await rights.requests.record(tx, {
      ...letter,
      kind: 'rectification',
      personId: second?.personId ?? null,
      receivedAt: now.subtract({ hours: 25 * 24 }),
      note: 'Am Telefon: Der Nachname ist falsch geschrieben.',
    });
  });
}

/** The shop with its legal notice, which changes how its hours are written. */
async function introduce(needs: Seeding, world: ReturnType<typeof sampleWorld>): Promise<Shop> {
  const { database, orders, service } = needs;
  const { shopId } = await orders.addShop(database, world.shop);
  const done = await service.setContact({ shopId, patch: world.contact, actor: 'sample' });
  assert(!('no' in done), 'the sample shop says something wrong about itself');
  const shop = (await orders.shops(database)).find((one) => one.shopId === shopId);
  assert(shop !== undefined);
  return shop;
}

/** The sample shop has an account with each of its carriers. */
async function connect(needs: Seeding, shop: Shop): Promise<void> {
  const { clientId, clientSecret } = upsAccount;
  const accounts: Readonly<Record<string, AccountSecrets>> = {
    'dhl-unified': { apiKey: simulatedAccounts.generous.apiKey, pushToken: randomBytes(24).toString('base64url') },
    'dhl-parcel-de': parcelDeAccounts.generous.secrets,
    ups: { clientId, clientSecret, pushToken: randomBytes(24).toString('base64url') },
  };
  for (const [carrier, secrets] of Object.entries(accounts)) {
    const connector = findConnector(carrier);
    if (connector === null) throw new Error('the sample carrier has no connector');
    await needs.carriers.addAccount(needs.database, { shopId: shop.shopId, connector, secrets });
  }
}

/** Enters at the carriers that fetch a token before they push where they get it and where they push to. */
async function registerPushes({ carriers, database, pushUrlOf }: SampleDoors, simulator: Simulator, shop: Shop) {
  for (const account of await carriers.accounts(database, shop.shopId)) {
    const client = findConnector(account.carrier)?.push?.client?.(account.secrets) ?? null;
    if (client === null) continue;
    const url = pushUrlOf(account);
    simulator.register(client.id, { url, tokenUrl: `${url}/token`, clientId: client.id, clientSecret: client.secret });
  }
}

/** Everything that has come due: the carrier's pushes, news, jobs, and what follows from them. */
async function turn(needs: Seeding): Promise<void> {
  await needs.simulator.look();
  await needs.facts.settle();
  if ((await needs.jobs.runDue()) > 0) await needs.facts.settle();
}

async function putDue(needs: Seeding, shop: Shop, orders: readonly SampleOrder[]): Promise<readonly SampleOrder[]> {
  const now = needs.clock.now();
  const due = orders.filter((order) => Temporal.Instant.compare(order.placedAt, now) <= 0);
  for (const { number, body } of due) {
    const order = readOrder(number, orderBody.parse(body));
    const { shopId } = shop;
    const { country } = body.address;
    await needs.database.tx(async (tx) => {
      const taken = await needs.parcels.takeOrder(tx, shopId, order);
      await askForLabels(tx, needs.privacy, order, { shopId, country, taken });
    });
  }
  return orders.filter((order) => !due.includes(order));
}

/**
 * The next of these moments, rounded up so that what lies close together happens in one step; `until` at the latest.
 *
 * @param moments in milliseconds
 */
function nextMoment(moments: readonly number[], clock: Clock, until: Temporal.Instant): Temporal.Instant {
  const now = clock.now().epochMilliseconds;
  const ahead = moments.filter((ms) => ms > now);
  const next = Math.ceil(Math.min(...ahead, until.epochMilliseconds) / stepMs) * stepMs;
  return next < until.epochMilliseconds ? Temporal.Instant.fromEpochMilliseconds(next) : until;
}

/** A carrier's call to our push address, handed in at the port on loopback where the same routes are served. */
function post(port: number, ...[url, headers, body]: Parameters<Post>): ReturnType<Post> {
  const path = URL.parse(url)?.pathname ?? '/';
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path, method: 'POST', headers: { ...headers }, timeout: answerTimeoutMs },
      (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', reject);
    call.end(body);
  });
}
