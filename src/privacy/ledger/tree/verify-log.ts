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
import {
  cutTile,
  entriesIn,
  hashAt,
  nodeIn,
  readBundle,
  tilePath,
  tileRoot,
  tilesOf,
  tileOf,
  tileWidth,
  type Tile,
} from './tiles.ts';

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
  /** The root that the first entries make; null when not so many were read. */
  readonly rootAt: (size: number) => Uint8Array | null;
};

export type WrongLog =
  /** The first entry that is not the one that was signed for; `of` is where it was noticed. */
  | { readonly what: 'entry' | 'hash'; readonly index: number; readonly of: string }
  | { readonly what: 'missing'; readonly index: number; readonly of: string }
  | { readonly what: 'root' }
  | { readonly what: 'signature'; readonly key: string }
  /** More than is read. */
  | { readonly what: 'size'; readonly size: number }
  /** It does not begin with what was seen before: the first entry that is another; null where nobody kept the old ones. */
  | { readonly what: 'before'; readonly size: number; readonly index: number | null }
  /** It is shorter than it was. */
  | { readonly what: 'shorter'; readonly size: number };

export type VerifyLogNeeds = {
  readonly merkle: Merkle;
  readonly source: LogSource;
  readonly keys: readonly VerifierKey[];
  readonly check: CheckSignature;
  readonly before: SeenBefore | null;
  /** Takes full tiles that were checked before from where they were kept, without asking for their entries again. */
  readonly isTrusting?: boolean;
  readonly progress?: (checked: number, size: number) => void;
  /** Hears of every file that was read. */
  readonly read?: (path: string, bytes: Uint8Array) => void;
};

/** Of a file each of 32 bytes an entry, which are held in memory. */
const entriesMax = 50_000_000;
const atOnce = 8;

/**
 * Reads a whole log and holds every part against every other: entries against their hashes, tiles against those above, the
 * top against the root that is signed, and that against what was seen before. Null when there is no checkpoint to read.
 */
export async function verifyLog(needs: VerifyLogNeeds): Promise<LogVerdict | null> {
  const { merkle, source, keys, check, before } = needs;
  const bytes = await source('checkpoint');
  const checkpoint = bytes === null ? null : readCheckpoint(new TextDecoder().decode(bytes));
  if (checkpoint === null) return null;
  const signatures = await Promise.all(keys.map((key) => judgeSignatures(checkpoint, key, check)));
  // What nobody signed for is not worth the way.
  const early = wrongSignature(checkpoint, signatures) ?? wrongSize(checkpoint, before);
  if (early !== null) return { checkpoint, signatures, checked: 0, wrong: early, rootAt: () => null };
  const { levels, checked, wrong: wrongPart } = await readEntries(needs, checkpoint.size);
  const rootAt = (size: number): Uint8Array | null =>
    size <= checkpoint.size && wrongPart === null ? rootOf(merkle, levels, size) : null;
  const wrong =
    wrongPart ?? (await wrongBefore(rootAt, levels[0] ?? [], before)) ?? wrongRoot(rootAt(checkpoint.size), checkpoint);
  return { checkpoint, signatures, checked, wrong, rootAt };
}

/** By level: the hashes of each tile, the last cut off where the tree ends. */
type Levels = readonly (readonly Uint8Array[])[];

type Read = { readonly levels: Levels; readonly checked: number; readonly wrong: WrongLog | null };

/** Bundle by bundle, each held against its tile, and each full tile against the one above it. */
async function readEntries(needs: VerifyLogNeeds, size: number): Promise<Read> {
  const { merkle, progress = () => {} } = needs;
  const kept = needs.isTrusting === true ? (needs.before ?? null) : null;
  const ground: Uint8Array[] = [];
  let checked = 0;
  for (const group of groups(tilesOf(size, 0), atOnce)) {
    for (const part of await Promise.all(group.map((tile) => readPart(needs, kept, tile)))) {
      if ('wrong' in part) return { levels: [ground], checked, wrong: part.wrong };
      ground.push(part.hashes);
      checked += part.checked;
    }
    progress(checked, size);
  }
  const levels = above(merkle, ground);
  return { levels, checked, wrong: await wrongAbove(needs, levels, size, kept) };
}

type Part = { readonly hashes: Uint8Array; readonly checked: number } | { readonly wrong: WrongLog };

async function readPart(needs: VerifyLogNeeds, kept: SeenBefore | null, tile: Tile): Promise<Part> {
  const known = await knownHashes(kept, tile);
  if (known !== null) return { hashes: known, checked: 0 };
  const bundle: Tile = { ...tile, level: 'entries' };
  const [entries, hashes] = await Promise.all([fileOf(needs, bundle), fileOf(needs, tile)]);
  const index = tile.index * tileWidth;
  if (entries === null || hashes === null) {
    return { wrong: { what: 'missing', index, of: tilePath(entries === null ? bundle : tile) } };
  }
  const at = firstWrongEntry(needs.merkle, entries, hashes, tile.width);
  if (at !== null) return { wrong: { what: 'entry', index: index + at, of: tilePath(bundle) } };
  return { hashes, checked: tile.width };
}

async function knownHashes(kept: SeenBefore | null, tile: Tile): Promise<Uint8Array | null> {
  const bytes = isWithin(kept, tile) ? await kept?.source?.(tilePath(tile)) : null;
  return bytes?.length === tileWidth * hashBytes ? bytes : null;
}

/** Whether a full tile lies wholly in what was checked before. */
function isWithin(kept: SeenBefore | null, { index, width }: Tile, entries: number = tileWidth): boolean {
  return kept !== null && width === tileWidth && (index + 1) * entries <= kept.size;
}

