// The doctor as its operator calls it: before the first start, beside what runs, and where nothing starts.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '#kit/database';
import { openKeyring } from '#keys';
import { examineInstallation } from '../../src/program.ts';
import { settingsAsRead } from '../../src/settings.ts';
import { runWords } from '../command-line.ts';
import { openTestDatabase } from '../database.ts';
import { saidOf } from '../said-checks.ts';

const root = mkdtempSync(join(tmpdir(), 'glasspost-test-examined-'));
after(() => rmSync(root, { recursive: true, force: true }));

const homeAt = (name: string) => ({
  GLASSPOST_DATA_DIR: join(root, name, 'data'),
  GLASSPOST_KEYS_DIR: join(root, name, 'keys'),
  GLASSPOST_PORT: '0',
});
const examine = async (environment: NodeJS.ProcessEnv) => await examineInstallation(settingsAsRead(environment));
const doctor = async (environment: NodeJS.ProcessEnv, ...words: readonly string[]) =>
  await runWords(['doctor', ...words], { examine: () => examine(environment) });

test('before the first start nothing is alarming, and nothing is made', async () => {
  const { code, out, err } = await doctor(homeAt('new'));
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^- {2}settings {5}Nothing has been started here yet\.\n {16}→ `npm start` makes/);
  assert.doesNotMatch(out, /^!+ +(?!disk)/m, 'the disk is that of whoever runs this');
  assert.ok(out.split('\n').every((line) => line.length <= 80));
  assert.equal(existsSync(join(root, 'new')), false);
});

test('settings that cannot be used are named, and the rest is looked at all the same', async () => {
  const wrong = { ...homeAt('wrong'), GLASSPOST_DOMAIN: 'not a name', GLASSPOST_TYPO: '1', DATABASE_URL: 'mysql://x' };
  const { code, out } = await doctor(wrong, '--language', 'de');
  assert.equal(code, 1);
  for (const named of ['GLASSPOST_DOMAIN', 'GLASSPOST_TYPO', 'DATABASE_URL']) {
    assert.match(out, new RegExp(`^!!.*${named} ist so nicht brauchbar`, 'm'));
  }
  assert.match(out, / disk  /);
  assert.match(out, /Zu beheben \(!!\): 3\. Warnungen \(!\): \d\.$/);
  assert.equal(existsSync(join(root, 'wrong')), false, 'another database is not opened in its place');
});

test('a database that is away is one trouble among others, and its password is not shown', async () => {
  const home = { ...homeAt('away'), DATABASE_URL: 'postgres://shop:geheim@127.0.0.1:9/shop' };
  mkdirSync(home.GLASSPOST_KEYS_DIR, { recursive: true, mode: 0o700 });
  writeFileSync(join(home.GLASSPOST_KEYS_DIR, 'keyring.json'), '{}', { mode: 0o600 });
  const { code, out } = await doctor(home, '--json');
  assert.equal(code, 1);
  assert.doesNotMatch(out, /geheim/);
  const { checks } = await examine(home);
  const said = saidOf(checks);
  assert.match(said, /^bad settings\.no_start, /);
  assert.match(said, /unknown keys\.not_open.*disk\.\w+, unknown disk\.database, bad database\.away$/);
  const [first] = (JSON.parse(out) as { checks: readonly Record<string, unknown>[] }).checks;
  assert.equal(
    first?.['what'],
    'The program does not start: No PostgreSQL answers at 127.0.0.1:9, where DATABASE_URL leads.',
  );
});

test('a program that is stopped is examined with its data, and a keyring of another database is found', async () => {
  const { url, close } = await openTestDatabase();
  const home = { ...homeAt('stopped'), DATABASE_URL: url };
  const database = openDatabase({ url });
  after(close);
  await openKeyring({ folder: home.GLASSPOST_KEYS_DIR, database });
  const said = saidOf((await examine(home)).checks);
  assert.match(said, /^good settings\.good, unknown domain\.trial, unknown ports\.stopped, unknown clock\.alone/);
  assert.match(said, /good keys\.good/);
  assert.match(said, /bad database\.unsafe/, 'the server of the tests has no fsync');
  rmSync(home.GLASSPOST_KEYS_DIR, { recursive: true });
  await database.rows(`update keys.installation set keyring_id = 'another'`, []);
  mkdirSync(home.GLASSPOST_KEYS_DIR, { mode: 0o700 });
  writeFileSync(join(home.GLASSPOST_KEYS_DIR, 'keyring.json'), '{}', { mode: 0o600 });
  assert.match(
    saidOf((await examine(home)).checks),
    /^bad settings\.no_start, .*unknown keys\.not_open.*bad database\.unsafe/,
  );
  await database.close();
});

test('what cannot be examined ends with 2, and a language that is none with a word about it', async () => {
  const { Fault } = await import('#kit/fault');
  const fails = { examine: () => Promise.reject(new Fault('unavailable', 'Not now.')) };
  assert.deepEqual(await runWords(['doctor'], fails), { code: 2, out: '', err: 'Not now.' });
  assert.deepEqual(await doctor({}, '--language', 'fr'), { code: 1, out: '', err: 'A language is de or en.' });
});
