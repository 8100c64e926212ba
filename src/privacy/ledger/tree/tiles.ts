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

const tileWidth = 256;
const levelsMax = 7;

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
export function nodeIn(tile: Uint8Array, { level, index }: Node, { nodeHash }: Pick<Merkle, 'nodeHash'>): Uint8Array {
  const count = 2 ** (level % 8);
  const first = (index * count) % tileWidth;
  let hashes = Array.from({ length: count }, (_, at) => hashAt(tile, first + at));
  while (hashes.length > 1) hashes = pairs(hashes).map(([left, right]) => nodeHash(left, right));
  return hashes[0] ?? hashAt(tile, first);
}

function hashAt(tile: Uint8Array, at: number): Uint8Array {
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
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    if (high === undefined || low === undefined || entries.length === tileWidth) return null;
    const end = at + 2 + high * 256 + low;
    if (end > bytes.length) return null;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
