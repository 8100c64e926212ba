// The months of a file pass on a clock that is moved by hand: every night the shop's file, every scan at its minute, and
// in between everything that comes due.
import assert from 'node:assert/strict';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findConnector } from '#carriers';
import { callerOf, type Call } from '../../test/stories/calls.ts';
import type { HouseOnClock } from '../parts/house-on-clock.ts';
import { zone, type Happened, type RealOrder } from './rows.ts';
import { carrierOf, csvOf, mapping, trackingNumberOf, type Export } from './shop-export.ts';

type Phase = 'files' | 'scans' | 'time';

/** What was done, and how long each kind of it took. */
export type Replay = {
  files: number;
  scans: number;
  jobs: number;
  readonly ms: Record<Phase, number>;
};

export type ReplayNeeds = HouseOnClock & {
  /** Where the shop's files lie while they are taken. */
  readonly folder: string;
  /** After each night. */
  readonly looked: (at: Temporal.Instant) => void;
};

/** What each carrier calls a hand-over and a delivery. */
const codes = { dhl: ['parcel-de:AE', 'parcel-de:ZU'], ups: ['038', '011'] } as const;

type Step = { readonly atMs: number; readonly scans: readonly object[] } | Export;

/** Timers that are nobody's news may come so late. */
const stepMsMax = 2 * 3_600_000;
const jobsAtOnce = 8;
/** So long after the last scan everything that follows from it has happened. */
const restMs = 2 * 86_400_000;

export async function replay(
  needs: ReplayNeeds,
  orders: readonly RealOrder[],
  nights: readonly Export[],
): Promise<Replay> {
  const done: Replay = { files: 0, scans: 0, jobs: 0, ms: { files: 0, scans: 0, time: 0 } };
  await connectCarriers(needs);
  const { key } = await needs.house.api.keys.create(needs.shop.shopId, 'the carriers', ['scans:write'], 'bench');
  const call = callerOf(needs.port, key);
  const steps: readonly Step[] = [...nights, ...scansOf(orders)].toSorted((one, other) => one.atMs - other.atMs);
  for (const step of steps) {
    await timed(done, 'time', () => passUntil(needs, done, step.atMs));
    if ('scans' in step) await timed(done, 'scans', () => post(call, done, step.scans));
    else {
      done.files += 1;
      await timed(done, 'files', () => importNight(needs, step));
      needs.looked(needs.clock.now());
    }
    await timed(done, 'time', () => follow(needs, done));
  }
  await timed(done, 'time', () => rest(needs, done));
  return done;
}

/**
 * Accounts that carriers push to and that have nothing to ask with: what is known of a parcel is what the file knows. The
 * product looks once a day whether it can ask by now.
 */
async function connectCarriers({ house, database, shop }: HouseOnClock): Promise<void> {
  for (const carrier of Object.keys(codes)) {
    const connector = findConnector(carrier);
    assert.ok(connector !== null);
    await house.carriers.addAccount(database, { shopId: shop.shopId, connector, secrets: {} });
  }
}

/** Lets everything happen that is still to come of what has happened. */
export async function rest(needs: HouseOnClock, done: Pick<Replay, 'jobs'>): Promise<void> {
  await follow(needs, done);
  await passUntil(needs, done, needs.clock.now().epochMilliseconds + restMs);
}

/** Hand-overs and deliveries as the carriers tell of them; those of one minute come together. */
function scansOf(orders: readonly RealOrder[]): readonly Step[] {
  const told = orders.flatMap((order) => {
    const [handOver, delivery] = codes[carrierOf(order)];
    return [...scanOf(order, handOver, order.handOver), ...scanOf(order, delivery, order.delivery)];
  });
  const minutes = Map.groupBy(told, ({ atMs }) => atMs);
  return [...minutes].map(([atMs, same]) => ({ atMs, scans: same.map(({ scan }) => scan) }));
}

/** None for what never happened. */
function scanOf(order: RealOrder, code: string, happened: Happened | null) {
  if (happened === null) return [];
  const place = { name: `Cidade ${order.postcode.slice(0, 3)}`, country: 'BR' };
  const parcel = { carrier: carrierOf(order), tracking_number: trackingNumberOf(order) };
  return [{ atMs: happened.ms, scan: { ...parcel, code, local_time: happened.local, zone, place } }];
}

async function post(call: Call, done: Replay, scans: readonly object[]): Promise<void> {
  const { status, text, body } = await call('POST', '/v1/scans', { body: { scans } });
  assert.equal(status, 200, text);
  assert.deepEqual([body?.['accepted'], body?.['rejected']], [scans.length, []], text);
  done.scans += scans.length;
}

async function importNight(needs: ReplayNeeds, { orders, numbered }: Export): Promise<void> {
  const { counts } = await importFile(needs, csvOf(orders, numbered));
  assert.deepEqual([counts.orders, counts.refused, counts.unchanged], [orders.length, 0, 0]);
}

/** By the same door as `import orders FILE --map MAP.json`. */
export async function importFile(
  { house, shop, folder }: Pick<ReplayNeeds, 'house' | 'shop' | 'folder'>,
  csv: string,
): ReturnType<HouseOnClock['house']['api']['importOrders']> {
  const path = join(folder, 'orders.csv');
  writeFileSync(path, csv);
  const outcome = await house.api.importOrders({
    shopId: shop.shopId,
    bytes: createReadStream(path),
    mapping,
    separator: null,
    dryRun: false,
    actor: 'bench',
    progress: () => {},
  });
  assert.equal(outcome.end, null);
  return outcome;
}

/** Whatever concerns customers happens at its moment, the rest within two hours. */
async function passUntil(needs: HouseOnClock, done: Pick<Replay, 'jobs'>, untilMs: number): Promise<void> {
  const { clock, jobs } = needs;
  for (let nowMs = clock.now().epochMilliseconds; nowMs < untilMs; nowMs = clock.now().epochMilliseconds) {
    const next = jobs.waiting().find(({ task }) => task.startsWith('notices.'));
    const dueMs = next?.dueAt?.epochMilliseconds ?? untilMs;
    clock.advanceTo(Temporal.Instant.fromEpochMilliseconds(Math.min(untilMs, dueMs, nowMs + stepMsMax)));
    await settle(needs, done);
  }
}

/** What was written just now has its effects. */
async function follow(needs: HouseOnClock, done: Pick<Replay, 'jobs'>): Promise<void> {
  await needs.house.facts.settle();
  await settle(needs, done);
}

/** Time alone makes no facts: jobs do, and then there are more facts to read, and of those more jobs. */
async function settle({ house, jobs }: HouseOnClock, done: Pick<Replay, 'jobs'>): Promise<void> {
  for (let ran = await runDue(jobs); ran > 0; ran = await runDue(jobs)) {
    done.jobs += ran;
    await house.facts.settle();
  }
}

/** As many at a time as the real queue runs. */
async function runDue(jobs: HouseOnClock['jobs']): Promise<number> {
  const ran = await Promise.all(Array.from({ length: jobsAtOnce }, () => jobs.runDue()));
  return ran.reduce((sum, one) => sum + one, 0);
}

async function timed(done: Replay, phase: Phase, act: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  await act();
  done.ms[phase] += performance.now() - begun;
}
