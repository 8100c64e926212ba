import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { showId, timeOfId } from '#kit/ids';
import type { Log } from '#kit/log';
import { writeAudit, type Audit } from '../../audit.ts';
import type { SignedMemory } from '../last-signed.ts';
import type { LogKeys } from '../log-keys.ts';
import { statements } from '../store.ts';
import { beginWalk, type Walk, type Wrong } from './walk.ts';

/** How it stands with a shop's ledger. */
export type LedgerStatus = {
  /** What it is called; null before its first entry. */
  readonly origin: string | null;
  readonly size: number;
  readonly signedAt: Temporal.Instant | null;
  /** Entries that are committed and have no place yet; counted up to 10,001. */
  readonly waiting: number;
  /** Since when the first of them waits. */
  readonly waitingSince: Temporal.Instant | null;
  /** How it was found when it was last read again from its first entry; null while it never was. */
  readonly checked: { readonly at: Temporal.Instant; readonly size: number; readonly wrong: Wrong | null } | null;
  /** Entries that were read again so far, while it is; null while it is not. */
  readonly reading: number | null;
  /** Whether somebody asked for it to be read again, and that has not begun. */
  readonly isAsked: boolean;
};

export type Checking = {
  readonly statusOf: (queries: Queries, shopId: string) => Promise<LedgerStatus>;
  /** Has a ledger read again from its first entry, soon and in the process that gives places. */
  readonly askCheck: (shopId: string, actor: string) => Promise<void>;
  /** The same, by the house itself: it has noticed that something is wrong. */
  readonly askCheckOf: (shopId: string) => Promise<void>;
  /** Writes down that an operator had it go on: how long it was before counts no longer. */
  readonly noteResumed: (tx: Tx, shopId: string, actor: string) => Promise<void>;
  /** Reads it again here and now. @param progress hears how many entries were read, of how many */
  readonly checkNow: (
    shopId: string,
    actor: string,
    progress?: (read: number, size: number) => void,
  ) => Promise<LedgerStatus>;
  /** Reads a few bundles on. True while there are more. */
  readonly readOn: () => Promise<boolean>;
};

/** 4,096 entries. */
const bundlesTogether = 16;
/** Whoever reads writes more often than this that they still do. */
const aliveMsMax = 60_000;
const againAfter = { hours: 24 };
/** Once something was wrong. */
const againSoon = { hours: 1 };
const thinnedAfter = { hours: 1 };

type Needs = {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
  readonly shownKeysOf: (shopId: string) => Promise<LogKeys>;
  readonly memory: Pick<SignedMemory, 'of' | 'note' | 'settle'>;
};

/**
 * Reads every ledger again once a day, slowly: what was changed in the database long behind the edge is found and named
 * before a stranger finds it.
 */
export function createChecking(needs: Needs): Checking {
  const { database, clock } = needs;
  let current: Current | null = null;
  const ask = async (tx: Tx, shopId: string): Promise<void> => {
    await tx.rows(statements.askCheck, [shopId, clock.now()]);
    await tx.rows(statements.tellCheck, []);
  };
  return {
    statusOf,
    askCheck: async (shopId, actor) => {
      await database.tx(async (tx) => {
        await writeAudit(tx, clock, auditOf(shopId, actor));
        await ask(tx, shopId);
      });
    },
    askCheckOf: (shopId) => database.tx((tx) => ask(tx, shopId)),
    noteResumed: async (tx, shopId, actor) => {
      await writeAudit(tx, clock, { ...auditOf(shopId, actor), verb: 'ledger.resume' });
      await tx.rows(statements.forgetLength, [shopId]);
    },
    checkNow: async (shopId, actor, progress = () => {}) => {
      await writeAudit(database, clock, auditOf(shopId, actor));
      const begunAt = momentOf(clock);
      const claimed = await database.one<{ size: number | null }>(statements.claimCheck, [shopId, begunAt]);
      const walk = await walkOf(needs, shopId, claimed?.size ?? null);
      while (!(await readSome(needs, { shopId, begunAt, walk }))) progress(walk.read(), walk.size);
      return await statusOf(database, shopId);
    },
    readOn: async () => {
      current ??= await next(needs);
      if (current === null) return false;
      const ended = await readSome(needs, current).catch((error: unknown) => {
        current = null;
        throw error;
      });
      if (ended) current = null;
      return true;
    },
  };
}

type Current = { readonly shopId: string; readonly begunAt: Temporal.Instant; readonly walk: Walk };

/** As exactly as PostgreSQL keeps it. */
function momentOf(clock: Clock): Temporal.Instant {
  return clock.now().round({ smallestUnit: 'millisecond', roundingMode: 'floor' });
}

