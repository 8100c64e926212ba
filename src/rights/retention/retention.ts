import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import type { Orders } from '#orders';
import {
  clocks,
  findClock,
  lastProofs,
  restrictedIn,
  restrictedUntilEnd,
  type ClockName,
  type Dropped,
  type Going,
  type Past,
  type Privacy,
  type RetentionClock,
  type Sweep,
  type Whose,
} from '#privacy';
import { statements } from './store.ts';

/** A clock as it counts for one shop. */
export type ShopClock = RetentionClock & {
  /** What the house has; `days` is what counts. */
  readonly houseDays: number;
  readonly isOwn: boolean;
};

/** What is past a clock, or was dropped by it. */
export type RetentionLine = {
  /** `schema.table` */
  readonly table: string;
  readonly clock: ClockName;
  readonly shopId: string | null;
  /** What is older goes. */
  readonly before: Temporal.Instant;
  readonly rows: number;
  /** As old, and kept because their persons restricted the use of their data (GDPR art. 18); null after a run. */
  readonly waiting: number | null;
  /** The oldest that is there; null after a run, and where there is none. */
  readonly oldest: Temporal.Instant | null;
};

export type RetentionReport = {
  readonly dryRun: boolean;
  readonly ranAt: Temporal.Instant;
  readonly tookMs: number;
  /** How many persons restricted the use of their data: what is about them waits, whatever its age. */
  readonly restricted: number;
  /** Tables with nothing to drop and nothing that waits are left out. */
  readonly lines: readonly RetentionLine[];
};

export type RetentionRun = {
  readonly runId: string;
  readonly ranAt: Temporal.Instant;
  readonly actor: string;
  readonly tookMs: number;
  readonly dropped: readonly { readonly table: string; readonly clock: string; readonly rows: number }[];
};

/** The retention clocks (GDPR art. 5(1)(e)): how long each shop keeps what, and the run that drops what is past them. */
export type Retention = {
  /** In the order of the table. */
  readonly clocks: (queries: Queries, shopId: string) => Promise<readonly ShopClock[]>;
  /**
   * Null goes back to the house's days. What is past a shorter clock goes at the next run.
   * @throws Fault('not_found') for no clock, Fault('invalid') outside of its limits or where it has none
   */
  readonly setDays: (change: {
    readonly shopId: string;
    readonly clock: string;
    readonly days: number | null;
    readonly actor: string;
  }) => Promise<ShopClock>;
  /** What would go now, by table and clock, changing nothing. One shop, or all. */
  readonly look: (shopId?: string) => Promise<RetentionReport>;
  /**
   * Drops what is past, in batches of one transaction each; a run that was cut short goes on with the next. Where a table
   * fails, the others have their turn all the same, the run is written down, and then it throws.
   */
  readonly run: (actor: string) => Promise<RetentionReport>;
  /** A run, unless there was one in the last 20 hours. */
  readonly runDaily: () => Promise<void>;
  /** The latest first. */
  readonly runs: (queries: Queries, limit: number) => Promise<readonly RetentionRun[]>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type RetentionNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Pick<Privacy, 'audit' | 'lockForErasure' | 'forget'>;
  readonly orders: Pick<Orders, 'shops'>;
  readonly sweeps: readonly Sweep[];
  /** Copies what the law keeps of orders that are about to go. */
  readonly keepByLaw: (tx: Tx, shopId: string, orders: Parameters<Going>[0]) => Promise<void>;
  /** The rooms that keep something about persons and parcels, but for privacy: from the top down. */
  readonly rooms: readonly { readonly forget: (tx: Tx, whose: Whose) => Promise<void> }[];
  /** Of persons without an order those that a room keeps for another reason, until its own clock lets them go. */
  readonly staying?: (tx: Tx, personIds: readonly string[]) => Promise<ReadonlySet<string>>;
};

/** Who leaves is known only when it is known who stays for another reason. */
const persons = 'orders.person';
const rowsPerBatch = 500;
const batchesMax = 20_000;
const runsKept = 400;
const dailyHours = 20;
const droppedShape = z.array(z.object({ table: z.string(), clock: z.string(), rows: z.number() }));

async function runs(queries: Queries, limit: number): Promise<readonly RetentionRun[]> {
  const rows = await queries.rows<RetentionRun>(statements.runs, [limit]);
  return rows.map((row) => Object.assign(row, { dropped: droppedShape.parse(row.dropped) }));
}

