import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { openDatabase, type Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { keyBytes, openBytes, openKeyring, sealBytes } from '#keys';
import { openTestDatabase } from '../../test/database.ts';

const place = mkdtempSync(join(tmpdir(), 'glasspost-test-keyrings-'));
after(() => rmSync(place, { recursive: true, force: true }));
let count = 0;
const newFolder = (): string => join(place, `keys-${(count += 1)}`, 'below');

/** A database that was never sealed. */
async function openEmpty(): Promise<{ readonly database: Database; readonly url: string }> {
  const { url, close } = await openTestDatabase();
  const database = openDatabase({ url });
  after(async () => {
    await database.close();
    await close();
  });
  return { database, url };
}

const fileIn = (folder: string): string => join(folder, 'keyring.json');
const conflict = (words: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === 'conflict' && words.test(error.publicText);
const doesNotOpen = (error: unknown) => error instanceof Fault && error.code === 'unavailable';

const someBytes = fc.uint8Array({ maxLength: 200 });

test('what was sealed opens with its key and its place, and is not readable', () => {
  const key = randomBytes(keyBytes);
  fc.assert(
    fc.property(someBytes, fc.string({ unit: 'binary' }), (plain, bound) => {
      const sealed = sealBytes(key, plain, bound);
      assert.deepEqual([...openBytes(key, sealed, bound)], [...plain]);
      assert.equal(sealed.length, plain.length + 29);
      if (plain.length >= 8) assert.equal(sealed.indexOf(plain), -1);
    }),
  );
  assert.notDeepEqual(sealBytes(key, Buffer.from('x'), 'a'), sealBytes(key, Buffer.from('x'), 'a'));
});

test('bytes that were changed, cut, moved or sealed with another key never open', () => {
  const key = randomBytes(keyBytes);
  fc.assert(
    fc.property(someBytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, where, flip) => {
      const sealed = sealBytes(key, plain, 'orders.person.email|1|2');
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(where % sealed.length) ^ flip, where % sealed.length);
      assert.throws(() => openBytes(key, changed, 'orders.person.email|1|2'), doesNotOpen);
      assert.throws(
        () => openBytes(key, sealed.subarray(0, where % sealed.length), 'orders.person.email|1|2'),
        doesNotOpen,
      );
      assert.throws(
        () => openBytes(key, Buffer.concat([sealed, Buffer.of(flip)]), 'orders.person.email|1|2'),
        doesNotOpen,
      );
    }),
  );
  const sealed = sealBytes(key, Buffer.from('ada@kunde.example'), 'orders.person.email|1|2');
  for (const elsewhere of ['orders.person.name|1|2', 'orders.person.email|2|2', 'orders.person.email|1|3', '']) {
    assert.throws(() => openBytes(key, sealed, elsewhere), doesNotOpen);
  }
  assert.throws(() => openBytes(randomBytes(keyBytes), sealed, 'orders.person.email|1|2'), doesNotOpen);
});

test('what does not open says where it lies and nothing of what it is', () => {
  const sealed = sealBytes(randomBytes(keyBytes), Buffer.from('ada'), 'orders.person.email|019a|019b');
  assert.throws(
    () => openBytes(randomBytes(keyBytes), sealed, 'orders.person.email|019a|019b'),
    /^Fault: sealed value does not open at orders\.person\.email$/,
  );
});

test('a keyring is made once, for its owner alone, and is the same at the next start', async () => {
  const { database } = await openEmpty();
  const folder = newFolder();
  const first = await openKeyring({ folder, database });
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(fileIn(folder)).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['keyring.json']);
  const text = readFileSync(fileIn(folder), 'utf8');
  const second = await openKeyring({ folder, database });
  assert.equal(readFileSync(fileIn(folder), 'utf8'), text);
  assert.equal(second.id, first.id);
  assert.ok(!text.includes(first.id), 'the name of a keyring tells nothing of it');
  assert.deepEqual(second.derive('links'), first.derive('links'));
  assert.notDeepEqual(first.derive('links'), first.derive('index'));
  const dataKey = randomBytes(keyBytes);
  assert.deepEqual(second.unwrap(first.wrap(dataKey, 'person|1'), 'person|1'), dataKey);
  assert.throws(() => first.unwrap(first.wrap(dataKey, 'person|1'), 'person|2'), doesNotOpen);
});

test('a keyring that others could read is taken back from them', async () => {
  const { database } = await openEmpty();
  const folder = newFolder();
  await openKeyring({ folder, database });
  chmodSync(fileIn(folder), 0o644);
  await openKeyring({ folder, database });
  assert.equal(statSync(fileIn(folder)).mode & 0o777, 0o600);
});

test('a sealed database whose keyring is missing is refused with a sentence, and no keyring is made', async () => {
  const { database } = await openEmpty();
  const folder = newFolder();
  const { id } = await openKeyring({ folder, database });
  rmSync(fileIn(folder));
  await assert.rejects(openKeyring({ folder, database }), conflict(new RegExp(`${id}.*is not there.*backup`)));
  assert.deepEqual(readdirSync(folder), []);
  await assert.rejects(openKeyring({ folder: newFolder(), database }), conflict(/is not there/));
});

