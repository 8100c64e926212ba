import type { Tx } from '#kit/database';
import { forgetIn, type Whose } from '#privacy';
import { ownLanes } from '../rows.ts';
import { statements } from './store.ts';
import { parcelTables } from './tables.ts';

/** Drops these parcels with their scans and what waits for their numbers; scans that come in this moment are waited for. */
export async function forgetParcels(tx: Tx, whose: Whose): Promise<void> {
  const { parcelIds, shopId } = whose;
  if (parcelIds.length === 0) return;
  await ownLanes(tx, parcelIds);
  const rows = await tx.rows<{ numberHash: Buffer }>(statements.numbers, [parcelIds]);
  const hashes = rows.map((row) => row.numberHash);
  await tx.rows(statements.dropNumbers, [hashes, parcelIds]);
  await tx.rows(statements.dropWaiting, [hashes, shopId]);
  await forgetIn(tx, parcelTables, whose);
}
