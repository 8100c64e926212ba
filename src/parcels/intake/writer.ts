import { createBatches, type Batches } from '#kit/batches';
import type { Database } from '#kit/database';
import { laneOf } from '#kit/facts';
import { assign, type Assigned, type Assignment, type Item } from './assign.ts';
import {
  itemsOf,
  storeScansLast,
  takeStrangers,
  type IncomingScan,
  type IntakeNeeds,
  type TakenScans,
} from './store-scans.ts';
import type { ScanSource } from '../scan.ts';

/** Each owns the lanes that leave its number when they are divided: two of them never wait for each other. */
const writers = 2;
const scansPerBatchMax = 1_000;
const scansWaitingMax = 100_000;

type Part<One> = { readonly items: readonly One[]; taken: number };

function batches<One extends Item>(take: (items: readonly One[]) => Promise<ReadonlySet<One>>): Batches<Part<One>> {
  return createBatches<Part<One>>({
    sizeMax: scansPerBatchMax,
    waitingMax: scansWaitingMax,
    sizeOf: (part) => part.items.length,
    work: async (parts) => {
      const taken = await take(parts.flatMap((part) => part.items));
      for (const part of parts) part.taken = part.items.filter((item) => taken.has(item)).length;
    },
  });
}

type Asked = { readonly items: readonly Item[]; found: Assignment };

/** Numbers that are asked for in the same moment are looked up together. */
function assignments(database: Database): (items: readonly Item[]) => Promise<Assignment> {
  const ask = createBatches<Asked>({
    sizeMax: scansPerBatchMax,
    waitingMax: scansWaitingMax,
    sizeOf: ({ items }) => items.length,
    work: async (asked) => {
      const { known, unknown } = await assign(
        database,
        asked.flatMap(({ items }) => items),
      );
      const strangers = new Set(unknown);
      const parcels = new Map<Item, Assigned>(known.map((item) => [item, item]));
      for (const one of asked) {
        one.found = {
          known: one.items.flatMap((item) => parcels.get(item) ?? []),
          unknown: one.items.filter((item) => strangers.has(item)),
        };
      }
    },
  });
  return async (items) => {
    const asked: Asked = { items, found: { known: [], unknown: [] } };
    await ask(asked);
    return asked.found;
  };
}

/**
 * Takes scans of many callers in transactions of its own: what comes while one is being committed goes into the next.
 * A caller's scans may be committed in several; it is answered after the last.
 */
export function createScanWriter(
  needs: IntakeNeeds & { readonly database: Database },
): (shopId: string, incoming: readonly IncomingScan[], source: ScanSource) => Promise<TakenScans> {
  const { database } = needs;
  const known = Array.from({ length: writers }, () =>
    batches<Assigned>((items) => database.tx((tx) => storeScansLast(needs, tx, items), { byKey: true })),
  );
  const strangers = batches<Item>((items) => database.tx((tx) => takeStrangers(needs, tx, items)));

  const assignOf = assignments(database);

  return async (shopId, incoming, source) => {
    const items = itemsOf(needs, shopId, incoming, source);
    const found = await assignOf(items);
    const byWriter = Map.groupBy(found.known, (item) => laneOf(item.parcelId) % writers);
    const parts = [...byWriter].map(([writer, own]) => ({ part: { items: own, taken: 0 }, add: known[writer] }));
    const unknown: Part<Item> = { items: found.unknown, taken: 0 };
    await Promise.all([
      ...parts.map(({ part, add }) => add?.(part)),
      unknown.items.length === 0 ? null : strangers(unknown),
    ]);
    const accepted = parts.reduce((sum, { part }) => sum + part.taken, unknown.taken);
    return { accepted, duplicates: items.length - accepted };
  };
}
