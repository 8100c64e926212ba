import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { readCorrection } from '#orders';
import { sealed, type Sealed } from '#privacy';
import { createRights } from '#rights';
import { exampleOrder } from '../ground.ts';
import { openHouse } from './house-on-clock.ts';
import { heldTables, seed, tablesOfPersons, tracesOf, unzip, type Marker } from './rights/seeded.ts';

const world = await openHouse();
after(world.close);
const { house, database, clock, shop } = world;
const { rights, orders, privacy } = house;
const { shopId } = shop;

const consent = {
  purpose: 'delivery notification by carrier',
  recipient: 'dhl',
  fields: ['email'],
  given_at: '2026-11-19T10:00:00+01:00',
  text: 'DHL may write to me.',
  default: 'unticked',
};

let count = 0;
type Known = { readonly personId: string; readonly orderId: string; readonly path: string; readonly number: string };

/** A customer with an order, a parcel on its way, mails, consents, disclosures. */
async function aCustomer(more: object = {}): Promise<Known> {
  count += 1;
  const number = `R-${count}`;
  const tracking = `0034043416109${String(count).padStart(7, '0')}`;
  const path = await world.putOrder(number, {
    customer: { id: `c-${count}`, name: 'Ada Beispiel', email: `ada${count}@kunde.example`, phone: '+49 30 12345' },
    parcels: [{ carrier: 'dhl', tracking_number: tracking, service: 'parcel-de' }],
    consents: [consent],
    recipient: { name: `Grace ${count}` },
    ...more,
  });
  const scan = { local_time: '2026-11-20T08:00:00', place: { name: 'Berlin', country: 'DE' } };
  await world.postScans({ ...scan, tracking_number: tracking, code: 'parcel-de:PO' });
  const order = await orders.find(database, shopId, number);
  assert.ok(order !== null);
  return { personId: order.personId, orderId: order.orderId, path, number };
}

const personOf = ({ personId }: Known) => ({ shopId, personId });
const exported = async (one: Known, format: 'json' | 'csv' | 'html') =>
  (await rights.exportPerson(personOf(one), { format, language: 'de', reader: 'customer' }, 'test')).bytes;
const erase = (one: Known) => database.tx((tx) => rights.erase(tx, personOf(one), 'test'));

/** For rights that hold nothing back. */
const never = (): never => assert.fail('nothing is held here');
const keyringOfNobody = { wrap: never, unwrap: never, seal: never, open: never };

/** HTML as it is read. */
const read = (html: string): string =>
  html.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

test('Everything held about me is in my copy, in every column of every table, in JSON, in tables and on a page.', async (t) => {
  const me = await aCustomer();
  const whose = await orders.whose(database, personOf(me));
  const [personId = '', receiverId = ''] = whose.personIds;
  const parcelId = newId(clock);
  await database.tx((tx) => privacy.makeKeys(tx, [{ kind: 'parcel', id: parcelId, shopId }]));
  const keys = new Map([
    ...(await privacy.keysOf(database, 'person', whose.personIds)),
    ...(await privacy.keysOf(database, 'parcel', [parcelId])),
  ]);
  const markers: Marker[] = [];
  const all = await tablesOfPersons(database);
  const tables = all.filter(({ family }) => family !== 'lookup');
  for (const table of tables) {
    const spec = heldTables.find((one) => one.table === table.name);
    assert.ok(spec !== undefined, `${table.name} is shown to nobody: give its room's tables a line`);
    if (/^privacy\.\w+_key$/.test(table.name)) continue;
    markers.push(...(await seed(database, table, spec, { shopId, personId, receiverId, parcelId, keys })));
  }
  const lookups = new Set(all.flatMap(({ family, name }) => (family === 'lookup' ? name : [])));
  assert.deepEqual(
    heldTables.flatMap(({ table }) => (lookups.has(table) ? [] : table)).toSorted(),
    tables.map(({ name }) => name),
  );
  const json = String(await exported(me, 'json')).replaceAll(String.raw`\"`, '"');
  const csv = [...unzip(await exported(me, 'csv')).values()].join('\n').replaceAll('""', '"');
  const html = read(String(await exported(me, 'html')));
  const missing = (text: string) => markers.filter((marker) => !text.includes(marker.text));
  assert.deepEqual({ json: missing(json), csv: missing(csv), html: missing(html) }, { json: [], csv: [], html: [] });
  t.diagnostic(`${markers.length} columns of ${tables.length} tables`);
  assert.ok(markers.length > 100);
});

