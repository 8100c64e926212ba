import type { Tx } from '#kit/database';
import { detailsDigest, entryHead, entryTail, type OwnPart, type PublicPart } from './entry.ts';
import { statements } from './store.ts';

/** An entry that gets its number from the database. */
export type NewEntry = {
  readonly personId: string;
  readonly entryId: string;
  readonly shopId: string;
  readonly shown: PublicPart;
  readonly own: Omit<OwnPart, 'number'>;
};

/** Writes entries in the transaction of what they record, in one statement; their places in the ledger come afterwards. */
export async function appendEntries(tx: Tx, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.rows(statements.append, [
    entries.map(({ personId }) => personId),
    entries.map(({ entryId }) => entryId),
    entries.map(({ shopId }) => shopId),
    entries.map(({ shown }) => shown.kind),
    entries.map(({ shown }) => entryHead(shown)),
    entries.map(({ own }) => detailsDigest(own.nonce, own.details)),
    entryTail,
  ]);
  tx.withCommit('ledger', () => [statements.tell, []]);
}
