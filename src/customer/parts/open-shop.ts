import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { readId } from '#kit/ids';
import type { Orders, Shop } from '#orders';

type Needs = { readonly database: Database; readonly orders: Pick<Orders, 'shops'> };

/** The shop that an address open to everybody names by `shp_…`; null where there is none. */
export async function findShop({ database, orders }: Needs, shownId: string): Promise<Shop | null> {
  const shopId = readId('shp', shownId);
  return (await orders.shops(database)).find((one) => one.shopId === shopId) ?? null;
}

/** The same. @throws Fault('not_found') */
export async function shopAt(needs: Needs, shownId: string): Promise<Shop> {
  const shop = await findShop(needs, shownId);
  if (shop === null) throw new Fault('not_found', 'There is no such shop.');
  return shop;
}
