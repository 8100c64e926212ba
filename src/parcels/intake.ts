import type { ReadArrival, ReadScan } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Privacy, Sealed } from '#privacy';
import { assign, assignLocked, type Assigned, type Item } from './assign.ts';
import { parcelMoved, parcelScanned } from './facts.ts';
import { standingAfter, type FoldScan, type Standing } from './fold.ts';
import { lockParcels, type LockedParcel } from './rows.ts';
import { contentOf, instantOf, scanIdOf, sealWaiting, type ScanSource } from './scan.ts';
import { statements } from './store.ts';

/** A scan with the number it is about. */
export type IncomingScan = {
  readonly carrier: string;
  readonly number: Sealed<'tracking_number'>;
  readonly scan: ReadScan;
};

export type TakenScans = { readonly accepted: number; readonly duplicates: number };

export type IntakeNeeds = {
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly facts: Facts;
  readonly numberHash: (shopId: string, number: Sealed<'tracking_number'>) => Buffer;
};

const waitingDays = 14;
const codeCharactersMax = 200;
/** A parcel has some ten scans; whoever sends thousands for one means no parcel. */
const scansPerParcelMax = 2_000;

/** Takes a batch of scans of one shop in the caller's transaction. What belongs to no parcel yet waits, sealed. */
export async function takeScans(
  needs: IntakeNeeds,
  tx: Tx,
  shopId: string,
  incoming: readonly IncomingScan[],
  source: ScanSource,
): Promise<TakenScans> {
  const receivedAt = needs.clock.now();
  const items = incoming.map((one): Item => {
    const scan = { ...one.scan, code: storable(one.scan.code) };
    return {
      carrier: one.carrier,
      numberHash: needs.numberHash(shopId, one.number),
      scan,
      scanId: scanIdOf(needs.privacy, shopId, scan),
      at: instantOf(scan),
      source,
      receivedAt,
    };
  });
  const first = await assign(tx, items);
  const second = await assignLocked(tx, first.unknown);
  const waited = await wait(needs, tx, shopId, second.unknown);
  const stored = await storeScans(needs, tx, shopId, [...first.known, ...second.known]);
  const accepted = waited + stored;
  return { accepted, duplicates: items.length - accepted };
}

/** PostgreSQL keeps every character but NUL. */
function storable(code: string): string {
  return code.replaceAll('\0', '').slice(0, codeCharactersMax);
}

async function wait(needs: IntakeNeeds, tx: Tx, shopId: string, items: readonly Item[]): Promise<number> {
  if (items.length === 0) return 0;
  const rows = await tx.rows(statements.wait, [
    items.map((item) => item.numberHash),
    items.map((item) => item.carrier),
    items.map((item) => item.scanId),
    shopId,
    items.map((item) => item.source),
    items.map((item) => item.receivedAt),
    needs.clock.now().add({ hours: waitingDays * 24 }),
    items.map((item) => sealWaiting(needs.privacy, shopId, item)),
  ]);
  return rows.length;
}

/** Stores what is new, folds the parcels it belongs to anew, and says what changed. Answers how many were new. */
export async function storeScans(
  needs: IntakeNeeds,
  tx: Tx,
  shopId: string,
  items: readonly Assigned[],
): Promise<number> {
  if (items.length === 0) return 0;
  const parcels = await lockParcels(tx, [...new Set(items.map((item) => item.parcelId))]);
  const keys = await needs.privacy.keysOf(tx, 'parcel', [...parcels.keys()]);
  // A parcel whose key is gone was erased: nothing is kept of it any more.
  const kept = items.filter(
    ({ parcelId }) => keys.has(parcelId) && (parcels.get(parcelId)?.scanCount ?? scansPerParcelMax) < scansPerParcelMax,
  );
  if (kept.length === 0) return 0;
  const sealed = kept.map((item) => {
    const content = contentOf(item.scan);
    const key = keys.get(item.parcelId);
    return content === null || key === undefined ? null : key.lockText('scan', content, placeOf(item.scanId));
  });
  const fresh = await tx.rows<{ parcelId: string; scanId: string }>(statements.addScans, [
    kept.map((item) => item.parcelId),
    kept.map((item) => item.scanId),
    kept.map((item) => item.at),
    kept.map((item) => item.scan.localTime),
    kept.map((item) => item.scan.offset),
    kept.map((item) => item.scan.zone),
    kept.map((item) => item.scan.timeConfidence),
    kept.map((item) => item.scan.code),
    kept.map((item) => item.scan.milestone),
    kept.map((item) => item.scan.subStatus),
    kept.map((item) => item.scan.retracts),
    kept.map((item) => item.scan.leg),
    sealed,
    kept.map((item) => item.source),
    kept.map((item) => item.receivedAt),
  ]);
  if (fresh.length > 0) {
    await foldParcels(needs, tx, parcels, fresh);
    await countUnmapped(needs, tx, shopId, kept, fresh);
  }
  return fresh.length;
}

