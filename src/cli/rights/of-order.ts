import { Fault } from '#kit/fault';
import type { StoredOrder } from '#orders';
import type { Call, OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

export const actor = 'command line';

/** The order that a command names. @throws Fault('not_found') */
export async function orderOf(house: OpenedHouse, { values, positionals }: Call): Promise<StoredOrder> {
  const shop = await shopOf(house, values['shop']);
  const [number = ''] = positionals;
  const order = await house.orders.find(house.database, shop.shopId, number);
  if (order === null) throw new Fault('not_found', `There is no order with this number in "${shop.name}".`);
  return order;
}

/** Whom people have to tell of what was done. */
export function toldLines(recipients: readonly string[]): readonly string[] {
  return recipients.length === 0 ? [] : [`To be told of it (GDPR art. 19): ${recipients.join(', ')}.`];
}
