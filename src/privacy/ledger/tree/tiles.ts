import { join } from './bytes.ts';
import { hashBytes, type Merkle, type Node } from './merkle.ts';

/**
 * How a log is served as files (C2SP tlog-tiles): hashes in tiles of 256, entries in bundles of 256, the last of each
 * level cut off where the tree ends.
 */
export type Tile = {
  /** Of hashes: 0 for those of entries, then every eighth level of the tree; `entries` for the entries themselves. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
};

export const tileWidth = 256;
/** Of a tree of 2^53 entries. */
export const levelsMax = 7;

/** Below the log's prefix: `tile/0/x001/067.p/112`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const parts = digits.match(/\d{3}/g) ?? [];
  const place = parts.map((part, at) => (at === parts.length - 1 ? part : `x${part}`)).join('/');
  return `tile/${level}/${place}${width === tileWidth ? '' : `.p/${width}`}`;
}

const pathShape = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Null for a path that no tile has. */
export function readTilePath(path: string): Tile | null {
  const [, levelText = '', place = '', widthText] = pathShape.exec(path) ?? [];
  if (place === '') return null;
  const level = levelText === 'entries' ? 'entries' : Number(levelText);
  const tile: Tile = {
    level,
    index: Number(place.replaceAll(/[x/]/g, '')),
    width: widthText === undefined ? tileWidth : Number(widthText),
  };
  // One tile has one path.
  return (level === 'entries' || level <= levelsMax) && tilePath(tile) === path ? tile : null;
}

/** Whether a tree of this size has this very tile: full, or cut off where the tree ends. */
export function hasTile(size: number, { level, index, width }: Tile): boolean {
  const wide = Math.floor(size / tileWidth ** (level === 'entries' ? 0 : level));
  return index * tileWidth + width <= wide && (width === tileWidth || wide === index * tileWidth + width);
}

/** In which tile of a tree of `size` entries the hash of a complete subtree lies, or is made from. */
export function tileOf({ level, index }: Node, size: number): Tile {
  const tileLevel = Math.floor(level / 8);
  const wide = Math.floor(size / tileWidth ** tileLevel);
  const tileIndex = Math.floor((index * 2 ** (level % 8)) / tileWidth);
  return { level: tileLevel, index: tileIndex, width: Math.min(tileWidth, wide - tileIndex * tileWidth) };
}

/** The hash of a subtree from the tile that `tileOf` named. */
export function nodeIn(tile: Uint8Array, { level, index }: Node, merkle: Pick<Merkle, 'nodeHash'>): Uint8Array {
  const count = 2 ** (level % 8);
  return over(tile, (index * count) % tileWidth, count, merkle);
}

/** The hash that a full tile has in the level above. */
export function tileRoot(tile: Uint8Array, merkle: Pick<Merkle, 'nodeHash'>): Uint8Array {
  return over(tile, 0, tileWidth, merkle);
}

/** @param count a power of two */
function over(tile: Uint8Array, first: number, count: number, { nodeHash }: Pick<Merkle, 'nodeHash'>): Uint8Array {
  let hashes = Array.from({ length: count }, (_, at) => hashAt(tile, first + at));
  while (hashes.length > 1) hashes = pairs(hashes).map(([left, right]) => nodeHash(left, right));
  return hashes[0] ?? hashAt(tile, first);
}

export function hashAt(tile: Uint8Array, at: number): Uint8Array {
  return tile.subarray(at * hashBytes, (at + 1) * hashBytes);
}

function pairs(hashes: readonly Uint8Array[]): readonly (readonly [Uint8Array, Uint8Array])[] {
  return hashes.flatMap((left, at) => {
    const right = hashes[at + 1];
    return at % 2 === 0 && right !== undefined ? [[left, right] as const] : [];
  });
}

/** Entries of at most 65,535 bytes, each after its length. */
export function writeBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return join(...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]));
}

/** Null when it does not end where its last entry does, or holds more than a bundle may. */
export function readBundle(bytes: Uint8Array): readonly Uint8Array[] | null {
  const { entries, end } = readEntries(bytes);
  return end === bytes.length ? entries : null;
}

/** Those before the place from which it cannot be read any more: all of a good one. */
export function entriesIn(bytes: Uint8Array): readonly Uint8Array[] {
  return readEntries(bytes).entries;
}

function readEntries(bytes: Uint8Array): { readonly entries: readonly Uint8Array[]; readonly end: number } {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && entries.length < tileWidth) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    if (high === undefined || low === undefined) break;
    const end = at + 2 + high * 256 + low;
    if (end > bytes.length) break;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return { entries, end: at };
}

/** The beginning of a tile, as wide as is asked for; null when a bundle cannot be read. */
export function cutTile({ level, width }: Tile, bytes: Uint8Array): Uint8Array | null {
  if (level !== 'entries') return bytes.subarray(0, width * hashBytes);
  const entries = readBundle(bytes);
  return entries === null || entries.length < width ? null : writeBundle(entries.slice(0, width));
}

/** Every tile of a level of a tree of this size, from left to right. */
export function* tilesOf(size: number, level: number): Generator<Tile & { readonly level: number }> {
  const wide = Math.floor(size / tileWidth ** level);
  for (let index = 0; index * tileWidth < wide; index += 1) {
    yield { level, index, width: Math.min(tileWidth, wide - index * tileWidth) };
  }
}
