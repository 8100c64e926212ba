import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Sealed } from '#privacy';
import { exampleFace, exampleOrder, openGround } from '../../test/ground.ts';
import { orderBody, readOrder, type StoredOrder } from './orders.ts';

const ground = await openGround();
after(ground.close);
const { database, orders, parcels, privacy, shop, clock, putOrder } = ground;
const secondShop = { name: 'Anders', language: 'en', sample: false, face: exampleFace };

const box = (number: string | null, carrier = 'dhl-unified') => ({ carrier, tracking_number: number, service: null });

/** An order of somebody whom no other test knows, with a box without a number. */
function orderOf(who: string, more: object = {}): object {
  const customer = { id: null, name: who, email: `${who}@kunde.example`, phone: null };
  return exampleOrder({ customer, parcels: [box(null)], ...more });
}

/** The same with nothing to find the buyer by but what is given. */
const known = (by: { readonly id?: string | null; readonly email?: string | null }) =>
  exampleOrder({ customer: { id: null, name: 'Somebody', email: null, phone: null, ...by }, parcels: [] });

async function putIn(shopId: string, number: string, body: object) {
  return await database.tx((tx) => parcels.takeOrder(tx, shopId, readOrder(number, orderBody.parse(body))));
}

async function stored(number: string, shopId: string = shop.shopId): Promise<StoredOrder> {
  const order = await orders.find(database, shopId, number);
  assert.ok(order, number);
  return order;
}

function opened(value: Sealed | null): string | null {
  return value === null ? null : privacy.open(value, { purpose: 'shop systems', reader: 'shop' });
}

/** Every table that holds rows of its own, partitions too, with the names of its columns. */
async function tables(...schemas: readonly string[]) {
  return await database.rows<{ name: string; columns: readonly string[] }>(
    `select c.oid::regclass::text as name, array_agg(a.attname::text) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)'
       and (cardinality($1::text[]) = 0 or n.nspname = any ($1))
     group by c.oid order by 1`,
    [schemas],
  );
}

/** All rows with the transaction that wrote each: a row that was written again, even with the same values, differs. */
async function everyRow(...schemas: readonly string[]): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const { name } of await tables(...schemas)) {
    const found = await database.rows<{ row: string }>(
      `select t.xmin::text || ' ' || t::text as row from ${name} t order by 1`,
      [],
    );
    rows.push(...found.map(({ row }) => `${name} ${row}`));
  }
  return rows;
}

async function count(statement: string, ...values: readonly string[]): Promise<number> {
  return Number((await database.one<{ n: unknown }>(statement, values))?.n);
}

const ids = (taken: { readonly boxes: readonly { readonly parcelId: string }[] }) =>
  taken.boxes.map(({ parcelId }) => parcelId);

