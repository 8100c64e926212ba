import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Orders } from '#orders';
import { isOver, parcelMoved, parcelRegistered, type Parcel, type Parcels } from '#parcels';

const daysAfterDelivery = 90;

/** A link lives until 90 days after the last parcel of its order has come to its end; while one is under way, it lives. */
export function createLinkLife(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly orders: Orders;
  readonly parcels: Parcels;
}): void {
  needs.facts.follow('link life', [parcelRegistered.kind, parcelMoved.kind], async (tx, facts) => {
    const whose = facts.map((fact) =>
      fact.kind === parcelMoved.kind ? parcelMoved.read(fact) : parcelRegistered.read(fact),
    );
    const touched = [...new Map(whose.map(({ orderId, personId }) => [orderId, { orderId, personId }])).values()];
    const orders = [...(await needs.orders.readMany(tx, touched)).values()];
    const parcels = await needs.parcels.read(
      tx,
      orders.flatMap(({ parcelIds }) => parcelIds),
    );
    const byOrder = Map.groupBy(parcels, ({ orderId }) => orderId);
    await needs.orders.links.expire(
      tx,
      orders.map(({ orderId, linkGeneration }) => ({
        orderId,
        linkGeneration,
        at: endOf(byOrder.get(orderId) ?? []),
      })),
    );
  });
}

function endOf(parcels: readonly Parcel[]): Temporal.Instant | null {
  if (parcels.length === 0 || !parcels.every(isOver)) return null;
  const ends = parcels
    .map((parcel) => parcel.milestoneAt ?? parcel.movedAt)
    .toSorted((one, other) => Temporal.Instant.compare(one, other));
  return ends.at(-1)?.add({ hours: daysAfterDelivery * 24 }) ?? null;
}
