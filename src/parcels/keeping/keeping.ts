import type { ReadScan } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { firstIdAt } from '#kit/ids';
import type { Privacy, Sealed, SubjectKey } from '#privacy';
import { foldedParcels, ownLanes, type ScanRow } from '../rows.ts';
import { addScans, placeOf, type ScanToAdd } from '../scan-rows.ts';
import { instantOf, readContent, scanIdOf } from '../scan.ts';
import { statements } from '../store.ts';
import { readHistory, writeHistory, type KeptScan } from './history.ts';
import { historyPacking } from './packing.ts';

type Needs = { readonly clock: Clock; readonly privacy: Privacy };
type Whose = { readonly parcelId: string; readonly shopId: string };
type Keys = ReadonlyMap<string, SubjectKey>;

/** A parcel that has been at its end for so long hardly ever hears anything new. */
const restDays = 30;
const finished = ['delivered', 'returned', 'cancelled'];
const parcelsPerTurn = 200;
const keeping = { purpose: 'keeping', reader: 'shop' } as const;

function placeOfHistory(parcelId: string) {
  return { column: 'parcels.sealed_history.sealed', row: parcelId } as const;
}

/**
 * Puts the scans of finished parcels away: 30 days after the last sign of life they become one packed and sealed history.
 * Takes them in pages. Answers how many parcels there were.
 */
export async function sealFinished(needs: Needs & { readonly database: Database }): Promise<number> {
  const before = needs.clock.now().subtract({ hours: restDays * 24 });
  const end = firstIdAt(before);
  let after = firstIdAt(Temporal.Instant.fromEpochMilliseconds(0));
  let sealed = 0;
  for (;;) {
    const page = await needs.database.rows<{ parcelId: string }>(statements.finished, [
      end,
      after,
      finished,
      before,
      parcelsPerTurn,
    ]);
    const ids = page.map((row) => row.parcelId);
    const last = ids.at(-1);
    if (last === undefined) return sealed;
    sealed += await needs.database.tx((tx) => sealThese(needs, tx, ids, before));
    after = last;
  }
}

async function sealThese(needs: Needs, tx: Tx, ids: readonly string[], before: Temporal.Instant): Promise<number> {
  await ownLanes(tx, ids);
  const parcels = await foldedParcels(tx, ids);
  const keys = await needs.privacy.keysOf(tx, 'parcel', ids);
  const rows = Map.groupBy(await tx.rows<ScanRow>(statements.scansOfAll, [ids]), (row) => row.parcelId);
  const histories = [...parcels.values()].flatMap(({ parcelId, isSealed }) => {
    const key = keys.get(parcelId);
    const scans = rows.get(parcelId) ?? [];
    // What came in the meantime, and what somebody else has sealed, is left for another time.
    if (key === undefined || isSealed || scans.some((scan) => isLater(scan.occurredAt, before))) return [];
    const text = writeHistory(scans.map((row) => keptOf(needs.privacy, row, key)));
    return [{ parcelId, sealed: key.lockPacked('scan', text, historyPacking, placeOfHistory(parcelId)) }];
  });
  const done = histories.map(({ parcelId }) => parcelId);
  if (done.length === 0) return 0;
  await tx.rows(statements.addHistories, [done, histories.map((history) => history.sealed)]);
  await tx.rows(statements.dropScans, [done]);
  await tx.rows(statements.markSealed, [done, needs.clock.now()]);
  return done.length;
}

function isLater(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) > 0;
}

function keptOf(privacy: Privacy, { sealed, ...row }: ScanRow, key: SubjectKey): KeptScan {
  const content = key.stored('scan', sealed, placeOf(row.scanId));
  const { place, text } = content === null ? { place: null, text: null } : readContent(privacy.open(content, keeping));
  const { localTime, offset, zone, code, milestone, retracts, leg } = row;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the column holds what a reader has put there
  const subStatus = row.subStatus as ReadScan['subStatus'];
  const time = { localTime, offset, zone, timeConfidence: row.confidence };
  return {
    scan: { code, milestone, subStatus, ...time, place, text, retracts, leg },
    source: row.source,
    receivedAt: row.receivedAt,
  };
}

/** The scans of parcels that were put away, as they were. */
export async function keptScans(
  queries: Queries,
  privacy: Privacy,
  parcels: readonly Whose[],
  keys: Keys,
): Promise<readonly ScanToAdd[]> {
  const rows = await queries.rows<{ parcelId: string; sealed: Buffer }>(statements.histories, [
    parcels.map(({ parcelId }) => parcelId),
  ]);
  const shops = new Map(parcels.map(({ parcelId, shopId }) => [parcelId, shopId]));
  return rows.flatMap(({ parcelId, sealed }) => {
    const shopId = shops.get(parcelId) ?? '';
    const history = keys.get(parcelId)?.storedPacked('scan', sealed, historyPacking, placeOfHistory(parcelId));
    return history === undefined ? [] : scansIn(privacy, { parcelId, shopId }, history);
  });
}

function scansIn(privacy: Privacy, { parcelId, shopId }: Whose, history: Sealed<'scan'>): readonly ScanToAdd[] {
  return readHistory(privacy.open(history, keeping)).map(({ scan, source, receivedAt }) => {
    const scanId = scanIdOf(privacy, shopId, parcelId, scan);
    return { parcelId, scanId, at: instantOf(scan), scan, source, receivedAt };
  });
}

/** Makes rows again of what was put away. */
export async function openHistories(needs: Needs, tx: Tx, parcels: readonly Whose[], keys: Keys): Promise<void> {
  if (parcels.length === 0) return;
  const ids = parcels.map(({ parcelId }) => parcelId);
  await addScans(tx, keys, await keptScans(tx, needs.privacy, parcels, keys));
  await tx.rows(statements.dropHistories, [ids]);
  await tx.rows(statements.markOpened, [ids]);
}
