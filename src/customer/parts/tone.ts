import type { Milestone, ParcelView } from '../view.ts';
import type { Say } from '../words.ts';

/** How a parcel looks: `bad` and `warn` speak first, `quiet` never looks like moving. */
export type Tone = 'bad' | 'warn' | 'moving' | 'good' | 'quiet';

const tones: Readonly<Record<Milestone, Tone>> = {
  unknown: 'quiet',
  announced: 'moving',
  accepted: 'moving',
  in_transit: 'moving',
  out_for_delivery: 'moving',
  ready_for_pickup: 'warn',
  delivery_failed: 'bad',
  exception: 'bad',
  delivered: 'good',
  returning: 'warn',
  returned: 'quiet',
  cancelled: 'quiet',
};

/** Handed to somebody who still has to bring it. */
const goesOn = new Set(['delivered.partner', 'delivered.customs', 'delivered.partial']);
const delayed = new Set([
  'in_transit.delayed',
  'in_transit.delayed_weather',
  'in_transit.misrouted',
  'delivered.damaged',
  'delivered.customs',
  'delivered.partial',
]);

export function toneOf(parcel: Pick<ParcelView, 'milestone' | 'subStatus' | 'stale'>): Tone {
  if (parcel.subStatus !== null && delayed.has(parcel.subStatus)) return 'warn';
  if (parcel.stale && !isFinished(parcel)) return tones[parcel.milestone] === 'bad' ? 'bad' : 'warn';
  return parcel.milestone === 'delivered' && !isFinished(parcel) ? 'moving' : tones[parcel.milestone];
}

export function isDelivered(parcel: Pick<ParcelView, 'milestone' | 'subStatus'>): boolean {
  return parcel.milestone === 'delivered' && !goesOn.has(parcel.subStatus ?? '');
}

export function isFinished(parcel: Pick<ParcelView, 'milestone' | 'subStatus'>): boolean {
  return isDelivered(parcel) || parcel.milestone === 'returned' || parcel.milestone === 'cancelled';
}

export function needsAttention(parcel: Pick<ParcelView, 'milestone' | 'subStatus' | 'stale'>): boolean {
  const tone = toneOf(parcel);
  return tone === 'bad' || tone === 'warn';
}

const places: readonly Tone[] = ['bad', 'warn', 'quiet', 'moving', 'good'];

/** Problems first, then what nobody knows, then what moves, then what is done; among equals by position. */
export function inOrderOfNeed<Told extends Standing>(parcels: readonly Told[]): readonly Told[] {
  return parcels.toSorted((one, other) => needOf(one) - needOf(other) || one.position - other.position);
}

type Standing = Pick<ParcelView, 'milestone' | 'subStatus' | 'stale' | 'position'>;

function needOf(parcel: Standing): number {
  return isFinished(parcel) ? places.length : places.indexOf(toneOf(parcel));
}

/** Silent for too long while it should move: then its last headline would only pretend to know. */
export function isLost(parcel: Pick<ParcelView, 'milestone' | 'stale'>): boolean {
  return parcel.stale && (tones[parcel.milestone] === 'moving' || parcel.milestone === 'returning');
}

/** What is said of a parcel first. */
export function headlineOf(parcel: ParcelView, say: Say): string {
  return isLost(parcel) ? say('parcel.stale.headline') : parcel.headline;
}
