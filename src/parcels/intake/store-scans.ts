import type { ReadArrival, ReadScan } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Privacy, Sealed, SubjectKey } from '#privacy';
import { openHistories } from '../keeping/keeping.ts';
import { addScans } from '../scan-rows.ts';
import { readFoldScans, writeFoldScans } from './fold-scans.ts';
import { assign, assignLocked, type Assigned, type Item } from './assign.ts';
import { parcelMoved, parcelScanned } from '../facts.ts';
import { standingAfter, type FoldScan, type Standing } from '../fold.ts';
import { foldedParcels, ownLanes, type FoldedParcel } from '../rows.ts';
import { instantOf, scanIdOf, sealWaiting, type ScanSource } from '../scan.ts';
import { statements } from '../store.ts';
import { isSaidAgain, waitingPlace } from './waiting-place.ts';

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
  const items = itemsOf(needs, shopId, incoming, source);
  const { known, unknown } = await assign(tx, items);
  const strangers = await takeStrangers(needs, tx, unknown);
  const accepted = strangers.size + (await storeScans(needs, tx, known)).size;
  return { accepted, duplicates: items.length - accepted };
}

export function itemsOf(
  needs: IntakeNeeds,
  shopId: string,
  incoming: readonly IncomingScan[],
  source: ScanSource,
): readonly Item[] {
  const receivedAt = needs.clock.now();
  return incoming.map((one): Item => {
    const scan = { ...one.scan, code: storable(one.scan.code) };
    return {
      shopId,
      carrier: one.carrier,
      numberHash: needs.numberHash(shopId, one.number),
      scan,
      scanId: scanIdOf(needs.privacy, shopId, scan),
      at: instantOf(scan),
      source,
      receivedAt,
    };
  });
}

/**
 * Takes scans of numbers that nobody knew a moment ago: looked for again now that no order can come in unseen, and if
 * there is none they wait. Answers which were new.
 */
export async function takeStrangers(needs: IntakeNeeds, tx: Tx, items: readonly Item[]): Promise<ReadonlySet<Item>> {
  const { known, unknown } = await assignLocked(tx, items);
  return new Set<Item>([...(await wait(needs, tx, unknown)), ...(await storeScans(needs, tx, known))]);
}

/** PostgreSQL keeps every character but NUL. */
function storable(code: string): string {
  return code.replaceAll('\0', '').slice(0, codeCharactersMax);
}

async function wait(needs: IntakeNeeds, tx: Tx, items: readonly Item[]): Promise<readonly Item[]> {
  if (items.length === 0) return [];
  const rows = await tx.rows<{ numberHash: Buffer; carrier: string; scanId: string }>(statements.wait, [
    items.map((item) => item.numberHash),
    items.map((item) => item.carrier),
    items.map((item) => item.scanId),
    items.map((item) => item.shopId),
    items.map((item) => item.source),
    items.map((item) => item.receivedAt),
    needs.clock.now().add({ hours: waitingDays * 24 }),
    items.map((item) => sealWaiting(needs.privacy, item.shopId, item)),
  ]);
  const fresh = new Set(rows.map(waitingName));
  // Of the same scan twice in one batch, one is new.
  return items.filter((item) => fresh.delete(waitingName(item)));
}

function waitingName(one: { readonly numberHash: Buffer; readonly carrier: string; readonly scanId: string }): string {
  return [one.numberHash.toString('hex'), one.carrier, one.scanId].join('|');
}

/** Stores what is new, folds the parcels it belongs to anew, and says what changed. Answers what was new. */
export async function storeScans(
  needs: IntakeNeeds,
  tx: Tx,
  items: readonly Assigned[],
): Promise<ReadonlySet<Assigned>> {
  if (items.length === 0) return new Set();
  const ids = [...new Set(items.map((item) => item.parcelId))];
  const owned = ownLanes(tx, ids);
  const [parcels, keys] = await Promise.all([foldedParcels(tx, ids), needs.privacy.keysOf(tx, 'parcel', ids), owned]);
  const histories = await historiesOf(needs, tx, parcels, keys);
  // A parcel whose key is gone was erased: nothing is kept of it any more.
  const ours = items.filter(({ parcelId }) => keys.has(parcelId) && hasRoom(parcels.get(parcelId)));
  const fresh = newOf(ours, histories);
  if (fresh.length === 0) return new Set();
  const stored = addScans(tx, keys, fresh);
  await Promise.all([stored, foldParcels(needs, tx, parcels, histories, fresh), countUnmapped(needs, tx, fresh)]);
  return new Set(fresh);
}

type Histories = ReadonlyMap<string, readonly FoldScan[]>;

/** The scans that parcels have had, from their own rows; where a row does not hold them all, from the scans. */
async function historiesOf(
  needs: IntakeNeeds,
  tx: Tx,
  parcels: ReadonlyMap<string, FoldedParcel>,
  keys: ReadonlyMap<string, SubjectKey>,
): Promise<Histories> {
  // A late scan of a parcel that was put away: what was sealed as one becomes rows again.
  await openHistories(needs, tx, [...parcels.values()].filter(isSealed), keys);
  const histories = new Map<string, readonly FoldScan[]>();
  for (const { parcelId, scanCount, foldScans } of parcels.values()) {
    const scans = scanCount === 0 ? [] : readFoldScans(foldScans);
    if (scans?.length === scanCount) histories.set(parcelId, scans);
  }
  const missing = [...parcels.keys()].filter((id) => !histories.has(id));
  if (missing.length === 0) return histories;
  const rows = await tx.rows<FoldScan & { parcelId: string }>(statements.foldScans, [missing]);
  const found = Map.groupBy(rows, (row) => row.parcelId);
  for (const id of missing) histories.set(id, found.get(id) ?? []);
  return histories;
}