test('Erased, nothing of me is left in any table, nobody else is touched, and I hold the proof.', async (t) => {
  const [me, other] = [await aCustomer(), await aCustomer()];
  await world.pass({ minutes: 30 });
  const tables = await tablesOfPersons(database);
  const { personIds, parcelIds, orderIds } = await orders.whose(database, personOf(me));
  const ids = [...personIds, ...parcelIds, ...orderIds];
  const before = await tracesOf(database, tables, ids);
  for (const name of ['orders.link', 'orders.person_by_hash', 'orders.purchase_by_hash', 'parcels.parcel_by_number']) {
    assert.ok((before[name] ?? 0) > 0, `${name} had something of me`);
  }
  const whole = async (one: Known) => JSON.stringify(await rights.held(database, personOf(one), 'customer'));
  const others = await whole(other);
  await world.page(me.path);
  const begun = performance.now();
  const erased = await erase(me);
  t.diagnostic(`erased in ${Math.round(performance.now() - begun)} ms: ${JSON.stringify(before)}`);
  assert.ok('receipt' in erased);
  const { receipt } = erased;
  assert.equal(await whole(other), others);
  const [waiting] = await database.rows<{ entry: string }>(
    'select entry from privacy.ledger_waiting where entry_id = $1',
    [receipt.entryId],
  );
  assert.equal(waiting?.entry, receipt.text);
  assert.match(receipt.text, /^\{"kind":"erasure","of":"[0-9a-f]{64}"\}$/);
  assert.equal((await world.call('GET', me.path)).status, 404);
  assert.equal((await world.call('GET', `/v1/orders/${me.number}`)).status, 404);
  // Whoever had read me before may write of me afterwards.
  await database.rows(
    `insert into notices.outcome (person_id, notice_id, outcome, at, answer) values ($1, $2, 'sent', $3, '')`,
    [me.personId, newId(clock), clock.now()],
  );
  await world.pass({ minutes: 20 });
  await privacy.ledger.sequence(shopId);
  assert.match((await privacy.ledger.proofOf(database, shopId, receipt.entryId)) ?? '', /^c2sp\.org\/tlog-proof@v1\n/);
  assert.deepEqual(await tracesOf(database, tables, ids), {});
  const zero = await rights.held(database, personOf(me), 'customer');
  assert.deepEqual(
    zero.categories.flatMap(({ entries }) => entries),
    [],
  );
  assert.deepEqual(await erase(me), { no: 'unknown' });
});

test('What came in between goes within a day, also where the job that sweeps was lost.', async () => {
  await rights.sweepLate();
  const me = await aCustomer();
  assert.ok('receipt' in (await erase(me)));
  await database.rows(
    `insert into notices.outcome (person_id, notice_id, outcome, at, answer) values ($1, $2, 'sent', $3, '')`,
    [me.personId, newId(clock), clock.now()],
  );
  await database.rows('update rights.erased set erased_at = $2 where person_id = $1', [
    me.personId,
    clock.now().subtract({ hours: 25 }),
  ]);
  assert.equal(await rights.sweepLate(), 1);
  const left = await database.rows(
    'select 1 from notices.outcome where person_id = $1 union all select 1 from rights.erased where person_id = $1',
    [me.personId],
  );
  assert.deepEqual(left, []);
});

test('What the law keeps stays under a key of its own, without e-mail and phone, and ends by its clock.', async () => {
  const me = await aCustomer({ placed_at: '2026-02-03T10:00:00+01:00' });
  const weighed = await rights.weigh(database, personOf(me));
  assert.deepEqual(
    weighed.keeping.map(({ kind, endsOn }) => [kind, endsOn.toString()]),
    [['voucher', '2034-12-31']],
  );
  await erase(me);
  const asked = { shopId, orderNumber: ` ${me.number.toLowerCase()}`, reason: 'tax audit', actor: 'test' } as const;
  const [hold] = await rights.readHolds(asked);
  assert.equal(hold?.record.buyer, 'Ada Beispiel');
  assert.equal(hold?.record.order_number, me.number);
  assert.doesNotMatch(JSON.stringify(hold), /kunde\.example|12345/);
  const [audit] = await privacy.audits(database, shopId, 1);
  assert.match(`${audit?.verb} ${audit?.subject}`, /^rights\.hold hld_\w{26} for tax audit$/);
  const dry = { dryRun: true };
  const last = Temporal.Instant.from('2034-12-31T22:59:59Z');
  const over = Temporal.Instant.from('2034-12-31T23:00:00Z');
  assert.equal(await rights.expireHolds(database, last, dry), 0);
  const counted = await rights.expireHolds(database, over, dry);
  assert.ok(counted > 0);
  assert.equal(await rights.expireHolds(database, over, { dryRun: false }), counted);
  assert.equal((await database.rows('select from rights.hold_key', [])).length, 0);
  await assert.rejects(rights.readHolds(asked), { code: 'not_found' });
});

