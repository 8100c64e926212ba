import { table, type Call } from './command.ts';

export async function printSettings({ world, json }: Call): Promise<number> {
  const settings = world.settings();
  const routes = await world.routes();
  if (json) {
    world.out(JSON.stringify({ settings, sample_routes: routes }, null, 2));
    return 0;
  }
  world.out(table(settings.map((row) => [row.variable, row.value, row.from])));
  world.out('');
  for (const row of settings) world.out(`${row.variable}: ${row.meaning} (${row.limit}).`);
  world.out('');
  world.out(
    routes.length === 0
      ? 'Carriers are reached at their own addresses; no host is led elsewhere.'
      : 'The sample shop alone reaches these hosts on this machine instead:',
  );
  for (const route of routes) world.out(`  ${route.host} → ${route.to}`);
  return 0;
}