function hasRoom(parcel: FoldedParcel | undefined): boolean {
  return parcel !== undefined && parcel.scanCount < scansPerParcelMax;
}

function isSealed(parcel: FoldedParcel): boolean {
  return parcel.sealedAt !== null;
}

/** Each scan that its parcel has not had yet, once. */
function newOf(items: readonly Assigned[], histories: Histories): readonly Assigned[] {
  const known = new Map<string, Set<string>>();
  return items.filter(({ parcelId, scanId }) => {
    const had = known.get(parcelId) ?? new Set(histories.get(parcelId)?.map((scan) => scan.scanId));
    known.set(parcelId, had);
    if (had.has(scanId) || had.size >= scansPerParcelMax) return false;
    had.add(scanId);
    return true;
  });
}

/** A parcel as it stood, all its scans, where it stands after them, and which of them are new. */
type Folded = {
  readonly parcel: FoldedParcel;
  readonly scans: readonly FoldScan[];
  readonly standing: Standing;
  readonly fresh: readonly Assigned[];
};

async function foldParcels(
  needs: IntakeNeeds,
  tx: Tx,
  parcels: ReadonlyMap<string, FoldedParcel>,
  histories: Histories,
  fresh: readonly Assigned[],
): Promise<void> {
  const moves = [...Map.groupBy(fresh, (item) => item.parcelId)].flatMap(([parcelId, items]): readonly Folded[] => {
    const parcel = parcels.get(parcelId);
    if (parcel === undefined) return [];
    const scans = [...(histories.get(parcelId) ?? []), ...items.map(foldScanOf)];
    return [{ parcel, scans, standing: standingAfter(scans, parcel.shipFrom.epochMilliseconds), fresh: items }];
  });
  const now = needs.clock.now();
  for (const move of moves) sayWhatChanged(needs, tx, move);
  await tx.rows(statements.moveParcels, [
    moves.map(({ parcel }) => parcel.parcelId),
    moves.map(({ standing }) => standing.milestone),
    moves.map(({ standing }) => standing.subStatus),
    moves.map(({ standing }) => standing.leg),
    moves.map(({ standing }) => instant(standing.at)),
    moves.map(({ parcel, standing }) => (hasMoved(parcel, standing) ? now : parcel.movedAt)),
    moves.map(({ standing }) => instant(standing.lastSignAt)),
    moves.map(({ standing }) => standing.attempts),
    moves.map(({ scans }) => scans.length),
    moves.map(({ scans }) => writeFoldScans(scans)),
  ]);
}

function foldScanOf({ scanId, at, scan }: Assigned): FoldScan {
  const { milestone, subStatus, retracts, leg } = scan;
  return { scanId, at: at.epochMilliseconds, milestone, subStatus, retracts, leg };
}

function hasMoved(parcel: FoldedParcel, standing: Standing): boolean {
  return (
    parcel.milestone !== standing.milestone ||
    parcel.subStatus !== standing.subStatus ||
    parcel.attempts !== standing.attempts ||
    isSaidAgain(parcel.milestoneAt?.epochMilliseconds ?? null, standing)
  );
}

function sayWhatChanged(needs: IntakeNeeds, tx: Tx, { parcel, standing, scans, fresh }: Folded): void {
  const { shopId, personId, orderId, carrier } = parcel;
  const whose = { shopId, personId, orderId, carrier };
  if (!hasMoved(parcel, standing)) {
    needs.facts.append(tx, parcelScanned.make(parcel.parcelId, { ...whose, scans: scans.length }));
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
      place: waitingPlace(needs.privacy, parcel, standing, fresh),
      attempts: standing.attempts,
    }),
  );
}

function instant(ms: number | null): Temporal.Instant | null {
  return ms === null ? null : Temporal.Instant.fromEpochMilliseconds(Math.round(ms));
}

/** Codes that no table knows are counted once per scan, for staff to see. */
async function countUnmapped(needs: IntakeNeeds, tx: Tx, fresh: readonly Assigned[]): Promise<void> {
  const unknown = fresh.filter((item) => item.scan.subStatus === null);
  const rows = [
    ...Map.groupBy(unknown, ({ shopId, carrier, scan }) => [shopId, carrier, scan.code].join('\0')).values(),
  ];
  const counted = rows.flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ first, scans: 1 + others.length }],
  );
  if (counted.length === 0) return;
  await tx.rows(statements.countUnmapped, [
    counted.map(({ first }) => first.shopId),
    counted.map(({ first }) => first.carrier),
    counted.map(({ first }) => first.scan.code),
    counted.map(({ scans }) => scans),
    needs.clock.now(),
  ]);
}

/** The carrier's own word on the arrival; the youngest replaces the one before. */
export async function setArrival(tx: Tx, parcelId: string, arrival: ReadArrival): Promise<void> {
  await tx.rows(statements.setArrival, [parcelId, JSON.stringify(arrival)]);
}
