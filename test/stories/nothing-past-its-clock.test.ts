import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { findClock, onlyRows, type Sweep } from '#privacy';
import { createRetention } from '#rights';
import { dataMap } from '../../src/house/data-map.ts';
import { ensureMonths } from '../../src/house.ts';
import { exampleNumber, openHouse } from './house-on-clock.ts';

const story = await openHouse();
after(story.close);
const { house, database, clock, jobs, shop } = story;
const { retention } = house.rights;
const { shopId } = shop;
const begun = clock.now();
const days = (count: number) => begun.add({ minutes: count * 24 * 60 });

/**
 * Tables whose rows others take out, each with the test that looks at it: whole months, the ledger, the second sweep after
 * an erasure, and the person who lifts what they restricted.
 */
const byOthers = new Set(['facts.fact', 'privacy.ledger_waiting', 'rights.erased', 'privacy.restriction']);
const watched = new Set<string>();
const kept = Object.entries(dataMap).flatMap(([table, { keptFor }]) => {
  const found = findClock(keptFor);
  // A record that the law keeps until today goes at midnight, by the shop's clock.
  const end = table.startsWith('rights.hold') ? 15 / 24 : (found?.days ?? 0);
  return found === null || byOthers.has(table) ? [] : [{ table, clock: found, end }];
});

/** What was there at the beginning: a run leaves an audit row of its own. */
async function rowsOf(table: string): Promise<number> {
  const only = table === 'privacy.audit' ? ' where happened_at <= $1' : ' where $1::timestamptz is not null';
  const row = await database.one<{ rows: number }>(`select count(*) as rows from ${table}${only}`, [begun]);
  return row?.rows ?? 0;
}

type Ids = Record<string, string>;
const texts: Readonly<Record<string, string>> = {
  ...{ ARRAY: '{}', jsonb: '{}', date: '2026-11-20', bytea: String.raw`\x00`, boolean: 'false' },
  ...{ bigint: '1', integer: '1', smallint: '1', 'timestamp with time zone': begun.toString() },
};

/** A row in a table that is empty still, of what its columns take; times are the beginning. */
async function fill(table: string, ids: Ids): Promise<void> {
  if ((await rowsOf(table)) > 0) return;
  const [schema = '', name = ''] = table.split('.');
  const columns = await database.rows<{ column: string; type: string }>(
    `select column_name as column, data_type as type from information_schema.columns
     where table_schema = $1 and table_name = $2 order by ordinal_position`,
    [schema, name],
  );
  const valueOf = ({ column, type }: { column: string; type: string }): string => {
    if (column === 'expires_at') return (table === 'parcels.waiting' ? days(14) : begun).toString();
    // One id for one name: what belongs together does so here too.
    if (type === 'uuid') return (ids[column] ??= newId(clock));
    return texts[type] ?? 'x';
  };
  const places = columns.map((_, at) => `$${at + 1}`).join(', ');
  await database.rows(`insert into ${table} values (${places})`, columns.map(valueOf));
}

async function seed(): Promise<void> {
  const placed = { placed_at: begun.toString(), recipient: { name: 'Grace Beispiel' } };
  await story.putOrder('K-1', placed);
  await story.postScans({ code: 'parcel-de:EE', local_time: '2026-11-20T07:00:00', tracking_number: exampleNumber });
  await database.rows(`update orders.link set expires_at = $1`, [begun]);
  const order = await house.orders.find(database, shopId, 'K-1');
  assert.ok(order !== null);
  const ids: Ids = {
    shop_id: shopId,
    person_id: order.personId,
    order_id: order.orderId,
    parcel_id: order.parcelIds[0] ?? '',
  };
  // Who wrote without an order: a case that is younger than its customer's last order would keep them.
  const contacted: Ids = { shop_id: shopId };
  for (const { table } of kept) await fill(table, table.startsWith('service.') ? contacted : ids);
}

