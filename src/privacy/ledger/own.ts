import { z } from 'zod';
import type { Queries } from '#kit/database';
import type { KeyBook } from '../key-book.ts';
import type { LedgerKey } from '../subject-key.ts';
import type { Happening } from './append.ts';
import { disclosureTold, type DisclosureRow } from './disclosed.ts';
import { entryText, type EntryKind, type PublicPart } from './entry.ts';
import { checkpointOf, inclusionProof, nothingKnown, placeOf } from './served.ts';
import type { Checkpoint } from './tree/checkpoint.ts';
import { statements } from './store.ts';
import { toHex } from './tree/bytes.ts';
import { writeOwnPart, type OwnEntryPart } from './tree/own-entry.ts';
import { writeLogProof } from './tree/proof-file.ts';

/** An entry as its person is shown it. */
export type OwnEntry = {
  /** 1 for the first entry about this person. */
  readonly number: number;
  /** That of the disclosure, the consent or whatever else it records. */
  readonly entryId: string;
  readonly kind: EntryKind;
  /** Its place in the ledger; null while it waits for one. */
  readonly index: number | null;
  readonly shown: PublicPart;
  readonly details: Readonly<Record<string, unknown>>;
  /** 32 bytes in hexadecimal digits. */
  readonly nonce: string;
  /** As it stands in the ledger; empty when what it records is no longer kept, and only its place is left. */
  readonly text: string;
};

type OwnRow = Pick<OwnEntry, 'number' | 'entryId' | 'kind' | 'index'> & {
  readonly told: Buffer | null;
} & (DisclosureRow | { readonly disclosedAt: null });

const rowsTogether = 1_000;

/**
 * Everything that was entered about a person, oldest first, and how many entries there are: one that is kept from them
 * shows. Nothing is left of who was erased.
 */
export async function ownEntries(
  book: Pick<KeyBook, 'keysOf'>,
  queries: Queries,
  { personId }: { readonly personId: string },
): Promise<{ readonly entries: readonly OwnEntry[]; readonly count: number }> {
  const key = (await book.keysOf(queries, 'person', [personId])).get(personId);
  const counted = await queries.one<{ entries: number }>(statements.entriesAbout, [personId]);
  const entries: OwnEntry[] = [];
  if (key === undefined || counted === null) return { entries, count: 0 };
  for (let last = 0; last < counted.entries;) {
    const rows = await queries.rows<OwnRow>(statements.own, [personId, last, rowsTogether]);
    entries.push(...rows.map((row) => ownEntry(key.ledger, row)));
    last = rows.at(-1)?.number ?? counted.entries;
  }
  // What was entered since it was counted comes with the next look.
  return { entries: entries.filter(({ number }) => number <= counted.entries), count: counted.entries };
}

function ownEntry(key: LedgerKey, row: OwnRow): OwnEntry {
  const { number, entryId, kind, index } = row;
  const nonce = key.nonceOf(entryId);
  const told = toldIn(key, row);
  const base = { number, entryId, kind, index, nonce: toHex(nonce) };
  if (told === null) return { ...base, shown: { kind }, details: {}, text: '' };
  return { ...base, ...told, text: entryText(told.shown, { number, nonce, details: told.details }) };
}

const toldShape = z.object({
  shown: z.looseObject({ kind: z.string() }),
  details: z.record(z.string(), z.unknown()),
});

function toldIn(key: LedgerKey, row: OwnRow): Pick<Happening, 'shown' | 'details'> | null {
  if (row.told === null) return row.disclosedAt === null ? null : disclosureTold(row);
  const { shown, details } = toldShape.parse(JSON.parse(key.open(row.told, row.entryId)));
  const texts = Object.fromEntries(Object.entries(shown).map(([name, text]) => [name, String(text)]));
  return { shown: { ...texts, kind: row.kind }, details };
}

/**
 * That an entry is in its ledger, as a file that needs nobody to be asked (C2SP tlog-proof); null while it waits for its
 * place, and where there is no such entry. With `own` it is a file for its person: it also says what was entered, and has
 * the short signatures only.
 */
export async function proofOf(
  queries: Queries,
  shopId: string,
  entryId: string,
  own: OwnEntryPart | null = null,
): Promise<string | null> {
  const index = await placeOf(queries, shopId, entryId);
  const checkpoint = index === null ? null : await checkpointOf(queries, shopId);
  if (index === null || checkpoint === null || index >= checkpoint.size) return null;
  const hashes = await inclusionProof(queries, shopId, index, checkpoint.size);
  if (own === null) return writeLogProof({ extra: null, index, hashes, checkpoint });
  return writeLogProof({ extra: writeOwnPart(own), index, hashes, checkpoint: withShortSignatures(checkpoint) });
}

/** Of Ed25519, 64 bytes after a time of 8; those of ML-DSA-44 have 2,420. */
const shortBytesMax = 72;

/** A file that somebody keeps has less than 2 kB: one signature against quantum computers alone has more. */
function withShortSignatures(checkpoint: Checkpoint): Checkpoint {
  const { text, signatures } = checkpoint.note;
  return { ...checkpoint, note: { text, signatures: signatures.filter(({ bytes }) => bytes.length <= shortBytesMax) } };
}

/**
 * Proof files of many entries by their ids, all against one checkpoint: what they have in common is read once; each says what
 * was entered too. Those that wait for their place have none yet.
 */
export async function proofsOf(
  queries: Queries,
  shopId: string,
  entries: readonly OwnEntry[],
): Promise<ReadonlyMap<string, string>> {
  const checkpoint = await checkpointOf(queries, shopId);
  const proofs = new Map<string, string>();
  if (checkpoint === null) return proofs;
  const short = withShortSignatures(checkpoint);
  const known = nothingKnown();
  for (const entry of entries) {
    const { entryId, index, text } = entry;
    if (index === null || index >= checkpoint.size) continue;
    const hashes = await inclusionProof(queries, shopId, index, checkpoint.size, known);
    const extra = text === '' ? null : writeOwnPart(entry);
    proofs.set(entryId, writeLogProof({ extra, index, hashes, checkpoint: short }));
  }
  return proofs;
}
