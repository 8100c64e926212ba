import type { ParcelState } from '#carriers';
import type { Shop } from '#orders';
import type { SimulatedParcel } from './simulator.ts';
import { guidedWay, type Guided } from './world/guided.ts';
import { draftOrders, type SampleOrder } from './world/orders.ts';
import { deliveredRows } from './world/rows/delivered.ts';
import { latelyReviewedRows } from './world/rows/reviewed-lately.ts';
import { reviewedRows } from './world/rows/reviewed.ts';
import { movingRows } from './world/rows/moving.ts';
import { troubledRows } from './world/rows/troubled.ts';
import { shop } from './world/rows/shop.ts';

export type { Guided, SampleOrder };
export { guidedWay };

export type SampleWorld = {
  readonly shop: Omit<Shop, 'shopId'>;
  /** Oldest first. */
  readonly orders: readonly SampleOrder[];
  /** Every parcel that has a number, with its past and at least its next days. */
  readonly parcels: readonly SimulatedParcel[];
  /** What each of them should show at the moment the world opens. */
  readonly shows: readonly { readonly number: string; readonly milestone: ParcelState }[];
  /** In neither list: it begins its way when the world opens, and ends it three minutes later. */
  readonly guided: Guided;
};

/**
 * An invented shop with two weeks of orders behind it and some days ahead, as seen at `now`. Pure: the same for the same
 * moment. No person, address or number in it is real; towns and the carrier's codes are.
 */
export function sampleWorld(now: Temporal.Instant): SampleWorld {
  const rows = [...deliveredRows, ...movingRows, ...troubledRows, ...reviewedRows, ...latelyReviewedRows];
  return { shop, ...draftOrders(rows, now), guided: guidedWay(now) };
}
