import { Fault } from '#kit/fault';
import { columns, listOf, type Call } from './command.ts';
import { shopOf } from './shop-of.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function createKey({ world, values, json }: Call): Promise<number> {
  const scopes = listOf(values['scope']).flatMap((text) => text.split(/[\s,]+/).filter((scope) => scope !== ''));
  if (scopes.length === 0) {
    throw new Fault(
      'invalid',
      'Say what the key may do: --scope orders, parcels, scans, mail, all, or one such as orders:read.',
    );
  }
  const name = listOf(values['name'])[0] ?? 'made on the command line';
  const made = await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    return { ...(await house.createKey(shop.shopId, name, scopes)), shop: shop.name };
  });
  if (json) world.out(JSON.stringify(made));
  else {
    world.out(made.key);
    world.err(`Keep it now: it is never shown again. It opens the shop "${made.shop}".`);
  }
  return 0;
}

export async function listKeys({ world, values, json }: Call): Promise<number> {
  const keys = await world.withHouse(async (house) => house.keys((await shopOf(house, values['shop'])).shopId));
  if (json) world.out(JSON.stringify(keys, null, 2));
  else if (keys.length === 0) world.out('There is no key yet. `key create` makes one.');
  else world.out(columns([['ID', 'MAY', 'NAME'], ...keys.map((key) => [key.id, key.scopes.join(','), key.name])]));
  return 0;
}

export async function revokeKey({ world, values, positionals }: Call): Promise<number> {
  const [id = ''] = positionals;
  const gone = await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    return await house.revokeKey(shop.shopId, id);
  });
  if (!gone) throw new Fault('not_found', 'There is no such key in this shop. `key list` shows them.');
  world.out('Revoked. Calls with it are refused from now on.');
  return 0;
}

export async function consoleLink({ world, json }: Call): Promise<number> {
  const url = await world.withHouse((house) => house.consoleLink());
  world.out(json ? JSON.stringify({ url }) : url);
  return 0;
}

export async function removeSample({ world, json }: Call): Promise<number> {
  const removed = await world.withHouse((house) => house.removeSample());
  if (json) world.out(JSON.stringify({ removed }));
  else world.out(removed ? 'The sample shop is gone.' : 'There is no sample shop.');
  return 0;
}

export async function parkedFacts({ world, json }: Call): Promise<number> {
  const parked = await world.withHouse((house) => house.facts.parked());
  if (json) world.out(JSON.stringify(parked, null, 2));
  else if (parked.length === 0) world.out('Nothing is parked.');
  else {
    const rows = parked.map((row) => [row.follower, row.key, row.kind ?? 'dropped', row.reason]);
    world.out(columns([['FOLLOWER', 'KEY', 'FACT', 'REASON'], ...rows]));
  }
  return 0;
}

export async function retryFacts({ world, positionals, json }: Call): Promise<number> {
  const [follower = '', key = ''] = positionals;
  if (!uuid.test(key)) throw new Fault('invalid', 'The key is the id in the second column of `facts parked`.');
  const handled = await world.withHouse(async (house) => {
    const audit = { shopId: null, actor: 'command line', verb: 'facts.retry', subject: key };
    await house.privacy.audit(house.database, audit);
    return await house.facts.retry(follower, key);
  });
  if (json) world.out(JSON.stringify({ handled }));
  else
    world.out(handled === 0 ? 'None was handled. `facts parked` lists what is left, and why.' : `${handled} handled.`);
  return handled === 0 ? 1 : 0;
}
