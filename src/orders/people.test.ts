import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sealed } from '#privacy';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { orderBody, readOrder } from './orders.ts';

const ground = await openGround();
after(ground.close);
const { database, orders, privacy, shop } = ground;

let count = 0;
/** A number that no other test uses. */
const aNumber = (): string => `P-${(count += 1)}`;

const customer = (more: object) => ({ customer: { id: null, name: null, email: null, phone: null, ...more } });
const put = (number: string, more: object) =>
  database.tx((tx) => orders.put(tx, shop.shopId, readOrder(number, orderBody.parse(exampleOrder(more)))));

test('orders at once that share the customer id and not the address leave no hash that leads to nobody', async () => {
  for (let round = 0; round < 10; round += 1) {
    const emails = [0, 1, 2].map((n) => `race-${round}-${n}@kunde.example`);
    await Promise.all(emails.map((email) => put(aNumber(), customer({ id: `c-race-${round}`, email }))));
    for (const email of emails) await put(aNumber(), customer({ email }));
  }
  const lost = `select from orders.person_by_hash h where not exists (
    select from orders.person p where p.person_id = h.person_id)`;
  assert.deepEqual(await database.rows(lost, []), []);
});

test('who types in an address while its order is being taken changes nothing of its buyer', async () => {
  const buyer = { name: 'Ada Beispiel', email: 'while@kunde.example', phone: '+49 30 1234567', id: 'c-while' };
  const order = readOrder(aNumber(), orderBody.parse(exampleOrder(customer(buyer))));
  const begun = Promise.withResolvers<void>();
  const taking = database.tx(async (tx) => {
    const taken = await orders.put(tx, shop.shopId, order);
    begun.resolve();
    // The other one has to wait for this one's hash.
    await wait(150);
    return taken;
  });
  await begun.promise;
  const typed = { email: sealed('email', buyer.email), name: sealed('name', 'Eve') };
  const asking = database.tx((tx) => orders.personByEmail(tx, shop.shopId, typed));
  const [{ personId, orderId }, asked] = await Promise.all([taking, asking]);
  assert.equal(asked, personId);
  const kept = (await orders.read(database, personId, orderId))?.buyer;
  const open = (value: Parameters<typeof privacy.open>[0] | null | undefined) =>
    value ? privacy.open(value, { purpose: 'support', reader: 'staff' }) : null;
  assert.deepEqual([open(kept?.name), open(kept?.phone)], ['Ada Beispiel', '+49 30 1234567']);
});

test('an order whose buyer was erased is gone, and is not filled anew by the shop’s next word', async () => {
  const number = aNumber();
  const more = customer({ email: 'erased@kunde.example' });
  const { personId } = await put(number, more);
  await database.tx((tx) => privacy.dropKeys(tx, 'person', [personId]));
  assert.equal(await orders.find(database, shop.shopId, number), null);
  await assert.rejects(put(number, { ...more, language: 'en' }), /erased in this moment/);
});

test('a changed order leaves one receiver and one key, however often it changes', async () => {
  const number = aNumber();
  const more = customer({ email: 'gift@kunde.example' });
  const persons = async () => (await database.rows('select from orders.person', [])).length;
  const keys = async () => (await database.rows('select from privacy.person_key', [])).length;
  await put(number, { ...more, recipient: { name: 'Carla' } });
  const before = [await persons(), await keys()];
  for (const name of ['Carla', 'Dora', 'Dora', 'Carla']) {
    await put(number, { ...more, recipient: { name }, placed_at: `2026-11-1${(count += 1) % 10}T10:00:00Z` });
  }
  assert.deepEqual([await persons(), await keys()], before);
  await put(number, more);
  assert.deepEqual([await persons(), await keys()], [(before[0] ?? 0) - 1, (before[1] ?? 0) - 1]);
});

test('times that no database and no shop means are refused at the door', () => {
  for (const placed_at of ['+099999-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '2026-11-20T10:00:00', 'soon', '']) {
    assert.equal(orderBody.safeParse(exampleOrder({ placed_at })).success, false, placed_at);
  }
  assert.equal(orderBody.safeParse(exampleOrder({ customer: { name: 'a\0b' } })).success, false);
});
