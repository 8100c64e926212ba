// How much room a scan takes: while its parcel is on the way, and once the parcel was finished 30 days ago. A million scans.
import { createManualClock, realClock } from '#kit/clock';
import { ensureMonths } from '../src/house.ts';
import { figure, type Figure } from './parts/figures.ts';
import { openBenchGround, putOrders, type BenchGround } from './parts/ground.ts';
import { scansAt, scansPerParcel } from './parts/scans.ts';

const parcelCount = 100_000;
const parcelsPerBatch = 2_000;
const year = 100_000_000;
/** Of a year's parcels, those on the way or finished less than 30 days ago: a way of ten days and thirty days behind it. */
const hotShare = 40 / 365;

export async function run(): Promise<readonly Figure[]> {
  const clock = createManualClock(realClock.now().subtract({ hours: 40 * 24 }));
  const ground = await openBenchGround({}, clock);
  try {
    await ensureMonths(ground.database, clock.now(), realClock.now());
    for (let done = 0; done < parcelCount; done += parcelsPerBatch) {
      const numbers = await putOrders(ground, `R${done / parcelsPerBatch}-`, parcelsPerBatch);
      for (let step = 0; step < scansPerParcel; step += 1) {
        await ground.parcels.postScans(ground.shop.shopId, scansAt(numbers, step, clock.now()), 'push');
      }
    }
    await ground.settle();
    const scans = parcelCount * scansPerParcel;
    const [hotScans, parcels] = [await bytesOf(ground, 'scan'), await bytesOf(ground, 'parcel', 'parcel_by_number')];
    clock.advanceTo(realClock.now());
    const begun = performance.now();
    const sealed = await ground.parcels.sealFinished();
    const seconds = (performance.now() - begun) / 1_000;
    if (sealed !== parcelCount) throw new Error(`${sealed} of ${parcelCount} were sealed`);
    await ground.database.rows('vacuum full parcels.parcel', []);
    await ground.settle();
    const histories = await bytesOf(ground, 'sealed_history');
    const [hot, cold] = [hotScans / scans, histories / scans];
    const parcelsAfter = await bytesOf(ground, 'parcel', 'parcel_by_number');
    const hotParcel = (hotScans + parcels) / parcelCount;
    const coldParcel = (histories + parcelsAfter) / parcelCount;
    return [
      figure('bytes a scan on the way, with its index', hot, { aim: 340 }),
      figure('bytes a scan put away, with its index', cold, { aim: 40 }),
      figure('bytes a parcel’s row and number, on the way', parcels / parcelCount),
      figure('bytes a parcel’s row and number, put away', parcelsAfter / parcelCount),
      figure('parcels put away a second', parcelCount / seconds),
      figure('100 million parcels a year, GB', (year * (hotShare * hotParcel + (1 - hotShare) * coldParcel)) / 1e9),
    ];
  } finally {
    await ground.close();
  }
}

/** Tables of `parcels` with all their partitions and indexes. */
async function bytesOf(ground: BenchGround, ...tables: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const table of tables) {
    const row = await ground.database.one<{ bytes: number }>(
      `select sum(pg_total_relation_size(relid))::bigint as bytes from pg_partition_tree($1::regclass)`,
      [`parcels.${table}`],
    );
    bytes += row?.bytes ?? 0;
  }
  return bytes;
}
