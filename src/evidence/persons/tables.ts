import type { HeldTable } from '#privacy';
import { statements } from './store.ts';

/** What this room holds about somebody, table by table. */
export const evidenceTables: readonly HeldTable[] = [
  {
    table: 'evidence.invitation',
    heading: 'messages',
    by: 'person',
    at: 'changed_at',
    read: statements.heldInvitations,
    drop: statements.dropInvitations,
  },
];
