import type { Privacy } from '#privacy';
import type { Standing } from '../fold.ts';
import { placeName } from '../scan.ts';
import type { Assigned } from './assign.ts';

/**
 * The same words another time: each round of the van is news, and a parcel that waits may wait at another place.
 * @param before when what was said before happened, in milliseconds since 1970
 */
export function isSaidAgain(before: number | null, { milestone, at }: Standing): boolean {
  const mayDiffer = milestone === 'out_for_delivery' || milestone === 'ready_for_pickup';
  return mayDiffer && at !== null && (before === null || Math.round(before) !== Math.round(at));
}

/** Where a parcel waits, as `parcel.moved` says it; null where the scan that says so is not among these. */
export function waitingPlace(
  privacy: Pick<Privacy, 'index'>,
  { shopId, parcelId }: { readonly shopId: string; readonly parcelId: string },
  { milestone, subStatus, at }: Standing,
  fresh: readonly Assigned[],
): string | null {
  if (milestone !== 'ready_for_pickup') return null;
  const said = fresh.find((one) => one.scan.subStatus === subStatus && one.at.epochMilliseconds === at);
  const place = said?.scan.place ?? null;
  if (place === null) return null;
  return privacy.index(shopId, 'waiting place', `${parcelId}\0${placeName(place)}`).toString('hex', 0, 4);
}
