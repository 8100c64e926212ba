import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Client } from 'pg';
import { clocks, mappedColumns, type RoomMap } from '#privacy';
import { sayRecord } from '#rights';
import { dataMap, goingAlong, sweepsOf } from '../../src/house/data-map.ts';
import { readCatalogue, type Table } from '../catalogue/catalogue.ts';
import { openTestDatabase } from '../database.ts';
import { judgeDataMap } from './checks/data-map.ts';

let tables: readonly Table[] = [];
const sweeps = sweepsOf({ dropPassed: () => Promise.resolve(0) });

before(async () => {
  const database = await openTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  tables = await readCatalogue(client);
  await client.end();
  await database.close();
});

const judge = (map: RoomMap, more: readonly Table[] = []): readonly string[] =>
  judgeDataMap({ map, tables: [...tables, ...more], sweeps, along: goingAlong });

test('Every column about people says why it is there, who gets it and when it goes, and something drops it then.', () => {
  assert.ok(tables.length > 20, 'The catalogue holds no tables.');
  const faults = judge(dataMap);
  assert.ok(faults.length === 0, `${faults.length} found:\n${faults.join('\n')}`);
});

test('The record of processing has words for every purpose, kind of data and clock.', () => {
  const columns = mappedColumns(dataMap);
  const codes = [
    ...columns.flatMap(({ purposes }) => purposes.map((purpose) => ['purpose', purpose] as const)),
    ...columns.flatMap(({ as, holds }) => (as === null ? [] : [['field', holds] as const])),
    ...clocks.flatMap(({ name, from }) => [
      ['clock', name] as const,
      ['from', from] as const,
      ['source', name] as const,
    ]),
  ];
  assert.ok(codes.length > 100);
  // German: English words may be spelt as their codes, and both have the same keys.
  const unsaid = codes.filter(([list, code]) => sayRecord('de', list, code) === code);
  assert.deepEqual([...new Set(unsaid.map((one) => one.join('.')))], []);
});

function planted(name: string, family: string, ...columns: readonly string[]): Table {
  return {
    ...{ name, comment: `family: ${family}. Planted.`, keys: [], references: [], triggers: [] },
    columns: columns.map((column) => ({ name: column, type: 'text' })),
  };
}

test('A table, a column, a recipient, a purpose or a clock that is missing is found, with where to write it.', () => {
  const person = dataMap['orders.person'];
  assert.ok(person !== undefined && person.about === 'customers');
  const { email: _, ...withoutEmail } = person.columns;
  const rows: readonly (readonly [faults: readonly string[], says: RegExp])[] = [
    [
      judge(dataMap, [planted('orders.wish', 'person', 'person_id', 'words')]),
      /^orders\.wish is in the database and not in the data map: say in src\/orders\/retention\/data-map\.ts .*\(person_id, words\)/,
    ],
    [
      judge({ ...dataMap, 'orders.person': { ...person, columns: withoutEmail } }),
      /^orders\.person\.email \(bytea\) is in the database/,
    ],
    [
      judge({ ...dataMap, 'orders.nobody': { about: 'nobody', keptFor: 'in use', columns: {} } }),
      /^The data map names the table orders\.nobody, which is not there/,
    ],
    [
      judge({ ...dataMap, 'orders.person': { ...person, columns: { ...person.columns, age: 'count' } } }),
      /^The data map names orders\.person\.age, which is not there/,
    ],
    [
      judge({
        ...dataMap,
        'orders.person': {
          ...person,
          columns: { ...person.columns, phone: { holds: 'phone', as: 'sealed', recipients: ['mail_relay'] } },
        },
      }),
      /^orders\.person\.phone \(phone\) goes to carrier by the rules for its purposes, and the data map says mail_relay/,
    ],
    [
      judge({ ...dataMap, 'orders.person': { ...person, purposes: ['security'] } }),
      /^orders\.person\.\w+ \(\w+\) serves none of its table/,
    ],
    [
      judge({
        ...dataMap,
        'orders.person': {
          ...person,
          purposes: ['support', ...person.purposes.filter((one) => one !== 'review invitation')],
        },
      }),
      /^Data leaves for 'review invitation', and no table/,
    ],
    [
      judge({ ...dataMap, 'orders.person': { ...person, keptFor: 'audit' } }),
      /^orders\.person is kept by the clock 'audit', which nothing runs/,
    ],
  ];
  for (const [faults, says] of rows) assert.match(faults[0] ?? 'nothing found', says);
});

test('A column with personal data that does not say its purposes, its recipients or its clock does not compile.', () => {
  const whole = {
    about: 'customers',
    purposes: ['support'],
    basis: 'contract: art. 6(1)(b)',
    keptFor: 'order',
  } as const;
  const name = { holds: 'name', as: 'sealed', recipients: [] } as const;
  const sound: RoomMap = { 'a.b': { ...whole, columns: { id: 'id', name } } };
  const { purposes: _purposes, ...aimless } = whole;
  const { basis: _basis, ...baseless } = whole;
  const { keptFor: _keptFor, ...endless } = whole;
  // @ts-expect-error -- a kind of personal data is no plain word
  const word: RoomMap = { 'a.b': { ...whole, columns: { name: 'name' } } };
  // @ts-expect-error -- nobody outside is a word too: `recipients: []`
  const nobody: RoomMap = { 'a.b': { ...whole, columns: { name: { holds: 'name', as: 'sealed' } } } };
  // @ts-expect-error -- for what?
  const why: RoomMap = { 'a.b': { ...aimless, columns: { name } } };
  // @ts-expect-error -- on which basis?
  const basis: RoomMap = { 'a.b': { ...baseless, columns: { name } } };
  // @ts-expect-error -- until when?
  const until: RoomMap = { 'a.b': { ...endless, columns: { name } } };
  // @ts-expect-error -- what is somebody's is not kept for good
  const good: RoomMap = { 'a.b': { ...whole, keptFor: 'for good', columns: { name } } };
  // @ts-expect-error -- a table about nobody has no personal data
  const about: RoomMap = { 'a.b': { about: 'nobody', keptFor: 'in use', columns: { name } } };
  assert.equal([sound, word, nobody, why, basis, until, good, about].length, 8);
});
