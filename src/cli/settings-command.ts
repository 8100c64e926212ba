import { Fault } from '#kit/fault';
import { columns, type Call, type CommandWorld } from './command.ts';

type Routes = Awaited<ReturnType<CommandWorld['routes']>>;

/** Settings that cannot be used are shown too: whoever looks for the wrong one must see it. */
export async function printSettings({ world, json }: Call): Promise<number> {
  const settings = world.settings();
  const routes = await routesIn(world);
  const known = routes instanceof Fault ? [] : routes;
  if (json) world.out(JSON.stringify({ settings, sample_routes: known }, null, 2));
  else {
    const changed = settings.filter((row) => row.from === 'environment').length;
    world.out(`${settings.length} settings, ${changed} of them set in the environment (*).\n`);
    world.out(columns(settings.map((row) => [row.from === 'environment' ? '*' : ' ', row.variable, row.value])));
    world.out('');
    for (const row of settings) world.out(`${row.variable}\n    ${row.meaning}.\n    Limit: ${row.limit}.`);
    if (!(routes instanceof Fault)) world.out(`\n${said(routes)}`);
  }
  if (routes instanceof Fault) throw routes;
  return 0;
}

async function routesIn(world: CommandWorld): Promise<Routes | Fault> {
  try {
    return await world.routes();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function said(routes: Routes): string {
  if (routes.length === 0) return 'Carriers are reached at their own addresses; no host is led elsewhere.';
  const list = routes.map((route) => `  ${route.host} → ${route.to}`);
  return ['The sample shop alone reaches these hosts on this machine instead:', ...list].join('\n');
}