/** A minute before, everything of this clock is there; a minute after, nothing. */
async function pastEnd(end: number): Promise<void> {
  const tables = kept.filter((one) => one.end === end);
  clock.advanceTo(days(end).subtract({ minutes: 1 }));
  await retention.run('test');
  for (const { table, clock: by } of tables) {
    assert.ok((await rowsOf(table)) > 0, `${table} went before ${by.name} was over.`);
  }
  clock.advanceTo(days(end).add({ minutes: 1 }));
  const looked = await retention.look();
  const report = await retention.run('test');
  assert.ok(looked.lines.length > 0 && looked.dryRun && !report.dryRun, `Nothing is past ${end} days.`);
  for (const { table, clock: by } of tables) {
    assert.equal(await rowsOf(table), 0, `${table} is kept past ${by.name}, ${end} days.`);
  }
}

test('Nothing goes before its clock, and nothing is kept past it: every table about people, day by day.', async () => {
  await seed();
  assert.ok(kept.length > 30, `Only ${kept.length} tables have a clock.`);
  for (const { table } of kept) assert.ok((await rowsOf(table)) > 0, `${table} is empty.`);
  const ends = [...new Set(kept.map((one) => one.end))].toSorted((one, other) => one - other);
  for (const end of ends) {
    await pastEnd(end);
  }
  // The order that went was copied first, as far as the law keeps it: for eight years of the calendar.
  assert.equal(await rowsOf('rights.hold'), 1);
  clock.advanceTo(Temporal.Instant.from('2035-01-01T00:00:00+01:00'));
  await retention.run('test');
  for (const { table } of kept) assert.equal(await rowsOf(table), 0, table);
  const [last] = await house.privacy.audits(database, null, 1);
  assert.match(`${last?.actor} ${last?.verb} ${last?.subject}`, /^test retention\.run rtn_/);
  const runs = await retention.runs(database, 500);
  assert.equal(runs.length, ends.length * 2 + 1);
});

/** By these nothing of a person goes that somebody could need: hours of the house itself, and what is on its way. */
const regardless = new Set(['moment', 'link', 'session', 'import', 'waiting', 'audit', 'hold', 'fact']);

test('Of a person who restricted the use of their data nothing goes by its age until they lift that, and a dry run says so.', async () => {
  await seed();
  if (Temporal.Instant.compare(clock.now(), days(1_200)) < 0) clock.advanceTo(days(1_200));
  const persons = await database.rows<{ personId: string }>(
    'select person_id as "personId" from privacy.person_key',
    [],
  );
  const restrict = (isOn: boolean) =>
    database.tx(async (tx) => {
      for (const { personId: id } of persons) await house.privacy.restrict(tx, { kind: 'person', id, shopId }, isOn);
    });
  await database.rows(
    'insert into privacy.restriction select distinct person_id, shop_id, $1::timestamptz from service.customer_case',
    [begun],
  );
  await restrict(true);
  const waiting = kept.filter(({ clock: by }) => !regardless.has(by.name));
  const counts = async (): Promise<readonly (readonly [table: string, rows: number])[]> =>
    await Promise.all(waiting.map(async ({ table }) => [table, await rowsOf(table)] as const));
  const before = await counts();
  assert.deepEqual(
    before.filter(([, rows]) => rows === 0),
    [],
  );
  const { lines, restricted } = await retention.look(shopId);
  assert.equal(restricted, persons.length + 1);
  const told = new Map(lines.map(({ table, rows, waiting: wait }) => [table, [rows, wait]]));
  assert.deepEqual(
    [told.get('orders.purchase'), told.get('notices.told')],
    [
      [0, 1],
      [0, 1],
    ],
  );
  await retention.run('test');
  assert.deepEqual(await counts(), before);
  await restrict(false);
  await database.rows('delete from privacy.restriction', []);
  // Nobody gives entries their places here.
  await database.rows('delete from privacy.ledger_waiting', []);
  await retention.run('test');
  assert.equal(await rowsOf('orders.purchase'), 0);
  // That they had restricted it, and lifted that, has to be provable for as long as everything else.
  clock.advanceTo(clock.now().add({ hours: 1_095 * 24 }));
  await retention.run('test');
  assert.ok((await rowsOf('privacy.ledger_own')) > 0);
  clock.advanceTo(clock.now().add({ hours: 2 * 24 }));
  await retention.run('test');
  const left = (await counts()).filter(([, rows]) => rows > 0);
  assert.deepEqual(left, []);
  watched.add('privacy.restriction');
});

