import { Fault } from '#kit/fault';
import type { Shop } from '#orders';
import type { Call, OpenedHouse } from './command.ts';

/** The shop a command is about: the named one, `sample`, or the only real one. */
export async function shopOf(house: OpenedHouse, named: Call['values'][string]): Promise<Shop> {
  const shops = await house.orders.shops(house.database);
  if (typeof named === 'string') {
    const shop = shops.find((one) => (named === 'sample' ? one.sample : one.name === named));
    if (shop !== undefined) return shop;
    throw new Fault('not_found', `There is no shop "${named}". There is: ${shops.map((one) => one.name).join(', ')}.`);
  }
  const real = shops.filter((one) => !one.sample);
  if (real.length === 1 && real[0] !== undefined) return real[0];
  throw new Fault('invalid', `Say which shop with --shop: ${shops.map((one) => one.name).join(', ')}.`);
}
