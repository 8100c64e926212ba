import { findConnector } from '#carriers';
import { showId } from '#kit/ids';
import type { StoredOrder } from '#orders';
import { arrivalText, isOver, isSilent, type Parcel } from '#parcels';
import type { ConsoleNeeds } from '../needs.ts';
import type { ParcelRow } from '../view.ts';
import { why, type Visit } from './visit.ts';

/** What stands where something was erased. */
const erased = '–';

type Whose = { readonly personId: string; readonly orderId: string };

/** The orders of these parcels or notices, each read once; whoever is missing was erased. */
export async function ordersOf(
  needs: ConsoleNeeds,
  whose: readonly Whose[],
): Promise<ReadonlyMap<string, StoredOrder>> {
  const orders = new Map<string, StoredOrder>();
  const wanted = new Map(whose.map((one) => [one.orderId, one]));
  for (const { personId, orderId } of wanted.values()) {
    const order = await needs.orders.read(needs.database, personId, orderId);
    if (order !== null) orders.set(orderId, order);
  }
  return orders;
}

export function orderNumberOf(needs: ConsoleNeeds, order: StoredOrder | undefined): string {
  return order === undefined ? erased : needs.privacy.open(order.number, why);
}

export function rowOf(needs: ConsoleNeeds, visit: Visit, parcel: Parcel, order: StoredOrder | undefined): ParcelRow {
  const { milestone, subStatus, arrival, lastSignAt, number } = parcel;
  const place = order?.parcelIds.indexOf(parcel.parcelId) ?? -1;
  return {
    id: showId('par', parcel.parcelId),
    orderNumber: orderNumberOf(needs, order),
    position: Math.max(place, 0) + 1,
    total: order?.parcelIds.length ?? 1,
    carrierName: carrierName(parcel.carrier),
    trackingNumber: number === null ? null : needs.privacy.open(number, why),
    milestone,
    subStatus,
    stale: isSilent(parcel, visit.now),
    lastSign: lastSignAt === null ? null : visit.moment(lastSignAt),
    arrival: arrival === null || isOver(parcel) ? null : arrivalText(visit.language, arrival),
  };
}

export function carrierName(carrier: string): string {
  return findConnector(carrier)?.manifest.name ?? carrier;
}
