import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { createApi } from '#api';
import { createCarriers } from '#carriers';
import { createEgress } from '#kit/egress';
import { createLog } from '#kit/log';
import { orderBody, readOrder } from '#orders';
import { openGround } from '../../../test/ground.ts';
import { silentReviews } from '../../../test/served-api.ts';
import type { Refused } from './check-draft.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, privacy, orders, parcels, shop } = ground;
const log = createLog({ level: 'silent' });
const carriers = createCarriers({
  ...ground,
  log,
  egress: createEgress({ log }),
  routeOf: () => assert.fail('nothing is asked'),
  pause: async () => {},
});
const api = createApi({ ...ground, carriers, reviews: silentReviews(ground) });

const mapping = {
  order_number: 'No',
  placed_at: { column: 'Date', zone: 'Europe/Berlin' },
  language: { value: 'de' },
  customer: { id: 'Customer', name: 'Name', email: 'Mail' },
  recipient: { name: 'Receiver' },
  address: { street: 'Street', postcode: 'Zip', city: 'City', country: { value: 'DE' } },
  items: [{ title: 'Item', price: 'Price', currency: { value: 'EUR' } }],
  parcels: [{ carrier: { value: 'dhl' }, tracking_number: 'Track' }],
};

type Row = Partial<
  Record<'No' | 'Date' | 'Customer' | 'Name' | 'Mail' | 'Receiver' | 'City' | 'Price' | 'Track', string>
>;

function csvOf(rows: readonly Row[]): string {
  const columns = [
    'No',
    'Date',
    'Customer',
    'Name',
    'Mail',
    'Receiver',
    'Street',
    'Zip',
    'City',
    'Item',
    'Price',
    'Track',
  ];
  const usual = { Date: '1.5.2026', Street: 'Weg 1', Zip: '10115', City: 'Berlin', Item: 'Tasse', Price: '12,90' };
  const lines = rows.map((row) => {
    const cells = new Map<string, string>(Object.entries({ ...usual, Name: `Ada ${row.No}`, ...row }));
    return columns.map((column) => cells.get(column) ?? '').join(';');
  });
  return [columns.join(';'), ...lines].join('\n');
}

async function take(rows: readonly Row[] | string, more: { readonly shopId?: string; readonly dryRun?: boolean } = {}) {
  const refused: Refused[] = [];
  const { counts, end } = await api.importOrders({
    shopId: more.shopId ?? shop.shopId,
    bytes: (async function* () {
      yield Buffer.from(typeof rows === 'string' ? rows : csvOf(rows));
    })(),
    mapping,
    separator: null,
    dryRun: more.dryRun ?? false,
    actor: 'test',
    progress: (_counts, fresh) => refused.push(...fresh),
  });
  const { added, changed, unchanged } = counts;
  return { counts, end, refused, change: [added, changed, unchanged, counts.refused] };
}

async function cityOf(number: string): Promise<string | null> {
  const stored = await orders.find(database, shop.shopId, number);
  if (stored === null || stored.address === null) return null;
  const address: unknown = JSON.parse(privacy.open(stored.address, { purpose: 'shop systems', reader: 'shop' }));
  return typeof address === 'object' && address !== null && 'city' in address ? String(address.city) : null;
}

/** Everything in the tables that taking an order writes, but for what differs from one taking to the next. */
async function countsIn(shopId: string): Promise<readonly unknown[]> {
  return await database.rows(
    `select (select count(*) from orders.person where shop_id = $1) as persons,
      (select count(*) from orders.person_by_hash h join orders.person p using (person_id) where p.shop_id = $1) as hashes,
      (select count(*) from orders.purchase where shop_id = $1) as purchases,
      (select count(*) from orders.purchase_by_hash h join orders.purchase p using (person_id, order_id)
        where p.shop_id = $1) as numbers,
      (select count(*) from orders.purchase where shop_id = $1 and receiver_id is not null) as received,
      (select count(*) from orders.box b join orders.purchase p using (person_id, order_id) where p.shop_id = $1) as boxes,
      (select count(*) from orders.link where shop_id = $1) as links,
      (select count(*) from privacy.person_key where shop_id = $1) as keys,
      (select count(*) from parcels.parcel where shop_id = $1) as parcels,
      (select count(*) from parcels.parcel_by_number n join parcels.parcel p using (parcel_id) where p.shop_id = $1)
        as numbered`,
    [shopId],
  );
}

