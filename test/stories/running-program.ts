import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openProgram, withOpenedHouse, type Opening, type Program } from '../../src/program.ts';
import { readSettings, type Settings } from '../../src/settings.ts';
import { callerOf, type Call } from './calls.ts';

/** The whole program, served in this process from a folder of its own, with a key for the API. */
export type RunningProgram = {
  readonly program: Program;
  readonly settings: Settings;
  readonly port: number;
  /** What it says when it has started. */
  readonly greeting: string;
  readonly key: string;
  readonly call: Call;
  readonly databaseUrl: string;
};

/** @param home an empty folder; data and keys come to lie in it */
export async function serveProgram(
  home: string,
  more: Readonly<Record<string, string>> = {},
  opening: Opening = {},
): Promise<RunningProgram> {
  const settings = readSettings({
    GLASSPOST_DATA_DIR: join(home, 'data'),
    GLASSPOST_KEYS_DIR: join(home, 'keys'),
    GLASSPOST_PORT: '0',
    GLASSPOST_SAMPLE: 'off',
    GLASSPOST_TRUSTED_PROXIES: '127.0.0.1',
    ...more,
  });
  const program = await openProgram(settings, opening);
  try {
    const greeting = (await program.serve()).join('\n');
    const port = Number(/Glasspost runs at http:\/\/127\.0\.0\.1:(\d+)/.exec(greeting)?.[1]);
    const key = await makeKey(settings, opening);
    const { databaseUrl } = JSON.parse(noteOf(settings)) as { readonly databaseUrl: string };
    return { program, settings, port, greeting, key, call: callerOf(port, key), databaseUrl };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

/** As `glasspost key create` does beside a program that runs. */
async function makeKey(settings: Settings, opening: Opening): Promise<string> {
  const work: Parameters<typeof withOpenedHouse<string>>[1] = async (house) => {
    const [shop] = await house.orders.shops(house.database);
    assert.ok(shop !== undefined);
    return (await house.createKey(shop.shopId, 'the shop', ['all'])).key;
  };
  return await withOpenedHouse(settings, work, opening);
}

/** What a running program leaves in its folder for a second process. */
export function noteOf(settings: Settings): string {
  return readFileSync(join(settings.dataDir, 'running.json'), 'utf8');
}

/** One connection of one's own to the program's database. */
export async function onDatabase<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
