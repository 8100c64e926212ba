import { join, same } from './bytes.ts';
import {
  judgeSignatures,
  readCheckpoint,
  type Checkpoint,
  type CheckSignature,
  type SignatureVerdict,
} from './checkpoint.ts';
import { hashBytes, type Merkle } from './merkle.ts';
import type { VerifierKey } from './note.ts';
import { hashAt, pairs, readBundle, tilePath, tileRoot, tilesOf, tileWidth, type Tile } from './tiles.ts';

/** Where a log's files come from: an address, or a folder. Null for what is not there. */
export type LogSource = (path: string) => Promise<Uint8Array | null>;

/** What a checker saw of a log before, and the files of then where they were kept: they tell which entry was changed. */
export type SeenBefore = { readonly size: number; readonly root: Uint8Array; readonly source: LogSource | null };

export type LogVerdict = {
  readonly checkpoint: Checkpoint;
  readonly signatures: readonly SignatureVerdict[];
  /** Of entries that were read and hashed. */
  readonly checked: number;
  /** Null when all holds. */
  readonly wrong: WrongLog | null;
};

export type WrongLog =
  /** The first entry that is not the one that was signed for; `of` is where it was noticed. */
  | { readonly what: 'entry' | 'hash'; readonly index: number; readonly of: string }
  | { readonly what: 'missing'; readonly index: number; readonly of: string }
  | { readonly what: 'root' }
  | { readonly what: 'signature'; readonly key: string }
  /** It does not begin with what was seen before: the first entry that is another; null where nobody kept the old ones. */
  | { readonly what: 'before'; readonly size: number; readonly index: number | null }
  /** It is shorter than it was. */
  | { readonly what: 'shorter'; readonly size: number };

/**
 * Reads a whole log and holds every part against every other: entries against their hashes, tiles against those above, the
 * top against the root that is signed, and that against what was seen before. Null when there is no checkpoint to read.
 */
export async function verifyLog(needs: {
  readonly merkle: Merkle;
  readonly source: LogSource;
  readonly keys: readonly VerifierKey[];
  readonly check: CheckSignature;
  readonly before: SeenBefore | null;
  readonly progress?: (checked: number, size: number) => void;
}): Promise<LogVerdict | null> {
  const { merkle, source, keys, check, before, progress = () => {} } = needs;
  const bytes = await source('checkpoint');
  const checkpoint = bytes === null ? null : readCheckpoint(new TextDecoder().decode(bytes));
  if (checkpoint === null) return null;
  const signatures = await Promise.all(keys.map((key) => judgeSignatures(checkpoint, key, check)));
  const read = await readEntries(merkle, source, checkpoint.size, progress);
  const wrong =
    read.wrong ??
    wrongSignature(checkpoint, signatures) ??
    (await wrongBefore(merkle, checkpoint, read.leaves, before)) ??
    (same(rootAt(merkle, read.leaves, checkpoint.size), checkpoint.root) ? null : ({ what: 'root' } as const));
  return { checkpoint, signatures, checked: read.leaves.length, wrong };
}

type Read = { readonly leaves: readonly Uint8Array[]; readonly wrong: WrongLog | null };

/** Bundle by bundle, each held against its tile, and each full tile against the one above it. */
async function readEntries(
  merkle: Merkle,
  source: LogSource,
  size: number,
  progress: (checked: number, size: number) => void,
): Promise<Read> {
  const leaves: Uint8Array[] = [];
  for (const tile of tilesOf(size, 0)) {
    const bundle: Tile = { ...tile, level: 'entries' };
    const [entries, hashes] = [await source(tilePath(bundle)), await source(tilePath(tile))];
    const first = tile.index * tileWidth;
    if (entries === null) return { leaves, wrong: { what: 'missing', index: first, of: tilePath(bundle) } };
    if (hashes === null) return { leaves, wrong: { what: 'missing', index: first, of: tilePath(tile) } };
    const made = (readBundle(entries) ?? []).map(merkle.leafHash);
    const at = firstDifference(made, hashes, tile.width);
    if (at !== null) return { leaves, wrong: { what: 'entry', index: first + at, of: tilePath(bundle) } };
    leaves.push(...made);
    progress(leaves.length, size);
  }
  return { leaves, wrong: await wrongAbove(merkle, source, size, leaves) };
}

/** Tiles of the levels above, made again from the entries. */
async function wrongAbove(
  merkle: Merkle,
  source: LogSource,
  size: number,
  leaves: readonly Uint8Array[],
): Promise<WrongLog | null> {
  let below = leaves;
  for (let level = 1; below.length >= tileWidth; level += 1) {
    below = Array.from({ length: Math.floor(below.length / tileWidth) }, (_, index) =>
      tileRoot(join(...below.slice(index * tileWidth, (index + 1) * tileWidth)), merkle),
    );
    for (const tile of tilesOf(size, level)) {
      const index = tile.index * tileWidth ** (level + 1);
      const bytes = await source(tilePath(tile));
      if (bytes === null) return { what: 'missing', index, of: tilePath(tile) };
      const at = firstDifference(
        below.slice(tile.index * tileWidth, tile.index * tileWidth + tile.width),
        bytes,
        tile.width,
      );
      if (at !== null) return { what: 'hash', index: index + at * tileWidth ** level, of: tilePath(tile) };
    }
  }
  return null;
}

/** The first place where hashes are not those of a tile; null when all are. */
export function firstDifference(made: readonly Uint8Array[], tile: Uint8Array, width: number): number | null {
  for (let at = 0; at < width; at += 1) {
    const hash = made[at];
    if (hash === undefined || !same(hash, hashAt(tile, at))) return at;
  }
  return made.length === width && tile.length === width * hashBytes ? null : width - 1;
}

function wrongSignature(checkpoint: Checkpoint, signatures: readonly SignatureVerdict[]): WrongLog | null {
  const bad = signatures.find(({ verdict, key }) => verdict === 'bad' || key.name !== checkpoint.origin);
  if (bad !== undefined) return { what: 'signature', key: bad.key.name };
  const isSigned = signatures.some(({ verdict }) => verdict === 'good');
  return isSigned || signatures.length === 0 ? null : { what: 'signature', key: signatures[0]?.key.name ?? '' };
}

async function wrongBefore(
  merkle: Merkle,
  { size }: Checkpoint,
  leaves: readonly Uint8Array[],
  before: SeenBefore | null,
): Promise<WrongLog | null> {
  if (before === null) return null;
  if (before.size > size) return { what: 'shorter', size: before.size };
  if (same(rootAt(merkle, leaves, before.size), before.root)) return null;
  return { what: 'before', size: before.size, index: await firstChanged(leaves, before) };
}

async function firstChanged(leaves: readonly Uint8Array[], { size, source }: SeenBefore): Promise<number | null> {
  for (const tile of source === null ? [] : tilesOf(size, 0)) {
    const old = await source?.(tilePath(tile));
    if (old === null || old === undefined) return null;
    const first = tile.index * tileWidth;
    const at = firstDifference(leaves.slice(first, first + tile.width), old, tile.width);
    if (at !== null) return first + at;
  }
  return null;
}

/** Of the first entries. */
function rootAt(merkle: Merkle, leaves: readonly Uint8Array[], size: number): Uint8Array {
  return merkle.spanHash({ start: 0, end: size }, ({ level, index }) =>
    rootOfAll(merkle, leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
  );
}

/** Of a complete subtree. */
function rootOfAll(merkle: Merkle, hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  while (level.length > 1) {
    level = pairs(level).map(([left, right]) => merkle.nodeHash(left, right));
  }
  return level[0] ?? merkle.emptyRoot();
}