test('the same order twice changes no row and has the same ids', async () => {
  const body = orderOf('same', {
    recipient: { name: 'Rita Empfang' },
    parcels: [box('00340434161094000001'), box(null)],
    consents: [
      {
        ...{ purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'], text: 'Yes.' },
        given_at: '2026-11-19T10:00:00+01:00',
      },
    ],
  });
  const first = await putOrder('SAME-1', body);
  const before = await everyRow();
  assert.ok(before.some((row) => row.startsWith('orders.purchase ')));
  clock.advanceTo(clock.now().add({ minutes: 5 }));
  const second = await putOrder('SAME-1', body);
  assert.deepEqual(await everyRow(), before);
  assert.deepEqual([second.orderId, second.personId, ids(second)], [first.orderId, first.personId, ids(first)]);
  assert.deepEqual(
    [first, second].map((taken) => taken.boxes.map(({ fresh }) => fresh)),
    [
      [true, true],
      [false, false],
    ],
  );
});

test('an order that comes 20 times at once is one order of one person with the same parcels', async () => {
  const body = orderOf('rush', { recipient: { name: 'Rita' }, parcels: [box('00340434161094000002'), box(null)] });
  const persons = 'select count(*) as n from orders.person';
  const before = await count(persons);
  const taken = await Promise.all(Array.from({ length: 20 }, () => putOrder('RUSH-1', body)));
  assert.equal(new Set(taken.map((each) => [each.orderId, each.personId, ...ids(each)].join(' '))).size, 1);
  const [{ personId, orderId } = { personId: '', orderId: '' }] = taken;
  assert.equal(await count(persons), before + 2, 'a buyer and a receiver');
  assert.equal(await count('select count(*) as n from orders.purchase where person_id = $1', personId), 1);
  assert.equal(await count('select count(*) as n from orders.box where order_id = $1', orderId), 2);
  assert.equal(await count('select count(*) as n from parcels.parcel where order_id = $1', orderId), 2);
  assert.equal(await count('select count(*) as n from orders.link where order_id = $1', orderId), 1);
  assert.equal(taken.flatMap(({ boxes }) => boxes.filter(({ fresh }) => fresh)).length, 2);
});

test('20 orders of a new buyer that come at once are all of one person', async () => {
  const taken = await Promise.all(Array.from({ length: 20 }, (_, at) => putOrder(`CROWD-${at}`, orderOf('crowd'))));
  assert.equal(new Set(taken.map(({ orderId }) => orderId)).size, 20);
  assert.equal(new Set(taken.map(({ personId }) => personId)).size, 1);
  const [first] = taken;
  assert.equal(
    await count('select count(*) as n from orders.purchase where person_id = $1', first?.personId ?? ''),
    20,
  );
});

test('other content replaces what stood there, and the order keeps its ids and its link', async () => {
  const first = await putOrder('CHANGE-1', orderOf('change'));
  const second = await putOrder(
    'CHANGE-1',
    orderOf('change', {
      placed_at: '2026-11-18T09:00:00+01:00',
      language: 'en',
      customer: { id: 'change-7', name: 'New Name', email: 'change@kunde.example', phone: '+49 30 7654321' },
      address: { street: 'Neue Gasse 9', postcode: '1010', city: 'Wien', country: 'AT' },
      items: [{ sku: 'N-1', title: 'Kanne', quantity: 1, price_minor: 4500, currency: 'EUR' }],
    }),
  );
  assert.deepEqual([second.orderId, second.personId, ids(second)], [first.orderId, first.personId, ids(first)]);
  const order = await stored('CHANGE-1');
  assert.deepEqual(
    [order.placedAt.toString(), order.language, order.country, order.linkGeneration],
    ['2026-11-18T08:00:00Z', 'en', 'AT', 1],
  );
  const { buyer } = order;
  assert.deepEqual([buyer.id, buyer.name, buyer.email, buyer.phone].map(opened), [
    ...['change-7', 'New Name', 'change@kunde.example', '+49 30 7654321'],
  ]);
  assert.match(opened(order.address) ?? '', /Neue Gasse 9/);
  assert.match(opened(order.items) ?? '', /Kanne/);
  assert.doesNotMatch(`${opened(order.address)} ${opened(order.items)}`, /Musterweg|Tasse/);
});

test('boxes are added and never removed', async () => {
  const [one, two] = ['00340434161094000011', '00340434161094000012'];
  const first = await putOrder('BOX-1', orderOf('box', { parcels: [box(one)] }));
  const more = await putOrder('BOX-1', orderOf('box', { parcels: [box(one), box(two)] }));
  assert.equal(more.boxes[0]?.parcelId, first.boxes[0]?.parcelId);
  assert.deepEqual(
    more.boxes.map(({ fresh }) => fresh),
    [false, true],
  );
  for (const left of [[box(two)], []]) {
    await putOrder('BOX-1', orderOf('box', { parcels: left }));
    assert.deepEqual((await stored('BOX-1')).parcelIds, ids(more));
  }
});

test('a number that comes later goes to the box that waits for it', async () => {
  const [late, other] = ['00340434161094000021', '00340434161094000022'];
  const first = await putOrder('LATE-1', orderOf('late', { parcels: [box(null), box(null)] }));
  const second = await putOrder('LATE-1', orderOf('late', { parcels: [box(null), box(late)] }));
  assert.deepEqual(ids(second), ids(first));
  assert.deepEqual(
    second.boxes.map(({ fresh }) => fresh),
    [false, true],
  );
  const third = await putOrder('LATE-1', orderOf('late', { parcels: [box(other), box(null)] }));
  assert.deepEqual(ids(third), ids(first));
  const read = await parcels.read(database, ids(first));
  const numbers = new Map(read.map((parcel) => [parcel.parcelId, opened(parcel.number)]));
  assert.deepEqual(
    ids(first).map((id) => numbers.get(id)),
    [other, late],
  );
});

test('two boxes of one order whose numbers come swapped keep their ids', async () => {
  const [one, two] = ['00340434161094000031', '00340434161094000032'];
  const first = await putOrder('SWAP-1', orderOf('swap', { parcels: [box(one), box(two)] }));
  const before = await everyRow('orders', 'parcels');
  const swapped = await putOrder('SWAP-1', orderOf('swap', { parcels: [box(two), box(one)] }));
  assert.deepEqual(ids(swapped), ids(first).toReversed());
  assert.deepEqual(await everyRow('orders', 'parcels'), before);
});

test('a number that an order names twice, in groups or in one piece, is one box', async () => {
  const twice = [box('00340434161094000041'), box('0034 0434 1610 9400 0041')];
  const taken = await putOrder('TWICE-1', orderOf('twice', { parcels: twice }));
  assert.equal(taken.boxes.length, 1);
  assert.equal((await stored('TWICE-1')).parcelIds.length, 1);
});

test('the same e-mail address is the same person across orders, in any case', async () => {
  const first = await putOrder('MAIL-1', known({ email: 'berta@kunde.example' }));
  const loud = await putOrder('MAIL-2', known({ email: ' BERTA@Kunde.Example ' }));
  const other = await putOrder('MAIL-3', known({ email: 'berta2@kunde.example' }));
  assert.equal(loud.personId, first.personId);
  assert.notEqual(loud.orderId, first.orderId);
  assert.notEqual(other.personId, first.personId);
});

test('a corrected address moves the hash: it finds the person again, and the old one finds nobody', async () => {
  const first = await putOrder('MOVE-1', known({ email: 'carla@kunde.exmaple' }));
  const corrected = await putOrder('MOVE-1', known({ email: 'carla@kunde.example' }));
  assert.equal(corrected.personId, first.personId);
  assert.equal(opened((await stored('MOVE-1')).buyer.email), 'carla@kunde.example');
  assert.equal((await putOrder('MOVE-2', known({ email: 'carla@kunde.example' }))).personId, first.personId);
  assert.notEqual((await putOrder('MOVE-3', known({ email: 'carla@kunde.exmaple' }))).personId, first.personId);
});

test('persons are never merged: an address that is corrected to that of somebody else finds that one', async () => {
  const dora = await putOrder('MERGE-1', known({ email: 'dora@kunde.example' }));
  const emil = await putOrder('MERGE-2', known({ email: 'emil@kunde.example' }));
  const corrected = await putOrder('MERGE-2', known({ email: 'dora@kunde.example' }));
  assert.equal(corrected.personId, emil.personId);
  assert.equal((await putOrder('MERGE-3', known({ email: 'dora@kunde.example' }))).personId, dora.personId);
});

test('a customer id finds the person when there is no address, and the address counts before the id', async () => {
  const first = await putOrder('ID-1', known({ id: 'k-77', email: 'frida@kunde.example' }));
  assert.equal((await putOrder('ID-2', known({ id: 'k-77' }))).personId, first.personId);
  assert.equal(opened((await stored('ID-2')).buyer.email), 'frida@kunde.example', 'what is not said stays');
  assert.notEqual((await putOrder('ID-3', known({ id: 'k-78' }))).personId, first.personId);
  const both = await putOrder('ID-4', known({ id: 'k-78', email: 'frida@kunde.example' }));
  assert.equal(both.personId, first.personId);
});

test('buyers with neither address nor id, or with the id of a guest, are somebody new each time', async () => {
  const bodies = [{}, {}, { id: '0' }, { id: '0' }, { id: 'Guest' }, { id: 'guest' }, { id: '-1' }, { id: '-1' }];
  const taken = [];
  for (const [at, by] of bodies.entries()) taken.push(await putOrder(`GUEST-${at}`, known(by)));
  assert.equal(new Set(taken.map(({ personId }) => personId)).size, bodies.length);
});

test('a receiver is a person with a key of their own: erased, they take the address along and leave the purchase', async () => {
  const { personId, orderId } = await putOrder('GIFT-1', orderOf('giver', { recipient: { name: 'Rita Empfang' } }));
  const order = await stored('GIFT-1');
  assert.deepEqual([opened(order.receiver), opened(order.buyer.name)], ['Rita Empfang', 'giver']);
  assert.match(opened(order.address) ?? '', /Musterweg/);
  const row = await database.one<{ receiver: string }>(
    'select receiver_id as receiver from orders.purchase where person_id = $1 and order_id = $2',
    [personId, orderId],
  );
  assert.ok(row);
  assert.notEqual(row.receiver, personId);
  assert.equal((await privacy.keysOf(database, 'person', [personId, row.receiver])).size, 2);
  await database.tx((tx) => privacy.dropKeys(tx, 'person', [row.receiver]));
  const left = await stored('GIFT-1');
  assert.deepEqual([left.receiver, left.address], [null, null]);
  assert.equal(opened(left.buyer.name), 'giver');
  assert.match(opened(left.items) ?? '', /Tasse/);
});

test('who receives no longer is forgotten with their key', async () => {
  await putOrder('GIFT-2', orderOf('giver2', { recipient: { name: 'Rita Eins' } }));
  const receiver = () =>
    database.one<{ id: string }>(
      'select receiver_id as id from orders.purchase where order_id = $1 and receiver_id is not null',
      [orderId],
    );
  const { orderId } = await stored('GIFT-2');
  const rita = await receiver();
  await putOrder('GIFT-2', orderOf('giver2', { language: 'en', recipient: { name: 'Rita Eins' } }));
  assert.equal((await receiver())?.id, rita?.id, 'the same receiver stays the same');
  await putOrder('GIFT-2', orderOf('giver2', { recipient: { name: 'Rosa Zwei' } }));
  const changed = await stored('GIFT-2');
  assert.equal(opened(changed.receiver), 'Rosa Zwei');
  assert.match(opened(changed.address) ?? '', /Musterweg/);
  assert.equal((await privacy.keysOf(database, 'person', [rita?.id ?? ''])).size, 0);
  assert.equal(await count('select count(*) as n from orders.person where person_id = $1', rita?.id ?? ''), 0);
  await putOrder('GIFT-2', orderOf('giver2'));
  assert.equal((await stored('GIFT-2')).receiver, null);
  assert.equal(await receiver(), null);
  assert.match(opened((await stored('GIFT-2')).address) ?? '', /Musterweg/);
});

test('orders and persons of two shops are never the same, whatever they share', async () => {
  const other = await orders.addShop(database, secondShop);
  const body = exampleOrder({ customer: { id: 'both-1', name: 'Gerd', email: 'gerd@kunde.example', phone: null } });
  const here = await putOrder('BOTH-1', body);
  const there = await putIn(other.shopId, 'BOTH-1', body);
  assert.notEqual(there.personId, here.personId);
  assert.notEqual(there.orderId, here.orderId);
  assert.notDeepEqual(ids(there), ids(here));
  assert.equal((await stored('BOTH-1')).orderId, here.orderId);
  assert.equal((await stored('BOTH-1', other.shopId)).orderId, there.orderId);
  assert.equal((await putIn(other.shopId, 'BOTH-2', body)).personId, there.personId);
  assert.equal(await orders.find(database, shop.shopId, 'BOTH-2'), null);
});

test('space around an order number and the case of its letters do not matter; space within it does', async () => {
  const { orderId } = await putOrder('No 1 01a', orderOf('number'));
  for (const same of [' no 1 01A ', '\tNO 1 01A\n', 'No  1  01a']) {
    assert.equal((await stored(same)).orderId, orderId, JSON.stringify(same));
    assert.equal((await putOrder(same, orderOf('number'))).orderId, orderId, JSON.stringify(same));
  }
  for (const other of ['No 101a', 'No1 01a', 'No 1 0 1a', 'No 1 01b', '']) {
    assert.equal(await orders.find(database, shop.shopId, other), null, JSON.stringify(other));
  }
  assert.notEqual((await putOrder('No 101a', orderOf('number'))).orderId, orderId);
  assert.equal(opened((await stored('no 1 01a')).number), 'No 1 01a', 'it is shown as the shop wrote it first');
});

/** A text as it could stand in a row: as it is, in hex, or somewhere within base64. */
function spellings(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const within = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The letters at both ends also depend on what stands beside the text.
    const inner = encoded.slice([0, 2, 3][shift], -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [text, bytes.toString('hex'), ...within].map((each) => each.toLowerCase());
}

test('nothing personal is readable in any table: not as it is, not in hex, not in base64', async () => {
  // Long, or with letters that hex does not have: five digits would stand in some id by chance.
  const plain = {
    ...{
      number: 'Klarzahl-4711-XY',
      id: 'klarkunde-8842',
      name: 'Hildegard Lesbar',
      email: 'hildegard@lesbar.example',
    },
    ...{ phone: '+49 40 99887766', receiver: 'Ingeborg Sichtbar', street: 'Durchblickgasse 12', postcode: 'EC1A 1BB' },
    ...{ city: 'Offenstadt', title: 'Gläserne Laterne', sku: 'LATERNE-77', tracking: '00340434161094777001' },
    consent: 'Ich erlaube es ganz offen.',
  };
  const { id, name, email, phone, street, postcode, city } = plain;
  await putOrder(plain.number, {
    ...exampleOrder({ customer: { id, name, email, phone }, recipient: { name: plain.receiver } }),
    address: { street, postcode, city, country: 'GB' },
    items: [{ sku: plain.sku, title: plain.title, quantity: 1, price_minor: 100, currency: 'EUR' }],
    parcels: [box(plain.tracking)],
    consents: [
      {
        ...{ purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'] },
        ...{ given_at: '2026-11-19T10:00:00+01:00', text: plain.consent },
      },
    ],
  });
  const hash = privacy.index(shop.shopId, 'email', email);
  const rows = (await everyRow()).map((row) => row.toLowerCase());
  const lies = (text: string) => rows.filter((row) => spellings(text).some((spelling) => row.includes(spelling)));
  assert.ok(lies(shop.name).length > 0, 'what is readable is seen');
  assert.ok(rows.some((row) => row.startsWith('orders.person_by_hash ') && row.includes(hash.toString('hex'))));
  for (const [what, text] of Object.entries(plain)) assert.deepEqual(lies(text), [], what);
});

test('a forgotten shop leaves no row in any table, and every row of the others stays as it was', async () => {
  await putOrder(
    'STAYS-1',
    orderOf('stays', { recipient: { name: 'Stays Too' }, parcels: [box('00340434161094000051')] }),
  );
  const before = await everyRow('orders', 'parcels', 'privacy');
  const gone = await orders.addShop(database, secondShop);
  await putIn(
    gone.shopId,
    'STAYS-1',
    orderOf('stays', { recipient: { name: 'Rita' }, parcels: [box('00340434161094000051')] }),
  );
  await putIn(gone.shopId, 'GOES-2', known({ id: 'goes-2' }));
  const left = async () => {
    const found: string[] = [];
    for (const { name } of (await tables()).filter(({ columns }) => columns.includes('shop_id')))
      if ((await count(`select count(*) as n from ${name} where shop_id = $1`, gone.shopId)) > 0) found.push(name);
    return found;
  };
  const held = await left();
  for (const table of ['orders.shop', 'orders.person', 'orders.purchase', 'orders.link', 'privacy.person_key'])
    assert.ok(held.includes(table), table);
  await database.tx(async (tx) => {
    for (const room of [orders, parcels, privacy]) await room.forgetShop(tx, gone.shopId);
  });
  assert.deepEqual(await left(), []);
  assert.deepEqual(await everyRow('orders', 'parcels', 'privacy'), before);
  assert.equal(await orders.find(database, gone.shopId, 'STAYS-1'), null);
  assert.equal(opened((await stored('STAYS-1')).receiver), 'Stays Too');
});
