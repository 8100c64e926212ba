import type { Statement, Tx } from '#kit/database';
import type { SubjectKey } from '../subject-key.ts';
import { detailsDigest, entryHead, entryTail, type OwnPart, type PublicPart } from './entry.ts';
import { statements } from './store.ts';
import { canonical } from './tree/own-entry.ts';

/** An entry that gets its number from the database. */
export type NewEntry = {
  readonly personId: string;
  readonly entryId: string;
  readonly shopId: string;
  readonly shown: PublicPart;
  readonly own: Omit<OwnPart, 'number'>;
  /** Both parts, sealed for the person; null where a row that stays says the same. */
  readonly told?: Uint8Array | null;
};

/** Something that happened to a person's data, to be entered. `entryId` is that of the row that records it. */
export type Happening = {
  readonly entryId: string;
  readonly shown: PublicPart;
  /** Texts, numbers below 2^53 and lists of them; times as texts. The person is shown them as they are. */
  readonly details: OwnPart['details'];
};

/** The entry about it, and what its person needs to be shown it until their key is gone. */
export function entryAbout(key: SubjectKey, happening: Happening): NewEntry {
  const { shown, details, entryId } = happening;
  return { ...entryByRow(key, happening), told: key.ledger.lock(canonical({ shown, details }), entryId) };
}

/** The same where the row of the person that records it says all of it, for as long as the key is there. */
export function entryByRow(key: SubjectKey, { entryId, shown, details }: Happening): NewEntry {
  const own = { nonce: key.ledger.nonceOf(entryId), details };
  return { personId: key.id, shopId: key.shopId, entryId, shown, own };
}

/**
 * Writes entries in the transaction of what they record, in one statement; their places in the ledger come afterwards.
 * Answers their numbers, in order.
 */
export async function appendEntries(tx: Tx, entries: readonly NewEntry[]): Promise<readonly number[]> {
  if (entries.length === 0) return [];
  ring(tx);
  const rows = await tx.rows<{ number: number }>(...appending(entries));
  return rows.map(({ number }) => number);
}

const collected = new WeakMap<Tx, NewEntry[]>();

/**
 * The same, with the commit: all entries of a transaction in one statement, behind everything else. It costs no way to the
 * server, and holds nobody's count for longer than the commit takes.
 */
export function enter(tx: Tx, ...entries: readonly NewEntry[]): void {
  if (entries.length === 0) return;
  const list = collected.get(tx);
  if (list === undefined) collected.set(tx, [...entries]);
  else list.push(...entries);
  tx.withCommit('ledger', () => {
    const all = collected.get(tx) ?? [];
    collected.delete(tx);
    return appending(all);
  });
  ring(tx);
}

/** Whoever gives places hears of it with the commit. */
function ring(tx: Tx): void {
  tx.withCommit('ledger bell', () => [statements.tell, []]);
}

function appending(entries: readonly NewEntry[]): Statement {
  return [
    statements.append,
    [
      entries.map(({ personId }) => personId),
      entries.map(({ entryId }) => entryId),
      entries.map(({ shopId }) => shopId),
      entries.map(({ shown }) => shown.kind),
      entries.map(({ shown }) => entryHead(shown)),
      entries.map(({ own }) => detailsDigest(own.nonce, own.details)),
      entries.map(({ told }) => told ?? null),
      entryTail,
    ],
  ];
}
