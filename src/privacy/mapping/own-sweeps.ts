import type { Queries } from '#kit/database';
import { firstIdAt } from '#kit/ids';
import { onlyRows, sweepOf, type Sweep } from './sweeps.ts';
import { statements } from './store.ts';

export const privacySweeps: readonly Sweep[] = [
  sweepOf('proof', {
    'privacy.disclosure': { past: statements.pastDisclosures, drop: statements.dropDisclosures, waits: true },
  }),
  {
    clock: 'moment',
    tables: ['privacy.ledger_waiting'],
    past: async (queries, { before }) => {
      const row = await queries.one<{ rows: number }>(statements.pastWaiting, [firstIdAt(before)]);
      return [{ table: 'privacy.ledger_waiting', rows: row?.rows ?? 0, oldest: null }];
    },
    // The ledger takes them out itself: what waits so long is a trouble to be looked at, and not to be dropped.
    drop: () => Promise.resolve(onlyRows({})),
  },
  sweepOf('audit', { 'privacy.audit': { past: statements.pastAudit, drop: statements.dropAudit } }),
];

/** When something was last written that has to be provable, by person; who is missing has nothing to be proven. */
export async function lastProofs(
  queries: Queries,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, Temporal.Instant>> {
  const rows = await queries.rows<{ personId: string; at: Temporal.Instant }>(statements.lastProofs, [personIds]);
  return new Map(rows.map(({ personId, at }) => [personId, at]));
}
