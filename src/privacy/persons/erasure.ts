import { randomBytes } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { KeyBook } from '../key-book.ts';
import { appendEntries } from '../ledger/ledger.ts';
import { entryText, type EntryKind, type OwnPart, type PublicPart } from '../ledger/entry.ts';
import { forgetIn, type Whose } from './held.ts';
import { statements } from './store.ts';
import { privacyTables } from './tables.ts';

/** An entry of the ledger that its person takes along: after an erasure nobody else can say whose it is. */
export type TakenEntry = {
  readonly entryId: string;
  readonly kind: EntryKind;
  readonly shown: PublicPart;
  readonly number: number;
  /** Hex. */
  readonly nonce: string;
  readonly details: OwnPart['details'];
  /** The entry as it stands in the ledger. */
  readonly text: string;
};

const nonceBytes = 32;

/** Keeps what leaves in this moment from overlapping with an erasure; those whose keys are still there. */
export async function lockForErasure(tx: Tx, personIds: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.rows<{ personId: string }>(statements.lockForErasure, [personIds]);
  return rows.map((row) => row.personId);
}

/** Writes an entry about somebody whose key may go with the same transaction, and answers all that proves it theirs. */
export async function writeTaken(
  tx: Tx,
  clock: Clock,
  entry: {
    readonly personId: string;
    readonly shopId: string;
    readonly shown: PublicPart;
    readonly details: OwnPart['details'];
  },
): Promise<TakenEntry> {
  const entryId = newId(clock);
  const nonce = randomBytes(nonceBytes);
  const { personId, shopId, shown, details } = entry;
  await appendEntries(tx, [{ personId, entryId, shopId, shown, own: { nonce, details } }]);
  const row = await tx.one<{ number: number }>(statements.ownNumber, [personId, entryId]);
  if (row === null) throw new Error('an entry of the ledger has no number');
  const { number } = row;
  const text = entryText(shown, { number, nonce, details });
  return { entryId, kind: shown.kind, shown, number, nonce: nonce.toString('hex'), details, text };
}

/** Drops everything of theirs here, the keys last: what was sealed with them opens nowhere any more. */
export async function forgetPersons(tx: Tx, book: Pick<KeyBook, 'dropKeys'>, whose: Whose): Promise<void> {
  await forgetIn(tx, privacyTables, whose);
  await book.dropKeys(tx, 'parcel', whose.parcelIds);
  await book.dropKeys(tx, 'person', whose.personIds);
}
