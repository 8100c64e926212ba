import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createBackup, restoreBackup, type RestoreStep } from '#backup';
import { openKeyring, readIdentities } from '#keys';
import { knownSteps, migrate, openDatabase, type Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import { migrateJobs } from '#kit/jobs';
import { createPrivacy, ledgerHeads, putLastSigned, subjectKeys } from '#privacy';
import { createOrders, orderBody, readOrder } from '#orders';
import { schemaFolders } from '../../src/house.ts';
import { openTestDatabase } from '../database.ts';
import { exampleOrder, openGround, type Ground } from '../ground.ts';

const place = mkdtempSync(join(tmpdir(), 'glasspost-test-backup-'));
let ground: Ground;
let data: string;
let keys: string;
const ended: (() => Promise<void>)[] = [];

before(async () => {
  ground = await openGround();
  for (const number of ['B-1', 'B-2', 'B-3']) await ground.putOrder(number, exampleOrder());
  const backup = backupOf(ground);
  data = (await backup.writeData({ under: join(place, 'data'), recipients: [] })).folder;
  keys = (await backup.writeKeys({ under: join(place, 'keys'), recipients: [], keepDays: 30 })).folder;
});

after(async () => {
  for (const end of ended) await end();
  await ground.close();
  rmSync(place, { recursive: true, force: true });
});

const apart = [...subjectKeys.map(({ table }) => table), 'api.import', 'parcels.waiting'];
const backupOf = ({ database, clock, keyring }: Ground) =>
  createBackup({ database, clock, keyring, apart, ledgerHeads, version: '0', own: [] });

const noProviders = (): never => {
  throw new Fault('invalid', 'nothing is set');
};

type Machine = {
  readonly database: Database;
  readonly keysDir: string;
  readonly needs: Parameters<typeof restoreBackup>[0];
};
let machines = 0;

/** Another machine with an empty database, and no keyring. */
async function openMachine(): Promise<Machine> {
  const { url, close } = await openTestDatabase();
  const database = openDatabase({ url });
  ended.push(async () => {
    await database.close();
    await close();
  });
  const keysDir = join(place, `machine-${(machines += 1)}`);
  const schemas = [
    'kit',
    'graphile_worker',
    ...schemaFolders.map(({ name }) => name.replace('kit/', '').replaceAll('-', '_')),
  ];
  const prepare = async (only: ReadonlyMap<string, string> | null): Promise<void> => {
    await migrate(database, schemaFolders, only);
    await migrateJobs(url);
  };
  const known = { schemas, migrate: prepare, knownSteps: knownSteps(schemaFolders), providers: noProviders };
  return { database, keysDir, needs: { database, keysDir, ...known } };
}

const howOf = (more: object = {}) => ({
  ...{ dataFolder: data, keysFolder: keys, identities: [], replace: false, say: () => {} },
  ...more,
});

const fault = (words: RegExp) => (error: unknown) => error instanceof Fault && words.test(error.publicText);

/** What a person's mails would be addressed to, through the ordinary doors. */
async function nameOn({ database, keysDir }: Machine, number: string): Promise<string> {
  const keyring = await openKeyring({ folder: keysDir, database });
  const { clock } = ground;
  const privacy = createPrivacy({ database, clock, keyring });
  const orders = createOrders({ database, clock, keyring, privacy, publicUrl: 'https://shop.example' });
  const order = await orders.find(database, ground.shop.shopId, number);
  assert.ok(order !== null);
  return orders.customerUrl(order);
}

test('on an empty machine everything is back: rows, months, sequences, and the keyring opens it', async () => {
  const machine = await openMachine();
  const steps: RestoreStep[] = [];
  const restored = await restoreBackup(machine.needs, howOf({ say: (step: RestoreStep) => steps.push(step) }));
  assert.equal(restored.keyringId, ground.keyring.id);
  assert.deepEqual(restored.warnings, []);
  assert.ok(restored.rows > 50);
  assert.deepEqual(new Set(steps.map(({ at }) => at)), new Set(['checking', 'loading']));
  const [there, here] = [await rowsOf(ground.database), await rowsOf(machine.database)];
  assert.ok(there.size > 60);
  // Each database tells when it was copied, and when its own migrations ran.
  for (const name of ['keys.backup', 'graphile_worker.migrations']) for (const rows of [there, here]) rows.delete(name);
  assert.deepEqual(here, there);
  const original = await ground.orders.find(ground.database, ground.shop.shopId, 'B-2');
  assert.ok(original !== null);
  assert.equal(await nameOn(machine, 'B-2'), ground.orders.customerUrl(original));
});

test('a backup that an older program wrote comes back, and is brought up to this one', async () => {
  const steps = await ground.database.rows<{ id: string; checksum: string }>(
    'select id, checksum from kit.migration',
    [],
  );
  // Rooms that were built later, and the last step of one that was there.
  const newer = /^(?:rights|customer|reviews|service|faq|evidence)\/|^notices\/004-|^carriers\/002-|^privacy\/006-/;
  const only = new Map(steps.filter(({ id }) => !newer.test(id)).map(({ id, checksum }) => [id, checksum]));
  assert.ok(only.size < steps.length - 5);
  const older = await openMachine();
  await older.database.copy('write', (copying) => copying.dropSchemas(older.needs.schemas));
  await older.needs.migrate(only);
  const { database, keysDir } = older;
  const { clock } = ground;
  const keyring = await openKeyring({ folder: keysDir, database });
  const privacy = createPrivacy({ database, clock, keyring, publicUrl: 'https://shop.example' });
  const orders = createOrders({ database, clock, keyring, privacy, publicUrl: 'https://shop.example' });
  const shop = await orders.addShop(database, { ...ground.shop, name: 'Older' });
  const input = readOrder('O-1', orderBody.parse(exampleOrder()));
  const taken = await database.tx((tx) => orders.put(tx, shop.shopId, input));
  const backup = createBackup({ database, clock, keyring, apart, ledgerHeads, version: '0', own: [] });
  const dataFolder = (await backup.writeData({ under: join(place, 'older-data'), recipients: [] })).folder;
  const under = join(place, 'older-keys');
  const keysFolder = (await backup.writeKeys({ under, recipients: [], keepDays: 30 })).folder;
  const machine = await openMachine();
  await restoreBackup(machine.needs, howOf({ dataFolder, keysFolder }));
  const now = await machine.database.rows<{ id: string }>('select id from kit.migration', []);
  assert.equal(now.length, steps.length);
  const room = { database: machine.database, clock };
  const restoredKeys = await openKeyring({ folder: machine.keysDir, database: machine.database });
  const opened = createPrivacy({ ...room, keyring: restoredKeys });
  const again = createOrders({ ...room, keyring: restoredKeys, privacy: opened, publicUrl: 'https://shop.example' });
  const back = await again.find(machine.database, shop.shopId, 'O-1');
  assert.equal(back?.orderId, taken.orderId);
  const email = (await again.contacts(machine.database, [taken.personId])).get(taken.personId)?.email ?? null;
  assert.ok(email !== null);
  assert.equal(opened.open(email, { purpose: 'support', reader: 'staff' }), 'ada@kunde.example');
});

test('a copy of data opens nothing by itself, and is for its owner alone', () => {
  assert.equal(statSync(data).mode & 0o777, 0o700);
  const files = readdirSync(data);
  assert.ok(files.includes('orders.person.copy.gz'));
  for (const name of [...apart.map((table) => `${table}.copy.gz`), 'keyring.json'])
    assert.ok(!files.includes(name), name);
  assert.deepEqual(
    readdirSync(keys).toSorted(),
    [...apart.map((table) => `${table}.copy.gz`), 'keyring.json', 'manifest.json'].toSorted(),
  );
  for (const name of readdirSync(keys)) assert.equal(statSync(join(keys, name)).mode & 0o777, 0o600);
});

test('who was erased after the data was copied stays erased when it comes back', async () => {
  const erased = await ground.orders.find(ground.database, ground.shop.shopId, 'B-3');
  assert.ok(erased !== null);
  const { personId } = erased;
  await ground.database.tx((tx) => ground.privacy.dropKeys(tx, 'person', [personId]));
  ground.clock.advanceTo(ground.clock.now().add({ hours: 1 }));
  const later = (await backupOf(ground).writeKeys({ under: join(place, 'keys'), recipients: [], keepDays: 30 })).folder;
  const machine = await openMachine();
  await restoreBackup(machine.needs, howOf({ keysFolder: later }));
  const keyring = await openKeyring({ folder: machine.keysDir, database: machine.database });
  const privacy = createPrivacy({ database: machine.database, clock: ground.clock, keyring });
  assert.equal((await privacy.keysOf(machine.database, 'person', [personId])).size, 0);
});

test('a ledger that comes back shorter than it was signed waits for an operator, who says so to everybody', async () => {
  const { database, clock, shop, privacy } = ground;
  const about = newId(clock);
  await database.tx(async (tx) => {
    await privacy.makeKeys(tx, [{ kind: 'person', id: about, shopId: shop.shopId }]);
    await privacy.ledger.record(tx, about, { entryId: newId(clock), shown: { kind: 'export' }, details: {} });
  });
  await privacy.ledger.sequence(shop.shopId);
  const head = (await ledgerHeads(database)).find(({ shopId }) => shopId === shop.shopId);
  assert.ok(head !== undefined);
  clock.advanceTo(clock.now().add({ hours: 1 }));
  const later = (await backupOf(ground).writeKeys({ under: join(place, 'keys'), recipients: [], keepDays: 30 })).folder;
  const machine = await openMachine();
  const { warnings } = await restoreBackup(machine.needs, howOf({ keysFolder: later }));
  const { size: signed, root } = head;
  assert.deepEqual(warnings, [{ about: 'ledger_back', shop: shop.shopId, size: 0, signed, root }]);
  const keyring = await openKeyring({ folder: machine.keysDir, database: machine.database });
  const { ledger } = createPrivacy({ database: machine.database, clock, keyring, publicUrl: 'https://shop.example' });
  await assert.rejects(ledger.sequence(shop.shopId), { code: 'conflict' });
  assert.equal((await ledger.resume(shop.shopId, signed, 'command line'))?.size, 0);
  assert.deepEqual(await ledger.sequence(shop.shopId), []);
  assert.equal((await ledger.checkNow(shop.shopId, 'command line')).checked?.wrong, null);
});

test('what was cut off, changed, taken away or signed by nobody is refused, and nothing is touched', async () => {
  const machine = await openMachine();
  const untouched = await rowsOf(machine.database);
  const spoil = async (act: (folder: string) => void, says: RegExp, which: 'data' | 'keys' = 'data'): Promise<void> => {
    const folder = join(place, `spoiled-${readdirSync(place).length}`);
    cpSync(which === 'data' ? data : keys, folder, { recursive: true });
    act(folder);
    const how = howOf(which === 'data' ? { dataFolder: folder } : { keysFolder: folder });
    await assert.rejects(restoreBackup(machine.needs, how), fault(says), String(says));
  };
  const person = (folder: string): string => join(folder, 'orders.person.copy.gz');
  const manifest = (folder: string): string => join(folder, 'manifest.json');
  await spoil((folder) => truncateSync(person(folder), 20), /orders\.person.* was cut off/);
  await spoil((folder) => writeFileSync(person(folder), readFileSync(person(folder)).fill(1, 20, 24)), /was changed/);
  await spoil((folder) => rmSync(person(folder)), /cannot be read \(ENOENT\)/);
  await spoil((folder) => rmSync(manifest(folder)), /holds no backup/);
  await spoil((folder) => truncateSync(manifest(folder), 2_000), /was cut off or changed/);
  await spoil((folder) => {
    writeFileSync(manifest(folder), readFileSync(manifest(folder), 'utf8').replace('"rows": 3', '"rows": 2'));
  }, /manifest .* was changed/);
  await spoil((folder) => {
    writeFileSync(manifest(folder), readFileSync(manifest(folder), 'utf8').replace('orders.person"', '../../etc/x"'));
  }, /was cut off or changed/);
  await spoil((folder) => writeFileSync(join(folder, 'keyring.json'), '{}'), /keyring .* cannot be read/, 'keys');
  await spoil((folder) => rmSync(join(folder, 'keyring.json')), /keyring\.json is not there/, 'keys');
  await assert.rejects(restoreBackup(machine.needs, howOf({ keysFolder: data })), fault(/holds data, not keys/));
  const shelf = restoreBackup(machine.needs, howOf({ dataFolder: join(place, 'data') }));
  await assert.rejects(shelf, fault(/holds copies, and is none.* the newest is glasspost-data-/));
  const older = new Map([...machine.needs.knownSteps].slice(0, -1));
  const byOlder = restoreBackup({ ...machine.needs, knownSteps: older }, howOf({ replace: true }));
  await assert.rejects(byOlder, fault(/was written by 0, which knows .* Nothing was restored/));
  const closedDir = join(data, 'manifest.json', 'keys');
  const nowhere = restoreBackup({ ...machine.needs, keysDir: closedDir }, howOf({ replace: true }));
  await assert.rejects(nowhere, fault(/keyring cannot be written/));
  assert.deepEqual(await rowsOf(machine.database), untouched);
  assert.ok(!existsSync(machine.keysDir) || readdirSync(machine.keysDir).length === 0);
});

test('an installation in use, or with another keyring, is not overwritten unless that is said', async () => {
  const machine = await openMachine();
  mkdirSync(machine.keysDir, { recursive: true });
  await openKeyring({ folder: machine.keysDir, database: machine.database });
  await assert.rejects(restoreBackup(machine.needs, howOf()), fault(/backup needs .*`--replace`/));
  const restored = await restoreBackup(machine.needs, howOf({ replace: true }));
  assert.equal(readdirSync(machine.keysDir).filter((name) => name.startsWith('keyring.json.before-')).length, 1);
  await assert.rejects(restoreBackup(machine.needs, howOf()), fault(/in use .*orders\.shop/));
  // Where a ledger was signed, what lies beside the keys tells of it, also when no copy of the keys does.
  const signed = { size: 9, root: Buffer.alloc(32), resumed: 0 };
  await putLastSigned(machine.keysDir, ground.shop.shopId, signed);
  const again = await restoreBackup(machine.needs, howOf({ replace: true }));
  assert.deepEqual([again.rows, again.warnings.map(({ about }) => about)], [restored.rows, ['ledger_back']]);
});

test('for a recipient it is closed to everybody else, the keyring too', async () => {
  const { generateIdentity, identityToRecipient } = await import('age-encryption');
  const identity = await generateIdentity();
  const how = { under: join(place, 'sealed'), recipients: [await identityToRecipient(identity)] };
  const keysHow = { ...how, under: join(place, 'sealed-keys'), keepDays: 1 };
  const backup = backupOf(ground);
  const [dataFolder, keysFolder] = [(await backup.writeData(how)).folder, (await backup.writeKeys(keysHow)).folder];
  assert.ok(readdirSync(keysFolder).every((name) => name === 'manifest.json' || name.endsWith('.age')));
  const machine = await openMachine();
  await assert.rejects(restoreBackup(machine.needs, howOf({ dataFolder, keysFolder })), fault(/`--identity FILE`/));
  const other: readonly [string] = [await generateIdentity()];
  await assert.rejects(
    restoreBackup(machine.needs, howOf({ dataFolder, keysFolder, identities: other })),
    fault(/None of these/),
  );
  // The data to one, the keys to another: with one of the two nothing is begun.
  const untouched = await rowsOf(machine.database);
  const another = { ...how, under: join(place, 'sealed-otherwise'), recipients: [await identityToRecipient(other[0])] };
  const elsewhere = (await backup.writeData(another)).folder;
  await assert.rejects(
    restoreBackup(machine.needs, howOf({ dataFolder: elsewhere, keysFolder, identities: [identity], replace: true })),
    fault(/None of these identities opens .*sealed-otherwise.* Nothing was restored/),
  );
  assert.deepEqual(await rowsOf(machine.database), untouched);
  const identities = readIdentities(`# created by age-keygen\n${identity}\n`);
  const restored = await restoreBackup(machine.needs, howOf({ dataFolder, keysFolder, identities }));
  assert.ok(restored.rows > 50);
  await assert.rejects(backup.writeData({ ...how, recipients: ['age1nobody'] }), fault(/is no recipient/));
});

/** Programs of this machine, where they are. */
const [age, ageKeygen] = ['age', 'age-keygen'] as const;
const hasAge = spawnSync(age, ['--version']).status === 0;

test('the program age opens what was closed to a recipient', { skip: hasAge ? false : 'there is no age' }, async () => {
  const made = spawnSync(ageKeygen, { encoding: 'utf8' });
  const [recipient = ''] = /age1[0-9a-z]+/.exec(made.stdout) ?? [];
  const identity = join(place, 'recovery.txt');
  writeFileSync(identity, made.stdout);
  const under = join(place, 'for-age');
  const { folder } = await backupOf(ground).writeKeys({ under, recipients: [recipient], keepDays: 30 });
  const opened = spawnSync(age, ['-d', '-i', identity, join(folder, 'keyring.json.age')], { encoding: 'utf8' });
  assert.equal(opened.stdout, ground.keyring.kept.text());
  const table = spawnSync(age, ['-d', '-i', identity, join(folder, 'privacy.parcel_key.copy.gz.age')]);
  assert.match(gunzipSync(table.stdout).toString('utf8'), /^[0-9a-f-]{36}\t[0-9a-f-]{36}\t/);
  assert.deepEqual(readIdentities(made.stdout).length, 1);
});

test('copies of keys go after their days, and nothing else in the folder does', async () => {
  const under = join(place, 'pruned');
  const backup = backupOf(ground);
  const first = (await backup.writeKeys({ under, recipients: [], keepDays: 30 })).folder;
  mkdirSync(join(under, 'glasspost-keys-20200101T000000Z'));
  writeFileSync(join(under, 'glasspost-keys-20200101T000000Z', 'mine.txt'), 'not a backup');
  ground.clock.advanceTo(ground.clock.now().add({ hours: 29 * 24 }));
  const second = await backup.writeKeys({ under, recipients: [], keepDays: 30 });
  assert.deepEqual(second.removed, []);
  ground.clock.advanceTo(ground.clock.now().add({ hours: 2 * 24 }));
  const third = await backup.writeKeys({ under, recipients: [], keepDays: 30 });
  assert.deepEqual(third.removed, [first]);
  assert.equal(readdirSync(under).length, 3);
  await assert.rejects(backup.writeKeys({ under, recipients: [], keepDays: 31 }), fault(/1 to 30 days/));
  // What a kill left half-written holds keys too; one that somebody may still write is left.
  const [killed, written] = ['20200101T000000Z', folderTime(-1)].map((at) =>
    join(under, `glasspost-keys-${at}.partial`),
  );
  for (const folder of [killed ?? '', written ?? '']) cpSync(third.folder, folder, { recursive: true });
  rmSync(join(killed ?? '', 'manifest.json'));
  ground.clock.advanceTo(ground.clock.now().add({ hours: 1 }));
  const fourth = await backup.writeKeys({ under, recipients: [], keepDays: 30 });
  assert.deepEqual(fourth.removed, [killed]);
  assert.equal(readdirSync(under).length, 5);
});

/** As folders are named, so many hours from now. */
function folderTime(hours: number): string {
  return ground.clock.now().add({ hours }).toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
}

/** Tables, partitions among them, with how many rows each has and the sum of what is in them. */
async function rowsOf(database: Database): Promise<Map<string, string>> {
  const tables = await database.rows<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1`,
    [],
  );
  const counted = new Map<string, string>();
  for (const { name } of tables) {
    const row = await database.one<{ rows: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as rows from ${name} t`,
      [],
    );
    counted.set(name, row?.rows ?? '');
  }
  return counted;
}
