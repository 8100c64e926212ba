import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findConnector, type Account } from '#carriers';
import { openKeyring } from '#keys';
import { createManualClock, type ManualClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { createHttp } from '#kit/http';
import { createManualJobs, type ManualJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { startMailbox, type Mailbox } from '#kit/mailbox';
import type { Shop } from '#orders';
import { simulatedAccounts, startSimulator, type Simulator } from '../../src/sample/simulator.ts';
import { createHouse, ensureMonths, type House, type HouseNeeds } from '../../src/house.ts';
import { openTestDatabase } from '../database.ts';
import { exampleFace, exampleOrder, start } from '../ground.ts';
import { callerOf, pathOfCustomer, type Call, type Reply } from './calls.ts';
import { placeAt } from '../place.ts';

/**
 * The whole house with its real parts: PostgreSQL, the HTTP server, the mailbox, and the simulated carrier over TLS and
 * through the egress. Only its time stands still until it is moved.
 */
export type HouseOnClock = {
  readonly house: House;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly jobs: ManualJobs;
  readonly mailbox: Mailbox;
  readonly carrier: Simulator;
  readonly shop: Shop;
  readonly port: number;
  /** With the shop's key, which may do everything. */
  readonly call: Call;
  /** Puts an order, the example's unless it says otherwise. Answers the path of its page. */
  readonly putOrder: (number: string, more?: object) => Promise<string>;
  readonly postScans: (...scans: readonly PostedScan[]) => Promise<Reply>;
  /** What the customer sees behind a link. */
  readonly page: (path: string) => Promise<string>;
  /** Connects the carrier; from now on it is asked, and pushes where it knows the service. */
  readonly connect: (secrets?: { readonly apiKey?: string; readonly pushToken: string }) => Promise<Account>;
  /** Everything that has come due: pushes, what follows from them, jobs. */
  readonly settle: () => Promise<void>;
  /** Lets time pass, and everything in it happen when it is due. */
  readonly pass: (duration: Temporal.DurationLike) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A scan as the shop's systems post it, by default of the example order's parcel. */
export type PostedScan = { readonly code: string; readonly local_time: string } & Readonly<Record<string, unknown>>;

export const publicUrl = 'https://paket.nordlicht.example';
export const exampleNumber = '00340434161094015902';

type Options = {
  readonly startAt?: Temporal.Instant;
  readonly smtp?: HouseNeeds['smtp'];
  readonly dnsServers?: readonly string[];
};

export async function openHouse(options: Options = {}): Promise<HouseOnClock> {
  const { url, close: closeDatabase } = await openTestDatabase();
  const database = openDatabase({ url });
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-story-keys-'));
  const keyring = await openKeyring({ folder, database });
  const clock = createManualClock(options.startAt ?? start);
  const jobs = createManualJobs({ clock });
  const log = createLog({ level: 'silent' });
  const mailbox = await startMailbox({ limit: 2_000, clock });
  let port = 0;
  const carrier = await startSimulator({ clock, log, push: (to, headers, body) => pushTo(port, to, headers, body) });
  const house = createHouse({
    ...{ database, clock, jobs, keyring, log, mailbox, publicUrl },
    smtp: options.smtp ?? null,
    dnsServers: options.dnsServers ?? ['127.0.0.1:9'],
    about: { settings: () => [], version: '0' },
    place: placeAt(publicUrl),
    certificates: null,
    scanning: { own: [], allowPrivate: false, caPem: null, staff: [] },
    routeOf: () => carrier.route,
    pause: async (ms) => Promise.resolve(clock.advanceTo(clock.now().add({ milliseconds: ms }))),
  });
  await ensureMonths(database, clock.now(), clock.now());
  const http = createHttp({
    settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: ['127.0.0.1'], publicUrl },
    log,
    ready: () => Promise.resolve(true),
    errorPage: house.customer.errorPage,
  });
  for (const door of [house.customer, house.console, house.api]) door.mount(http);
  ({ port } = await http.listen());
  const shop = await house.orders.addShop(database, {
    ...{ name: 'Nordlicht', language: 'de', sample: false },
    face: exampleFace,
  });
  const { key } = await house.api.keys.create(shop.shopId, 'the shop', ['all'], 'test');
  const call = callerOf(port, key);
  const time = { house, jobs, clock, carrier };
  return {
    ...{ house, database, clock, jobs, mailbox, carrier, shop, port, call },
    putOrder: (number, more) => putOrder(call, number, more),
    postScans: (...scans) => postScans(call, scans),
    page: (path) => pageAt(port, path),
    connect: (secrets) => connect(house, database, shop, secrets),
    settle: () => settle(time),
    pass: (duration) => pass(time, duration),
    close: async () => {
      await http.close();
      await house.stop();
      await carrier.stop();
      await mailbox.stop();
      await database.close();
      await closeDatabase();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The carrier's call to the push address, at the port where the house really is. */
async function pushTo(port: number, to: string, headers: Readonly<Record<string, string>>, body: string) {
  const { status, text } = await callerOf(port)('POST', new URL(to).pathname, { headers, body });
  return { status, body: text };
}

async function putOrder(call: Call, number: string, more: object = {}): Promise<string> {
  const taken = await call('PUT', `/v1/orders/${encodeURIComponent(number)}`, { body: exampleOrder(more) });
  assert.equal(taken.status, 200, taken.text);
  return pathOfCustomer(taken);
}

async function postScans(call: Call, scans: readonly PostedScan[]): Promise<Reply> {
  const body = { scans: scans.map((scan) => ({ carrier: 'dhl', tracking_number: exampleNumber, ...scan })) };
  const taken = await call('POST', '/v1/scans', { body });
  assert.equal(taken.status, 200, taken.text);
  return taken;
}

async function pageAt(port: number, path: string): Promise<string> {
  const answer = await callerOf(port)('GET', path, { headers: { accept: 'text/html' } });
  assert.equal(answer.status, 200, answer.text);
  return answer.text;
}

async function connect(
  house: House,
  database: Database,
  shop: Shop,
  secrets: { readonly apiKey?: string; readonly pushToken: string } = { pushToken: 'a-push-token-of-this-test' },
): Promise<Account> {
  const connector = findConnector('dhl-unified');
  assert.ok(connector !== null);
  const all = { apiKey: simulatedAccounts.generous.apiKey, ...secrets };
  return await house.carriers.addAccount(database, { shopId: shop.shopId, connector, secrets: all });
}

type Time = Pick<HouseOnClock, 'house' | 'jobs' | 'clock' | 'carrier'>;

async function settle({ house, jobs, carrier }: Time): Promise<void> {
  for (let ran = 1; ran > 0;) {
    await carrier.look();
    await house.facts.settle();
    ran = await jobs.runDue();
  }
}

const stepMinutes = 15;

async function pass(time: Time, duration: Temporal.DurationLike): Promise<void> {
  const { clock, jobs } = time;
  const until = clock.now().add(duration);
  await settle(time);
  while (Temporal.Instant.compare(clock.now(), until) < 0) {
    const step = clock.now().add({ minutes: stepMinutes });
    const due = jobs.nextDueAt();
    clock.advanceTo([step, due ?? until].reduce(earlier, until));
    await settle(time);
  }
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}
