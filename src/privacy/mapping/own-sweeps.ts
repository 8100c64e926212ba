import { forgetOf, sweepOf, type Forget, type Sweep } from './sweeps.ts';
import { statements } from './store.ts';

export const privacySweeps: readonly Sweep[] = [
  sweepOf('proof', {
    'privacy.disclosure': { past: statements.pastDisclosures, drop: statements.dropDisclosures },
  }),
  sweepOf('audit', { 'privacy.audit': { past: statements.pastAudit, drop: statements.dropAudit } }),
];

/** With its row a key is gone in every process: what was sealed with it opens nowhere any more. */
export const privacyForgets: readonly Forget[] = [
  forgetOf('person', {
    'privacy.person_key': statements.dropPersonKeys,
    'privacy.withdrawal': statements.dropWithdrawals,
    'privacy.consent': statements.dropConsents,
    'privacy.ledger_own': statements.dropOwn,
    'privacy.ledger_person': statements.dropCounts,
  }),
  forgetOf('parcel', { 'privacy.parcel_key': statements.dropParcelKeys }),
];
