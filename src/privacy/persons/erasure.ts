import type { Tx } from '#kit/database';
import type { KeyBook } from '../key-book.ts';
import { forgetIn, type Whose } from './held.ts';
import { statements } from './store.ts';
import { privacyTables } from './tables.ts';

/** Keeps what leaves in this moment from overlapping with an erasure; those whose keys are still there. */
export async function lockForErasure(tx: Tx, personIds: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.rows<{ personId: string }>(statements.lockForErasure, [personIds]);
  return rows.map((row) => row.personId);
}

/** Drops everything of theirs here, the keys last: what was sealed with them opens nowhere any more. */
export async function forgetPersons(tx: Tx, book: Pick<KeyBook, 'dropKeys'>, whose: Whose): Promise<void> {
  await forgetIn(tx, privacyTables, whose);
  await book.dropKeys(tx, 'parcel', whose.parcelIds);
  await book.dropKeys(tx, 'person', whose.personIds);
}
