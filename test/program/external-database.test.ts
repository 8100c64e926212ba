import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { callerOf } from '../stories/calls.ts';
import { assertEnded, assertRefused, command, newHome, portOf, skip, start } from './running.ts';
import { freePort } from '../free-port.ts';

const installed = '/usr/lib/postgresql';
const programs = existsSync(installed)
  ? readdirSync(installed)
      .filter((major) => Number(major) >= 15 && existsSync(join(installed, major, 'bin', 'initdb')))
      .map((major) => join(installed, major, 'bin'))
  : [];
const skipExternal =
  skip !== false ? skip : programs.length === 0 && 'no PostgreSQL 15 or later is installed beside the embedded one';

type Server = { readonly url: string; readonly stop: () => Promise<void> };

let server: Server | null = null;
after(async () => {
  await server?.stop();
});

/** A server as a machine's operator runs it: reached over TCP, with another owner. */
async function startServer(bin: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-external-test-'));
  const user = process.geteuid?.() === 0 ? idOf('postgres') : null;
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const options = { cwd: '/', ...user };
  const cluster = join(folder, 'cluster');
  execFileSync(join(bin, 'initdb'), ['-D', cluster, '-U', 'shop', '--auth=trust', '--no-sync', '-E', 'UTF8'], options);
  const port = await freePort();
  const words = [
    '-D',
    cluster,
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'fsync=off',
  ];
  const child = spawn(join(bin, 'postgres'), words, { ...options, stdio: 'ignore' });
  const url = `postgres://shop@127.0.0.1:${port}/postgres`;
  await untilReady(url, child);
  return {
    url,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function idOf(user: string): { readonly uid: number; readonly gid: number } {
  const ask = (what: string): number => Number(execFileSync('id', [what, user], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch {
      await pause(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw new Error('the server does not start');
}

test('DATABASE_URL: that PostgreSQL is used and the embedded one is left alone', { skip: skipExternal }, async (t) => {
  server = await startServer(programs[0] ?? '');
  const home = newHome({ DATABASE_URL: server.url });
  const running = start(home);
  const port = portOf(await running.greeting());
  const made = await command(home, ['key', 'create', '--scope', 'orders', '--json']);
  assert.equal(made.code, 0, made.err);
  const { key } = JSON.parse(made.out) as { readonly key: string };
  const call = callerOf(port, key);
  const body = {
    placed_at: '2026-11-19T10:00:00+01:00',
    language: 'de',
    customer: { name: 'Ada Beispiel', email: 'ada@kunde.example' },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    items: [{ sku: 'T-1', title: 'Tasse', quantity: 2, price_minor: 1990, currency: 'EUR' }],
    parcels: [{ carrier: 'dhl-unified' }],
  };
  assert.equal((await call('PUT', '/v1/orders/E-1', { body })).status, 200);
  assertEnded(home, await running.stop('SIGTERM'), 0);
  assert.deepEqual(readdirSync(join(home.folder, 'data')).toSorted(), ['glasspost.log', 'program.lock']);

  const client = new Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ version: string; orders: number }>(
    `select current_setting('server_version') as version, (select count(*)::int from orders.purchase) as orders`,
  );
  await client.end();
  assert.equal(rows[0]?.orders, 1);
  t.diagnostic(`PostgreSQL ${rows[0]?.version ?? '?'}`);

  const stranger = newHome({ DATABASE_URL: server.url });
  await assertRefused(stranger, start(stranger), /^This database is sealed with the keyring .+\n$/);
});

test('a DATABASE_URL where nobody answers is told in a sentence', { skip }, async () => {
  const home = newHome({ DATABASE_URL: `postgres://shop:secret-word@127.0.0.1:${await freePort()}/shop` });
  const running = start(home);
  await assertRefused(home, running, /^.+\.\n$/);
  assert.doesNotMatch(running.err(), /secret-word/);
});
