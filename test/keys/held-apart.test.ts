import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDatabase } from '#kit/database';
import { wrappedKeys } from '../../src/house.ts';
import { openTestDatabase } from '../database.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
after(async () => {
  await database.close();
  await close();
});

test('Every column that holds a wrapped key is turned with the keyring, and copied apart from the data.', async () => {
  const columns = await database.rows<{ name: string }>(
    `select distinct n.nspname || '.' || c.relname as name from pg_attribute a
     join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and a.atttypid = 'bytea'::regtype and a.attnum > 0
       and not a.attisdropped and (a.attname like '%wrapped%' or a.attname in ('file_key', 'data_key', 'hold_key'))
     order by 1`,
    [],
  );
  assert.deepEqual(
    columns.map(({ name }) => name),
    wrappedKeys.map(({ table }) => table).toSorted(),
  );
});
