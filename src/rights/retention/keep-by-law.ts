import type { Tx } from '#kit/database';
import { ordersPast, type Orders } from '#orders';
import type { Past } from '#privacy';
import { holdOrders, type HoldNeeds } from '../hold/hold.ts';

/**
 * Before orders go by their clock: what the law keeps of them is copied under keys of its own, as at an erasure, so that a
 * short clock of a shop takes no voucher away (AO § 147, HGB § 257).
 */
export async function keepByLaw(
  needs: HoldNeeds & { readonly orders: Pick<Orders, 'readMany'> },
  tx: Tx,
  past: Past,
  rowsMax: number,
): Promise<void> {
  const { shopId } = past;
  const asked = shopId === null ? [] : await ordersPast(tx, past, rowsMax);
  if (shopId === null || asked.length === 0) return;
  const stored = await needs.orders.readMany(tx, asked);
  await holdOrders(needs, tx, shopId, [...stored.values()]);
}
