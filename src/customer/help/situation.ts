import { findConnector } from '#carriers';
import type { Situation } from '#faq';
import { formatAge } from '#kit/words';
import { arrivalText, isOver, isSilent, tellParcel, tellScan, type Parcel } from '#parcels';
import { inOrderOfNeed } from '../parts/tone.ts';
import { isPast } from '../present.ts';
import type { Say } from '../words.ts';

type Told = { readonly language: string; readonly now: Temporal.Instant; readonly say: Say };

/**
 * Beside which parcel an answer is read: of several the one that needs it most. Nothing is opened for it, and nothing in
 * it says whose parcel it is. Null for an order without one.
 */
export function situationOf(parcels: readonly Parcel[], told: Told): Situation | null {
  const standing = parcels.map((parcel, position) => ({ ...parcel, position, stale: isSilent(parcel, told.now) }));
  const [first] = inOrderOfNeed(standing);
  if (first === undefined) return null;
  const { milestone, subStatus, lastSignAt } = first;
  const { language, now } = told;
  const awaited = isOver(first) ? null : first.arrival;
  const isLate = awaited !== null && isOnItsWay(first) && isPast(awaited, now);
  return {
    milestone,
    subStatus,
    status: statusOf(first, told),
    carrier: carrierOf(first),
    arrival: awaited === null || isPast(awaited, now) ? null : arrivalText(language, awaited),
    lastSign: lastSignAt === null ? null : formatAge(language, now.epochMilliseconds - lastSignAt.epochMilliseconds),
    isLate,
    // What can be chosen stands with the carrier; nothing of it is known here.
    options: [],
    parcels: parcels.length,
  };
}

/** A parcel that waits at a counter or goes back is not late any more. */
function isOnItsWay({ milestone }: Parcel): boolean {
  const stages: readonly string[] = ['unknown', 'announced', 'accepted', 'in_transit', 'out_for_delivery'];
  return stages.includes(milestone);
}

function carrierOf({ carrier }: Parcel): Situation['carrier'] {
  return { id: carrier, name: findConnector(carrier)?.manifest.name ?? carrier };
}

/** Stages of which it matters how: handed to whom, waiting where, hindered by what. */
const finer: ReadonlySet<string> = new Set(['ready_for_pickup', 'delivery_failed', 'exception', 'delivered']);

/** A word for the stage, a finer one where it helps; where nothing is known, why. */
function statusOf(parcel: Parcel, { say }: Told): string {
  const { milestone, subStatus, number, carrier } = parcel;
  if (subStatus !== null && finer.has(milestone) && subStatus.startsWith(`${milestone}.`)) {
    return tellScan(say, subStatus);
  }
  if (milestone !== 'unknown') return say(`milestone.${milestone}`);
  const carrierName = findConnector(carrier)?.manifest.name ?? carrier;
  const facts = { milestone, subStatus, carrierName, hasNumber: number !== null, hasScans: parcel.lastSignAt !== null };
  return tellParcel(say, facts).headline;
}
