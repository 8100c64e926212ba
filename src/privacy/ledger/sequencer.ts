import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import { goesOnFrom, notAsSigned, signedEdge, type Last } from './edge.ts';
import { emptyEdge, grown, rootOf, type Edge } from './grow.ts';
import type { LastSigned, SignedMemory } from './last-signed.ts';
import { merkle, type LogKeys } from './log-keys.ts';
import { statements } from './store.ts';
import { same, toBase64, utf8 } from './tree/bytes.ts';
import { resumedText } from './tree/own-entry.ts';

type Needs = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keysOf: (shopId: string) => Promise<LogKeys>;
  readonly memory: SignedMemory;
};

export type Sequencer = {
  /**
   * Gives a place to what waits, as much as one transaction takes, and signs the ledger as it then is. Answers which
   * entries; null while somebody else does it.
   * @throws Fault('conflict') when what lies in the database is not what was signed last, as it is known beside the keys
   *   too: nothing is signed any more
   */
  readonly sequence: (shopId: string) => Promise<readonly string[] | null>;
  readonly shopsWaiting: () => Promise<readonly string[]>;
  /** What was signed and is not in the ledger any more; null when nothing is missing. */
  readonly missingOf: (shopId: string) => Promise<MissingEntries | null>;
  /**
   * Has the ledger go on from what lies in the database, as after a backup was put back: an operator's word, which is
   * entered as the next entry for everybody to read. Null when nothing is missing. `within` runs in its transaction.
   * @throws Fault('conflict') when `signed` is not how much was signed, or what lies there is not signed either
   */
  readonly resume: (
    shopId: string,
    signed: number,
    within: (tx: Tx) => Promise<void>,
  ) => Promise<MissingEntries | null>;
};

/** How many entries a ledger has, and how many of it were signed as something else or more. */
export type MissingEntries = { readonly size: number; readonly signed: number; readonly root: Uint8Array };

const entriesMax = 4_096;

/**
 * The one who gives places. The edge of each ledger is kept in memory and believed as long as the last checkpoint is the
 * one it belongs to; else it is read again, and held against what was signed.
 */
export function createSequencer({ database, clock, keysOf, memory }: Needs): Sequencer {
  const edges = new Map<string, Kept>();

  const place = async (tx: Tx, shopId: string, keys: LogKeys): Promise<Placed | null> => {
    const { edge, resumed } = await edgeOf(tx, shopId, edges.get(shopId) ?? null, { keys, memory });
    const waiting = await tx.rows<Waiting>(statements.takeWaiting, [shopId, entriesMax]);
    if (waiting.length === 0) return null;
    const taken = waiting.toSorted((one, other) => (one.entryId < other.entryId ? -1 : 1));
    return { ...(await grow(tx, { shopId, keys, edge, taken, at: clock.now() })), resumed };
  };
  const keep = (shopId: string, { edge, root, resumed }: Placed): void => {
    edges.set(shopId, { edge, root, resumed });
  };

  return {
    sequence: async (shopId) => {
      const keys = await keysOf(shopId);
      const placed = await database.tx(async (tx) =>
        (await isTaken(tx, shopId)) ? null : { done: await place(tx, shopId, keys) },
      );
      if (placed === null) return null;
      const { done } = placed;
      if (done === null) return [];
      keep(shopId, done);
      memory.note(shopId, { size: done.edge.size, root: done.root, resumed: done.resumed });
      return done.ids;
    },
    shopsWaiting: async () => {
      const rows = await database.rows<{ shopId: string }>(statements.shopsWaiting, []);
      return rows.map(({ shopId }) => shopId);
    },
    missingOf: (shopId) => database.tx(async (tx) => (await gapOf(tx, shopId, memory))?.missing ?? null),
    resume: async (shopId, signed, within) => {
      const keys = await keysOf(shopId);
      const done = await database.tx(async (tx) => {
        if (await isTaken(tx, shopId)) throw new Fault('conflict', 'Places are given in this moment. Say it again.');
        const gap = await gapOf(tx, shopId, memory);
        if (gap === null) return null;
        const { missing, last, resumed } = gap;
        if (signed !== missing.signed)
          throw new Fault('conflict', `${missing.signed} entries had been signed, not ${signed}.`);
        const edge = last === null ? emptyEdge : await signedEdge(tx, shopId, last, keys);
        const taken = [
          { entryId: newId(clock), entry: resumedText({ from: missing.size, signed, root: toBase64(missing.root) }) },
        ];
        await within(tx);
        return {
          missing,
          placed: { ...(await grow(tx, { shopId, keys, edge, taken, at: clock.now() })), resumed: resumed + 1 },
        };
      });
      if (done === null) return null;
      const { edge, root, resumed } = done.placed;
      keep(shopId, done.placed);
      await memory.put(shopId, { size: edge.size, root, resumed });
      return done.missing;
    },
  };
}

