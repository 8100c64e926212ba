import type { ParcelState } from '#carriers';

type Standing = { readonly milestone: ParcelState; readonly lastSignAt: Temporal.Instant | null };

/** Its way has ended: nothing more is expected of the carrier. */
export function isOver({ milestone }: Pick<Standing, 'milestone'>): boolean {
  return milestone === 'delivered' || milestone === 'returned' || milestone === 'cancelled';
}

/** A box in somebody's hands, of which the next scan is expected within days. */
export function isMoving({ milestone }: Pick<Standing, 'milestone'>): boolean {
  return (
    milestone === 'accepted' ||
    milestone === 'in_transit' ||
    milestone === 'out_for_delivery' ||
    milestone === 'returning'
  );
}

/** Longer than a weekend without a scan. */
const silentHoursMin = 72;

/** On its way, and nothing heard of it for longer than a weekend. */
export function isSilent(parcel: Standing, now: Temporal.Instant): boolean {
  const { lastSignAt } = parcel;
  return isMoving(parcel) && lastSignAt !== null && now.since(lastSignAt).total('hours') > silentHoursMin;
}
