import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createManualClock } from '#kit/clock';
import { ensurePartitions, openDatabase, type PartitionPlan } from '#kit/database';
import { newId } from '#kit/ids';
import { openTestDatabase } from '../../../test/database.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
after(async () => {
  await database.close();
  await close();
});
await database.rows('create schema plan', []);

async function makeTable(name: string, by: PartitionPlan['by'], fillfactor?: number): Promise<PartitionPlan> {
  const column = by === 'id' ? 'id uuid' : 'id timestamptz';
  await database.rows(`create table plan.${name} (${column} primary key) partition by range (id)`, []);
  await database.rows(`create table plan.${name}_default partition of plan.${name} default`, []);
  return { table: `plan.${name}`, by, ...(fillfactor === undefined ? {} : { fillfactor }) };
}

const at = (text: string) => Temporal.Instant.from(text);
const idAt = (text: string) => newId(createManualClock(at(text)));
const now = at('2026-11-20T08:00:00Z');

async function partitionOf(table: string, value: string): Promise<string | undefined> {
  const row = await database.one<{ name: string }>(
    `insert into ${table} values ($1) returning tableoid::regclass::text as name`,
    [value],
  );
  return row?.name;
}

async function partitionsOf(table: string): Promise<readonly string[]> {
  const rows = await database.rows<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1`,
    [table],
  );
  return rows.map((row) => row.name);
}

test('there is a partition from the month before to three months ahead, and rows land in the one of their time', async () => {
  const plan = await makeTable('by_id', 'id');
  await ensurePartitions(database, plan, now, now);
  assert.deepEqual(
    await partitionsOf(plan.table),
    ['2026_10', '2026_11', '2026_12', '2027_01', '2027_02', 'default'].map((name) => `plan.by_id_${name}`),
  );
  assert.equal(await partitionOf(plan.table, idAt('2026-10-31T23:59:59.999Z')), 'plan.by_id_2026_10');
  assert.equal(await partitionOf(plan.table, idAt('2026-11-01T00:00:00Z')), 'plan.by_id_2026_11');
  assert.equal(await partitionOf(plan.table, idAt('2027-02-28T12:00:00Z')), 'plan.by_id_2027_02');
  assert.equal(await partitionOf(plan.table, idAt('2027-03-01T00:00:00Z')), 'plan.by_id_default');
});

test('partitions by time hold whole months of UTC', async () => {
  const plan = await makeTable('by_time', 'time');
  await ensurePartitions(database, plan, now, now.add({ hours: 24 * 31 }));
  assert.equal(await partitionOf(plan.table, '2026-11-30T23:59:59.999999Z'), 'plan.by_time_2026_11');
  assert.equal(await partitionOf(plan.table, '2027-03-31T23:00:00Z'), 'plan.by_time_2027_03');
});

test('making them again makes nothing, and two programs at once do not hinder each other', async () => {
  const plan = await makeTable('twice', 'time');
  const others = Array.from({ length: 4 }, () => openDatabase({ url }));
  await Promise.all(others.map((other) => ensurePartitions(other, plan, now, now)));
  await ensurePartitions(database, plan, now, now);
  assert.equal((await partitionsOf(plan.table)).length, 6);
  await Promise.all(others.map((other) => other.close()));
});

test('a month of which rows lie in the default partition stays there, and the start does not fail over it', async () => {
  const plan = await makeTable('late', 'time');
  await partitionOf(plan.table, '2026-12-24T18:00:00Z');
  await ensurePartitions(database, plan, now, now);
  assert.ok(!(await partitionsOf(plan.table)).includes('plan.late_2026_12'));
  assert.equal(await partitionOf(plan.table, '2026-12-25T08:00:00Z'), 'plan.late_default');
  assert.equal(await partitionOf(plan.table, '2027-01-01T00:00:00Z'), 'plan.late_2027_01');
});

test('rows that are changed often get room on their page in every month', async () => {
  const plan = await makeTable('roomy', 'id', 80);
  await ensurePartitions(database, plan, now, now);
  const [row] = await database.rows<{ options: readonly string[] }>(
    `select reloptions as options from pg_class where oid = 'plan.roomy_2026_11'::regclass`,
    [],
  );
  assert.deepEqual(row?.options, ['fillfactor=80']);
});
