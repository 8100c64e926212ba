import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assess, type Known } from './assess.ts';
import type { BreachColumn, Suspicion } from './case.ts';

const window = {
  from: Temporal.Instant.from('2026-11-20T00:00:00Z'),
  until: Temporal.Instant.from('2026-11-21T00:00:00Z'),
};
const columns: readonly BreachColumn[] = [
  { table: 'orders.person', holds: 'email', as: 'sealed' },
  { table: 'orders.person', holds: 'id', as: null },
  { table: 'orders.person_by_hash', holds: 'email', as: 'hash' },
  { table: 'orders.purchase', holds: 'address', as: 'sealed' },
  { table: 'orders.open', holds: 'postcode', as: 'plain' },
];
const suspected = (more: Partial<Suspicion>): Suspicion => ({
  ...{ suspect: 'database', keyId: null, tables: [], keyring: 'safe', ...window, ...more },
});
const known: Known = { columns, scopes: null, persons: 3 };
const sealedTables = ['orders.person', 'orders.purchase', 'orders.person_by_hash'];

test('sealed data without its keyring is unreadable, and customers need not be told (Art. 34(3)(a))', () => {
  const said = assess(suspected({ suspect: 'tables', tables: sealedTables }), known);
  assert.deepEqual([said.isReadable, said.customers, said.authority], [false, 'exempt', 'tell']);
  assert.deepEqual(said.categories, [
    { field: 'address', as: 'sealed' },
    { field: 'email', as: 'sealed' },
  ]);
  assert.deepEqual(said.consequences, ['relations']);
});

test('with the keyring gone too it is readable, and of an unknown one nobody can say', () => {
  const of = (keyring: Suspicion['keyring'], suspect: Suspicion['suspect'] = 'tables') =>
    assess(suspected({ suspect, tables: sealedTables, keyring }), known);
  assert.deepEqual([of('taken').isReadable, of('taken').customers], [true, 'judge']);
  assert.deepEqual(of('taken').consequences, ['fraud', 'home']);
  assert.deepEqual([of('unknown').isReadable, of('unknown').customers], [null, 'judge']);
  assert.equal(of('safe', 'wrapping key').isReadable, true);
});

test('what lies readable in a table is readable whatever became of the keyring', () => {
  const said = assess(suspected({}), known);
  assert.deepEqual([said.isReadable, said.customers], [true, 'judge']);
  assert.deepEqual(said.categories[0], { field: 'postcode', as: 'plain' });
});

test('codes and times of scans alone name nobody', () => {
  const scans: readonly BreachColumn[] = [{ table: 'parcels.scan', holds: 'scan', as: 'plain' }];
  const said = assess(suspected({}), { ...known, columns: scans });
  assert.deepEqual([said.isReadable, said.customers, said.consequences], [false, 'exempt', ['relations']]);
});

test('a key of the API shows what its scopes let it ask for; of a revoked one everything is assumed', () => {
  const of = (scopes: readonly string[] | null) =>
    assess(suspected({ suspect: 'api key', keyId: 'key_1' }), { ...known, scopes });
  assert.deepEqual(of(['scans:write']).categories, []);
  assert.deepEqual(of(['scans:write']).consequences, ['changed_orders']);
  assert.deepEqual(of(['parcels:read']).consequences, ['parcel']);
  assert.deepEqual(of(['scans:write']).customers, 'judge', 'nothing of it was encrypted');
  assert.deepEqual(of(['keyring:read']).customers, 'nobody');
  const copies = of(['rights:read']);
  assert.deepEqual([copies.isReadable, copies.customers, copies.authority], [true, 'judge', 'tell']);
  assert.deepEqual(copies.consequences, ['fraud', 'home', 'parcel']);
  assert.deepEqual(of(['breaches:read']).consequences, ['fraud']);
  assert.deepEqual(of(['rights:write', 'retention:write']).consequences, ['lost_data']);
  const everything = ['fraud', 'home', 'parcel', 'forged_mail', 'forged_host', 'changed_orders', 'lost_data'];
  assert.deepEqual(of(null).consequences, everything);
  assert.deepEqual(of(['parcels:read', 'a scope of tomorrow']).consequences, everything);
});

test('log files and the key of mails hold nothing about anybody', () => {
  const logs = assess(suspected({ suspect: 'log files' }), { ...known, persons: 0 });
  assert.deepEqual([logs.authority, logs.customers, logs.consequences], ['judge', 'nobody', ['none']]);
  const mails = assess(suspected({ suspect: 'mail key' }), { ...known, persons: 0 });
  assert.deepEqual([mails.authority, mails.consequences], ['tell', ['forged_mail']]);
});
