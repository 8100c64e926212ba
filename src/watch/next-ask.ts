import { createHash } from 'node:crypto';
import type { ParcelState } from '#carriers';
import { timeOfId } from '#kit/ids';
import { isOver, type Parcel } from '#parcels';

/** What decides when a carrier is asked again. Times are product time. */
export type Asking = {
  readonly parcelId: string;
  readonly milestone: ParcelState;
  readonly milestoneAt: Temporal.Instant | null;
  readonly lastSignAt: Temporal.Instant | null;
  /** About when the carrier got it, as long as nobody has scanned it. */
  readonly handedAt: Temporal.Instant;
  readonly retentionDays: number;
  /** The carrier tells by itself; asking only makes sure that it does. */
  readonly subscribed: boolean;
  /** Where it is day or night; carriers scan little at night. */
  readonly zone: string;
};

const minutesBetween: Readonly<Record<ParcelState, number>> = {
  unknown: 60,
  announced: 360,
  accepted: 180,
  in_transit: 180,
  out_for_delivery: 15,
  ready_for_pickup: 360,
  delivery_failed: 180,
  exception: 180,
  returning: 720,
  delivered: 1_440,
  returned: 1_440,
  cancelled: 1_440,
};

const firstDaysHours = 48;
const firstWeeksHours = 14 * 24;
const togetherHours = 24;
const packedDaysMax = 30;
const subscribedFactor = 8;
const nightFrom = 22;
const nightUntil = 6;

/** The next time to ask, or null when there is nothing more to learn. */
export function nextAsk(asking: Asking, now: Temporal.Instant): Temporal.Instant | null {
  const quietSince = asking.lastSignAt ?? asking.handedAt;
  if (now.since(quietSince).total('hours') > asking.retentionDays * 24) return null;
  if (isOver(asking) && asking.milestoneAt !== null && now.since(asking.milestoneAt).total('hours') > 24) return null;
  const minutes = minutesOf(asking, now);
  // A parcel whose way is over is asked about once more, a day later and never before the day is over.
  const spread = (isOver(asking) ? 1.01 : 0.9) + 0.2 * share(asking.parcelId);
  return outOfTheNight(now.add({ seconds: Math.round(minutes * 60 * spread) }), asking);
}

/**
 * About when a carrier got a parcel. One that became known together with its order may be out of a shop's past: then it
 * left at most a month after it was ordered. One that was added to a known order left when it was added.
 */
export function handedAt({ parcelId, orderId, shipFrom }: Pick<Parcel, 'parcelId' | 'orderId' | 'shipFrom'>) {
  const registeredAt = timeOfId(parcelId);
  const isAdded = registeredAt.since(timeOfId(orderId)).total('hours') > togetherHours;
  const latest = shipFrom.add({ hours: packedDaysMax * 24 });
  return isAdded || Temporal.Instant.compare(registeredAt, latest) < 0 ? registeredAt : latest;
}

/** A label that nobody scanned for two days is asked about less often, after two weeks once a day: it may be out of the past. */
function minutesOf(asking: Asking, now: Temporal.Instant): number {
  const minutes = minutesBetween[asking.milestone];
  const hours = now.since(asking.handedAt).total('hours');
  const factor = hours > firstWeeksHours ? 24 : hours > firstDaysHours ? 6 : 1;
  const rarer = asking.milestone === 'unknown' ? minutes * factor : minutes;
  return asking.subscribed && !isOver(asking) ? rarer * subscribedFactor : rarer;
}

/** Moves a time at night to the morning after, spread over its first hour. */
export function outOfTheNight(at: Temporal.Instant, asking: Pick<Asking, 'parcelId' | 'zone'>): Temporal.Instant {
  const local = at.toZonedDateTimeISO(asking.zone);
  if (local.hour >= nightUntil && local.hour < nightFrom) return at;
  const day = local.hour >= nightFrom ? local.add({ days: 1 }) : local;
  return day
    .with({ hour: nightUntil, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 })
    .add({ seconds: Math.round(3_600 * share(asking.parcelId)) })
    .toInstant();
}

/** Always the same number from 0 to 1 for a parcel: spreads parcels without chance. */
export function share(parcelId: string): number {
  return createHash('sha256').update(parcelId).digest().readUInt16BE(0) / 0xffff;
}
