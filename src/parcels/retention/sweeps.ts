import { onlyRows, retentionClocks, sweepOf, type Sweep } from '#privacy';
import { ownLanes } from '../rows.ts';
import { statements as intake } from '../store.ts';
import { statements } from './store.ts';

type Ids = readonly { readonly parcelId: string }[];

const parcels = sweepOf('parcel', {
  'parcels.parcel': { past: statements.pastParcels, drop: '', waits: true },
});
const waiting = sweepOf('waiting', { 'parcels.waiting': { past: statements.pastWaiting, drop: '' } });

export const parcelsSweeps: readonly Sweep[] = [
  {
    ...parcels,
    tables: ['parcels.parcel', 'parcels.parcel_by_number'],
    // They are named and held still here; `forget` drops them with everything that hangs on them.
    drop: async (tx, { shopId, before, keptIds }, rowsMax) => {
      const found = idsOf(await tx.rows(statements.findPast, [shopId, before, rowsMax, keptIds]));
      if (found.length > 0) await ownLanes(tx, found);
      const parcelIds = idsOf(await tx.rows(statements.stillPast, [found, before]));
      return { ...onlyRows({ 'parcels.parcel': parcelIds.length }), parcelIds };
    },
  },
  {
    ...waiting,
    // They are counted as vanished, by the day.
    drop: async (tx, { before }, rowsMax) => {
      const now = before.add({ hours: retentionClocks.waiting.days * 24 });
      const day = now.toZonedDateTimeISO('UTC').toPlainDate();
      const gone = await tx.one<{ rows: number }>(intake.vanish, [now, day, rowsMax]);
      return onlyRows({ 'parcels.waiting': gone?.rows ?? 0 });
    },
  },
];

function idsOf(rows: Ids): readonly string[] {
  return rows.map(({ parcelId }) => parcelId);
}
