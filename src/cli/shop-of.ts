import { Fault } from '#kit/fault';
import type { Shop } from '#orders';
import type { Call, OpenedHouse } from './command.ts';

/** The shop a command is about: the named one, `sample`, or the only real one. */
export async function shopOf(house: OpenedHouse, named: Call['values'][string]): Promise<Shop> {
  const shops = await house.orders.shops(house.database);
  if (shops.length === 0) throw new Fault('not_found', 'There is no shop yet: `npm start` makes one.');
  const names = shops.map((one) => `"${one.name}"`).join(', ');
  if (typeof named === 'string') {
    const wanted = named.trim().toLowerCase();
    const shop =
      shops.find((one) => one.name.toLowerCase() === wanted) ?? shops.find((one) => wanted === 'sample' && one.sample);
    if (shop !== undefined) return shop;
    throw new Fault('not_found', `There is no shop "${named}". There is: ${names}.`);
  }
  const [real, ...others] = shops.filter((one) => !one.sample);
  if (real !== undefined && others.length === 0) return real;
  throw new Fault('invalid', `Say which shop with --shop NAME: ${names}.`);
}
