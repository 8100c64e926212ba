import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { openTestDatabase } from '../database.ts';
import { judgeCatalogue, readCatalogue } from './catalogue.ts';

let client: Client;
let close: () => Promise<void>;

before(async () => {
  const database = await openTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  close = database.close;
});

after(async () => {
  await client.end();
  await close();
});

/** What a migration would bring, and what the law says of it; the database stays as it was. */
async function judgeOf(sql: string): Promise<readonly string[]> {
  await client.query(`begin; create schema planted; ${sql}`);
  try {
    const tables = await readCatalogue(client);
    return judgeCatalogue(tables).filter((fault) => fault.startsWith('planted.'));
  } finally {
    await client.query('rollback');
  }
}

function table(name: string, family: string, body: string): string {
  return `create table planted.${name} (${body}); comment on table planted.${name} is 'family: ${family}. Planted.';`;
}

test('Every table belongs to a key family and keeps its rules.', async () => {
  const tables = await readCatalogue(client);
  assert.ok(tables.length > 0, 'The catalogue holds no tables.');
  assert.deepEqual(judgeCatalogue(tables), []);
});

test('A sound schema passes: sealed columns, partitions, keys of its family, foreign keys inside a family.', async () => {
  const sound = [
    table('box', 'parcel', 'parcel_id uuid, place int, email bytea, primary key (parcel_id, place)'),
    table(
      'scan',
      'parcel',
      'parcel_id uuid, n int, foreign key (parcel_id, n) references planted.box, primary key (parcel_id, n)',
    ),
    table('buyer', 'person', 'person_id uuid primary key, name bytea, email_hash text, postcode_area text'),
    table('buyer_by_hash', 'lookup', 'key_hash bytea primary key'),
    table('shop', 'reference', 'name text primary key'),
    `create table planted.leg (parcel_id uuid primary key) partition by range (parcel_id);
     comment on table planted.leg is 'family: parcel. Planted.';
     create table planted.leg_default partition of planted.leg default;`,
  ];
  assert.deepEqual(await judgeOf(sound.join('\n')), []);
});

test('Each fault of a schema is found.', async () => {
  const faults: readonly (readonly [sql: string, says: string])[] = [
    [`create table planted.a (id int)`, 'planted.a has no comment that begins with its family'],
    [table('a', 'parcels', 'id int'), 'planted.a has no comment that begins with its family'],
    [
      table('a', 'parcel', 'shop_id uuid, parcel_id uuid, primary key (shop_id, parcel_id)'),
      'planted.a is of family parcel, but its key a_pkey begins with shop_id',
    ],
    [
      `${table('a', 'person', 'person_id uuid primary key, at date')} create unique index once on planted.a (at, person_id);`,
      'planted.a is of family person, but its key once begins with at',
    ],
    [
      `${table('a', 'person', 'person_id uuid primary key')} create unique index once on planted.a ((person_id::text));`,
      'planted.a is of family person, but its key once begins with an expression',
    ],
    [
      table('a', 'lookup', 'person_id uuid primary key'),
      'planted.a is of family lookup, but its key a_pkey begins with person_id',
    ],
    [table('a', 'parcel', 'parcel_id uuid'), 'planted.a has no primary key'],
    [
      `${table('p', 'person', 'person_id uuid primary key')} ${table('a', 'parcel', 'parcel_id uuid primary key, person_id uuid references planted.p')}`,
      'planted.a has a foreign key to planted.p, which is of another family',
    ],
    [
      `${table('a', 'local', 'id int')} create function planted.f() returns trigger language plpgsql as 'begin return new; end';
       create trigger tick before insert on planted.a for each row execute function planted.f();`,
      'planted.a has the trigger tick',
    ],
    [table('a', 'person', 'person_id uuid primary key, name text'), 'planted.a keeps name as text: seal it (bytea)'],
    [
      table('a', 'parcel', 'parcel_id uuid primary key, recipient_name varchar(40)'),
      'planted.a keeps recipient_name as character varying: seal it (bytea)',
    ],
    [table('a', 'reference', 'id int, email text'), 'planted.a keeps email as text: seal it (bytea)'],
    [table('a', 'local', 'id int, street text[]'), 'planted.a keeps street as text[]: seal it (bytea)'],
    [
      table('a', 'local', 'id int, delivery_address jsonb'),
      'planted.a keeps delivery_address as jsonb: seal it (bytea)',
    ],
    [table('a', 'local', 'id int, ip inet'), 'planted.a keeps ip as inet: seal it (bytea)'],
  ];
  for (const [sql, says] of faults) assert.deepEqual(await judgeOf(sql), [says]);
});
