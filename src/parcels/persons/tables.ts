import type { HeldTable } from '#privacy';
import { historyPacking } from '../keeping/packing.ts';
import { statements } from './store.ts';

/** This room's tables about parcels; a parcel goes last, because it leads to the others. */
export const parcelTables: readonly HeldTable[] = [
  {
    table: 'parcels.scan',
    heading: 'parcels',
    by: 'parcel',
    at: 'occurred_at',
    read: statements.heldScans,
    drop: statements.dropScans,
    sealed: { sealed: { field: 'scan', row: 'scan_id' } },
  },
  {
    table: 'parcels.sealed_history',
    heading: 'parcels',
    by: 'parcel',
    at: null,
    read: statements.heldHistories,
    drop: statements.dropHistories,
    sealed: { sealed: { field: 'scan', row: 'parcel_id', packing: historyPacking } },
  },
  {
    table: 'parcels.parcel',
    heading: 'parcels',
    by: 'parcel',
    at: 'moved_at',
    read: statements.heldParcels,
    drop: statements.dropParcels,
    sealed: { number: { field: 'tracking_number', row: 'parcel_id' } },
    leftOut: { number_hash: 'hash', fold_scans: 'derived' },
  },
];
