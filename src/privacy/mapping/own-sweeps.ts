import { sweepOf, type Sweep } from './sweeps.ts';
import { statements } from './store.ts';

export const privacySweeps: readonly Sweep[] = [
  sweepOf('proof', {
    'privacy.disclosure': { past: statements.pastDisclosures, drop: statements.dropDisclosures },
  }),
  sweepOf('audit', { 'privacy.audit': { past: statements.pastAudit, drop: statements.dropAudit } }),
];