export function createRetention(needs: RetentionNeeds): Retention {
  const { database, clock } = needs;
  const run: Retention['run'] = (actor) => runNow(needs, actor);
  return {
    clocks: clocksOf,
    setDays: (change) => setDays(needs, change),
    look: (shopId) => look(needs, shopId ?? null),
    run,
    runDaily: async () => {
      const [last] = await runs(database, 1);
      if (last === undefined || last.ranAt.until(clock.now()).total('hours') >= dailyHours) await run('house');
    },
    runs,
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShop, [shopId]);
      await tx.rows(statements.forgetLeaving, [shopId]);
    },
  };
}

async function clocksOf(queries: Queries, shopId: string): Promise<readonly ShopClock[]> {
  const rows = await queries.rows<{ clock: string; days: number }>(statements.ownDays, [shopId]);
  return clocks.map((one) => {
    const own = one.limits === null ? undefined : rows.find((row) => row.clock === one.name);
    return { ...one, houseDays: one.days, days: own?.days ?? one.days, isOwn: own !== undefined };
  });
}

async function setDays(needs: RetentionNeeds, change: Parameters<Retention['setDays']>[0]): Promise<ShopClock> {
  const { shopId, clock: name, days, actor } = change;
  const known = findClock(name);
  if (known === null) {
    throw new Fault('not_found', `There is no clock "${name}". There is: ${clocks.map((one) => one.name).join(', ')}.`);
  }
  const { limits } = known;
  if (limits === null) throw new Fault('invalid', `The clock "${name}" is the same for everybody: ${known.source}.`);
  if (days !== null && !(Number.isInteger(days) && days >= limits.atLeast && days <= limits.atMost)) {
    throw new Fault('invalid', `The clock "${name}" can be set to ${limits.atLeast} to ${limits.atMost} whole days.`);
  }
  return await needs.database.tx(async (tx) => {
    if (days === null) await tx.rows(statements.unsetDays, [shopId, name]);
    else await tx.rows(statements.setDays, [shopId, name, days, needs.clock.now()]);
    const verb = days === null ? 'retention.unset' : 'retention.set';
    await needs.privacy.audit(tx, { shopId, actor, verb, subject: days === null ? name : `${name} ${days}` });
    const set = (await clocksOf(tx, shopId)).find((one) => one.name === name);
    if (set === undefined) throw new Error(`the clock ${name} is gone`);
    return set;
  });
}

type Turn = { readonly sweep: Sweep; readonly past: Omit<Past, 'keptIds'> };

/** Every sweep for every shop whose clock it is; those that are nobody's own once for all. */
async function turnsOf(needs: RetentionNeeds, only: string | null): Promise<readonly Turn[]> {
  const now = needs.clock.now();
  const shops = (await needs.orders.shops(needs.database)).filter(({ shopId }) => only === null || shopId === only);
  const turns: Turn[] = [];
  for (const { shopId } of shops) {
    const own = await clocksOf(needs.database, shopId);
    for (const sweep of needs.sweeps) {
      const counts = own.find((one) => one.name === sweep.clock && one.limits !== null);
      if (counts !== undefined)
        turns.push({ sweep, past: { shopId, before: now.subtract({ hours: counts.days * 24 }) } });
    }
  }
  const everybodys = needs.sweeps.flatMap((sweep): readonly Turn[] => {
    const counts = findClock(sweep.clock);
    if (counts === null || counts.limits !== null) return [];
    return [{ sweep, past: { shopId: only, before: now.subtract({ hours: counts.days * 24 }) } }];
  });
  return [...turns, ...everybodys];
}

async function look(needs: RetentionNeeds, only: string | null): Promise<RetentionReport> {
  const began = performance.now();
  const lines: RetentionLine[] = [];
  const keptIds = await restrictedIn(needs.database, only);
  for (const { sweep, past } of await turnsOf(needs, only)) {
    const all = keptIds.length === 0 ? null : await sweep.past(needs.database, { ...past, keptIds: [] });
    for (const found of await sweep.past(needs.database, { ...past, keptIds })) {
      const whole = all?.find(({ table }) => table === found.table)?.rows ?? found.rows;
      lines.push({ ...found, ...past, clock: sweep.clock, waiting: whole - found.rows });
    }
  }
  return await reportOf(needs, { dryRun: true, only, began }, lines);
}