type Waiting = { readonly entryId: string; readonly entry: string };
type Grown = { readonly edge: Edge; readonly root: Uint8Array; readonly ids: readonly string[] };
type Placed = Grown & { readonly resumed: number };

/** True when somebody else gives places. */
async function isTaken(tx: Tx, shopId: string): Promise<boolean> {
  return (await tx.one<{ had: boolean }>(statements.lock, [shopId]))?.had !== true;
}

type Growing = {
  readonly shopId: string;
  readonly keys: LogKeys;
  readonly edge: Edge;
  readonly taken: readonly Waiting[];
  readonly at: Temporal.Instant;
};

/** Writes entries at the end, and signs the whole. */
async function grow(tx: Tx, { shopId, keys, edge, taken, at }: Growing): Promise<Grown> {
  const ids = taken.map(({ entryId }) => entryId);
  const texts = taken.map(({ entry }) => utf8(entry));
  const after = grown(merkle, edge, texts);
  const root = rootOf(merkle, after.edge);
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
}

function placesOf(shopId: string, firstIndex: number, ids: readonly string[]) {
  const bytes = Buffer.from(ids.join('').replaceAll('-', ''), 'hex');
  return [shopId, firstIndex, ids[0] ?? '', ids.at(-1) ?? '', bytes] as const;
}

type Kept = { readonly edge: Edge; readonly root: Uint8Array; readonly resumed: number };

/** @throws Fault('conflict') when the ledger is less than was signed, or another, as far as is known here or outside */
async function edgeOf(
  tx: Tx,
  shopId: string,
  kept: Kept | null,
  { keys, memory }: Pick<Needs, 'memory'> & { readonly keys: LogKeys },
): Promise<Pick<Kept, 'edge' | 'resumed'>> {
  const last = await tx.one<Last>(statements.last, [shopId]);
  if (kept !== null && last !== null && same(kept.root, last.root)) return kept;
  const edge = last === null ? emptyEdge : await signedEdge(tx, shopId, last, keys);
  const outside = (await memory.of(shopId)) ?? nothingSigned;
  const here = kept === null ? nothingSigned : { ...kept, size: kept.edge.size };
  // An operator's word, which only the file has, counts more than what was signed before it.
  for (const seen of outside.resumed > here.resumed ? [outside] : [here, outside]) {
    if (await goesOnFrom(tx, shopId, seen, headOf(last))) continue;
    throw notAsSigned(`The ledger of ${edge.size} entries does not go on from the ${seen.size} that were signed.`);
  }
  return { edge, resumed: Math.max(outside.resumed, here.resumed) };
}

/** What every ledger goes on from. */
const nothingSigned: LastSigned = { size: 0, root: merkle.emptyRoot(), resumed: 0 };

function headOf(last: Last | null): Pick<LastSigned, 'size' | 'root'> {
  return last ?? nothingSigned;
}

type Gap = { readonly missing: MissingEntries; readonly last: Last | null; readonly resumed: number };

/** Null when the ledger goes on from what is known to have been signed. */
async function gapOf(tx: Tx, shopId: string, memory: SignedMemory): Promise<Gap | null> {
  const known = (await memory.of(shopId)) ?? nothingSigned;
  const last = await tx.one<Last>(statements.last, [shopId]);
  if (await goesOnFrom(tx, shopId, known, headOf(last))) return null;
  const { size: signed, root, resumed } = known;
  return { missing: { size: headOf(last).size, signed, root }, last, resumed };
}
