import type { Statement, Tx, Value } from '#kit/database';
import type { Fact } from '#kit/facts';
import type { Privacy, SubjectKey } from '#privacy';
import { parcelMoved, parcelScanned } from '../facts.ts';
import { standingAfter, type FoldScan, type Standing } from '../fold.ts';
import { openHistories } from '../keeping/keeping.ts';
import { foldedParcels, ownLanes, type FoldedParcel } from '../rows.ts';
import { scanIdOf, sharedScanIdOf } from '../scan.ts';
import { rowsOf } from '../scan-rows.ts';
import { statements } from '../store.ts';
import type { Assigned } from './assign.ts';
import { readFoldScans, writeFoldScans } from './fold-scans.ts';
import type { IntakeNeeds } from './store-scans.ts';
import { isSaidAgain, waitingPlace } from './waiting-place.ts';

/** What a batch of scans comes to: what of it is new, the one statement that writes it, and what there is to tell. */
export type TakenBatch = {
  readonly taken: ReadonlySet<Assigned>;
  readonly write: Statement | null;
  readonly news: readonly Fact[];
};

const nothing: TakenBatch = { taken: new Set(), write: null, news: [] };

/** A parcel has some ten scans; whoever sends thousands for one means no parcel. */
const scansPerParcelMax = 2_000;

/** Owns the lanes of the parcels from here to the end of the transaction, and folds the parcels anew. */
export async function takeBatch(needs: IntakeNeeds, tx: Tx, items: readonly Assigned[]): Promise<TakenBatch> {
  if (items.length === 0) return nothing;
  const ids = [...new Set(items.map((item) => item.parcelId))];
  const owned = ownLanes(tx, ids);
  const [parcels, keys] = await Promise.all([foldedParcels(tx, ids), needs.privacy.keysOf(tx, 'parcel', ids), owned]);
  const histories = await historiesOf(needs, tx, parcels, keys);
  // A parcel whose key is gone was erased: nothing is kept of it any more.
  const ours = items.filter(({ parcelId }) => keys.has(parcelId) && hasRoom(parcels.get(parcelId)));
  const fresh = newOf(needs.privacy, ours, histories);
  if (fresh.length === 0) return nothing;
  const now = needs.clock.now();
  const moves = movesOf(parcels, histories, fresh);
  return {
    taken: new Set(fresh),
    write: [statements.takeBatch, [...rowsOf(keys, fresh), ...columnsOf(moves, now), ...unmappedIn(fresh), now]],
    news: moves.map((move) => newsOf(needs.privacy, move)),
  };
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
  await openHistories(
    needs,
    tx,
    [...parcels.values()].filter((parcel) => parcel.isSealed),
    keys,
  );
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

type Fresh = Assigned & { readonly scanId: string };

/** Each scan that its parcel has not had yet, once; the same objects, so that whoever sent them finds them again. */
function newOf(privacy: Privacy, items: readonly Assigned[], histories: Histories): readonly Fresh[] {
  const known = new Map<string, Set<string>>();
  return items.flatMap((item) => {
    const { parcelId, shopId, scan } = item;
    const had = known.get(parcelId) ?? new Set(histories.get(parcelId)?.map((one) => one.scanId));
    known.set(parcelId, had);
    const scanId = scanIdOf(privacy, shopId, parcelId, scan);
    if (had.has(scanId) || had.size >= scansPerParcelMax) return [];
    if (had.size > 0 && had.has(sharedScanIdOf(privacy, shopId, scan))) return [];
    had.add(scanId);
    return [Object.assign(item, { scanId })];
  });
}

/** A parcel as it stood, all its scans, where it stands after them, and which of them are new. */
type Move = {
  readonly parcel: FoldedParcel;
  readonly scans: readonly FoldScan[];
  readonly standing: Standing;
  readonly fresh: readonly Fresh[];
};

function movesOf(
  parcels: ReadonlyMap<string, FoldedParcel>,
  histories: Histories,
  fresh: readonly Fresh[],
): readonly Move[] {
  return [...Map.groupBy(fresh, (item) => item.parcelId)].flatMap(([parcelId, items]) => {
    const parcel = parcels.get(parcelId);
    if (parcel === undefined) return [];
    const scans = [...(histories.get(parcelId) ?? []), ...items.map(foldScanOf)];
    return [{ parcel, scans, standing: standingAfter(scans, parcel.shipFrom), fresh: items }];
  });
}

/** The ten columns in which parcels move. */
function columnsOf(moves: readonly Move[], now: Temporal.Instant): readonly Value[] {
  return [
    moves.map(({ parcel }) => parcel.parcelId),
    moves.map(({ standing }) => standing.milestone),
    moves.map(({ standing }) => standing.subStatus),
    moves.map(({ standing }) => standing.leg),
    moves.map(({ standing }) => standing.at),
    moves.map((move) => (hasMoved(move) ? now : null)),
    moves.map(({ standing }) => standing.lastSignAt),
    moves.map(({ standing }) => standing.attempts),
    moves.map(({ scans }) => scans.length),
    moves.map(({ scans }) => writeFoldScans(scans)),
  ];
}

function foldScanOf({ scanId, at, scan }: Fresh): FoldScan {
  const { milestone, subStatus, retracts, leg } = scan;
  return { scanId, at: at.epochMilliseconds, milestone, subStatus, retracts, leg };
}

function hasMoved({ parcel, standing }: Move): boolean {
  return (
    parcel.milestone !== standing.milestone ||
    parcel.subStatus !== standing.subStatus ||
    parcel.attempts !== standing.attempts ||
    isSaidAgain(parcel.milestoneAt, standing)
  );
}

function newsOf(privacy: Privacy, move: Move): Fact {
  const { parcel, standing, scans, fresh } = move;
  const { parcelId, shopId, personId, orderId, carrier } = parcel;
  const whose = { shopId, personId, orderId, carrier };
  if (!hasMoved(move)) return parcelScanned.make(parcelId, { ...whose, scans: scans.length });
  const { milestone, subStatus, leg, at, attempts } = standing;
  return parcelMoved.make(parcelId, {
    ...whose,
    before: { milestone: parcel.milestone, subStatus: parcel.subStatus },
    milestone,
    subStatus,
    leg,
    at: at === null ? null : Temporal.Instant.fromEpochMilliseconds(Math.round(at)).toString(),
    place: waitingPlace(privacy, parcel, standing, fresh),
    attempts,
  });
}

/** Codes that no table knows are counted once per scan, for staff to see. */
function unmappedIn(fresh: readonly Assigned[]): readonly Value[] {
  const unknown = fresh.filter((item) => item.scan.subStatus === null);
  const counted = [
    ...Map.groupBy(unknown, ({ shopId, carrier, scan }) => [shopId, carrier, scan.code].join('\0')).values(),
  ].flatMap(([first, ...others]) => (first === undefined ? [] : [{ first, scans: 1 + others.length }]));
  return [
    counted.map(({ first }) => first.shopId),
    counted.map(({ first }) => first.carrier),
    counted.map(({ first }) => first.scan.code),
    counted.map(({ scans }) => scans),
  ];
}
