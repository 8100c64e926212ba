import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { permissionFlags } from '../../src/program/permission.ts';
import { readSettings } from '../../src/settings.ts';
import { openTestDatabase } from '../database.ts';
import { callerOf } from '../stories/calls.ts';
import { newHome, portOf, skip, start } from './running.ts';

const project = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const prepared = await openTestDatabase();

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
    assert.deepEqual(permissionFlags('/opt/glasspost', settings), [
      '--permission',
      '--allow-net',
      '--allow-fs-read=/opt/glasspost',
      '--allow-fs-read=/var/glasspost/data',
      '--allow-fs-read=/etc/glasspost/keys',
      '--allow-fs-read=/etc/tls/shop.pem',
      '--allow-fs-read=/etc/tls/shop.key',
      '--allow-fs-read=/etc/ssl/db.pem',
      '--allow-fs-write=/var/glasspost/data',
    ]);
  });

  test('there are none where the database comes along', () => {
    assert.equal(permissionFlags('/opt/glasspost', readSettings(home)), null);
  });
});

test('The program serves under these flags, and has no other program, file or key to write.', { skip }, async () => {
  const url = await emptyDatabase();
  const home = newHome({ DATABASE_URL: url, HOME: project });
  const first = start(home);
  await first.greeting();
  await first.stop('SIGTERM');
  const flags = permissionFlags(project, readSettings(home.settings)) ?? [];
  const confined = start(home, 'node', flags);
  const call = callerOf(portOf(await confined.greeting()));
  assert.equal((await call('GET', '/readyz')).status, 200);
  assert.equal((await call('GET', `/t/${'A'.repeat(27)}`, { headers: { accept: 'text/html' } })).status, 404);
  assert.equal((await call('GET', '/console')).status, 303);
  assert.equal((await call('GET', '/v1/orders/A-1')).status, 401);
  await confined.stop('SIGTERM');

  const tries = {
    'fs.readFileSync("/etc/hosts")': 'ERR_ACCESS_DENIED',
    'require("node:child_process").execFileSync("true")': 'ERR_ACCESS_DENIED',
    'new (require("node:worker_threads").Worker)("1", { eval: true })': 'ERR_ACCESS_DENIED',
    [`fs.writeFileSync(${JSON.stringify(join(home.folder, 'keys', 'keyring.json'))}, "")`]: 'ERR_ACCESS_DENIED',
    [`fs.writeFileSync(${JSON.stringify(join(project, 'src', 'main.ts'))}, "")`]: 'ERR_ACCESS_DENIED',
    [`fs.readFileSync(${JSON.stringify(join(home.folder, 'keys', 'keyring.json'))})`]: 'allowed',
    [`fs.writeFileSync(${JSON.stringify(join(home.folder, 'data', 'x'))}, "")`]: 'allowed',
  };
  for (const [act, expected] of Object.entries(tries)) {
    const code = `const fs = require("node:fs"); try { ${act}; console.log("allowed") } catch (error) { console.log(error.code) }`;
    const said = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...flags, '-e', code], {
      encoding: 'utf8',
    });
    assert.equal(said.trim(), expected, act);
  }
});

after(async () => {
  const client = new Client({ connectionString: prepared.url });
  await client.connect();
  await client.query(`drop database if exists ${new URL(prepared.url).pathname.slice(1)}_program with (force)`);
  await client.end();
  await prepared.close();
});
