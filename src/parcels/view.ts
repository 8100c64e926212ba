import type { Queries } from '#kit/database';
import { sealed, type Privacy, type Sealed, type SubjectKey } from '#privacy';
import { keptScans } from './keeping/keeping.ts';
import { placeOf, type ScanToAdd } from './scan-rows.ts';
import { contentOf } from './scan.ts';
import type { ParcelRow, ScanRow } from './rows.ts';
import { statements } from './store.ts';

/** A parcel as it stands. `number` is null while the box has none, and once it was erased. */
export type Parcel = Omit<ParcelRow, 'number' | 'numberHash'> & { readonly number: Sealed<'tracking_number'> | null };

/** One scan as stored; `content` is JSON of place and text (see `readContent`). */
export type Scan = Omit<ScanRow, 'sealed'> & { readonly content: Sealed<'scan'> | null };

export async function parcelsOf(
  queries: Queries,
  privacy: Privacy,
  rows: readonly ParcelRow[],
): Promise<readonly Parcel[]> {
  const keys = await privacy.keysOf(
    queries,
    'parcel',
    rows.map((row) => row.parcelId),
  );
  return rows.map((row) => parcelOf(row, keys.get(row.parcelId) ?? null));
}

function parcelOf(row: ParcelRow, key: SubjectKey | null): Parcel {
  const { number, numberHash: _hash, ...rest } = row;
  const place = { column: 'parcels.parcel.number', row: row.parcelId } as const;
  return { ...rest, number: key?.stored('tracking_number', number, place) ?? null };
}

export async function scansOf(
  queries: Queries,
  privacy: Privacy,
  parcels: readonly Parcel[],
): Promise<readonly Scan[]> {
  const ids = parcels.map((parcel) => parcel.parcelId);
  if (ids.length === 0) return [];
  const keys = await privacy.keysOf(queries, 'parcel', ids);
  const [rows, kept] = await Promise.all([
    queries.rows<ScanRow>(statements.scansOf, [ids]),
    keptScans(queries, privacy, parcels, keys),
  ]);
  // What is put away in this very moment may be seen in both places.
  const away = new Set(kept.map((scan) => scan.parcelId));
  const standing = rows.filter((row) => !away.has(row.parcelId));
  const scans = standing.map(({ sealed: bytes, ...row }): Scan => {
    const content = keys.get(row.parcelId)?.stored('scan', bytes, placeOf(row.scanId)) ?? null;
    return Object.assign(row, { content });
  });
  return kept.length === 0 ? scans : [...scans, ...kept.map(scanOf)].toSorted(inOrder);
}

function scanOf({ parcelId, scanId, at, scan, source, receivedAt }: ScanToAdd): Scan {
  const { timeConfidence, place: _place, text: _text, ...said } = scan;
  const content = contentOf(scan);
  return Object.assign(said, {
    parcelId,
    scanId,
    occurredAt: at,
    confidence: timeConfidence,
    source,
    receivedAt,
    content: content === null ? null : sealed('scan', content),
  });
}

function inOrder(a: Scan, b: Scan): number {
  return Temporal.Instant.compare(a.occurredAt, b.occurredAt) || Number(BigInt(a.scanId) > BigInt(b.scanId)) * 2 - 1;
}
