import type { Queries } from '#kit/database';
import { onlyRows, sweepOf, type Sweep } from '#privacy';
import { statements as breaches } from '../breach/store.ts';
import { statements as canaries } from '../canary/store.ts';
import { expireChanges } from '../correct/correct.ts';
import { expireHolds } from '../hold/hold.ts';
import { statements as desk } from '../requests/store.ts';
import { statements } from './store.ts';

const leaving = sweepOf('proof', { 'rights.leaving': { past: statements.pastLeaving, drop: '', waits: true } });

/** Verbs that count or drop what is over at a moment; their rows know when. */
type Expire = (queries: Queries, now: Temporal.Instant, how: { readonly dryRun: boolean }) => Promise<number>;

/** A sweep over rows that name their own end; what ended before this moment goes. */
function endedSweep(clock: Sweep['clock'], table: string, along: readonly string[], expire: Expire): Sweep {
  return {
    clock,
    tables: [table, ...along],
    past: async (queries, { before }) => {
      const rows = await expire(queries, before, { dryRun: true });
      return [{ table, rows, oldest: null }];
    },
    drop: async (tx, { before }) => onlyRows({ [table]: await expire(tx, before, { dryRun: false }) }),
  };
}

export const rightsSweeps: readonly Sweep[] = [
  sweepOf('request', { 'rights.request': { past: desk.pastRequests, drop: desk.dropRequests, waits: true } }, [
    'rights.request_step',
  ]),
  // A case goes when nothing was written about it for so long.
  sweepOf(
    'audit',
    {
      'rights.breach_case': { past: breaches.pastCases, drop: breaches.dropCases },
      'rights.canary_use': { past: canaries.pastUses, drop: canaries.dropUses },
    },
    ['rights.breach_step', 'rights.breach_mailing'],
  ),
  // Kept until the end of a day, which the verb itself counts from now.
  endedSweep('hold', 'rights.hold', ['rights.hold_key'], (queries, before, how) =>
    expireHolds(queries, before.add({ hours: 24 }), how),
  ),
  // Whoever was erased is swept once more by a job, which takes the row away; it tells nothing.
  endedSweep('moment', 'rights.email_change', ['rights.erased'], expireChanges),
  {
    ...leaving,
    drop: async (tx, { shopId, before, keptIds }, rowsMax) => {
      const asked = [shopId, before, rowsMax, keptIds];
      const rows = await tx.rows<{ personId: string }>(statements.dropLeaving, asked);
      return { ...onlyRows({ 'rights.leaving': rows.length }), goneIds: rows.map(({ personId }) => personId) };
    },
  },
];
