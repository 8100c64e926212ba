import { join } from './tree/bytes.ts';
import { hashBytes, type Merkle } from './tree/merkle.ts';
import { nodeIn, tileOf, tileRoot, tileWidth, writeBundle } from './tree/tiles.ts';

/** What is needed to go on: the tiles at the right edge that are not full, and the bundle that is not. */
export type Edge = {
  readonly size: number;
  /** By level; empty where a level ends with a full tile. */
  readonly tiles: readonly Uint8Array[];
  readonly bundle: Uint8Array;
};

/** A tile to write down, full or not; level -1 is a bundle of entries. */
export type GrownTile = {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly bytes: Uint8Array;
};

export const emptyEdge: Edge = { size: 0, tiles: [], bundle: new Uint8Array() };

/** The ledger with more entries at its end: pure. */
export function grown(
  merkle: Merkle,
  edge: Edge,
  entries: readonly Uint8Array[],
): { readonly edge: Edge; readonly tiles: readonly GrownTile[] } {
  const levels = edge.tiles.map((bytes) => [...hashesIn(bytes)]);
  const full: GrownTile[] = [];
  let bundle: Uint8Array[] = [edge.bundle];
  let { size } = edge;
  for (const entry of entries) {
    bundle.push(writeBundle([entry]));
    addHash(merkle, levels, { level: 0, hash: merkle.leafHash(entry), count: size + 1 }, full);
    size += 1;
    if (size % tileWidth !== 0) continue;
    full.push({ level: -1, index: size / tileWidth - 1, width: tileWidth, bytes: join(...bundle) });
    bundle = [];
  }
  const after: Edge = { size, tiles: levels.map((hashes) => join(...hashes)), bundle: join(...bundle) };
  return { edge: after, tiles: [...full, ...unfinished(after)] };
}

/** Puts a hash at the end of its level, and the hash of a tile that it fills at the end of the next. */
function addHash(
  merkle: Merkle,
  levels: Uint8Array[][],
  { level, hash, count }: { readonly level: number; readonly hash: Uint8Array; readonly count: number },
  full: GrownTile[],
): void {
  const hashes = levels[level] ?? [];
  hashes.push(hash);
  levels[level] = hashes;
  if (hashes.length < tileWidth) return;
  const bytes = join(...hashes);
  const index = count / tileWidth - 1;
  full.push({ level, index, width: tileWidth, bytes });
  levels[level] = [];
  const above = tileRoot(bytes, merkle);
  addHash(merkle, levels, { level: level + 1, hash: above, count: count / tileWidth }, full);
}

function unfinished({ size, tiles, bundle }: Edge): readonly GrownTile[] {
  const width = size % tileWidth;
  const last = { level: -1, index: Math.floor(size / tileWidth), width, bytes: bundle };
  const cut = tiles.map((bytes, level) => ({
    level,
    index: Math.floor(size / tileWidth ** (level + 1)),
    width: bytes.length / hashBytes,
    bytes,
  }));
  return [...(width === 0 ? [] : [last]), ...cut.filter((tile) => tile.width > 0)];
}

/** The root of the tree that ends here. */
export function rootOf(merkle: Merkle, { size, tiles }: Edge): Uint8Array {
  return merkle.spanHash({ start: 0, end: size }, (node) => {
    const { level } = tileOf(node, size);
    return nodeIn((level === 'entries' ? undefined : tiles[level]) ?? new Uint8Array(), node, merkle);
  });
}

function* hashesIn(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += hashBytes) yield bytes.subarray(at, at + hashBytes);
}
