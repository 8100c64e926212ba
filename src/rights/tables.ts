import type { HeldTable } from '#privacy';
import { statements as retention } from './retention/store.ts';
import { statements } from './store.ts';

/** This room's own tables about persons. */
export const rightsTables: readonly HeldTable[] = [
  {
    table: 'rights.email_change',
    heading: 'person',
    by: 'person',
    at: 'asked_at',
    read: statements.heldChanges,
    drop: statements.dropChanges,
    sealed: { email: { field: 'email', row: 'change_id' } },
    leftOut: { secret_hash: 'hash' },
  },
  {
    table: 'rights.erased',
    heading: 'person',
    by: 'person',
    at: 'erased_at',
    read: statements.heldErased,
    // It is what the sweep goes by, and goes with it.
    drop: null,
  },
  {
    table: 'rights.leaving',
    heading: 'proofs',
    by: 'person',
    at: 'proven_at',
    read: retention.heldLeaving,
    drop: retention.forgetPersons,
  },
];
