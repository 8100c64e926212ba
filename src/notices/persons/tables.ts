import type { HeldTable } from '#privacy';
import { statements } from './store.ts';

/** What was decided about telling somebody, and what became of it; a message without its row is not sent any more. */
export const noticeTables: readonly HeldTable[] = [
  {
    table: 'notices.attempt',
    heading: 'messages',
    by: 'person',
    at: 'last_at',
    read: statements.heldAttempts,
    drop: statements.dropAttempts,
  },
  {
    table: 'notices.outcome',
    heading: 'messages',
    by: 'person',
    at: 'at',
    read: statements.heldOutcomes,
    drop: statements.dropOutcomes,
  },
  {
    table: 'notices.message',
    heading: 'messages',
    by: 'person',
    at: 'made_at',
    read: statements.heldMessages,
    drop: statements.dropMessages,
    sealed: {
      email: { field: 'email', row: 'message_id' },
      name: { field: 'name', row: 'message_id' },
      content: { field: 'message', row: 'message_id' },
    },
  },
  {
    table: 'notices.notice',
    heading: 'messages',
    by: 'person',
    at: 'made_at',
    read: statements.heldNotices,
    drop: statements.dropNotices,
  },
  {
    table: 'notices.told',
    heading: 'decisions',
    by: 'person',
    at: 'decided_at',
    read: statements.heldTold,
    drop: statements.dropTold,
  },
];