/** A log may drop the beginning of a tile once it has the whole: then that is cut (C2SP tlog-tiles, partial tiles). */
async function fileOf({ source, read }: VerifyLogNeeds, tile: Tile): Promise<Uint8Array | null> {
  const bytes = await source(tilePath(tile));
  const whole = bytes === null && tile.width < tileWidth ? await source(tilePath({ ...tile, width: tileWidth })) : null;
  const found = bytes ?? (whole === null ? null : cutTile(tile, whole));
  if (found !== null) read?.(tilePath(tile), found);
  return found;
}

/** Every level, made again from the hashes of the entries. */
function above(merkle: Merkle, ground: readonly Uint8Array[]): Levels {
  const levels: (readonly Uint8Array[])[] = [ground];
  for (;;) {
    const full = (levels.at(-1) ?? []).filter((tile) => tile.length === tileWidth * hashBytes);
    if (full.length === 0) return levels;
    const hashes = full.map((tile) => tileRoot(tile, merkle));
    levels.push([...groups(hashes, tileWidth)].map((group) => join(...group)));
  }
}

async function wrongAbove(
  needs: VerifyLogNeeds,
  levels: Levels,
  size: number,
  kept: SeenBefore | null,
): Promise<WrongLog | null> {
  for (let level = 1; level < levels.length; level += 1) {
    const entries = tileWidth ** (level + 1);
    for (const tile of tilesOf(size, level)) {
      if (isWithin(kept, tile, entries)) continue;
      const index = tile.index * entries;
      const bytes = await fileOf(needs, tile);
      if (bytes === null) return { what: 'missing', index, of: tilePath(tile) };
      const made = hashesIn(levels[level]?.[tile.index] ?? new Uint8Array(), tileWidth);
      const at = firstDifference(made, bytes, tile.width);
      if (at !== null) return { what: 'hash', index: index + at * tileWidth ** level, of: tilePath(tile) };
    }
  }
  return null;
}

/** The first entry of a bundle that is not the one that its tile has a hash of; null when all are. */
export function firstWrongEntry(
  merkle: Pick<Merkle, 'leafHash'>,
  bundle: Uint8Array,
  hashes: Uint8Array,
  width: number,
): number | null {
  const at = firstDifference(entriesIn(bundle).map(merkle.leafHash), hashes, width);
  // What stands behind the last one belongs to none.
  return at ?? (readBundle(bundle) === null ? width - 1 : null);
}

/** The first place where hashes are not those of a tile; null when all are. */
function firstDifference(made: readonly Uint8Array[], tile: Uint8Array, width: number): number | null {
  for (let at = 0; at < width; at += 1) {
    const hash = made[at];
    if (hash === undefined || !same(hash, hashAt(tile, at))) return at;
  }
  return made.length === width && tile.length === width * hashBytes ? null : width - 1;
}

function hashesIn(tile: Uint8Array, width: number): readonly Uint8Array[] {
  const count = Math.min(width, Math.floor(tile.length / hashBytes));
  return Array.from({ length: count }, (_, at) => hashAt(tile, at));
}

/** Every key has to have signed, as far as this machine can tell, and one of them at least so that it can. */
function wrongSignature(checkpoint: Checkpoint, signatures: readonly SignatureVerdict[]): WrongLog | null {
  const bad = signatures.find(
    ({ verdict, key }) => verdict === 'bad' || verdict === 'missing' || key.name !== checkpoint.origin,
  );
  if (bad !== undefined) return { what: 'signature', key: bad.key.name };
  const isSigned = signatures.some(({ verdict }) => verdict === 'good');
  return isSigned || signatures.length === 0 ? null : { what: 'signature', key: signatures[0]?.key.name ?? '' };
}

function wrongSize({ size }: Checkpoint, before: SeenBefore | null): WrongLog | null {
  if (before !== null && before.size > size) return { what: 'shorter', size: before.size };
  return size > entriesMax ? { what: 'size', size } : null;
}

function wrongRoot(root: Uint8Array | null, checkpoint: Checkpoint): WrongLog | null {
  return root !== null && same(root, checkpoint.root) ? null : { what: 'root' };
}

async function wrongBefore(
  rootAt: LogVerdict['rootAt'],
  ground: readonly Uint8Array[],
  before: SeenBefore | null,
): Promise<WrongLog | null> {
  const root = before === null ? null : rootAt(before.size);
  if (before === null || (root !== null && same(root, before.root))) return null;
  return { what: 'before', size: before.size, index: await firstChanged(ground, before) };
}

async function firstChanged(ground: readonly Uint8Array[], { size, source }: SeenBefore): Promise<number | null> {
  for (const tile of source === null ? [] : tilesOf(size, 0)) {
    const old = await source?.(tilePath(tile));
    if (old === null || old === undefined) return null;
    const now = hashesIn(ground[tile.index] ?? new Uint8Array(), tile.width);
    const at = firstDifference(now, old, tile.width);
    if (at !== null) return tile.index * tileWidth + at;
  }
  return null;
}

/** The root that the tiles of the lowest level make. */
export function rootOfGround(merkle: Merkle, ground: readonly Uint8Array[], size: number): Uint8Array {
  return rootOf(merkle, above(merkle, ground), size);
}

/** Of the first entries. */
function rootOf(merkle: Merkle, levels: Levels, size: number): Uint8Array {
  return merkle.spanHash({ start: 0, end: size }, (node) => {
    const { level, index } = tileOf(node, size);
    return nodeIn((level === 'entries' ? undefined : levels[level]?.[index]) ?? new Uint8Array(), node, merkle);
  });
}

function* groups<T>(all: Iterable<T>, count: number): Generator<readonly T[]> {
  let group: T[] = [];
  for (const one of all) {
    group.push(one);
    if (group.length < count) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
