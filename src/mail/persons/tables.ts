import type { HeldTable } from '#privacy';
import { statements } from './store.ts';

const leftOut = { address_hash: 'hash' } as const;

/** What this room knows of whom mails went to, and of those who want none. */
export const mailTables: readonly HeldTable[] = [
  {
    table: 'mail.sent',
    heading: 'messages',
    by: 'person',
    at: 'sent_at',
    leftOut,
    read: statements.heldSent,
    drop: statements.dropSent,
  },
  {
    table: 'mail.bounce',
    heading: 'messages',
    by: 'person',
    at: 'bounced_at',
    leftOut,
    read: statements.heldBounces,
    drop: statements.dropBounces,
  },
  {
    table: 'mail.suppressed',
    heading: 'messages',
    by: 'person',
    at: 'suppressed_at',
    leftOut,
    read: statements.heldSuppressed,
    drop: statements.dropSuppressed,
  },
  {
    table: 'mail.unsubscribed',
    heading: 'messages',
    by: 'person',
    at: 'unsubscribed_at',
    read: statements.heldUnsubscribed,
    drop: statements.dropUnsubscribed,
  },
];
