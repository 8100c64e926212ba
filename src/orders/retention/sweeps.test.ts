import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { ordersSweeps } from '../orders.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, shop } = ground;

test('Whoever copies what the law keeps is told of every order that a batch drops, whatever is set free meanwhile.', async () => {
  const placed = {
    placed_at: clock
      .now()
      .subtract({ hours: 1_000 * 24 })
      .toString(),
    parcels: [],
  };
  const held = await ground.putOrder('S-1', exampleOrder({ ...placed, customer: { email: 'a@kunde.example' } }));
  const other = await ground.putOrder('S-2', exampleOrder({ ...placed, customer: { email: 'b@kunde.example' } }));
  const byOrder = ordersSweeps.find((sweep) => sweep.clock === 'order');
  assert.ok(byOrder !== undefined);
  const lock = Promise.withResolvers<null>();
  const isLocked = Promise.withResolvers<null>();
  const changing = database.tx(async (tx) => {
    await tx.rows('select from orders.purchase where order_id = $1 for update', [held.orderId]);
    isLocked.resolve(null);
    await lock.promise;
  });
  await isLocked.promise;
  const told: string[] = [];
  const dropped = await database.tx((tx) =>
    byOrder.drop(tx, { shopId: shop.shopId, before: clock.now(), keptIds: [] }, 500, async (orders) => {
      told.push(...orders.map(({ orderId }) => orderId));
      lock.resolve(null);
      await changing;
    }),
  );
  assert.deepEqual(told, [other.orderId]);
  assert.equal(dropped.rows['orders.purchase'], 1);
  const left = await database.rows<{ orderId: string }>('select order_id as "orderId" from orders.purchase', []);
  assert.deepEqual(left, [{ orderId: held.orderId }]);
});
