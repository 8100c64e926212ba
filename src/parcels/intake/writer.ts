import { createBatches, type Batches } from '#kit/batches';
import type { Database } from '#kit/database';
import { laneOf } from '#kit/facts';
import { assign, type Assigned, type Item } from './assign.ts';
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

/**
 * Takes scans of many callers in transactions of its own: what comes while one is being committed goes into the next.
 * A caller's scans may be committed in several; it is answered after the last.
 */
export function createScanWriter(
  needs: IntakeNeeds & { readonly database: Database },
): (shopId: string, incoming: readonly IncomingScan[], source: ScanSource) => Promise<TakenScans> {
  const { database } = needs;
  const known = Array.from({ length: writers }, () =>
    batches<Assigned>((items) => database.tx((tx) => storeScansLast(needs, tx, items))),
  );
  const strangers = batches<Item>((items) => database.tx((tx) => takeStrangers(needs, tx, items)));

  return async (shopId, incoming, source) => {
    const items = itemsOf(needs, shopId, incoming, source);
    const found = await assign(database, items);
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
