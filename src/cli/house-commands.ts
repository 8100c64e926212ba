import { Fault } from '#kit/fault';
import { listOf, table, type Call } from './command.ts';
import { shopOf } from './shop-of.ts';

export async function createKey({ world, values, json }: Call): Promise<number> {
  const scopes = listOf(values['scope']).flatMap((text) => text.split(/[\s,]+/).filter((scope) => scope !== ''));
  const name = listOf(values['name'])[0] ?? 'made on the command line';
  const made = await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    return { ...(await house.createKey(shop.shopId, name, scopes)), shop: shop.name };
  });
  world.out(json ? JSON.stringify(made) : `${made.key}\nShown once. It belongs to ${made.shop}.`);
  return 0;
}

export async function listKeys({ world, values, json }: Call): Promise<number> {
  const keys = await world.withHouse(async (house) => house.keys((await shopOf(house, values['shop'])).shopId));
  if (json) world.out(JSON.stringify(keys, null, 2));
  else if (keys.length === 0) world.out('There is no key yet.');
  else world.out(table(keys.map((key) => [key.id, key.scopes.join(','), key.name])));
  return 0;
}

export async function revokeKey({ world, values, positionals }: Call): Promise<number> {
  const id = positionals[0] ?? '';
  const gone = await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    return await house.revokeKey(shop.shopId, id);
  });
  if (!gone) throw new Fault('not_found', 'There is no such key.');
  world.out('Revoked. Calls with it are refused from now on.');
  return 0;
}

export async function consoleLink({ world, json }: Call): Promise<number> {
  const url = await world.withHouse((house) => house.consoleLink());
  world.out(json ? JSON.stringify({ url }) : url);
  return 0;
}

export async function removeSample({ world }: Call): Promise<number> {
  const removed = await world.withHouse((house) => house.removeSample());
  world.out(removed ? 'The sample shop is gone.' : 'There is no sample shop.');
  return 0;
}

export async function parkedFacts({ world, json }: Call): Promise<number> {
  const parked = await world.withHouse((house) => house.facts.parked());
  if (json) world.out(JSON.stringify(parked, null, 2));
  else if (parked.length === 0) world.out('Nothing is parked.');
  else world.out(table(parked.map((row) => [row.follower, row.key, row.kind ?? 'gone', row.reason])));
  return 0;
}

export async function retryFacts({ world, positionals }: Call): Promise<number> {
  const [follower, key] = positionals;
  if (follower === undefined || key === undefined) throw new Fault('invalid', 'Name the follower and the key.');
  const done = await world.withHouse(async (house) => {
    const audit = { shopId: null, actor: 'command line', verb: 'facts.retry', subject: key };
    await house.privacy.audit(house.database, audit);
    return await house.facts.retry(follower, key);
  });
  world.out(`${done} handled.`);
  return 0;
}
