import type { ParcelState, ReadArrival, TimeConfidence } from '#carriers';
import type { Queries, Tx } from '#kit/database';
import type { ScanSource } from './scan.ts';
import { laneCount, laneOf } from '#kit/facts';
import { statements } from './store.ts';

/** A parcel as its row says it. */
export type ParcelRow = {
  readonly parcelId: string;
  readonly shopId: string;
  readonly personId: string;
  readonly orderId: string;
  readonly carrier: string;
  readonly service: string | null;
  readonly number: Buffer | null;
  readonly numberHash: Buffer | null;
  readonly shipFrom: Temporal.Instant;
  readonly milestone: ParcelState;
  readonly subStatus: string | null;
  readonly leg: 'outbound' | 'return';
  readonly milestoneAt: Temporal.Instant | null;
  readonly movedAt: Temporal.Instant;
  readonly lastSignAt: Temporal.Instant | null;
  readonly attempts: number;
  readonly scanCount: number;
  readonly arrival: ReadArrival | null;
};

export type ScanRow = {
  readonly parcelId: string;
  readonly scanId: string;
  readonly occurredAt: Temporal.Instant;
  readonly localTime: string;
  readonly offset: string | null;
  readonly zone: string | null;
  readonly confidence: TimeConfidence;
  readonly code: string;
  readonly milestone: ParcelState | 'info';
  readonly subStatus: string | null;
  readonly retracts: boolean;
  readonly leg: 'outbound' | 'return';
  readonly source: ScanSource;
  readonly receivedAt: Temporal.Instant;
  readonly sealed: Buffer | null;
};

/** What has to be known of a parcel to fold its scans; times in milliseconds since 1970. */
export type FoldedParcel = Pick<
  ParcelRow,
  'parcelId' | 'shopId' | 'personId' | 'orderId' | 'carrier' | 'milestone' | 'subStatus' | 'attempts' | 'scanCount'
> & {
  readonly shipFrom: number;
  readonly milestoneAt: number | null;
  /** See `readFoldScans`. */
  readonly foldScans: Buffer | null;
  /** Its scans are kept as one sealed history, not as rows. */
  readonly isSealed: boolean;
};

/**
 * Keeps everybody else from storing scans of these parcels until the transaction ends: whoever stores scans owns the
 * parcels' lanes. Taken in order, so that two never wait for each other in a circle.
 */
export async function ownLanes(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.rows(statements.ownLanes, [[...new Set(ids.map(laneOf))]]);
}

export async function ownAllLanes(tx: Tx): Promise<void> {
  await tx.rows(statements.ownLanes, [Array.from({ length: laneCount }, (_, lane) => lane)]);
}

export async function foldedParcels(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, FoldedParcel>> {
  return byId(await tx.rows<FoldedParcel>(statements.foldedParcels, [ids]));
}

export async function readParcels(queries: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, ParcelRow>> {
  return byId(await queries.rows<ParcelRow>(statements.parcels, [ids]));
}

function byId<Row extends { readonly parcelId: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.parcelId, row]));
}
