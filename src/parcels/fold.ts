import type { ParcelState } from '#carriers';
import { isOver } from './silence.ts';

/** What the fold needs of a scan. `at` in milliseconds since 1970; `scanId` settles what nothing else does. */
export type FoldScan = {
  readonly scanId: string;
  readonly at: number;
  readonly milestone: ParcelState | 'info';
  readonly subStatus: string | null;
  readonly retracts: boolean;
  readonly leg: 'outbound' | 'return';
};

/** Where a parcel stands. `at` is the time of the scan that brought it here; null before any has. */
export type Standing = {
  readonly milestone: ParcelState;
  readonly subStatus: string | null;
  readonly leg: 'outbound' | 'return';
  readonly at: number | null;
  /** The youngest scan of any kind: the last sign of life. */
  readonly lastSignAt: number | null;
  /** How often a delivery was tried in vain. */
  readonly attempts: number;
};

const nothingKnown: Standing = {
  milestone: 'unknown',
  subStatus: null,
  leg: 'outbound',
  at: null,
  lastSignAt: null,
  attempts: 0,
};

/** Settles scans of the same minute: what is further along comes later. */
const progress: Readonly<Record<ParcelState | 'info', number>> = {
  info: 0,
  unknown: 0,
  announced: 1,
  accepted: 2,
  in_transit: 3,
  out_for_delivery: 4,
  exception: 5,
  delivery_failed: 6,
  ready_for_pickup: 7,
  returning: 8,
  delivered: 9,
  returned: 10,
  cancelled: 11,
};

const dayMs = 86_400_000;
/** A new announcement this long after the end is another parcel under the same number. */
const reuseAfterMs = dayMs;
/** A label is made up to this long before its first scans are believed to be another parcel's. */
const beforeLabelMs = 2 * dayMs;

/**
 * Where a parcel stands after these scans: a function of their set, so that neither the order in which they come nor
 * their repetition matters.
 * @param shipFrom when the order was placed, in milliseconds: scans of an earlier life of the number do not count
 */
export function standingAfter(scans: readonly FoldScan[], shipFrom: number): Standing {
  const ordered = [...new Map(scans.map((scan) => [scan.scanId, scan])).values()].toSorted(inOrder);
  const lives = livesOf(ordered);
  const ours = lives.find((life) => (life.at(-1)?.at ?? 0) >= shipFrom - beforeLabelMs) ?? lives.at(-1) ?? [];
  return fold(ours);
}

function inOrder(a: FoldScan, b: FoldScan): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.retracts !== b.retracts) return a.retracts ? 1 : -1;
  const step = progress[a.milestone] - progress[b.milestone];
  if (step !== 0) return step;
  return a.scanId < b.scanId ? -1 : 1;
}

/** Cuts the history of a number where a new parcel begins under it. */
function livesOf(ordered: readonly FoldScan[]): readonly (readonly FoldScan[])[] {
  const lives: FoldScan[][] = [[]];
  let endedAt: number | null = null;
  for (const scan of ordered) {
    const begins = scan.milestone === 'announced' && scan.leg === 'outbound';
    if (endedAt !== null && begins && scan.at - endedAt > reuseAfterMs) {
      lives.push([]);
      endedAt = null;
    }
    lives.at(-1)?.push(scan);
    if (isProgress(scan) && isOver(scan)) endedAt = scan.at;
    else if (scan.retracts) endedAt = null;
  }
  return lives;
}

function fold(ordered: readonly FoldScan[]): Standing {
  const effective = withoutRetracted(ordered);
  let standing = nothingKnown;
  for (const scan of effective) standing = after(standing, scan);
  return { ...standing, lastSignAt: ordered.at(-1)?.at ?? null };
}

/** A retraction takes back the youngest progress before it; what is taken back has never happened. */
function withoutRetracted(ordered: readonly FoldScan[]): readonly FoldScan[] {
  const kept: FoldScan[] = [];
  for (const scan of ordered) {
    if (!scan.retracts) kept.push(scan);
    else {
      const last = kept.findLastIndex(isProgress);
      if (last >= 0) kept.splice(last, 1);
    }
  }
  return kept;
}

function after(before: Standing, scan: FoldScan): Standing {
  const milestone = nextMilestone(before, scan);
  if (milestone === null) return before;
  const renamed = milestone !== scan.milestone;
  return {
    ...before,
    milestone,
    subStatus: renamed ? 'returned.to_sender' : scan.subStatus,
    leg: milestone === 'returning' || milestone === 'returned' ? 'return' : scan.leg,
    at: scan.at,
    attempts: before.attempts + (milestone === 'delivery_failed' ? 1 : 0),
  };
}

type Progress = FoldScan & { readonly milestone: Exclude<ParcelState, 'unknown'> };

function isProgress(scan: FoldScan): scan is Progress {
  return scan.milestone !== 'info' && scan.milestone !== 'unknown';
}

/** The milestone that a scan leads to, or null when it does not change where the parcel stands. */
function nextMilestone(before: Standing, scan: FoldScan): ParcelState | null {
  return isProgress(scan) ? afterEach[before.milestone](before, scan) : null;
}

type After = (before: Standing, scan: Progress) => ParcelState | null;

const afterEach: Readonly<Record<ParcelState, After>> = {
  unknown: forward,
  announced: forward,
  accepted: forward,
  in_transit: forward,
  out_for_delivery: forward,
  ready_for_pickup: forward,
  delivery_failed: forward,
  exception: forward,
  delivered: afterDelivered,
  returning: afterReturning,
  returned: () => null,
  // A box that moves was not cancelled after all.
  cancelled: (_before, scan) => (scan.milestone === 'announced' ? null : scan.milestone),
};

/** An announcement that comes after the box has moved says nothing new about where it is. */
function forward(before: Standing, scan: Progress): ParcelState | null {
  if (scan.leg === 'return' && scan.milestone === 'delivered') return 'returned';
  const early = scan.milestone === 'announced' || scan.milestone === 'accepted';
  return early && progress[before.milestone] > progress[scan.milestone] ? null : scan.milestone;
}

/** Only a return, or a finer word for the same delivery, follows a delivery. */
function afterDelivered(_before: Standing, scan: Progress): ParcelState | null {
  if (scan.milestone === 'delivered') return scan.leg === 'return' ? 'returned' : 'delivered';
  return scan.milestone === 'returning' || scan.milestone === 'returned' ? scan.milestone : null;
}

/** On the way back, a delivery is one to the sender; loss and damage still count. */
function afterReturning(_before: Standing, scan: Progress): ParcelState | null {
  if (scan.milestone === 'delivered' || scan.milestone === 'returned') return 'returned';
  if (scan.milestone === 'returning') return 'returning';
  return scan.milestone === 'exception' ? 'exception' : null;
}
