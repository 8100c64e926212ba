import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { addShop, allShops, type Shop } from './shops.ts';
import { statements } from './store.ts';

/** Adds the shop unless there is one: of several processes that start in the same moment, the others wait and find it. */
export async function addFirstShop(tx: Tx, clock: Clock, shop: Omit<Shop, 'shopId'>): Promise<void> {
  await tx.rows(statements.lockShops, []);
  if ((await allShops(tx)).length === 0) await addShop(tx, clock, shop);
}