test('A dry run says what would go, by table and clock, and changes nothing.', async () => {
  const now = clock.now();
  await story.putOrder('K-2', { placed_at: now.subtract({ hours: 800 * 24 }).toString() });
  const before = await rowsOf('orders.purchase');
  const { lines } = await retention.look(shopId);
  const line = lines.find(({ table }) => table === 'orders.purchase');
  assert.deepEqual([line?.clock, line?.rows, line?.oldest?.until(now).total('hours')], ['order', 1, 800 * 24]);
  assert.deepEqual(lines.map(({ table }) => table).toSorted(), ['orders.box', 'orders.person', 'orders.purchase']);
  assert.equal(await rowsOf('orders.purchase'), before);
  const { lines: dropped } = await retention.run('test');
  assert.deepEqual(
    dropped.filter(({ table }) => table === 'orders.purchase').map(({ rows }) => rows),
    [1],
  );
});

test('Who has a younger order stays; a parcel and a receiver go with the order that was theirs.', async () => {
  const at = (age: number) => ({
    placed_at: clock
      .now()
      .subtract({ hours: age * 24 })
      .toString(),
  });
  const parcels = (number: string) => ({ parcels: [{ carrier: 'dhl', tracking_number: number }] });
  await story.putOrder('K-3', {
    ...at(900),
    ...parcels('00340434161094015919'),
    recipient: { name: 'Grace Beispiel' },
  });
  await story.putOrder('K-4', { ...at(10), ...parcels('00340434161094015926') });
  const old = await house.orders.find(database, shopId, 'K-3');
  assert.equal(await rowsOf('orders.person'), 2);
  await retention.run('test');
  assert.equal(await house.orders.find(database, shopId, 'K-3'), null);
  const young = await house.orders.find(database, shopId, 'K-4');
  assert.equal(young?.personId, old?.personId);
  assert.equal(await rowsOf('orders.person'), 1);
  assert.deepEqual(await house.parcels.read(database, old?.parcelIds ?? []), []);
  assert.equal((await house.parcels.read(database, young?.parcelIds ?? [])).length, 1);
  // The number is free: the same order may come again.
  await story.putOrder('K-3', { ...at(1), ...parcels('00340434161094015919') });
});

test('A shop may keep for another time, within limits, and it counts for this shop only.', async () => {
  const set = (name: string, count: number | null) =>
    retention.setDays({ shopId, clock: name, days: count, actor: 'staff' });
  await assert.rejects(set('order', 29), { code: 'invalid' });
  await assert.rejects(set('order', 30.5), { code: 'invalid' });
  await assert.rejects(set('order', 3_651), { code: 'invalid' });
  await assert.rejects(set('audit', 30), { code: 'invalid' });
  await assert.rejects(set('__proto__', 30), { code: 'not_found' });
  assert.deepEqual(await set('order', 30).then(({ days: own, isOwn, houseDays }) => [own, isOwn, houseDays]), [
    30,
    true,
    790,
  ]);
  const other = await house.orders.openShop('Andere Firma', 'test');
  assert.ok('shop' in other);
  assert.equal((await retention.clocks(database, other.shop.shopId)).find(({ name }) => name === 'order')?.days, 790);
  await story.putOrder('K-5', {
    placed_at: clock
      .now()
      .subtract({ hours: 31 * 24 })
      .toString(),
  });
  await retention.run('test');
  assert.equal(await house.orders.find(database, shopId, 'K-5'), null);
  assert.equal((await set('order', null)).isOwn, false);
  const verbs = (await house.privacy.audits(database, shopId, 20)).map(({ verb, subject }) => `${verb} ${subject}`);
  assert.ok(verbs.includes('retention.set order 30') && verbs.includes('retention.unset order'), verbs.join());
});

