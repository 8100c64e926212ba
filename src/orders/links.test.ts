import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { exampleFace, exampleOrder, openGround } from '../../test/ground.ts';
import type { LinkTarget } from './orders.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, shop, orders, putOrder } = ground;
const { links } = orders;

async function placed(number: string): Promise<LinkTarget> {
  const { personId, orderId } = await putOrder(number, exampleOrder());
  return { shopId: shop.shopId, personId, orderId };
}

async function renewed(target: LinkTarget): Promise<string> {
  const token = await database.tx((tx) => links.renew(tx, target));
  assert.ok(token);
  return token;
}

async function expire(orderId: string, generation: number, at: Temporal.Instant | null): Promise<void> {
  await database.tx((tx) => links.expire(tx, [{ orderId, linkGeneration: generation, at }]));
}

test('a generation of an order has one token of 160 bit, whenever it is asked for', async () => {
  const [one, two] = [await placed('L-1'), await placed('L-2')];
  const token = links.tokenOf(one.orderId, 1);
  assert.equal(links.tokenOf(one.orderId, 1), token);
  assert.match(token, /^[\w-]{27}$/);
  assert.equal(Buffer.from(token, 'base64url').length, 20);
  assert.equal(new Set([token, links.tokenOf(one.orderId, 2), links.tokenOf(two.orderId, 1)]).size, 3);
});

test('another keyring makes other tokens of the same order', async () => {
  const elsewhere = await openGround();
  try {
    const { orderId } = await placed('L-1');
    assert.notEqual(elsewhere.orders.links.tokenOf(orderId, 1), links.tokenOf(orderId, 1));
  } finally {
    await elsewhere.close();
  }
});

test('an order is found by its token from the moment it was taken', async () => {
  const [one, two] = [await placed('L-3'), await placed('L-4')];
  assert.deepEqual(await links.find(database, links.tokenOf(one.orderId, 1)), one);
  assert.deepEqual(await links.find(database, links.tokenOf(two.orderId, 1)), two);
  assert.equal(await links.find(database, links.tokenOf(one.orderId, 2)), null, 'a generation that is not open yet');
});

test("a customer's address of an order leads to it", async () => {
  const target = await placed('L-5');
  const order = await orders.find(database, shop.shopId, 'L-5');
  assert.ok(order);
  const url = new URL(orders.customerUrl(order));
  assert.equal(url.origin, 'https://shop.example');
  assert.deepEqual(await links.find(database, url.pathname.replace(/^\/t\//, '')), target);
});

test('an order that comes again with other content keeps its link', async () => {
  const target = await placed('L-6');
  await putOrder('L-6', exampleOrder({ language: 'en' }));
  assert.deepEqual(await links.find(database, links.tokenOf(target.orderId, 1)), target);
});

test('a renewed link ends the earlier ones and leaves the links of other orders', async () => {
  const [target, other] = [await placed('L-7'), await placed('L-8')];
  const second = await renewed(target);
  assert.equal(second, links.tokenOf(target.orderId, 2));
  assert.equal(await links.find(database, links.tokenOf(target.orderId, 1)), null);
  assert.deepEqual(await links.find(database, second), target);
  const third = await renewed(target);
  for (const generation of [1, 2])
    assert.equal(await links.find(database, links.tokenOf(target.orderId, generation)), null);
  assert.deepEqual(await links.find(database, third), target);
  assert.deepEqual(await links.find(database, links.tokenOf(other.orderId, 1)), other);
  const order = await orders.find(database, shop.shopId, 'L-7');
  assert.equal(order?.linkGeneration, 3);
  assert.ok(orders.customerUrl(order).endsWith(`/${third}`));
});

test('a link that is renewed many times at once has one that works, and it is the last', async () => {
  const target = await placed('L-9');
  const tokens = await Promise.all(Array.from({ length: 8 }, () => renewed(target)));
  assert.equal(new Set(tokens).size, 8);
  const found = await Promise.all(tokens.map((token) => links.find(database, token)));
  const working = tokens.filter((_, at) => found[at] !== null);
  assert.deepEqual(working, [links.tokenOf(target.orderId, 9)]);
});

test('an order that does not exist has no link to renew', async () => {
  const target = await placed('L-10');
  assert.equal(await database.tx((tx) => links.renew(tx, { ...target, orderId: shop.shopId })), null);
});

test('an expired link is not found from its time on, and is again when its time is taken back', async () => {
  const { orderId } = await placed('L-11');
  const token = links.tokenOf(orderId, 1);
  const end = clock.now().add({ hours: 1 });
  await expire(orderId, 1, end);
  clock.advanceTo(end.subtract({ milliseconds: 1 }));
  assert.equal((await links.find(database, token))?.orderId, orderId);
  clock.advanceTo(end);
  assert.equal(await links.find(database, token), null);
  await expire(orderId, 1, null);
  assert.equal((await links.find(database, token))?.orderId, orderId);
});

test('a time for an earlier generation does not end the link of today', async () => {
  const target = await placed('L-12');
  const token = await renewed(target);
  await expire(target.orderId, 1, clock.now().subtract({ hours: 1 }));
  assert.deepEqual(await links.find(database, token), target);
});

test('an unknown, empty, foreign or very long token leads nowhere', async () => {
  const { orderId } = await placed('L-13');
  const token = links.tokenOf(orderId, 1);
  const changed = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
  const strangers = ['', ' ', changed, `${token} `, `${token}=`, token.slice(0, -1), token.repeat(2), orderId];
  for (const text of [...strangers, 'x'.repeat(1_000_000), '\0', '\u{d800}', '../..', "' or true --"])
    assert.equal(await links.find(database, text), null, JSON.stringify(text.slice(0, 60)));
  assert.equal((await links.find(database, token))?.orderId, orderId);
});

test('no token stands in any table, in any spelling; only its hash does', async () => {
  const target = await placed('L-14');
  const token = await renewed(target);
  const bytes = Buffer.from(token, 'base64url');
  const spellings = [token, bytes.toString('hex'), bytes.toString('base64'), Buffer.from(token).toString('hex')];
  const tables = await database.rows<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' order by 1`,
    [],
  );
  const holding = async (text: string) => {
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await database.rows(`select 1 from ${name} t where strpos(t::text, $1) > 0`, [text]);
      if (rows.length > 0) found.push(name);
    }
    return found;
  };
  const hash = createHash('sha256').update(token).digest('hex');
  assert.deepEqual(await holding(hash), ['orders.link']);
  for (const spelling of spellings) assert.deepEqual(await holding(spelling), [], spelling);
});

test('the links of a forgotten shop lead nowhere, those of another still do', async () => {
  const kept = await placed('L-15');
  const gone = await orders.addShop(database, { name: 'Gone', language: 'en', sample: true, face: exampleFace });
  const target = { ...kept, shopId: gone.shopId, orderId: gone.shopId };
  await database.tx((tx) => links.open(tx, target, 1));
  const token = links.tokenOf(target.orderId, 1);
  assert.deepEqual(await links.find(database, token), target);
  await database.tx((tx) => orders.forgetShop(tx, gone.shopId));
  assert.equal(await links.find(database, token), null);
  assert.deepEqual(await links.find(database, links.tokenOf(kept.orderId, 1)), kept);
});
