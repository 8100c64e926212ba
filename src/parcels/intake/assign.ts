import type { ReadScan } from '#carriers';
import type { Queries, Tx } from '#kit/database';
import type { ScanSource } from '../scan.ts';
import { statements } from '../store.ts';

/** A scan on its way in, with what finds its parcel. */
export type Item = {
  readonly shopId: string;
  readonly carrier: string;
  readonly numberHash: Buffer;
  readonly scan: ReadScan;
  readonly at: Temporal.Instant;
  readonly source: ScanSource;
  readonly receivedAt: Temporal.Instant;
};

/** The same, with the parcel it belongs to. */
export type Assigned = Item & { readonly parcelId: string };

export type Assignment = { readonly known: readonly Assigned[]; readonly unknown: readonly Item[] };

type NumberRow = {
  readonly numberHash: Buffer;
  readonly carrier: string;
  readonly parcelId: string;
  readonly shipFrom: Temporal.Instant;
};

/** Scans shortly before the label belong to the parcel that the label is for. */
const beforeLabelMs = 48 * 3_600_000;

/** Finds the parcel of each scan by its carrier and number. */
export async function assign(queries: Queries, items: readonly Item[]): Promise<Assignment> {
  if (items.length === 0) return { known: [], unknown: [] };
  const hashes = [...new Map(items.map((item) => [item.numberHash.toString('hex'), item.numberHash])).values()];
  const rows = Map.groupBy(await queries.rows<NumberRow>(statements.byNumber, [hashes]), nameOf);
  const known: Assigned[] = [];
  const unknown: Item[] = [];
  for (const item of items) {
    const parcel = parcelAt(rows.get(nameOf(item)) ?? [], item.at);
    if (parcel === null) unknown.push(item);
    // The same object, so that whoever sent it finds it again.
    else known.push(Object.assign(item, { parcelId: parcel.parcelId }));
  }
  return { known, unknown };
}

/** Looks again for what was not found, now that no order with these numbers can come in unseen. */
export async function assignLocked(tx: Tx, items: readonly Item[]): Promise<Assignment> {
  if (items.length > 0) await tx.rows(statements.lockNumbers, [items.map((item) => item.numberHash)]);
  return await assign(tx, items);
}

function nameOf({ carrier, numberHash }: Pick<Item, 'carrier' | 'numberHash'>): string {
  return `${numberHash.toString('hex')} ${carrier}`;
}

/** A number may have been used again: the parcel whose label is the youngest before the scan gets it. */
function parcelAt(rows: readonly NumberRow[], at: Temporal.Instant): NumberRow | null {
  const latestLabel = at.epochMilliseconds + beforeLabelMs;
  return rows.findLast((row) => row.shipFrom.epochMilliseconds <= latestLabel) ?? rows[0] ?? null;
}
