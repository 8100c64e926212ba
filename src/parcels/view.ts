import type { Queries } from '#kit/database';
import type { Privacy, Sealed, SubjectKey } from '#privacy';
import { placeOf } from './intake/store-scans.ts';
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
  const rows = await queries.rows<ScanRow>(statements.scansOf, [ids]);
  const keys = await privacy.keysOf(queries, 'parcel', ids);
  return rows.map(({ sealed, ...row }) => {
    const content = keys.get(row.parcelId)?.stored('scan', sealed, placeOf(row.scanId)) ?? null;
    return Object.assign(row, { content });
  });
}
