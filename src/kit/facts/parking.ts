import type { Clock } from '#kit/clock';
import { isDatabaseAway, type Database, type Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { laneOf, type Handle, type StoredFact } from './shapes.ts';
import { moveCursors, statements } from './store.ts';

const failuresMax = 5;

/** How long to wait after the n-th failure in a row. */
const pausesMs = [100, 500, 2_000, 5_000] as const;

export type Parking = {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly name: string;
  readonly kinds: readonly string[];
  readonly handle: Handle;
};

/** Facts of the follower's kinds whose key is not parked; those of a parked key are parked behind it, in order. */
export async function withoutParked(
  needs: Parking,
  tx: Tx,
  facts: readonly StoredFact[],
): Promise<readonly StoredFact[]> {
  const wanted = facts.filter((fact) => needs.kinds.includes(fact.kind));
  if (wanted.length === 0) return wanted;
  const rows = await tx.rows<{ key: string }>(statements.parkedKeys, [needs.name, wanted.map((fact) => fact.key)]);
  if (rows.length === 0) return wanted;
  const parked = new Set(rows.map((row) => row.key));
  await park(
    needs,
    tx,
    wanted.filter((fact) => parked.has(fact.key)),
    'waits behind an earlier fact',
  );
  return wanted.filter((fact) => !parked.has(fact.key));
}

/** Counts a failure; the last one parks the fact. True when the lane has moved on. */
export async function failAt(needs: Parking, fact: StoredFact, error: unknown): Promise<boolean> {
  return await needs.database.tx(async (tx) => {
    const cursor = await tx.one<{ seq: number }>(statements.lockCursor, [needs.name, fact.lane]);
    // In the meantime another process has got past this fact.
    if (cursor === null || cursor.seq >= fact.seq) return true;
    const now = needs.clock.now();
    const row = await tx.one<{ failures: number }>(statements.fail, [needs.name, fact.lane, fact.seq, now]);
    const pauseMs = pausesMs[(row?.failures ?? failuresMax) - 1];
    if (pauseMs !== undefined) {
      await tx.rows(statements.pause, [needs.name, fact.lane, now.add({ milliseconds: pauseMs })]);
      return false;
    }
    const reason = reasonOf(error);
    needs.log(`${needs.name} parked ${fact.kind} at ${fact.lane}/${fact.seq}: ${reason}`);
    await park(needs, tx, [fact], reason);
    await moveCursors(tx, needs.name, [fact]);
    await tx.rows(statements.unstick, [needs.name, fact.lane]);
    return true;
  });
}

async function park(needs: Parking, tx: Tx, facts: readonly StoredFact[], reason: string): Promise<void> {
  await tx.rows(statements.park, [
    needs.name,
    facts.map((fact) => fact.key),
    facts.map((fact) => fact.lane),
    facts.map((fact) => fact.seq),
    facts.map((fact) => fact.appendedAt),
    reason,
  ]);
}

/**
 * Hands the parked facts of a key to the follower again, one transaction each, until one fails or none is left.
 * @returns how many were handled
 */
export async function retryParked(needs: Parking, key: string): Promise<number> {
  for (let handled = 0; ;) {
    const next = await retryNext(needs, key);
    if (next === 'none' || next === 'failed') return handled;
    if (next === 'handled') handled += 1;
  }
}

async function retryNext(needs: Parking, key: string): Promise<'handled' | 'gone' | 'failed' | 'none'> {
  const at: { fact: StoredFact | null } = { fact: null };
  try {
    return await needs.database.tx(async (tx) => {
      // While we hold the lane nobody reads it: no fact of this key is parked unseen behind the one that leaves.
      await tx.rows(statements.lockCursor, [needs.name, laneOf(key)]);
      const fact = await tx.one<StoredFact & { kind: string | null }>(statements.nextParked, [needs.name, key]);
      if (fact === null) return 'none';
      const isGone = fact.kind === null;
      if (!isGone) {
        at.fact = fact;
        await needs.handle(tx, [fact]);
      }
      await tx.rows(statements.unpark, [needs.name, key, fact.lane, fact.seq]);
      return isGone ? 'gone' : 'handled';
    });
  } catch (error) {
    if (at.fact === null || isDatabaseAway(error)) throw error;
    const { lane, seq } = at.fact;
    await needs.database.rows(statements.blame, [needs.name, key, lane, seq, reasonOf(error)]);
    return 'failed';
  }
}

/** What staff may read of an error: its own words may quote what it was about. */
export function reasonOf(error: unknown): string {
  if (error instanceof Fault) return `${error.code}: ${error.publicText}`.slice(0, 300);
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const frame = /^\s+at (.*)$/m.exec((error.stack ?? '').slice(`${error.name}: ${error.message}`.length))?.[1] ?? '';
  return `${error.name}${code} at ${frame.replace(/\(?file:\/\/\S*\/(?=(?:src|test)\/)/, '').replace(/\)$/, '')}`.slice(
    0,
    300,
  );
}
