import type { HeldTable } from '#privacy';
import { statements } from './store.ts';

/** A timer that finds no row asks nobody: with the row a parcel's watch is at its end. */
export const watchTables: readonly HeldTable[] = [
  {
    table: 'watch.watched',
    heading: 'parcels',
    by: 'parcel',
    at: 'asked_at',
    read: statements.heldWatched,
    drop: statements.dropWatched,
  },
];
