import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { createRights } from '../rights.ts';

const ground = await openGround();
after(ground.close);
const { database, orders, parcels, mail, shop } = ground;
const rights = createRights({ ...ground, rooms: [mail, parcels, orders] });

test('what is held about somebody is shown under its heading, opened, and with where it lies', async () => {
  const { personId } = await ground.putOrder('H-1', exampleOrder({ recipient: { name: 'Grace Beispiel' } }));
  await ground.putOrder('H-2', exampleOrder({ customer: { id: 'c-9', email: 'zoe@kunde.example' } }));
  const held = await rights.held(database, { shopId: shop.shopId, personId }, 'customer');
  const said = held.categories.flatMap(({ heading, entries }) =>
    entries.flatMap(({ table, items }) =>
      items.flatMap(({ column, field, value }) => (field === null ? [] : [`${heading} ${table}.${column} ${value}`])),
    ),
  );
  const address = '{"street":"Musterweg 1","postcode":"10115","city":"Berlin","country":"DE"}';
  for (const wanted of [
    'person orders.person.email ada@kunde.example',
    'person orders.person.name Grace Beispiel',
    'orders orders.purchase.number H-1',
    `orders orders.purchase.address ${address}`,
    'parcels parcels.parcel.number 00340434161094015902',
  ]) {
    assert.ok(said.includes(wanted), wanted);
  }
  assert.doesNotMatch(said.join('\n'), /zoe/);
});