function auditOf(shopId: string, actor: string): Audit {
  return { shopId, actor, verb: 'ledger.check', subject: showId('shp', shopId) };
}

async function walkOf({ database, shownKeysOf, memory }: Needs, shopId: string, length: number | null): Promise<Walk> {
  const seen = { length: length ?? 0, signed: await memory.of(shopId) };
  return await beginWalk(database, shopId, await shownKeysOf(shopId), seen);
}

async function next(needs: Needs): Promise<Current | null> {
  const { database, clock } = needs;
  const now = momentOf(clock);
  const begun = await database.one<{ shopId: string; size: number | null }>(statements.beginCheck, [
    now,
    now.subtract({ milliseconds: aliveMsMax }),
    now.subtract(againAfter),
    now.subtract(againSoon),
  ]);
  if (begun === null) return null;
  const { shopId, size } = begun;
  return { shopId, begunAt: now, walk: await walkOf(needs, shopId, size) };
}

/** True when it has come to its end. */
async function readSome(needs: Needs, current: Current): Promise<boolean> {
  const { database, clock } = needs;
  const { shopId, begunAt, walk } = current;
  for (let bundle = 0; bundle < bundlesTogether; bundle += 1) {
    const found = await walk.step(database);
    if (found === null) continue;
    await end(needs, current, found === 'done' ? null : found);
    return true;
  }
  await database.rows(statements.goOnChecking, [shopId, clock.now(), walk.read(), begunAt]);
  return false;
}

async function end({ database, clock, log, memory }: Needs, current: Current, wrong: Wrong | null): Promise<void> {
  const { shopId, begunAt, walk } = current;
  const now = clock.now();
  const found = [wrong?.what ?? null, wrong?.index ?? null, wrong?.of ?? null];
  await database.rows(statements.endCheck, [shopId, now, walk.size, ...found, begunAt]);
  if (wrong === null) {
    await noteWhole(memory, shopId, walk);
    await database.rows(statements.thinCheckpoints, [shopId, walk.size, now.subtract(thinnedAfter)]);
  } else {
    log.error('the ledger is not the one that was signed', undefined, { shop: showId('shp', shopId), ...wrong });
  }
}

/** Of a ledger that has not grown since it is kept beside the keys, nothing is known there yet. */
async function noteWhole(memory: Needs['memory'], shopId: string, { size, root }: Walk): Promise<void> {
  if (size === 0) return;
  memory.note(shopId, { size, root: root(), resumed: (await memory.of(shopId))?.resumed ?? 0 });
  await memory.settle();
}

type StatusRow = {
  readonly origin: string | null;
  readonly size: number | null;
  readonly signedAt: Temporal.Instant | null;
  readonly waiting: number;
  readonly firstWaiting: string | null;
  readonly isAsked: boolean;
  readonly reading: number | null;
  readonly endedAt: Temporal.Instant | null;
  readonly checkedSize: number | null;
  readonly wrongWhat: Wrong['what'] | null;
  readonly wrongIndex: number | null;
  readonly wrongOf: string | null;
};

async function statusOf(queries: Queries, shopId: string): Promise<LedgerStatus> {
  const row = await queries.one<StatusRow>(statements.status, [shopId]);
  if (row === null) throw new Error('a row of nothing but nulls is missing');
  return {
    origin: row.origin,
    size: row.size ?? 0,
    signedAt: row.signedAt,
    waiting: row.waiting,
    waitingSince: row.firstWaiting === null ? null : timeOfId(row.firstWaiting),
    checked: row.endedAt === null ? null : { at: row.endedAt, size: row.checkedSize ?? 0, wrong: wrongOf(row) },
    reading: row.reading,
    isAsked: row.isAsked,
  };
}

function wrongOf({ wrongWhat, wrongIndex, wrongOf: of }: StatusRow): Wrong | null {
  return wrongWhat === null ? null : { what: wrongWhat, index: wrongIndex ?? 0, of: of ?? '' };
}

/** As the API and the command line write it; moments in ISO 8601, entries counted from 0. */
export function ledgerJson(status: LedgerStatus) {
  const { origin, size, signedAt, waiting, waitingSince, checked, reading, isAsked } = status;
  return {
    origin,
    size,
    signed_at: signedAt?.toString() ?? null,
    waiting,
    waiting_since: waitingSince?.toString() ?? null,
    checked: checked === null ? null : { at: checked.at.toString(), size: checked.size, wrong: checked.wrong },
    check_asked: isAsked,
    check_read: reading,
  };
}
