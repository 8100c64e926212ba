import type { Queries } from '#kit/database';
import { merkle } from './log-keys.ts';
import { newestCheckpoint, witnessedCheckpoint } from '../witness/served.ts';
import { statements } from './store.ts';
import { readCheckpoint, type Checkpoint } from './tree/checkpoint.ts';
import { consistencySpans, inclusionSpans, nodesOf, type Node, type Span } from './tree/merkle.ts';
import { cutTile, nodeIn, readTilePath, tileOf, tilePath, type Tile } from './tree/tiles.ts';
import { utf8 } from './tree/bytes.ts';

/** The newest; null before the first entry. */
export async function checkpointOf(queries: Queries, shopId: string): Promise<Checkpoint | null> {
  const row = await queries.one<{ note: string }>(statements.last, [shopId]);
  return row === null ? null : readCheckpoint(row.note);
}

/** A tile or bundle as it is served; null where there is none of that width. */
export async function tileBytes(queries: Queries, shopId: string, tile: Tile): Promise<Uint8Array | null> {
  const level = tile.level === 'entries' ? -1 : tile.level;
  const row = await queries.one<{ width: number; bytes: Buffer }>(statements.tile, [shopId, level, tile.index]);
  // Only a full tile has a wider one behind it: what is cut off is what it was when it ended there.
  return row === null || row.width < tile.width ? null : cutTile(tile, row.bytes);
}

/** A file of a ledger as strangers read it (C2SP tlog-tiles). */
export type LedgerFile = {
  /** What it is: a checkpoint changes, a tile of hashes and a bundle of entries never do. */
  readonly kind: 'checkpoint' | 'hashes' | 'entries';
  readonly bytes: Uint8Array;
};

const checkpoints = { checkpoint: newestCheckpoint, witnessed: witnessedCheckpoint };

/**
 * @param path below the ledger's address, such as `tile/0/000.p/7`, or `witnessed`: the newest checkpoint that a witness has
 *   signed; null for what is not there
 */
export async function fileOf(queries: Queries, shopId: string, path: string): Promise<LedgerFile | null> {
  if (path === 'checkpoint' || path === 'witnessed') {
    const note = await checkpoints[path](queries, shopId);
    return note === null ? null : { kind: 'checkpoint', bytes: utf8(note) };
  }
  const tile = readTilePath(path);
  const bytes = tile === null ? null : await tileBytes(queries, shopId, tile);
  if (tile === null || bytes === null) return null;
  return { kind: tile.level === 'entries' ? 'entries' : 'hashes', bytes };
}

/** The index of an entry in its ledger; null while it waits for a place. */
export async function placeOf(queries: Queries, shopId: string, entryId: string): Promise<number | null> {
  const row = await queries.one<{ index: number }>(statements.place, [shopId, entryId]);
  return row?.index ?? null;
}

/** The same of many, by their ids; those that wait for a place are not there. */
export async function placesOf(
  queries: Queries,
  shopId: string,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = await Promise.all(
    entryIds.map(async (entryId) => ({ entryId, index: await placeOf(queries, shopId, entryId) })),
  );
  return new Map(found.flatMap(({ entryId, index }) => (index === null ? [] : [[entryId, index] as const])));
}

/** What was read and worked out of a tree of one size, for proofs that follow each other. */
type Known = { readonly tiles: Map<string, Uint8Array>; readonly nodes: Map<string, Uint8Array> };

export function nothingKnown(): Known {
  return { tiles: new Map(), nodes: new Map() };
}

/** The hashes that prove an entry of a tree of this size, from below. */
export async function inclusionProof(
  queries: Queries,
  shopId: string,
  index: number,
  size: number,
  known = nothingKnown(),
): Promise<readonly Uint8Array[]> {
  return await hashesOf(queries, shopId, inclusionSpans(index, size), size, known);
}

/** The hashes that prove that the larger tree begins with the smaller. */
export async function consistencyProof(
  queries: Queries,
  shopId: string,
  oldSize: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  return await hashesOf(queries, shopId, consistencySpans(oldSize, size), size, nothingKnown());
}

async function hashesOf(
  queries: Queries,
  shopId: string,
  spans: readonly Span[],
  size: number,
  { tiles, nodes }: Known,
): Promise<readonly Uint8Array[]> {
  const needed = new Map(spans.flatMap(nodesOf).map((node) => [tilePath(tileOf(node, size)), tileOf(node, size)]));
  for (const [path, tile] of needed) {
    if (tiles.has(path)) continue;
    const bytes = await tileBytes(queries, shopId, tile);
    if (bytes === null) throw new Error(`the ledger has no ${path}`);
    tiles.set(path, bytes);
  }
  const hashOf = (node: Node): Uint8Array => {
    const name = `${node.level} ${node.index}`;
    const hash = nodes.get(name) ?? nodeIn(tiles.get(tilePath(tileOf(node, size))) ?? new Uint8Array(), node, merkle);
    nodes.set(name, hash);
    return hash;
  };
  return spans.map((span) => merkle.spanHash(span, hashOf));
}
