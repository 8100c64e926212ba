import type { Queries } from '#kit/database';
import { emptyEdge, grown, rootOf, type Edge, type GrownTile } from '../grow.ts';
import type { LastSigned } from '../last-signed.ts';
import { merkle, type LogKeys } from '../log-keys.ts';
import { isSigned, type Last } from '../edge.ts';
import { tileBytes } from '../served.ts';
import { statements } from '../store.ts';
import { same } from '../tree/bytes.ts';
import { entriesIn, tilePath, tileWidth, type Tile } from '../tree/tiles.ts';
import { firstWrongEntry } from '../tree/verify-log.ts';

/** What is wrong in a ledger, and the index of the first entry that it is wrong for. */
export type Wrong = {
  /**
   * `entry`: it is not the one that was signed for · `hash`: a tile above it · `missing`: a tile · `root`: what was signed
   * at some size is of other entries · `signature`: what is signed is not ours · `shorter`: there were more entries.
   */
  readonly what: 'entry' | 'hash' | 'missing' | 'root' | 'signature' | 'shorter';
  readonly index: number;
  /** Where it was noticed: a file of the ledger. */
  readonly of: string;
};

/** A ledger as it is read again, from its first entry to what was signed last when it began. */
export type Walk = {
  /** Entries that were read and found as they should be. */
  readonly read: () => number;
  readonly size: number;
  /** The root of what was read. */
  readonly root: () => Uint8Array;
  /** Reads one bundle and holds it against everything above it. Null while nothing is wrong; `done` at the end. */
  readonly step: (queries: Queries) => Promise<Wrong | 'done' | null>;
};

/** How many entries there were at the last look, and what was signed as it is known beside the keys. */
export type SeenOf = { readonly length: number; readonly signed: LastSigned | null };

export async function beginWalk(queries: Queries, shopId: string, keys: LogKeys, seen: SeenOf): Promise<Walk> {
  const last = await queries.one<Last>(statements.last, [shopId]);
  const size = last?.size ?? 0;
  let so: Sofar = { edge: emptyEdge, signed: 0 };
  return {
    size,
    read: () => so.edge.size,
    root: () => rootOf(merkle, so.edge),
    step: async (on) => {
      if (Math.max(seen.length, seen.signed?.size ?? 0) > size)
        return { what: 'shorter', index: size, of: 'checkpoint' };
      if (so.edge.size === size) return 'done';
      const read = await readOn({ queries: on, shopId, keys, size, outside: seen.signed }, so);
      if ('what' in read) return read;
      so = read;
      return null;
    },
  };
}

/** The entries that were read, and of how many there is a good signature. */
type Sofar = { readonly edge: Edge; readonly signed: number };

type Reading = {
  readonly queries: Queries;
  readonly shopId: string;
  readonly keys: LogKeys;
  readonly size: number;
  readonly outside: LastSigned | null;
};

/** One bundle on. */
async function readOn(reading: Reading, { edge, signed }: Sofar): Promise<Sofar | Wrong> {
  const first = edge.size;
  const end = Math.min(reading.size, first + tileWidth);
  const place = { index: Math.floor(first / tileWidth), width: end - first };
  const bundle: Tile = { ...place, level: 'entries' };
  const [entries, hashes] = await Promise.all([
    storedTile(reading, bundle),
    storedTile(reading, { ...place, level: 0 }),
  ]);
  if (entries === null || hashes === null) {
    return { what: 'missing', index: first, of: tilePath(entries === null ? bundle : { ...place, level: 0 }) };
  }
  const at = firstWrongEntry(merkle, entries, hashes, place.width);
  if (at !== null) return { what: 'entry', index: first + at, of: tilePath(bundle) };
  const read = entriesIn(entries);
  const after = grown(merkle, edge, read);
  const above = after.tiles.filter(({ level, width }) => level > 0 && (width === tileWidth || end === reading.size));
  const wrong = await wrongAbove(reading, above);
  if (wrong !== null) return wrong;
  const upTo = await signedUpTo(reading, edge, read, signed);
  return typeof upTo === 'number' ? { edge: after.edge, signed: upTo } : upTo;
}

async function wrongAbove(reading: Reading, tiles: readonly GrownTile[]): Promise<Wrong | null> {
  for (const { level, index, width, bytes } of tiles) {
    const tile = { level, index, width };
    const stored = await storedTile(reading, tile);
    const ofOne = tileWidth ** level;
    if (stored === null) return { what: 'missing', index: index * tileWidth * ofOne, of: tilePath(tile) };
    const at = Array.from({ length: width }, (_, one) => one).find(
      (one) => !same(stored.subarray(one * 32, one * 32 + 32), bytes.subarray(one * 32, one * 32 + 32)),
    );
    if (at !== undefined) return { what: 'hash', index: (index * tileWidth + at) * ofOne, of: tilePath(tile) };
  }
  return null;
}

/** Everything that was signed on the way is signed for these very entries: what is not is wrong after the last that is. */
async function signedUpTo(
  { queries, shopId, keys, outside }: Reading,
  edge: Edge,
  read: readonly Uint8Array[],
  before: number,
): Promise<number | Wrong> {
  const end = edge.size + read.length;
  let good = before;
  const rootAt = (size: number): Uint8Array =>
    rootOf(merkle, grown(merkle, edge, read.slice(0, size - edge.size)).edge);
  for (const one of await queries.rows<Last>(statements.checkpointsBetween, [shopId, edge.size, end])) {
    const of = `checkpoint of ${one.size}`;
    if (!same(rootAt(one.size), one.root)) return { what: 'root', index: good, of };
    if (!(await isSigned(one, keys))) return { what: 'signature', index: good, of };
    good = one.size;
  }
  const isHere = outside !== null && outside.size > edge.size && outside.size <= end;
  if (isHere && !same(rootAt(outside.size), outside.root)) {
    return { what: 'root', index: before, of: `checkpoint of ${outside.size}` };
  }
  return good;
}

/** Null when it is not there, is narrower, or a bundle cannot be read. */
async function storedTile({ queries, shopId }: Reading, tile: Tile): Promise<Uint8Array | null> {
  return await tileBytes(queries, shopId, tile);
}