test('Erased, I am unreadable in an older backup of the data too, for whoever has the keyring and all keys of today.', async () => {
  const [me, other] = [await aCustomer(), await aCustomer()];
  const tables = (await tablesOfPersons(database)).filter(({ name }) => !/^privacy\.\w+_key$/.test(name));
  const backup = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await database.rows<{ rows: string }>(
      `select coalesce(jsonb_agg(t), '[]')::text as rows from ${name} t`,
      [],
    );
    backup.set(name, row?.rows ?? '[]');
  }
  const mine = await orders.whose(database, personOf(me));
  await erase(me);
  for (const { name } of tables) {
    await database.rows(`delete from ${name}`, []);
    await database.rows(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, $1::jsonb)`, [
      backup.get(name) ?? '[]',
    ]);
  }
  assert.deepEqual(await orders.whose(database, personOf(me)), mine);
  const sealedOf = async (one: Known) =>
    (await rights.held(database, personOf(one), 'staff')).categories.flatMap(({ entries }) =>
      entries.flatMap(({ items }) => items.flatMap(({ field, value }) => (field === null ? [] : [value]))),
    );
  const all = await rights.held(database, personOf(me), 'staff');
  assert.ok(all.categories.flatMap(({ entries }) => entries).length > 5, 'the rows are back');
  assert.deepEqual(await sealedOf(me), []);
  assert.ok((await sealedOf(other)).includes(`ada${count}@kunde.example`), 'others are readable');
  assert.equal(await orders.find(database, shopId, me.number), null);
  assert.equal((await world.call('GET', me.path)).status, 404);
  // Every key that is left, tried on everything of mine.
  const ids = (await database.rows<{ id: string }>('select person_id as id from privacy.person_key', [])).map(
    ({ id }) => id,
  );
  const keys = [...(await privacy.keysOf(database, 'person', ids)).values()];
  const rows = await database.rows<{ id: string; email: Buffer; name: Buffer }>(
    'select person_id as id, email, name from orders.person where person_id = any ($1::uuid[])',
    [mine.personIds],
  );
  assert.ok(keys.length > 1 && rows.length === 2);
  for (const key of keys) {
    for (const { id, name } of rows) {
      const stored = key.stored('name', name, { column: 'orders.person.name', row: id });
      assert.ok(stored !== null);
      assert.throws(() => privacy.open(stored, { purpose: 'support', reader: 'staff' }), { code: 'unavailable' });
    }
  }
  assert.equal(await rights.forgetKeyless(), 2);
  await privacy.ledger.sequence(shopId);
  assert.deepEqual(await tracesOf(database, tables, [...mine.personIds, ...mine.parcelIds]), {});
  assert.equal(await rights.forgetKeyless(), 0);
  const email = `ada${count - 1}@kunde.example`;
  await world.putOrder(me.number, { customer: { email }, parcels: [] });
  assert.ok((await sealedOf(other)).includes(`ada${count}@kunde.example`), 'others are untouched');
});

test('Whoever writes about me while I am erased comes before it or finds me gone: nothing of me is written after.', async () => {
  const tables = await tablesOfPersons(database);
  for (let round = 0; round < 6; round += 1) {
    const me = await aCustomer();
    const { personIds } = await orders.whose(database, personOf(me));
    const customer = { id: `c-${count}`, name: 'Ada', email: `ada${count}@kunde.example`, phone: null };
    const put = (number: string) =>
      world.call('PUT', `/v1/orders/${number}`, { body: exampleOrder({ customer, parcels: [{ carrier: 'dhl' }] }) });
    const disclose = async () =>
      await database.tx((tx) =>
        privacy.disclose(tx, {
          ...{ shopId, personId: me.personId, parcelId: null, service: 'tracking', purpose: 'tracking' },
          recipient: { kind: 'carrier', name: 'dhl-unified' },
          values: { tracking_number: sealed('tracking_number', '0034') },
        }),
      );
    const [erased, , ...answers] = await Promise.all([
      erase(me),
      disclose(),
      put(me.number),
      put(`${me.number}-B`),
      put(`${me.number}-C`),
      put(`${me.number}-B`),
    ]);
    assert.ok('receipt' in erased);
    for (const { status, text } of answers) assert.ok(status === 200 || status === 409, text);
    await privacy.ledger.sequence(shopId);
    const left = await tracesOf(database, tables, personIds);
    assert.deepEqual(Object.keys(left), ['rights.erased'], `round ${round}`);
  }
});

test('Put right, my data reads as I say; a new e-mail address counts once it was confirmed, and the ledger keeps no values.', async () => {
  const me = await aCustomer();
  const letters: { readonly secret: string; readonly email: Sealed<'email'> }[] = [];
  const own = { ...house, database, clock, jobs: world.jobs, keyring: keyringOfNobody, rooms: [orders] };
  const asking = createRights({
    ...own,
    askToConfirm: (_tx, letter) => Promise.resolve(void letters.push(letter)),
  });
  const body = {
    name: 'Ada Byron',
    email: 'byron@kunde.example',
    address: { street: 'Neue Str. 2', postcode: '20095', city: 'Hamburg', country: 'DE' },
  };
  const correction = readCorrection(me.orderId, body);
  const person = { ...personOf(me), orderId: me.orderId };
  const corrected = await database.tx((tx) => asking.correct(tx, person, correction, 'test'));
  assert.deepEqual(corrected.corrected, ['name', 'address']);
  const told = async () => {
    const order = await orders.read(database, me.personId, me.orderId);
    assert.ok(order?.buyer.name && order.buyer.email && order.address);
    const open = (value: Sealed) => privacy.open(value, { purpose: 'support', reader: 'staff' });
    return [open(order.buyer.name), open(order.buyer.email), open(order.address)];
  };
  assert.deepEqual(await told(), ['Ada Byron', `ada${count}@kunde.example`, JSON.stringify(body.address)]);
  // Where few customers live is a name: it stands in the sealed address and nowhere else.
  const [open] = await database.rows<{ country: string; area: string }>(
    'select country, postcode_area as area from orders.purchase where order_id = $1',
    [me.orderId],
  );
  assert.deepEqual(open, { country: '', area: '' });
  const secret = letters[0]?.secret ?? '';
  assert.ok((await asking.emailWaiting(database, me.personId)) !== null);
  assert.equal(await database.tx((tx) => asking.confirmEmail(tx, `${secret}x`)), null);
  assert.deepEqual(await database.tx((tx) => asking.confirmEmail(tx, secret)), personOf(me));
  assert.equal(await database.tx((tx) => asking.confirmEmail(tx, secret)), null);
  assert.equal((await told())[1], 'byron@kunde.example');
  await world.putOrder('R-new-address', { customer: { email: 'Byron@Kunde.example' }, parcels: [] });
  assert.equal((await orders.find(database, shopId, 'R-new-address'))?.personId, me.personId);
  const entries = await database.rows<{ entry: string }>(
    `select entry from privacy.ledger_waiting where person_id = $1 and entry ~ 'correction' order by entry_id`,
    [me.personId],
  );
  assert.equal(entries.length, 2);
  for (const { entry } of entries) assert.match(entry, /^\{"kind":"correction","of":"[0-9a-f]{64}"\}$/);
  const taken = await aCustomer();
  const theirs = readCorrection(me.orderId, { email: `ada${count}@kunde.example` });
  await database.tx((tx) => asking.correct(tx, person, theirs, 'test'));
  await assert.rejects(
    database.tx((tx) => asking.confirmEmail(tx, letters.at(-1)?.secret ?? '')),
    { code: 'conflict' },
  );
  assert.ok(taken.personId !== me.personId);
  for (const wrong of [
    {},
    { email: 'nobody' },
    { name: 'x'.repeat(201) },
    { phone: '1', password: 'x' },
    [],
    null,
    7,
  ]) {
    assert.throws(() => readCorrection(me.orderId, wrong), { code: 'invalid' });
  }
  await assert.rejects(
    database.tx((tx) => createRights(own).correct(tx, person, theirs, 'test')),
    { code: 'unavailable' },
  );
});

test('My copy has every entry about me, each with a proof that needs nobody, and who else made a copy.', async () => {
  const me = await aCustomer();
  await rights.exportPerson(personOf(me), { format: 'csv', language: 'en', reader: 'staff' });
  await privacy.ledger.sequence(shopId);
  const files = unzip(await exported(me, 'csv'));
  const copy = JSON.parse(String(await exported(me, 'json'))) as {
    readonly ledger: { readonly count: number; readonly entries: readonly { kind: string; proof: string | null }[] };
    readonly receipts: readonly { readonly receipt: string }[];
  };
  const { count: told, entries } = copy.ledger;
  assert.equal(entries.length, told);
  assert.deepEqual(
    entries.map(({ kind, proof }) => [kind, proof !== null]),
    [
      ['consent', true],
      ['export', true],
    ],
  );
  assert.match(files.get('ledger/2.tlog-proof') ?? '', /^c2sp\.org\/tlog-proof@v1\n/);
  assert.equal(copy.receipts[0]?.receipt.split('.').length, 3);
  assert.match(files.get('ledger/policy.txt') ?? '', /^log /);
});
