import { Fault } from '#kit/fault';
import { canaryJson, canaryKinds } from '#rights';
import { columns, type Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';

export async function listCanaries({ world, values, json }: Call): Promise<number> {
  const lines = await world.withHouse(async (house) => {
    return await house.canaries.list((await shopOf(house, values['shop'])).shopId);
  });
  if (json) world.out(JSON.stringify({ canaries: lines.map(canaryJson) }, null, 2));
  else if (lines.length === 0) world.out('None is planted: `canary plant person` plants one.');
  else {
    const rows = lines.map(({ id, kind, email, keyId, uses }) => {
      const [use] = uses;
      return [id, kind, email ?? keyId ?? '-', use === undefined ? 'quiet' : `${use.way} ${use.at.toString()}`];
    });
    world.out(columns([['ID', 'KIND', 'KNOWN BY', 'USED'], ...rows]));
  }
  return lines.some(({ uses }) => uses.length > 0) ? 1 : 0;
}

export async function plantCanary({ world, positionals, values, json }: Call): Promise<number> {
  const kind = canaryKinds.find((one) => one === positionals[0]);
  if (kind === undefined) throw new Fault('invalid', `Say what to plant: ${canaryKinds.join(' or ')}.`);
  const email = typeof values['email'] === 'string' ? values['email'] : null;
  const { line, key } = await world.withHouse(async (house) => {
    return await house.canaries.plant(await shopOf(house, values['shop']), { kind, email }, actor);
  });
  if (json) world.out(JSON.stringify({ canary: canaryJson(line), key }, null, 2));
  else if (key !== null) world.out(key);
  else world.out([line.link, line.email, line.orderNumber].join('\n'));
  return 0;
}

export async function endCanary({ world, positionals, values, json }: Call): Promise<number> {
  const ended = await world.withHouse(async (house) => {
    return await house.canaries.end((await shopOf(house, values['shop'])).shopId, positionals[0] ?? '', actor);
  });
  if (json) world.out(JSON.stringify({ ended }));
  else world.out(ended ? 'It is ended.' : 'There is no such canary.');
  return ended ? 0 : 1;
}
