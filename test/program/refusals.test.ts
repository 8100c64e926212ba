import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertEnded, assertRefused, livingIn, newHome, skip, start, type Home } from './running.ts';

const asRoot = process.geteuid?.() === 0;

function isUntouched(home: Home): boolean {
  return spawnSync('test', ['-e', join(home.folder, 'data', 'postgres')]).status !== 0;
}

test('settings that cannot be used are all named at once, in a table', { skip }, async () => {
  const home = newHome({
    GLASSPOST_PORT: '70000',
    GLASSPOST_PUBLIC_URL: 'ftp://shop.example',
    GLASSPOST_TLS_CERT: '/nowhere/cert.pem',
    GLASSPOST_SAMPLE: 'perhaps',
    GLASSPOST_COLOUR: 'blue',
    DATABASE_URL: 'mysql://localhost/shop',
  });
  const running = start(home);
  await assertRefused(home, running, /^Some settings cannot be used:\n/);
  const rows = running.err().trimEnd().split('\n').slice(1);
  const named = rows.map((row) => /^ {2}(\w+) {2,}\S/.exec(row)?.[1] ?? row).toSorted();
  assert.deepEqual(named, [
    'DATABASE_URL',
    'GLASSPOST_COLOUR',
    'GLASSPOST_PORT',
    'GLASSPOST_PUBLIC_URL',
    'GLASSPOST_SAMPLE',
    'GLASSPOST_TLS_KEY',
  ]);
  assert.ok(isUntouched(home), 'nothing was begun');
});

test('plain HTTP is not served to others: the refusal names every way out', { skip }, async () => {
  const home = newHome({ GLASSPOST_HOST: '0.0.0.0' });
  const running = start(home);
  await assertRefused(
    home,
    running,
    /^Refusing .+ GLASSPOST_DOMAIN, .+ GLASSPOST_TLS_CERT and GLASSPOST_TLS_KEY, .+ GLASSPOST_TRUSTED_PROXIES .+\.\n$/,
  );
  assert.ok(isUntouched(home), 'nothing was begun');
});

test(
  'a port that is taken, a certificate that cannot be read and a proxy that is none are told before anything is begun',
  { skip },
  async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    t.after(() => taken.close());
    const port = String((taken.address() as AddressInfo).port);
    const table: readonly (readonly [settings: Readonly<Record<string, string>>, sentence: RegExp])[] = [
      [{ GLASSPOST_PORT: port }, /^Port \d+ on 127\.0\.0\.1 is already taken by another program\.\n$/],
      [
        { GLASSPOST_TLS_CERT: '/no/cert.pem', GLASSPOST_TLS_KEY: '/no/key.pem' },
        /^The TLS certificate file .+ cannot be read\.\n$/,
      ],
      [{ GLASSPOST_TRUSTED_PROXIES: 'the proxy' }, /^.*the proxy.*\.\n$/],
      [{ GLASSPOST_SMTP_URL: 'smtp://' }, /^.+\.\n$/],
    ];
    for (const [settings, sentence] of table) {
      const home = newHome(settings);
      await assertRefused(home, start(home), sentence);
    }
  },
);

test('a data folder that cannot be written is told', { skip }, async () => {
  const home = newHome();
  writeFileSync(join(home.folder, 'file'), '');
  const below = { ...home, settings: { ...home.settings, GLASSPOST_DATA_DIR: join(home.folder, 'file', 'data') } };
  await assertRefused(home, start(below), /^The folder .+ cannot be .+\.\n$/);
  const keys = { ...home, settings: { ...home.settings, GLASSPOST_KEYS_DIR: join(home.folder, 'file', 'keys') } };
  await assertRefused(home, start(keys), /file\/keys.+\.\n$/);
  if (asRoot) return;
  const locked = mkdtempSync(join(home.folder, 'locked-'));
  chmodSync(locked, 0o500);
  const closed = { ...home, settings: { ...home.settings, GLASSPOST_DATA_DIR: join(locked, 'data') } };
  await assertRefused(home, start(closed), /^The folder .+ cannot be .+\.\n$/);
});

test('a database whose key is missing, or is another one, is refused and never given a new key', { skip }, async () => {
  const home = newHome();
  const running = start(home);
  await running.greeting();
  assertEnded(home, await running.stop('SIGTERM'), 0);
  const keys = join(home.folder, 'keys');
  const aside = join(home.folder, 'aside');
  const before = readFileSync(join(keys, 'keyring.json'));
  renameSync(keys, aside);
  for (let tries = 0; tries < 2; tries += 1) {
    await assertRefused(home, start(home), /^This database is sealed with the keyring .+ is not there\. .+\.\n$/);
  }
  const other = newHome();
  const another = start(other);
  await another.greeting();
  assertEnded(other, await another.stop('SIGTERM'), 0);
  mkdirSync(keys, { recursive: true });
  writeFileSync(join(keys, 'keyring.json'), readFileSync(join(other.folder, 'keys', 'keyring.json')), { mode: 0o600 });
  await assertRefused(home, start(home), /^This database is sealed with the keyring .+, but .+ holds .+\.\n$/);
  rmSync(keys, { recursive: true });
  renameSync(aside, keys);
  assert.deepEqual(readFileSync(join(keys, 'keyring.json')), before);
  const again = start(home);
  await again.greeting();
  assertEnded(home, await again.stop('SIGTERM'), 0);
  assert.deepEqual(livingIn(home.folder), []);
});