suite('an import', () => {
  test('takes orders, and the same file again changes nothing', async () => {
    const rows = Array.from({ length: 900 }, (_, index) => ({
      No: `I-${index}`,
      Customer: `c${index % 300}`,
      Mail: `ada${index % 300}@kunde.example`,
      Name: `Ada ${index % 300}`,
      Track: `0034043400000${1_000 + index}`,
    }));
    assert.deepEqual((await take(rows)).change, [900, 0, 0, 0]);
    const before = await countsIn(shop.shopId);
    assert.deepEqual((await take(rows)).change, [0, 0, 900, 0]);
    assert.deepEqual(await countsIn(shop.shopId), before);
    assert.equal((await orders.find(database, shop.shopId, 'i-7'))?.parcelIds.length, 1);
  });

  test('changes an order whose row was corrected, and adds the parcel that left since', async () => {
    const rows = [{ No: 'K-1' }, { No: 'K-2' }, { No: 'K-3' }];
    assert.deepEqual((await take(rows)).change, [3, 0, 0, 0]);
    const corrected = [{ No: 'K-1', City: 'Potsdam' }, { No: 'K-2', Track: '00340434161094000001' }, { No: 'K-3' }];
    assert.deepEqual((await take(corrected)).change, [0, 2, 1, 0]);
    assert.equal(await cityOf('K-1'), 'Potsdam');
    assert.equal((await orders.find(database, shop.shopId, 'K-2'))?.parcelIds.length, 1);
  });

  test('refuses bad rows by their line and column, and takes all others', async () => {
    const { change, refused } = await take([
      { No: 'R-1' },
      { No: 'R-2', Mail: 'not an address' },
      { No: 'R-3', Date: 'someday' },
      { No: 'R-4', Price: '-1' },
      { No: 'R-5' },
    ]);
    assert.deepEqual(change, [2, 0, 0, 3]);
    const told = refused.map(({ number, lines, reasons }) => [
      number,
      lines.first,
      reasons.map(({ field, columns, message }) => `${field} (${columns.join()}): ${message}`),
    ]);
    assert.deepEqual(told, [
      ['R-2', 3, ['customer.email (Mail): Must be an e-mail address.']],
      ['R-3', 4, ['placed_at (Date): Is no time in the expected form.']],
      ['R-4', 5, ['items.price (Price): Too small: expected number to be >=0.']],
    ]);
    assert.equal(await orders.find(database, shop.shopId, 'R-3'), null);
  });

  test('takes what stands before a quote that is never closed, and names the line', async () => {
    const { change, end } = await take(`${csvOf([{ No: 'Q-1' }])}\n"Q-2;no end\nand;more`);
    assert.deepEqual([change, end], [[1, 0, 0, 0], { line: 3, end: 'quote' }]);
  });

  test('that is tried only writes nothing', async () => {
    const before = await countsIn(shop.shopId);
    assert.deepEqual((await take([{ No: 'D-1' }, { No: 'D-2', Price: '' }], { dryRun: true })).change, [1, 0, 0, 1]);
    assert.deepEqual(await countsIn(shop.shopId), before);
  });

  test('is in the audit with its numbers and nothing of anybody', async () => {
    await take([{ No: 'U-1', Mail: 'ada@kunde.example' }]);
    const [entry] = await privacy.audits(database, shop.shopId, 1);
    assert.equal(entry?.verb, 'orders.import');
    assert.match(entry?.subject ?? '', /^imp_[0-9a-z]{26} rows=1 added=1 changed=0 unchanged=0 refused=0$/);
  });
});

test('many orders together leave what each of them alone would have left', async () => {
  const rows: Row[] = [
    { No: '1', Mail: 'a@x.example', Customer: 'c1', Name: 'A' },
    { No: '2', Mail: 'a@x.example', Customer: 'c1', Name: 'A' },
    { No: '3', Mail: 'a@x.example', Customer: 'c9', Name: 'A' },
    { No: '4', Mail: 'b@x.example', Customer: 'c9', Name: 'B' },
    { No: '5', Customer: 'c1', Name: 'A' },
    { No: '6', Mail: 'a@x.example', Name: 'Another' },
    { No: '7', Mail: 'a@x.example', Name: 'A' },
    { No: '8', Customer: 'guest', Name: 'G' },
    { No: '9', Customer: 'guest', Name: 'G' },
    { No: '10', Name: 'N', Receiver: 'R', Track: '00340434161094000010' },
    { No: '11', Name: 'N', Receiver: 'N', Track: '00340434161094000010' },
    { No: '12', Mail: 'b@x.example', Customer: 'c2', Name: 'B' },
  ];
  const [together, alone] = await Promise.all(
    ['Together', 'Alone'].map((name) => orders.addShop(database, { ...shop, name })),
  );
  assert.ok(together && alone);
  await take(rows, { shopId: together.shopId });
  for (const row of rows) await take([row], { shopId: alone.shopId });
  assert.deepEqual(await countsIn(together.shopId), await countsIn(alone.shopId));
  const buyers = async (shopId: string): Promise<readonly unknown[]> => {
    const stored = await Promise.all(rows.map(({ No = '' }) => orders.find(database, shopId, No)));
    const ids = stored.map((one) => one?.personId);
    const why = { purpose: 'shop systems', reader: 'shop' } as const;
    return stored.map((one) => [
      ids.indexOf(one?.personId),
      one?.buyer.name ? privacy.open(one.buyer.name, why) : null,
      one?.buyer.id ? privacy.open(one.buyer.id, why) : null,
      one?.receiver ? privacy.open(one.receiver, why) : null,
    ]);
  };
  assert.deepEqual(await buyers(together.shopId), await buyers(alone.shopId));
});

test('orders that come by import and by the API in the same moment are taken once each', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => ({ No: `S-${index}`, Mail: `same${index % 20}@x.example` }));
  const body = orderBody.parse({
    placed_at: '2026-05-01T00:00:00+02:00',
    address: { street: 'Weg 1', city: 'Berlin', country: 'DE' },
    customer: { email: 'same3@x.example' },
  });
  await Promise.all([
    take(rows),
    take(rows.toReversed()),
    ...rows.map(({ No }) => database.tx((tx) => parcels.takeOrder(tx, shop.shopId, readOrder(No, body)))),
  ]);
  const people = await Promise.all(
    rows.map(async ({ No }) => (await orders.find(database, shop.shopId, No))?.personId),
  );
  assert.ok(people.every((id) => id !== undefined));
  assert.ok(clock.now());
});
