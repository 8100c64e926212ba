import type { HeldTable } from '#privacy';
import { statements } from './store.ts';

const ofPerson = { heading: 'conversations', by: 'person' } as const;

/** What this room holds about somebody, table by table: the conversations, and what belongs to them. */
export const serviceTables: readonly HeldTable[] = [
  {
    ...ofPerson,
    table: 'service.forwarded',
    at: 'at',
    read: statements.heldForwarded,
    drop: statements.dropForwarded,
  },
  {
    ...ofPerson,
    table: 'service.call_back',
    at: 'wished_at',
    read: statements.heldCallBacks,
    drop: statements.dropCallBacks,
    sealed: { phone: { field: 'phone', row: 'case_id' } },
  },
  {
    ...ofPerson,
    table: 'service.first_answer',
    at: 'answered_at',
    read: statements.heldFirstAnswers,
    drop: statements.dropFirstAnswers,
  },
  { ...ofPerson, table: 'service.closed', at: 'closed_at', read: statements.heldClosed, drop: statements.dropClosed },
  { ...ofPerson, table: 'service.waiting', at: 'since', read: statements.heldWaiting, drop: statements.dropWaiting },
  {
    ...ofPerson,
    table: 'service.entry',
    at: 'at',
    read: statements.heldEntries,
    drop: statements.dropEntries,
    sealed: { words: { field: 'message', row: 'entry_id' } },
    leftOut: { once_hash: 'hash' },
  },
  {
    ...ofPerson,
    table: 'service.customer_case',
    at: 'opened_at',
    read: statements.heldCases,
    drop: statements.dropCases,
    sealed: {
      email: { field: 'email', row: 'case_id' },
      name: { field: 'name', row: 'case_id' },
      order_said: { field: 'order_number', row: 'case_id' },
    },
  },
];
