import type { Tx } from '#kit/database';
import { retentionClocks, sweepOf, type Forget, type Sweep } from '#privacy';
import { ownLanes } from '../rows.ts';
import { statements as intake } from '../store.ts';
import { statements } from './store.ts';

type Ids = readonly { readonly parcelId: string }[];

const tables = ['parcels.parcel', 'parcels.scan', 'parcels.sealed_history', 'parcels.parcel_by_number'] as const;
const counting = sweepOf('parcel', { 'parcels.parcel': { past: statements.pastParcels, drop: '' } });
const waiting = sweepOf('waiting', { 'parcels.waiting': { past: statements.pastWaiting, drop: '' } });

export const parcelsSweeps: readonly Sweep[] = [
  {
    ...counting,
    tables,
    drop: async (tx, { shopId, before }, rowsMax) => {
      const found = idsOf(await tx.rows(statements.findPast, [shopId, before, rowsMax]));
      if (found.length === 0) return { rows: {}, parcelIds: [], personIds: [] };
      await ownLanes(tx, found);
      const parcelIds = idsOf(await tx.rows(statements.stillPast, [found, before]));
      await dropParcels(tx, parcelIds);
      return { rows: { 'parcels.parcel': parcelIds.length }, parcelIds, personIds: [] };
    },
  },
  {
    ...waiting,
    // They are counted as vanished, by the day.
    drop: async (tx, { before }, rowsMax) => {
      const now = before.add({ hours: retentionClocks.waiting.days * 24 });
      const day = now.toZonedDateTimeISO('UTC').toPlainDate();
      const gone = await tx.one<{ rows: number }>(intake.vanish, [now, day, rowsMax]);
      return { rows: { 'parcels.waiting': gone?.rows ?? 0 }, parcelIds: [], personIds: [] };
    },
  },
];

/** Parcels with their scans, histories and numbers; who writes to their lanes waits. */
export const parcelsForget: Forget = {
  kind: 'parcel',
  tables,
  forget: async (tx, parcelIds) => {
    await ownLanes(tx, parcelIds);
    await dropParcels(tx, parcelIds);
  },
};

async function dropParcels(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const statement of [
    statements.dropScans,
    statements.dropHistories,
    statements.dropNumbers,
    statements.dropParcels,
  ]) {
    await tx.rows(statement, [ids]);
  }
}

function idsOf(rows: Ids): readonly string[] {
  return rows.map(({ parcelId }) => parcelId);
}