test('the keyring of another database is refused, and nothing is changed', async () => {
  const [one, two] = [await openEmpty(), await openEmpty()];
  const [ours, theirs] = [newFolder(), newFolder()];
  const right = await openKeyring({ folder: ours, database: one.database });
  const wrong = await openKeyring({ folder: theirs, database: two.database });
  await assert.rejects(
    openKeyring({ folder: theirs, database: one.database }),
    conflict(new RegExp(`${right.id}.*${wrong.id}.*nothing was changed`)),
  );
  assert.equal((await openKeyring({ folder: ours, database: one.database })).id, right.id);
});

test('a keyring outlives a database that is made anew', async () => {
  const [one, two] = [await openEmpty(), await openEmpty()];
  const folder = newFolder();
  const first = await openKeyring({ folder, database: one.database });
  assert.equal((await openKeyring({ folder, database: two.database })).id, first.id);
});

test('a damaged keyring is refused, never replaced, and its keys stay out of what is said', async () => {
  const { database } = await openEmpty();
  const folder = newFolder();
  await openKeyring({ folder, database });
  const whole = readFileSync(fileIn(folder), 'utf8');
  const { root, wrapping } = JSON.parse(whole) as { root: string; wrapping: { id: string; key: string }[] };
  const [first] = wrapping;
  const secret = root.slice(0, 12);
  const damaged = [
    '',
    'null',
    whole.slice(0, -20),
    whole.replace('"root"', '"rooot"'),
    whole.replace('"version": 1', '"version": 2'),
    JSON.stringify({ version: 1, root: root.slice(0, 8), wrapping }),
    JSON.stringify({ version: 1, root, wrapping: [] }),
    JSON.stringify({ version: 1, root, wrapping: [{ id: 'zzzzzzzz', key: first?.key }] }),
    JSON.stringify({ version: 1, root, wrapping: [first, { id: first?.id, key: randomBytes(32).toString('base64') }] }),
    JSON.stringify({ version: 1, root, wrapping: [first, { id: '00000000', key: 'AAAA' }] }),
  ];
  for (const text of damaged) {
    writeFileSync(fileIn(folder), text);
    await assert.rejects(openKeyring({ folder, database }), (error: unknown) => {
      assert.ok(conflict(/not a keyring that can be read.*backup/)(error), text);
      const cause: unknown = error instanceof Fault ? error.cause : null;
      assert.doesNotMatch(`${String(error)} ${String(cause)}`, new RegExp(secret.replaceAll(/[+/]/g, '.')));
      return true;
    });
    assert.equal(readFileSync(fileIn(folder), 'utf8'), text);
  }
  writeFileSync(fileIn(folder), whole);
  await openKeyring({ folder, database });
});

test('a folder that cannot be written is said so', async () => {
  const { database } = await openEmpty();
  const inTheWay = join(place, 'file');
  writeFileSync(inTheWay, '');
  await assert.rejects(openKeyring({ folder: join(inTheWay, 'keys'), database }), (error: unknown) => {
    return error instanceof Fault && /keyring .*cannot be (written|read)/.test(error.publicText);
  });
  mkdirSync(fileIn(join(place, 'odd')), { recursive: true });
  await assert.rejects(openKeyring({ folder: join(place, 'odd'), database }), conflict(/cannot be read/));
});

const program = `
  const [folder, url] = process.argv.slice(1);
  const { openKeyring } = await import('#keys');
  const { openDatabase } = await import('#kit/database');
  const database = openDatabase({ url });
  const keyring = await openKeyring({ folder, database });
  const wrapped = keyring.wrap(Buffer.alloc(32, 7), 'person|1').toString('base64');
  console.log(JSON.stringify({ id: keyring.id, wrapped }));
  await database.close();`;

test('programs that start in the same moment end with one keyring, and each reads what the others sealed', async () => {
  const { database, url } = await openEmpty();
  const folder = newFolder();
  const options = { cwd: join(import.meta.dirname, '..', '..') };
  const starts = Array.from({ length: 4 }, () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, folder, url], options),
  );
  const made = (await Promise.all(starts)).map(({ stdout }) => JSON.parse(stdout) as { id: string; wrapped: string });
  const keyring = await openKeyring({ folder, database });
  assert.deepEqual(new Set(made.map(({ id }) => id)), new Set([keyring.id]));
  for (const { wrapped } of made) {
    assert.deepEqual(keyring.unwrap(Buffer.from(wrapped, 'base64'), 'person|1'), Buffer.alloc(32, 7));
  }
  assert.deepEqual(readdirSync(folder), ['keyring.json']);
});

test('a disk that fills up while a keyring is replaced leaves the one that was there, and no half of the other', async () => {
  const folder = join(place, 'full');
  const file = fileIn(folder);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(file, 'all keys', { mode: 0o600 });
  const replacing = `
    const { replaceKeyringFile } = await import(process.argv[1]);
    try { replaceKeyringFile(process.argv[2], 'k'.repeat(3_000)); } catch (error) { console.log(error.publicText); }`;
  const words = ['--input-type=module', '-e', replacing, join(import.meta.dirname, 'keyring-file.ts'), file];
  // No file of this process may have more than 1,024 bytes: what goes beyond is cut off, as where a disk is full.
  const limited = ['-c', 'ulimit -f 1; exec "$@"', 'bash', process.execPath, ...words];
  const { stdout } = await promisify(execFile)('bash', limited);
  assert.match(stdout, /keyring cannot be written/);
  assert.equal(readFileSync(file, 'utf8'), 'all keys');
  assert.deepEqual(readdirSync(folder), ['keyring.json']);
});