test('A day to come, mistyped, keeps no order and no proof for longer.', async () => {
  const consent = { purpose: 'p', recipient: 'r', fields: ['email'], text: 't', given_at: '2098-01-01T00:00:00Z' };
  const customer = { id: 'c-late', email: 'late@kunde.example' };
  await story.putOrder('K-6', { placed_at: '2098-01-01T00:00:00Z', customer, consents: [consent], parcels: [] });
  const order = await house.orders.find(database, shopId, 'K-6');
  clock.advanceTo(clock.now().add({ hours: 791 * 24 }));
  await retention.run('test');
  assert.equal(await house.orders.find(database, shopId, 'K-6'), null);
  clock.advanceTo(clock.now().add({ hours: 400 * 24 }));
  await retention.run('test');
  assert.deepEqual(await house.privacy.consentsOf(database, order?.personId ?? ''), []);
});

test('A table that cannot be swept keeps no other from its turn, and the run says that it failed.', async () => {
  const swept: string[] = [];
  const turn = (name: Sweep['clock'], fails: boolean): Sweep => ({
    ...{ clock: name, tables: [], past: () => Promise.resolve([]) },
    drop: () => {
      swept.push(name);
      return fails ? Promise.reject(new Error('broken')) : Promise.resolve(onlyRows({}));
    },
  });
  const sweeps = [turn('audit', true), turn('moment', false)];
  const broken = createRetention({
    ...{ database, clock, privacy: house.privacy, orders: house.orders, sweeps, rooms: [] },
    keepByLaw: () => Promise.resolve(),
  });
  const before = (await retention.runs(database, 500)).length;
  await assert.rejects(broken.run('test'), /broken/);
  assert.deepEqual(swept, ['audit', 'moment']);
  assert.equal((await retention.runs(database, 500)).length, before + 1);
});

test('The daily job runs it, once a day.', async () => {
  const before = (await retention.runs(database, 500)).length;
  await retention.runDaily();
  clock.advanceTo(clock.now().add({ hours: 21 }));
  await retention.runDaily();
  await retention.runDaily();
  assert.equal((await retention.runs(database, 500)).length, before + 1);
});

/** Facts that were written in a month, and are there. */
async function factsIn(month: Temporal.PlainYearMonth): Promise<number> {
  const [from, until] = [month, month.add({ months: 1 })].map((one) => startOf(one));
  const row = await database.one<{ rows: number }>(
    'select count(*) as rows from facts.fact where appended_at >= $1 and appended_at < $2',
    [from ?? null, until ?? null],
  );
  return row?.rows ?? 0;
}

function startOf(month: Temporal.PlainYearMonth): Temporal.Instant {
  return month.toPlainDate({ day: 1 }).toZonedDateTime('UTC').toInstant();
}

/** Puts an order in the first minute of this month, whose facts have nobody who reads them yet. */
async function orderIn(month: Temporal.PlainYearMonth, number: string, parcel: string): Promise<void> {
  await ensureMonths(database, startOf(month), startOf(month));
  clock.advanceTo(startOf(month).add({ seconds: 30 }));
  const parcels = [{ carrier: 'dhl', tracking_number: parcel }];
  await story.putOrder(number, { placed_at: clock.now().toString(), parcels });
  assert.ok((await factsIn(month)) > 0, month.toString());
}

