import { firstIdAt } from '#kit/ids';
import { sweepOf, type Sweep } from './sweeps.ts';
import { statements } from './store.ts';

export const privacySweeps: readonly Sweep[] = [
  sweepOf('proof', {
    'privacy.disclosure': { past: statements.pastDisclosures, drop: statements.dropDisclosures },
  }),
  {
    clock: 'placing',
    tables: ['privacy.ledger_waiting'],
    past: async (queries, { before }) => {
      const row = await queries.one<{ rows: number }>(statements.pastWaiting, [firstIdAt(before)]);
      return [{ table: 'privacy.ledger_waiting', rows: row?.rows ?? 0, oldest: null }];
    },
    // The ledger takes them out itself: what waits so long is a trouble to be looked at, and not to be dropped.
    drop: () => Promise.resolve({ rows: {}, parcelIds: [], personIds: [] }),
  },
  sweepOf('audit', { 'privacy.audit': { past: statements.pastAudit, drop: statements.dropAudit } }),
];
