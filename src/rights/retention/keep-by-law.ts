import type { Tx } from '#kit/database';
import type { Orders } from '#orders';
import { holdOrders, type HoldNeeds } from '../hold/hold.ts';

/**
 * Before orders go by their clock: what the law keeps of them is copied under keys of its own, as at an erasure, so that a
 * short clock of a shop takes no voucher away (AO § 147, HGB § 257).
 */
export async function keepByLaw(
  needs: HoldNeeds & { readonly orders: Pick<Orders, 'readMany'> },
  tx: Tx,
  shopId: string,
  orders: Parameters<Orders['readMany']>[1],
): Promise<void> {
  const stored = await needs.orders.readMany(tx, orders);
  await holdOrders(needs, tx, shopId, [...stored.values()]);
}
