import type { ReadScan } from '#carriers';
import type { Tx, Value } from '#kit/database';
import type { SubjectKey } from '#privacy';
import { contentOf, type ScanSource } from './scan.ts';
import { statements } from './store.ts';

/** A scan that becomes a row of its parcel. */
export type ScanToAdd = {
  readonly parcelId: string;
  readonly scanId: string;
  readonly at: Temporal.Instant;
  readonly scan: ReadScan;
  readonly source: ScanSource;
  readonly receivedAt: Temporal.Instant;
};

/** Where a scan's sealed part lies. */
export function placeOf(scanId: string) {
  return { column: 'parcels.scan.sealed', row: scanId } as const;
}

/** Appends scans, place and text sealed with the keys of their parcels; what is there already stays as it is. */
export async function addScans(
  tx: Tx,
  keys: ReadonlyMap<string, SubjectKey>,
  scans: readonly ScanToAdd[],
): Promise<void> {
  await tx.rows(statements.addScans, rowsOf(keys, scans));
}

/** The fifteen columns of scans as rows. */
export function rowsOf(keys: ReadonlyMap<string, SubjectKey>, scans: readonly ScanToAdd[]): readonly Value[] {
  const sealed = scans.map(({ parcelId, scanId, scan }) => {
    const content = contentOf(scan);
    const key = keys.get(parcelId);
    return content === null || key === undefined ? null : key.lockText('scan', content, placeOf(scanId));
  });
  return [
    scans.map((one) => one.parcelId),
    scans.map((one) => one.scanId),
    scans.map((one) => one.at),
    scans.map((one) => one.scan.localTime),
    scans.map((one) => one.scan.offset),
    scans.map((one) => one.scan.zone),
    scans.map((one) => one.scan.timeConfidence),
    scans.map((one) => one.scan.code),
    scans.map((one) => one.scan.milestone),
    scans.map((one) => one.scan.subStatus),
    scans.map((one) => one.scan.retracts),
    scans.map((one) => one.scan.leg),
    sealed,
    scans.map((one) => one.source),
    scans.map((one) => one.receivedAt),
  ];
}
