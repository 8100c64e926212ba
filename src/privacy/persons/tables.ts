import type { HeldTable } from './held.ts';
import { statements } from './store.ts';

/** This room's tables about persons and parcels, in the order in which they are forgotten: the keys last. */
export const privacyTables: readonly HeldTable[] = [
  {
    table: 'privacy.withdrawal',
    heading: 'consents',
    by: 'person',
    at: 'withdrawn_at',
    read: statements.heldWithdrawals,
    drop: statements.dropWithdrawals,
  },
  {
    table: 'privacy.consent',
    heading: 'consents',
    by: 'person',
    at: 'given_at',
    read: statements.heldConsents,
    drop: statements.dropConsents,
    sealed: { words: { field: 'consent_words', row: 'consent_id' } },
  },
  {
    table: 'privacy.restriction',
    heading: 'consents',
    by: 'person',
    at: 'restricted_at',
    read: statements.heldRestrictions,
    drop: statements.dropRestrictions,
  },
  {
    table: 'privacy.objection',
    heading: 'consents',
    by: 'person',
    at: 'objected_at',
    read: statements.heldObjections,
    drop: statements.dropObjections,
  },
  {
    table: 'privacy.disclosure',
    heading: 'disclosures',
    by: 'person',
    at: 'disclosed_at',
    read: statements.heldDisclosures,
    drop: statements.dropDisclosures,
  },
  {
    table: 'privacy.ledger_own',
    heading: 'proofs',
    by: 'person',
    at: null,
    read: statements.heldEntries,
    drop: statements.dropEntries,
    // The entries themselves say it, opened.
    leftOut: { told: 'derived' },
  },
  {
    table: 'privacy.ledger_waiting',
    heading: 'proofs',
    by: 'person',
    at: null,
    // It gets its place moments later, and leaves: a proof that was begun is not taken back.
    read: statements.heldWaiting,
    drop: null,
  },
  {
    table: 'privacy.ledger_person',
    heading: 'proofs',
    by: 'person',
    at: null,
    read: statements.heldCounts,
    drop: statements.dropCounts,
  },
  {
    table: 'privacy.parcel_key',
    heading: 'parcels',
    by: 'parcel',
    at: null,
    read: statements.heldParcelKeys,
    drop: statements.dropParcelKeys,
    leftOut: { wrapped: 'key' },
  },
  {
    table: 'privacy.person_key',
    heading: 'person',
    by: 'person',
    at: null,
    read: statements.heldKeys,
    drop: statements.dropKeys,
    leftOut: { wrapped: 'key' },
  },
];
