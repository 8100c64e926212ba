import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openHouse } from './house-on-clock.ts';

const house = await openHouse();
after(house.close);
const { database, shop } = house;

const orderCount = 200;
const mapping = {
  order_number: 'No',
  placed_at: 'Date',
  language: { value: 'de' },
  customer: { name: 'Name', email: 'Mail' },
  address: { street: 'Street', postcode: 'Zip', city: 'City', country: { value: 'DE' } },
  items: [{ title: 'Item', price: 'Price', currency: { value: 'EUR' } }],
  parcels: [{ carrier: { value: 'dhl' }, tracking_number: 'Track' }],
};

type PastOrder = { readonly number: string; readonly placedAt: Temporal.Instant; readonly track: string };

/** Spread evenly over the year before five days ago. */
const past = Array.from({ length: orderCount }, (_, index): PastOrder => {
  const hours = 5 * 24 + Math.round((index * 360 * 24) / orderCount);
  const track = `00340434170000${String(index).padStart(6, '0')}`;
  return { number: `P-${index}`, track, placedAt: house.clock.now().subtract({ hours }) };
});
const daysAgo = (at: Temporal.Instant): number => house.clock.now().since(at).total('hours') / 24;

async function take(orders: readonly PastOrder[]) {
  const rows = orders.map(({ number, placedAt, track }) =>
    [
      number,
      placedAt,
      `Ada ${number}`,
      `${number}@kunde.example`,
      'Weg 1',
      '10115',
      'Berlin',
      'Tasse',
      '12,90',
      track,
    ].join(';'),
  );
  const text = ['No;Date;Name;Mail;Street;Zip;City;Item;Price;Track', ...rows].join('\n');
  const { counts } = await house.house.api.importOrders({
    shopId: shop.shopId,
    bytes: (async function* () {
      yield Buffer.from(text);
    })(),
    ...{ mapping, separator: null, dryRun: false, actor: 'test', progress: () => {} },
  });
  return counts;
}

const noticeCount = async (): Promise<number> =>
  (await database.one<{ count: number }>('select count(*) from notices.notice', []))?.count ?? -1;

test('A year of past orders tells no customer anything and asks the carrier nothing; yesterday’s order does both.', async () => {
  await house.connect();
  const lately = past.filter(({ placedAt }) => daysAgo(placedAt) <= 120);
  assert.ok(lately.length > 50 && lately.length < orderCount - 50);
  // The shop's systems say of these that they arrived; of the others nothing is known any more.
  const delivered = lately.map(({ track, placedAt }) => ({
    ...{ tracking_number: track, code: 'delivered.recipient', offset: '+00:00' },
    local_time: placedAt.add({ hours: 48 }).toString({ smallestUnit: 'second' }).replace('Z', ''),
  }));
  await house.postScans(...delivered);
  const { added, refused } = await take(past);
  assert.deepEqual([added, refused], [orderCount, 0]);
  await house.pass({ hours: 72 });
  const counts = await house.house.parcels.countByMilestone(database, shop.shopId);
  assert.deepEqual(counts, { delivered: lately.length, unknown: orderCount - lately.length });
  assert.equal(await noticeCount(), 0);
  assert.deepEqual(house.mailbox.mails(), []);
  assert.equal(house.carrier.counters().calls, 0);

  const placedAt = house.clock.now().subtract({ hours: 24 });
  const fresh = { number: 'N-1', placedAt, track: '00340434170000999999' };
  await take([fresh]);
  await house.pass({ hours: 24 });
  assert.ok(house.carrier.counters().calls > 0);
  const local_time = house.clock.now().toString({ smallestUnit: 'second' }).replace('Z', '');
  await house.postScans({
    tracking_number: fresh.track,
    code: 'out_for_delivery.loaded',
    local_time,
    offset: '+00:00',
  });
  await house.pass({ hours: 1 });
  assert.equal(await noticeCount(), 1);
});
