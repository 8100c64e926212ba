import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { orderNumberText, type Orders, type StoredOrder } from '#orders';
import type { Rights } from '#rights';
import type { Call } from '../operations.ts';

export type RightsNeeds = { readonly database: Database; readonly orders: Orders; readonly rights: Rights };

export async function orderOf(
  needs: RightsNeeds,
  call: Pick<Call<unknown>, 'caller' | 'params'>,
): Promise<StoredOrder> {
  const number = orderNumberText.safeParse(call.params['order_number']);
  const found = number.success ? await needs.orders.find(needs.database, call.caller.shopId, number.data) : null;
  if (found === null) throw noOrder();
  return found;
}

export function noOrder(): Fault {
  return new Fault('not_found', 'There is no order with this number.');
}

export function actorOf({ caller }: Pick<Call<unknown>, 'caller'>): string {
  return `key ${showId('key', caller.keyId)}`;
}
