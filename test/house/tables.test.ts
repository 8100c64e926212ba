import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTables, sqlPlace, storesShowStatements } from './checks/tables.ts';
import { finds, holds } from './law.ts';
import { touchesOf } from './touches.ts';

/** `reads a.b` for everything a text touches. */
function touches(sql: string): readonly string[] {
  return touchesOf(sql).map(
    ({ verb, schema, name }) => `${verb} ${[schema, name].filter((part) => part !== null).join('.')}`,
  );
}

test('Every folder writes and reads its own tables only.', () => holds(ownTables));

test('What a statement touches is read from the words before each name.', () => {
  const wanted: Readonly<Record<string, readonly string[]>> = {
    'insert into a.b (id) select id from a.c': ['writes a.b', 'reads a.c'],
    'insert into a.b(id) values ($1) on conflict (id) do update set id = excluded.id': ['writes a.b'],
    'update only a.b as x set y = s.y from a.c s, a.d where x.id = s.id': ['writes a.b', 'reads a.c', 'reads a.d'],
    'delete from a.b using a.c where a.b.id = a.c.id returning id': ['writes a.b', 'reads a.c'],
    'select * from a.b left join a.c using (id), lateral a.d, (select 1 from a.e) q': [
      'reads a.b',
      'reads a.c',
      'reads a.d',
      'reads a.e',
    ],
    'select x from unnest($1::uuid[], $2::text[]) with ordinality as t (x, y), a.b': ['reads a.b'],
    'select id, extract(epoch from at), substring(t from 2), trim(both from t) from a.b': ['reads a.b'],
    'select a is distinct from b from a.b where x in (select y from a.c) order by p, q': ['reads a.b', 'reads a.c'],
    'with c (id) as materialized (select id from a.b), d as (select 1) select * from c join d on true': ['reads a.b'],
    'select * from a.b for no key update of b skip locked': ['reads a.b'],
    'select 1 for update': [],
    'select d.next(1) from d.next($1)': ['reads d.next'],
    'truncate table a.b': ['writes a.b'],
    'lock table a.b in exclusive mode': ['writes a.b'],
    'copy a.b (id) from stdin': ['writes a.b', 'reads stdin'],
    'merge into a.b using a.c on true when matched then update set x = 1': ['writes a.b', 'reads a.c'],
    'create schema if not exists a': ['writes a.'],
    'create table if not exists a.b (id uuid references d.e (id) on delete cascade on update cascade)': [
      'writes a.b',
      'reads d.e',
    ],
    'create table a.b_1 partition of d.b for values from (1) to (2)': ['writes a.b_1', 'writes d.b'],
    'create unique index b_once on d.b (id) where x is not null': ['writes d.b'],
    'create index on d.b using gin (words)': ['writes d.b'],
    "create type d.kind as enum ('from a.b')": ['writes d.kind'],
    'alter table if exists d.b add column x int; drop table d.c': ['writes d.b', 'writes d.c'],
    'alter table a.b attach partition d.b_1 default': ['writes a.b', 'writes d.b_1'],
    "comment on table a.b is 'reads from d.e'; comment on column d.b.c is ''": ['writes a.b', 'writes d.b'],
    'create temporary table heap (id uuid); insert into heap select 1': [],
    'create function d.f() returns int language sql as $$ select x from d.e $$': ['writes d.f', 'reads d.e'],
    'select 1 /* from a.b */ -- from a.c': [],
  };
  for (const [sql, expected] of Object.entries(wanted)) assert.deepEqual(touches(sql), expected, sql);
});

test('Touching another folder’s tables is found, in stores and in migrations.', () => {
  finds(
    ownTables,
    {
      'src/delivery-changes/store.ts': [
        'const own = `insert into delivery_changes.wish (id) values ($1)`;',
        'const write = `update\n  parcels.parcel set stage = $1`;',
        "const read = 'select 1 from delivery_changes.wish join orders.order o on true';",
        'const bare = `delete from wish where id = $1`;',
        'const computed = `select 1 from ${schema}.wish`;',
        'const catalogue = `select 1 from pg_class, pg_catalog.pg_type`;',
        "const sentence = 'We update your parcel from the carrier.';",
      ].join('\n'),
      'src/parcels/room/schema/001-parcels.sql':
        'create schema parcels;\ncreate table orders.note (id uuid);\nselect 1 from pg_class;\ndrop schema shops;',
      'src/kit/facts/store.ts': 'const a = `select 1 from facts.fact, kit.migration`;',
      'src/kit/jobs/schema/001-jobs.sql': 'create table jobs.a (id int); create table graphile_worker.b (id int);',
      'src/kit/database/schema/001-kit.sql': 'create table kit.a (id int);',
    },
    [
      'src/delivery-changes/store.ts:3 writes parcels.parcel, but owns delivery_changes',
      'src/delivery-changes/store.ts:4 reads orders.order, but owns delivery_changes',
      'src/delivery-changes/store.ts:5 writes wish without naming its schema',
      'src/delivery-changes/store.ts:6 reads a table whose name is computed',
      'src/parcels/room/schema/001-parcels.sql:2 writes orders.note, but owns parcels',
      'src/parcels/room/schema/001-parcels.sql:4 writes schema shops, but owns parcels',
      'src/kit/facts/store.ts:1 reads kit.migration, but owns facts',
    ],
  );
});

test('SQL stands in stores, in lower case.', () => holds(sqlPlace));

test('SQL elsewhere and SQL in capitals are found; sentences are no SQL.', () => {
  finds(
    sqlPlace,
    {
      'src/a/intake.ts': [
        'const one = `select id from a.b`;',
        "const two = 'insert into a.b (id) values ($1)';",
        "const three = 'Select a parcel from the list';",
        "const four = 'with care';",
        "const five = 'update your address';",
        "await tx.rows('select now()', []);",
      ].join('\n'),
      'src/a/store.ts': 'const one = `SELECT id from a.b`;',
      'src/a/schema/001-a.sql': `create table a.b (id uuid NOT null);\ncomment on table a.b is 'WHERE it is';`,
      'src/kit/database.ts': 'const one = `select id from kit.b`;',
    },
    [
      'src/a/intake.ts:1 holds SQL, which belongs into a store.ts',
      'src/a/intake.ts:2 holds SQL, which belongs into a store.ts',
      'src/a/intake.ts:6 holds SQL, which belongs into a store.ts',
      'src/a/store.ts:1 writes SELECT in capitals',
      'src/a/schema/001-a.sql:1 writes NOT in capitals',
    ],
  );
});

test('Every store shows its statements.', () => holds(storesShowStatements));

test('A store that hides its statements is found.', () => {
  finds(
    storesShowStatements,
    {
      'src/a/store.ts': 'const statements = {}; // export const statements',
      'src/b/store.ts': 'export const statements = {};',
    },
    ['src/a/store.ts:1 exports no statements'],
  );
});