/** Where a scan's sealed part lies. */
export function placeOf(scanId: string) {
  return { column: 'parcels.scan.sealed', row: scanId } as const;
}

async function foldParcels(
  needs: IntakeNeeds,
  tx: Tx,
  parcels: ReadonlyMap<string, LockedParcel>,
  fresh: readonly { readonly parcelId: string }[],
): Promise<void> {
  const touched = [...new Set(fresh.map((row) => row.parcelId))];
  const rows = await tx.rows<FoldScan & { parcelId: string }>(statements.foldScans, [touched]);
  const scans = Map.groupBy(rows, (row) => row.parcelId);
  const moves = touched.flatMap((parcelId) => {
    const parcel = parcels.get(parcelId);
    if (parcel === undefined) return [];
    const history = scans.get(parcelId) ?? [];
    return [{ parcel, scans: history.length, standing: standingAfter(history, parcel.shipFrom.epochMilliseconds) }];
  });
  const now = needs.clock.now();
  await tx.rows(statements.moveParcels, [
    moves.map(({ parcel }) => parcel.parcelId),
    moves.map(({ standing }) => standing.milestone),
    moves.map(({ standing }) => standing.subStatus),
    moves.map(({ standing }) => standing.leg),
    moves.map(({ standing }) => instant(standing.at)),
    moves.map(({ parcel, standing }) => (hasMoved(parcel, standing) ? now : parcel.movedAt)),
    moves.map(({ standing }) => instant(standing.lastSignAt)),
    moves.map(({ standing }) => standing.attempts),
    moves.map((move) => move.scans),
  ]);
  for (const { parcel, standing, scans: count } of moves) sayWhatChanged(needs, tx, parcel, standing, count);
}

function hasMoved(parcel: LockedParcel, standing: Standing): boolean {
  return (
    parcel.milestone !== standing.milestone ||
    parcel.subStatus !== standing.subStatus ||
    parcel.attempts !== standing.attempts ||
    isInTheVanAgain(parcel, standing)
  );
}

/** The same words another time: each round is news. */
function isInTheVanAgain(parcel: LockedParcel, standing: Standing): boolean {
  const { milestone, at } = standing;
  return milestone === 'out_for_delivery' && at !== null && parcel.milestoneAt?.epochMilliseconds !== Math.round(at);
}

function sayWhatChanged(needs: IntakeNeeds, tx: Tx, parcel: LockedParcel, standing: Standing, scans: number): void {
  const { shopId, personId, orderId, carrier } = parcel;
  const whose = { shopId, personId, orderId, carrier };
  if (!hasMoved(parcel, standing)) {
    needs.facts.append(tx, parcelScanned.make(parcel.parcelId, { ...whose, scans }));
    return;
  }
  needs.facts.append(
    tx,
    parcelMoved.make(parcel.parcelId, {
      ...whose,
      before: { milestone: parcel.milestone, subStatus: parcel.subStatus },
      milestone: standing.milestone,
      subStatus: standing.subStatus,
      leg: standing.leg,
      at: instant(standing.at)?.toString() ?? null,
      attempts: standing.attempts,
    }),
  );
}

function instant(ms: number | null): Temporal.Instant | null {
  return ms === null ? null : Temporal.Instant.fromEpochMilliseconds(Math.round(ms));
}

/** Codes that no table knows are counted once per scan, for staff to see. */
async function countUnmapped(
  needs: IntakeNeeds,
  tx: Tx,
  shopId: string,
  items: readonly Assigned[],
  fresh: readonly { readonly parcelId: string; readonly scanId: string }[],
): Promise<void> {
  const isFresh = new Set(fresh.map((row) => `${row.parcelId}|${row.scanId}`));
  const counts = new Map<string, { carrier: string; code: string; scans: number }>();
  for (const item of items) {
    if (item.scan.subStatus !== null || !isFresh.has(`${item.parcelId}|${item.scanId}`)) continue;
    const name = `${item.carrier}\0${item.scan.code}`;
    const scans = (counts.get(name)?.scans ?? 0) + 1;
    counts.set(name, { carrier: item.carrier, code: item.scan.code, scans });
  }
  if (counts.size === 0) return;
  const rows = [...counts.values()];
  await tx.rows(statements.countUnmapped, [
    shopId,
    rows.map((row) => row.carrier),
    rows.map((row) => row.code),
    rows.map((row) => row.scans),
    needs.clock.now(),
  ]);
}

/** The carrier's own word on the arrival; the youngest replaces the one before. */
export async function setArrival(tx: Tx, parcelId: string, arrival: ReadArrival): Promise<void> {
  await tx.rows(statements.setArrival, [parcelId, JSON.stringify(arrival)]);
}
