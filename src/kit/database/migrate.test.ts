import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { migrate, openDatabase } from '#kit/database';
import { Fault } from '#kit/fault';
import { openTestDatabase } from '../../../test/database.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
const place = mkdtempSync(join(tmpdir(), 'glasspost-test-schema-'));
after(async () => {
  await database.close();
  await close();
  rmSync(place, { recursive: true, force: true });
});
// This test brings programs of its own.
await database.rows('drop table kit.migration', []);

const folders = ['garden', 'shed'].map((name) => ({ name, path: join(place, name) }));

function write(folder: string, file: string, text: string): void {
  mkdirSync(join(place, folder, 'schema'), { recursive: true });
  writeFileSync(join(place, folder, 'schema', file), text);
}

const conflict = (words: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === 'conflict' && words.test(error.publicText);

const garden = `-- A garden; with a semicolon in its comment.
create schema garden;
create table garden.bed (id int primary key, words text default 'a; b');
comment on table garden.bed is 'family: local. Beds; many.';
`;

test('steps run once, folder by folder, file by file', async () => {
  write('garden', '001-garden.sql', garden);
  write('shed', '001-shed.sql', 'create schema shed;\ncreate table shed.tool as select id from garden.bed;\n');
  write('garden', '002-more.sql', 'insert into garden.bed (id) values (1);\n');
  assert.deepEqual(await migrate(database, folders), { applied: 3 });
  assert.deepEqual(await migrate(database, folders), { applied: 0 });
  const [row] = await database.rows<{ words: string; tools: number }>(
    `select words, (select count(*) from shed.tool) as tools from garden.bed`,
    [],
  );
  assert.deepEqual(row, { words: 'a; b', tools: 1 });
});

test('a file that ran is refused once it was edited, though not for its line ends', async () => {
  write('garden', '001-garden.sql', garden.replaceAll('\n', '\r\n'));
  assert.deepEqual(await migrate(database, folders), { applied: 0 });
  write('garden', '001-garden.sql', garden.replace('Beds', 'Plots'));
  await assert.rejects(migrate(database, folders), conflict(/garden\/001-garden\.sql was changed after it ran/));
  write('garden', '001-garden.sql', garden);
  assert.deepEqual(await migrate(database, folders), { applied: 0 });
});

test('a database that is newer than the program is refused', async () => {
  const older = folders.slice(0, 1);
  await assert.rejects(migrate(database, older), conflict(/newer than the program: it knows shed\/001-shed\.sql/));
});

test('a step that fails leaves the database as it was', async () => {
  write('shed', '002-broken.sql', 'create table shed.half (id int);\ninsert into shed.half values (1 / 0);\n');
  await assert.rejects(migrate(database, folders), /division by zero/);
  rmSync(join(place, 'shed', 'schema', '002-broken.sql'));
  assert.deepEqual(await migrate(database, folders), { applied: 0 });
  assert.equal(
    (await database.one<{ found: string | null }>(`select to_regclass('shed.half') as found`, []))?.found,
    null,
  );
});

test('of two programs that start at once one migrates and the other waits for it, however long it takes', async () => {
  const hasty = { url, limits: { statementTimeoutMs: 200 } };
  const [one, two] = [openDatabase(hasty), openDatabase(hasty)];
  write('shed', '002-slow.sql', `select pg_sleep(0.6);\ncreate table shed.slow (id int);\n`);
  const applied = await Promise.all([migrate(one, folders), migrate(two, folders)]);
  assert.deepEqual(
    applied.map((each) => each.applied).toSorted((a, b) => a - b),
    [0, 1],
  );
  await Promise.all([one.close(), two.close()]);
});