async function runNow(needs: RetentionNeeds, actor: string): Promise<RetentionReport> {
  const { database, clock, privacy } = needs;
  const began = performance.now();
  const lines: RetentionLine[] = [];
  const failures: unknown[] = [];
  for (const { sweep, past } of await turnsOf(needs, null)) {
    const sums = new Map<string, number>();
    // One that fails keeps no other from its turn; what it had dropped until then is dropped.
    await dropAll(needs, sweep, past, sums).catch((error: unknown) => failures.push(error));
    for (const [table, rows] of sums)
      lines.push({ ...past, table, rows, clock: sweep.clock, waiting: null, oldest: null });
  }
  const report = await reportOf(needs, { dryRun: false, only: null, began }, lines);
  const dropped = report.lines.map(({ table, clock: name, rows }) => ({ table, clock: name, rows }));
  const runId = newId(clock);
  await database.tx(async (tx) => {
    await tx.rows(statements.addRun, [runId, report.ranAt, actor, report.tookMs, JSON.stringify(dropped)]);
    await tx.rows(statements.dropRuns, [runsKept]);
    await privacy.audit(tx, { shopId: null, actor, verb: 'retention.run', subject: showId('rtn', runId) });
  });
  if (failures.length > 0) throw failures[0];
  return report;
}

/** Batch after batch, each committed, until one finds nothing more. Adds what went to `sums`. */
async function dropAll(
  needs: RetentionNeeds,
  sweep: Sweep,
  past: Turn['past'],
  sums: Map<string, number>,
): Promise<void> {
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const { rows } = await needs.database.tx((tx) => dropBatch(needs, tx, sweep, past));
    const counts = Object.entries(rows).filter(([, count]) => count > 0);
    if (counts.length === 0) break;
    for (const [table, count] of counts) sums.set(table, (sums.get(table) ?? 0) + count);
  }
}

async function dropBatch(needs: RetentionNeeds, tx: Tx, sweep: Sweep, past: Turn['past']): Promise<Dropped> {
  const { shopId } = past;
  const keptIds = await restrictedUntilEnd(tx, shopId);
  const dropped = await sweep.drop(tx, { ...past, keptIds }, rowsPerBatch, async (orders) => {
    if (shopId === null) throw ofNoShop(sweep);
    await needs.keepByLaw(tx, shopId, orders);
  });
  const staying = (await needs.staying?.(tx, dropped.leavingIds)) ?? new Set<string>();
  const leavingIds = dropped.leavingIds.filter((id) => !staying.has(id));
  const { parcelIds, goneIds } = dropped;
  const rows = { ...dropped.rows, ...(dropped.leavingIds.length > 0 ? { [persons]: leavingIds.length } : {}) };
  if (parcelIds.length + leavingIds.length + goneIds.length === 0) return { ...dropped, rows };
  if (shopId === null) throw ofNoShop(sweep);
  await needs.privacy.lockForErasure(tx, [...leavingIds, ...goneIds]);
  for (const room of needs.rooms) await room.forget(tx, { shopId, personIds: leavingIds, parcelIds, orderIds: [] });
  const provenIds = await leave(tx, shopId, leavingIds);
  const unprovenIds = leavingIds.filter((id) => !provenIds.has(id));
  await needs.privacy.forget(tx, { shopId, personIds: [...goneIds, ...unprovenIds], parcelIds, orderIds: [] });
  return { ...dropped, rows };
}

function ofNoShop({ clock }: Sweep): Error {
  return new Error(`the sweep ${clock} names orders, persons or parcels of no shop`);
}

/** Those whose consents and disclosures have to be provable still; their keys go when these do. */
async function leave(tx: Tx, shopId: string, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  const proofs = personIds.length === 0 ? new Map<string, Temporal.Instant>() : await lastProofs(tx, personIds);
  if (proofs.size > 0) await tx.rows(statements.leave, [[...proofs.keys()], shopId, [...proofs.values()]]);
  return new Set(proofs.keys());
}

async function reportOf(
  { clock, database }: RetentionNeeds,
  { dryRun, only, began }: { readonly dryRun: boolean; readonly only: string | null; readonly began: number },
  lines: readonly RetentionLine[],
): Promise<RetentionReport> {
  const restricted = (await restrictedIn(database, only)).length;
  const tookMs = Math.round(performance.now() - began);
  const told = lines.filter(({ rows, waiting }) => rows + (waiting ?? 0) > 0);
  return { dryRun, ranAt: clock.now(), tookMs, restricted, lines: told };
}
