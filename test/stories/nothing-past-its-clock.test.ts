import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { findClock } from '#privacy';
import { dataMap } from '../../src/house/data-map.ts';
import { exampleNumber, openHouse } from './house-on-clock.ts';

const story = await openHouse();
after(story.close);
const { house, database, clock, shop } = story;
const { retention } = house.rights;
const { shopId } = shop;
const begun = clock.now();
const days = (count: number) => begun.add({ minutes: count * 24 * 60 });

/** Tables whose rows others take out: whole months, the ledger, and the second sweep after an erasure. */
const byOthers = new Set(['facts.fact', 'privacy.ledger_waiting', 'rights.erased']);
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

test('The daily job runs it, once a day.', async () => {
  const before = (await retention.runs(database, 500)).length;
  await retention.runDaily();
  clock.advanceTo(clock.now().add({ hours: 21 }));
  await retention.runDaily();
  await retention.runDaily();
  assert.equal((await retention.runs(database, 500)).length, before + 1);
});
