import type { ParcelState, ReadArrival, TimeConfidence } from '#carriers';
import type { Queries, Tx } from '#kit/database';
import type { ScanSource } from './scan.ts';
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

/** What has to be known of a parcel to fold its scans. */
export type LockedParcel = Omit<ParcelRow, 'service' | 'number' | 'numberHash' | 'leg' | 'lastSignAt' | 'arrival'>;

export async function lockParcels(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, LockedParcel>> {
  return byId(await tx.rows<LockedParcel>(statements.lockParcels, [ids]));
}

export async function readParcels(queries: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, ParcelRow>> {
  return byId(await queries.rows<ParcelRow>(statements.parcels, [ids]));
}

function byId<Row extends { readonly parcelId: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.parcelId, row]));
}
