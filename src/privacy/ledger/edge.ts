import type { Queries } from '#kit/database';
import { Fault } from '#kit/fault';
import { rootOf, type Edge } from './grow.ts';
import { merkle, type LogKeys } from './log-keys.ts';
import { consistencyProof } from './served.ts';
import { statements } from './store.ts';
import { same } from './tree/bytes.ts';
import { judgeSignatures, readCheckpoint, type TreeHead } from './tree/checkpoint.ts';
import { levelsMax, tileWidth } from './tree/tiles.ts';
import { checkByWebCrypto } from './tree/web-crypto.ts';

export type Last = { readonly size: number; readonly root: Buffer; readonly note: string };

/** The edge that lies in the database, when it is that of what was signed last. @throws Fault('conflict') */
export async function signedEdge(queries: Queries, shopId: string, last: Last, keys: LogKeys): Promise<Edge> {
  const edge = await readEdge(queries, shopId, last.size);
  if (edge !== null && same(rootOf(merkle, edge), last.root) && (await isSigned(last, keys))) return edge;
  throw notAsSigned('The ledger is not the one that was signed.');
}

export function notAsSigned(internal: string): Fault {
  return new Fault('conflict', 'Somebody changed the ledger in the database. It goes on when that is cleared up.', {
    internal,
  });
}

/** Whether the ledger begins with all of what is known to have been signed. */
export async function goesOnFrom(
  queries: Queries,
  shopId: string,
  known: Omit<TreeHead, 'origin'>,
  now: Omit<TreeHead, 'origin'>,
): Promise<boolean> {
  if (known.size > now.size) return false;
  const proof = await consistencyProof(queries, shopId, known.size, now.size);
  return merkle.extends({ oldSize: known.size, oldRoot: known.root, size: now.size, root: now.root, proof });
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
async function readEdge(queries: Queries, shopId: string, size: number): Promise<Edge | null> {
  const wanted = [-1, ...Array.from({ length: levelsMax }, (_, level) => level)].map((level) => {
    const wide = Math.floor(size / tileWidth ** Math.max(level, 0));
    return { level, index: Math.floor(wide / tileWidth), width: wide % tileWidth };
  });
  const there = wanted.filter(({ width }) => width > 0);
  const rows = await queries.rows<StoredTile>(statements.edge, [
    shopId,
    there.map(({ level }) => level),
    there.map(({ index }) => index),
  ]);
  const tileAt = (level: number): StoredTile | undefined => rows.find((row) => row.level === level);
  if (there.some(({ level, width }) => tileAt(level)?.width !== width)) return null;
  const tiles = wanted.slice(1).map(({ level }) => tileAt(level)?.bytes ?? new Uint8Array());
  return { size, tiles, bundle: tileAt(-1)?.bytes ?? new Uint8Array() };
}
