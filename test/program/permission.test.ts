import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { permissionFlags } from '../../src/program/permission.ts';
import { readSettings } from '../../src/settings.ts';
import { openTestDatabase } from '../database.ts';
import { callerOf, pathOfCustomer, type Call } from '../stories/calls.ts';
import { openPostOffice } from './post-office.ts';
import { assertEnded, command, livingIn, newHome, portOf, skip, start, type Home, type Running } from './running.ts';

const project = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const prepared = await openTestDatabase();
const post = await openPostOffice();

/** An empty database beside the prepared one: the program brings it to its schema itself. */
async function emptyDatabase(): Promise<string> {
  const name = `${new URL(prepared.url).pathname.slice(1)}_program`;
  const client = new Client({ connectionString: prepared.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return prepared.url.replace(new URL(prepared.url).pathname, `/${name}`);
}

suite('the flags of the permission model', () => {
  const home = { GLASSPOST_DATA_DIR: '/var/glasspost/data', GLASSPOST_KEYS_DIR: '/etc/glasspost/keys' };

  test('read the program, the keys and the certificates, write the data, and nothing else', () => {
    const settings = readSettings({
      ...home,
      DATABASE_URL: 'postgres://shop@db.example/shop?sslmode=verify-full&sslrootcert=/etc/ssl/db.pem',
      GLASSPOST_TLS_CERT: '/etc/tls/shop.pem',
      GLASSPOST_TLS_KEY: '/etc/tls/shop.key',
    });
    assert.deepEqual(permissionFlags('/opt/glasspost', settings, '/root/.pgpass'), [
      '--permission',
      '--allow-net',
      '--allow-fs-read=/opt/glasspost',
      '--allow-fs-read=/var/glasspost/data',
      '--allow-fs-read=/etc/glasspost/keys',
      '--allow-fs-read=/etc/tls/shop.pem',
      '--allow-fs-read=/etc/tls/shop.key',
      '--allow-fs-read=/etc/ssl/db.pem',
      '--allow-fs-read=/root/.pgpass',
      '--allow-fs-write=/var/glasspost/data',
      '--allow-fs-write=/etc/glasspost/keys/signed',
    ]);
  });

  test('a program for records in DNS may be started, and the file of an authority’s key may be read, where they are set', () => {
    const settings = readSettings({
      ...home,
      DATABASE_URL: 'postgres://shop@db.example/shop',
      GLASSPOST_ACME_DNS_HOOK: '/opt/dns/hook',
      GLASSPOST_ACME_EAB_KID: 'kid',
      GLASSPOST_ACME_EAB_KEY: '/etc/glasspost/eab',
    });
    const flags = permissionFlags('/opt/glasspost', settings, null);
    assert(flags !== null);
    assert.ok(flags.includes('--allow-child-process'));
    assert.ok(flags.includes('--allow-fs-read=/etc/glasspost/eab'));
  });

  test('the folder of delivered certificates may be written, and its links be made by a program', () => {
    const settings = readSettings({
      ...home,
      DATABASE_URL: 'postgres://shop@db.example/shop',
      GLASSPOST_CERTIFICATE_HOSTS: 'www.shop.example',
      GLASSPOST_CERTIFICATE_DIR: '/etc/ssl/glasspost',
    });
    const flags = permissionFlags('/opt/glasspost', settings, null) ?? [];
    const more = ['--allow-child-process', '--allow-fs-read=/etc/ssl/glasspost', '--allow-fs-write=/etc/ssl/glasspost'];
    for (const flag of more) assert.ok(flags.includes(flag), flag);
  });

  test('there are none where the database comes along', () => {
    assert.equal(permissionFlags('/opt/glasspost', readSettings(home), null), null);
  });
});

/** What somebody who got into the program would try, and whether a confined program lets them. */
const triesIn = ({ folder }: Home): Readonly<Record<string, boolean>> => {
  const [keyring, written] = [join(folder, 'keys', 'keyring.json'), join(folder, 'data', 'x')];
  const signed = join(folder, 'keys', 'signed', 'x');
  const quoted = (path: string): string => JSON.stringify(path);
  return {
    'fs.readFileSync("/etc/passwd")': false,
    'fs.readdirSync("/")': false,
    'children.execFileSync("true")': false,
    'new threads.Worker("1", { eval: true })': false,
    [`fs.appendFileSync(${quoted(keyring)}, "")`]: false,
    [`fs.appendFileSync(${quoted(join(project, 'src', 'main.ts'))}, "")`]: false,
    [`fs.readFileSync(${quoted(keyring)})`]: true,
    [`fs.writeFileSync(${quoted(written)}, "")`]: true,
    [`fs.writeFileSync(${quoted(signed)}, "")`]: true,
  };
};

/** Stands in the program itself, beside its own code, and tries all that when it gets SIGUSR2. */
function intruderIn(home: Home): readonly string[] {
  const acts = Object.keys(triesIn(home)).map((act) => `[${JSON.stringify(act)}, () => ${act}]`);
  const code = `import fs from "node:fs"; import * as children from "node:child_process"; import * as threads from "node:worker_threads";
    const may = (act) => { try { act(); return true } catch (error) { return error.code === "ERR_ACCESS_DENIED" ? false : String(error) } };
    process.on("SIGUSR2", () => console.log("TRIED " + JSON.stringify([${acts.join(',')}].map(([act, run]) => [act, may(run)]))));`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

async function tried({ pid, out }: Running): Promise<Readonly<Record<string, unknown>>> {
  process.kill(pid, 'SIGUSR2');
  for (let waited = 0; waited < 10_000; waited += 50) {
    const line = /^TRIED (.*)\n/m.exec(out())?.[1];
    if (line !== undefined) return Object.fromEntries(JSON.parse(line) as readonly (readonly [string, unknown])[]);
    await pause(50);
  }
  throw new Error('nothing was tried');
}

const permissionsOf = (greeting: readonly string[]): string =>
  greeting
    .find((line) => line.startsWith('  Permissions '))
    ?.trim()
    .split(/ {2,}/)[1] ?? '';

const order = {
  placed_at: '2026-11-19T10:00:00+01:00',
  language: 'de',
  customer: { name: 'Ada Beispiel', email: 'ada@kunde.example' },
  address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
  items: [{ title: 'Tasse', quantity: 1, price_minor: 1990, currency: 'EUR' }],
  parcels: [{ carrier: 'dhl-unified' }],
};

/** A customer, a machine and somebody of the staff who brings a file do what they do here. */
async function beServed(home: Home, port: number): Promise<void> {
  const made = await command(home, ['key', 'create', '--scope', 'all', '--json']);
  const { key } = JSON.parse(made.out) as { readonly key: string };
  const call = callerOf(port, key);
  assert.equal((await call('GET', '/readyz')).status, 200);
  const path = pathOfCustomer(await call('PUT', '/v1/orders/P-1', { body: order }));
  assert.equal((await callerOf(port)('GET', path, { headers: { accept: 'text/html' } })).status, 200);
  const cookie = await enter(home, call, port);
  assert.equal((await call('GET', '/console', { headers: { cookie } })).status, 200);
  const form = new FormData();
  form.append('file', new Blob(['Bestellnummer;Bestelldatum\nP-2;1.5.2026']), 'mai.csv');
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const brought = await fetch(`http://127.0.0.1:${port}/console/import`, {
    ...{ method: 'POST', body: form, redirect: 'manual', headers },
  });
  const place = brought.headers.get('location') ?? '';
  assert.match(place, /^\/console\/import\/imp_/);
  assert.equal((await call('GET', place, { headers: { cookie } })).status, 200);
}

async function enter(home: Home, call: Call, port: number): Promise<string> {
  const link = /\/console\/enter\/\S+/.exec((await command(home, ['console', 'link'])).out)?.[0] ?? '';
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: `http://127.0.0.1:${port}` };
  const entered = await call('POST', link, { headers, body: '' });
  return /^[^;]*/.exec(entered.headers.get('set-cookie') ?? '')?.[0] ?? '';
}

suite('beside a PostgreSQL of its own', { skip }, () => {
  test('a web process confines itself at its first start, serves, and reads and starts nothing else', async () => {
    const settings = { DATABASE_URL: await emptyDatabase(), GLASSPOST_SMTP_URL: post.url, GLASSPOST_ROLE: 'web' };
    const home = newHome(settings);
    const web = start(home, 'node', intruderIn(home));
    const greeting = await web.greeting();
    assert.equal(permissionsOf(greeting), 'confined to its folders and the net');
    await beServed(home, portOf(greeting));
    assert.deepEqual(await tried(web), triesIn(home));
    assert.match(readFileSync(join(home.folder, 'data', 'glasspost.log'), 'utf8'), /"confinement":"confined/);
    assertEnded(home, await web.stop('SIGTERM'), 0);

    const free = { ...home, settings: { ...home.settings, GLASSPOST_PERMISSIONS: 'off' } };
    const unconfined = start(free, 'node', intruderIn(home));
    assert.equal(permissionsOf(await unconfined.greeting()), 'not confined: GLASSPOST_PERMISSIONS is off');
    assert.deepEqual([...new Set(Object.values(await tried(unconfined)))], [true], 'the intruder can do it');
    assertEnded(free, await unconfined.stop('SIGTERM'), 0);
  });

  test('it can be stopped at every moment of its start, and npm hears of its end', async () => {
    const settings = { DATABASE_URL: prepared.url, GLASSPOST_SMTP_URL: post.url, GLASSPOST_ROLE: 'web' };
    const home = newHome(settings);
    for (const afterMs of [200, 400, 600, 800, 1_000, 1_400]) {
      const running = start(home);
      await pause(afterMs);
      const { code, signal, ms } = await running.stop('SIGTERM');
      assert.ok(code === 0 || (signal === 'SIGTERM' && running.out() === ''), `${code} ${signal} ${running.err()}`);
      assert.ok(ms < 5_000);
      assert.equal(running.err(), '');
    }
    const byNpm = start(home, 'npm');
    assert.match(permissionsOf(await byNpm.greeting()), /^confined/);
    await byNpm.stop('SIGINT', 'group');
    assert.deepEqual(livingIn(home.folder), []);
  });
});

after(async () => {
  const client = new Client({ connectionString: prepared.url });
  await client.connect();
  await client.query(`drop database if exists ${new URL(prepared.url).pathname.slice(1)}_program with (force)`);
  await client.end();
  await post.close();
  await prepared.close();
});
