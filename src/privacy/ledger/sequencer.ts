import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { emptyEdge, grown, rootOf, type Edge } from './grow.ts';
import { sha256, type LogKeys } from './log-keys.ts';
import { statements } from './store.ts';
import { checkByWebCrypto } from './tree/web-crypto.ts';
import { judgeSignatures, readCheckpoint } from './tree/checkpoint.ts';
import { same, utf8 } from './tree/bytes.ts';
import { createMerkle } from './tree/merkle.ts';
import { levelsMax, tileWidth } from './tree/tiles.ts';

export const merkle = createMerkle(sha256);

type Needs = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keysOf: (shopId: string) => Promise<LogKeys>;
};

export type Sequencer = {
  /**
   * Gives a place to what waits, as much as one transaction takes, and signs the ledger as it then is. Answers which
   * entries; null while somebody else does it.
   * @throws Fault('conflict') when what lies in the database is not what was signed last: nothing is signed any more
   */
  readonly sequence: (shopId: string) => Promise<readonly string[] | null>;
  readonly shopsWaiting: () => Promise<readonly string[]>;
};

const entriesMax = 4_096;

/**
 * The one who gives places. The edge of each ledger is kept in memory and believed as long as the last checkpoint is the
 * one it belongs to; else it is read again, and held against what was signed.
 */
export function createSequencer({ database, clock, keysOf }: Needs): Sequencer {
  const edges = new Map<string, Kept>();

  const place = async (tx: Tx, shopId: string, keys: LogKeys) => {
    const edge = await edgeOf(tx, shopId, edges.get(shopId) ?? null, keys);
    const waiting = await tx.rows<{ entryId: string; entry: string }>(statements.takeWaiting, [shopId, entriesMax]);
    if (waiting.length === 0) return null;
    const taken = waiting.toSorted((one, other) => (one.entryId < other.entryId ? -1 : 1));
    const ids = taken.map(({ entryId }) => entryId);
    const texts = taken.map(({ entry }) => utf8(entry));
    const after = grown(merkle, edge, texts);
    const root = rootOf(merkle, after.edge);
    const at = clock.now();
    const note = keys.sign({ size: after.edge.size, root }, at);
    await Promise.all([
      tx.rows(statements.putTiles, [
        shopId,
        after.tiles.map(({ level }) => level),
        after.tiles.map(({ index }) => index),
        after.tiles.map(({ width }) => width),
        after.tiles.map(({ bytes }) => bytes),
      ]),
      tx.rows(statements.putPlaces, placesOf(shopId, edge.size, ids)),
      // It is seen by nobody before this transaction has been committed.
      tx.rows(statements.putCheckpoint, [shopId, after.edge.size, root, note, at]),
    ]);
    return { edge: after.edge, root, ids };
  };

  return {
    sequence: async (shopId) => {
      const keys = await keysOf(shopId);
      const placed = await database.tx(async (tx) => {
        const lock = await tx.one<{ had: boolean }>(statements.lock, [shopId]);
        return lock?.had === true ? { done: await place(tx, shopId, keys) } : null;
      });
      if (placed === null) return null;
      if (placed.done !== null) edges.set(shopId, placed.done);
      return placed.done?.ids ?? [];
    },
    shopsWaiting: async () => {
      const rows = await database.rows<{ shopId: string }>(statements.shopsWaiting, []);
      return rows.map(({ shopId }) => shopId);
    },
  };
}

function placesOf(shopId: string, firstIndex: number, ids: readonly string[]) {
  const bytes = Buffer.from(ids.join('').replaceAll('-', ''), 'hex');
  return [shopId, firstIndex, ids[0] ?? '', ids.at(-1) ?? '', bytes] as const;
}

export type Last = { readonly size: number; readonly root: Buffer; readonly note: string };

type Kept = { readonly edge: Edge; readonly root: Uint8Array };

async function edgeOf(tx: Queries, shopId: string, kept: Kept | null, keys: LogKeys): Promise<Edge> {
  const last = await tx.one<Last>(statements.last, [shopId]);
  if (kept !== null && kept.edge.size > (last?.size ?? 0)) throw notAsSigned('The ledger is shorter than it was.');
  if (last === null) return emptyEdge;
  return kept !== null && same(kept.root, last.root) ? kept.edge : await signedEdge(tx, shopId, last, keys);
}

/** As it lies in the database, when that is what was signed. */
async function signedEdge(tx: Queries, shopId: string, last: Last, keys: LogKeys): Promise<Edge> {
  const edge = await readEdge(tx, shopId, last.size);
  if (edge !== null && same(rootOf(merkle, edge), last.root) && (await isSigned(last, keys))) return edge;
  throw notAsSigned('The ledger is not the one that was signed.');
}

function notAsSigned(internal: string): Fault {
  return new Fault('conflict', 'Somebody changed the ledger in the database. It goes on when that is cleared up.', {
    internal,
  });
}

/** Whether a stored checkpoint says what its note says, and all of the log's keys have signed that. */
export async function isSigned(last: Last, keys: LogKeys): Promise<boolean> {
  const checkpoint = readCheckpoint(last.note);
  if (checkpoint === null || checkpoint.size !== last.size || !same(checkpoint.root, last.root)) return false;
  const verdicts = await Promise.all(
    keys.verifiers.map(async (key) => (await judgeSignatures(checkpoint, key, checkByWebCrypto)).verdict),
  );
  return checkpoint.origin === keys.origin && verdicts.every((verdict) => verdict === 'good');
}

type StoredTile = { readonly level: number; readonly index: number; readonly width: number; readonly bytes: Buffer };

/** Null when a tile is missing or of another width. */
async function readEdge(tx: Queries, shopId: string, size: number): Promise<Edge | null> {
  const wanted = [-1, ...Array.from({ length: levelsMax }, (_, level) => level)].map((level) => {
    const wide = Math.floor(size / tileWidth ** Math.max(level, 0));
    return { level, index: Math.floor(wide / tileWidth), width: wide % tileWidth };
  });
  const there = wanted.filter(({ width }) => width > 0);
  const rows = await tx.rows<StoredTile>(statements.edge, [
    shopId,
    there.map(({ level }) => level),
    there.map(({ index }) => index),
  ]);
  const tileAt = (level: number): StoredTile | undefined => rows.find((row) => row.level === level);
  if (there.some(({ level, width }) => tileAt(level)?.width !== width)) return null;
  const tiles = wanted.slice(1).map(({ level }) => tileAt(level)?.bytes ?? new Uint8Array());
  return { size, tiles, bundle: tileAt(-1)?.bytes ?? new Uint8Array() };
}
