import { sweepOf, type Sweep } from '#privacy';
import { statements } from './store.ts';

/** What drops what is past its clock. */
export const evidenceSweeps: readonly Sweep[] = [
  sweepOf('notice', {
    'evidence.invitation': { past: statements.pastInvitations, drop: statements.dropInvitations, waits: true },
  }),
];
