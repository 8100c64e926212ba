import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '#kit/database';
import { openTestDatabase } from './database.ts';

test('every test file gets a migrated database of its own, within a moment', async (t) => {
  await (await openTestDatabase()).close();
  const begun = performance.now();
  const [one, two] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  t.diagnostic(`two clones ${Math.round(performance.now() - begun)} ms`);
  assert.notEqual(one.url, two.url);
  const database = openDatabase({ url: one.url });
  const other = openDatabase({ url: two.url });
  const steps = await database.one<{ count: number }>('select count(*) as count from kit.migration', []);
  assert.ok((steps?.count ?? 0) > 0);
  await database.rows('create table only_here (a int)', []);
  const found = await other.one<{ found: string | null }>(`select to_regclass('only_here') as found`, []);
  assert.equal(found?.found, null);
  await Promise.all([database.close(), other.close()]);
  await one.close();
  await two.close();
});

test('a database that is still in use is left standing for a later sweep', async () => {
  const clone = await openTestDatabase();
  const database = openDatabase({ url: clone.url });
  assert.ok((await database.version()) >= 15);
  await clone.close();
  assert.ok((await database.version()) >= 15);
  await database.close();
});