test('Facts go with their month ninety days after it ended, when all who follow have read them, and not before.', async () => {
  watched.add('facts.fact');
  const first = clock.now().toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth().add({ months: 2 });
  const second = first.add({ months: 1 });
  await orderIn(first, 'K-6', '00340434161094015933');
  await story.settle();
  await orderIn(second, 'K-7', '00340434161094015940');
  const endOf = (month: Temporal.PlainYearMonth) => startOf(month.add({ months: 1 })).add({ hours: 90 * 24 });
  clock.advanceTo(endOf(first).subtract({ minutes: 1 }));
  await retention.run('test');
  assert.ok((await factsIn(first)) > 0, 'They went before the ninety days were over.');
  clock.advanceTo(endOf(first).add({ minutes: 1 }));
  await retention.run('test');
  assert.equal(await factsIn(first), 0, 'They are kept past the ninety days.');
  clock.advanceTo(endOf(second).add({ minutes: 1 }));
  await retention.run('test');
  assert.ok((await factsIn(second)) > 0, 'They went before everybody had read them.');
  await house.facts.settle();
  await retention.run('test');
  assert.equal(await factsIn(second), 0, 'They are kept though everybody has read them.');
  const written = startOf(first).add({ seconds: 30 });
  assert.ok(
    written.until(endOf(first)).total('hours') <= (findClock('fact')?.days ?? 0) * 24,
    'The map promises less.',
  );
});

test('An entry waits for its place in the ledger, and only that takes it out; one that waits for a day is shown.', async () => {
  watched.add('privacy.ledger_waiting');
  const table = 'privacy.ledger_waiting';
  await house.privacy.ledger.sequence(shopId);
  await story.putOrder('K-8', { placed_at: clock.now().toString(), parcels: [] });
  const order = await house.orders.find(database, shopId, 'K-8');
  await house.rights.exportPerson(
    { shopId, personId: order?.personId ?? '' },
    { format: 'json', language: 'de', reader: 'staff' },
  );
  assert.equal(await rowsOf(table), 1);
  const looked = async () => (await retention.look()).lines.filter((line) => line.table === table);
  assert.deepEqual(await looked(), []);
  clock.advanceTo(clock.now().add({ hours: 24, minutes: 1 }));
  assert.deepEqual(
    (await looked()).map(({ clock: by, rows }) => [by, rows]),
    [['moment', 1]],
  );
  await retention.run('test');
  assert.equal(await rowsOf(table), 1, 'A proof that was begun went.');
  await house.privacy.ledger.sequence(shopId);
  assert.equal(await rowsOf(table), 0, 'It has its place and waits still.');
  assert.deepEqual(await looked(), []);
});

test('Who was erased is swept a quarter of an hour later, and within a day where the job for it was lost.', async () => {
  watched.add('rights.erased');
  const erase = async (number: string, id: string): Promise<void> => {
    const customer = { id, name: 'Grace Hopper', email: `${id}@kunde.example` };
    await story.putOrder(number, { placed_at: clock.now().toString(), customer, parcels: [] });
    const order = await house.orders.find(database, shopId, number);
    await house.rights.eraseNow({ shopId, personId: order?.personId ?? '' }, 'test');
    assert.equal(await rowsOf('rights.erased'), 1);
  };
  await erase('K-9', 'e-1');
  clock.advanceTo(clock.now().add({ minutes: 14 }));
  await jobs.runDue();
  assert.equal(await rowsOf('rights.erased'), 1);
  clock.advanceTo(clock.now().add({ minutes: 2 }));
  await jobs.runDue();
  assert.equal(await rowsOf('rights.erased'), 0);
  await erase('K-10', 'e-2');
  clock.advanceTo(clock.now().add({ hours: 23 }));
  await house.rights.daily();
  assert.equal(await rowsOf('rights.erased'), 0, 'It is kept for more than a day.');
});

test('No table about people is left out of these tests.', () => {
  const clockless = Object.entries(dataMap).filter(([, { keptFor }]) => findClock(keptFor) === null);
  for (const [table, { about }] of clockless) assert.equal(about, 'nobody', `${table} has no clock.`);
  assert.deepEqual(watched, byOthers);
  assert.equal(kept.length + byOthers.size + clockless.length, Object.keys(dataMap).length);
});
