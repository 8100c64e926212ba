import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { createKeys } from '#api';
import { Fault } from '#kit/fault';
import { sealed } from '#privacy';
import { watchedDoors } from '../../src/house/breaches.ts';
import { exampleOrder, openGround } from '../ground.ts';

const mails: { to: string; subject: string; text: string }[] = [];
const ground = await openGround({
  transportOf: () => ({
    operator: null,
    send: async (mail) => {
      mails.push({ to: mail.to.address, subject: mail.subject, text: mail.text });
      return { accepted: true, answer: '250 ok' };
    },
    close: async () => {},
  }),
});
after(ground.close);
const { canaries, breaches, database, shop, clock, jobs, orders, privacy } = ground;
const { shopId } = shop;
const keys = createKeys({ database, clock, privacy, tried: canaries.keyTried });

const usesOf = async () => (await canaries.list(shopId)).flatMap(({ uses }) => uses.map(({ way }) => way));
/** What is told without waiting is awaited here. */
async function untilUsed(way: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await usesOf()).includes(way as never)) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  assert.fail(`nobody was told of ${way}`);
}

const planted = await canaries.plant(shop, { kind: 'person', email: null }, 'staff');
const { line } = planted;
const token = line.link?.split('/').at(-1) ?? '';
const target = await orders.links.find(database, token);

test('an invented customer is an order like any other, and no row tells that it is none', async () => {
  assert.ok(target !== null);
  const order = await orders.read(database, target.personId, target.orderId);
  assert.ok(order?.buyer.email != null && order.address !== null);
  assert.match(line.email ?? '', /@nordlicht\.example$/);
  const columns = await database.rows<{ text: string }>(`select c::text as text from rights.canary c`, []);
  const ids = [target.personId, target.orderId, line.email ?? '', line.orderNumber ?? '', token];
  for (const id of ids) {
    const hex = Buffer.from(id).toString('hex');
    assert.ok(
      columns.every(({ text }) => !text.includes(id) && !text.includes(hex)),
      id,
    );
  }
});

test('neither its times nor the length of what is sealed tell which row it is', async () => {
  const key = await canaries.plant(shop, { kind: 'key', email: null }, 'staff');
  const rows = await database.rows<{ plantedAt: Temporal.Instant; length: number }>(
    `select planted_at as "plantedAt", length(sealed) as length from rights.canary`,
    [],
  );
  assert.equal(new Set(rows.map(({ length }) => length)).size, 1);
  assert.ok(rows.every(({ plantedAt }) => plantedAt.toString().endsWith('T00:00:00Z')));
  const [person] = await database.rows<{ createdAt: Temporal.Instant }>(
    `select created_at as "createdAt" from orders.person where person_id = $1`,
    [target?.personId ?? ''],
  );
  assert.ok(
    clock
      .now()
      .since(person?.createdAt ?? clock.now())
      .total('hours') >= 24,
  );
  assert.equal(await canaries.end(shopId, key.line.id, 'staff'), true);
  assert.deepEqual(await keys.list(shopId), []);
});

test('what the house does by itself wakes no canary', async () => {
  const doors = watchedDoors(ground, ground);
  await ground.putOrder('K-1', exampleOrder());
  await doors.orders.find(database, shopId, 'K-1');
  await canaries.lookAtDisclosures();
  await ground.facts.settle();
  await jobs.runDue();
  await ground.rights.retention.run('test');
  const caseId = await database.tx((tx) =>
    breaches.open(
      tx,
      {
        ...{ shopId, suspect: 'database', keyId: null, tables: [], keyring: 'safe', found: 'x' },
        ...{ from: clock.now(), until: clock.now(), awareAt: clock.now() },
      },
      'staff',
    ),
  );
  const affected = await breaches.persons(shopId, caseId, null, 'staff');
  assert.ok(
    affected.length > 0 && affected.every(({ personId }) => personId !== target?.personId),
    'nobody writes to it',
  );
  assert.equal((await breaches.show(database, shopId, caseId))?.affected.persons, affected.length);
  await breaches.step(shopId, caseId, { kind: 'closed', words: '' }, 'staff');
  assert.deepEqual(await usesOf(), []);
});

suite('whoever uses one is found out', () => {
  test('by its link', async () => {
    canaries.linkOpened('A'.repeat(27));
    canaries.linkOpened(token);
    await untilUsed('link');
  });

  test('by its order number', async () => {
    const doors = watchedDoors(ground, ground);
    await doors.orders.find(database, shopId, line.orderNumber ?? '');
    await untilUsed('read');
  });

  test('by a mail to its address', async () => {
    const raw = `Received: from x\r\nDelivered-To: <${line.email?.toUpperCase()}>\r\nTo: other@shop.example\r\nSubject: x\r\n\r\nHello`;
    const doors = watchedDoors(ground, ground);
    await doors.mail.takeBounce(shopId, Buffer.from(raw));
    await untilUsed('mail');
  });

  test('by data that was passed on', async () => {
    await database.tx((tx) =>
      privacy.disclose(tx, {
        ...{ shopId, personId: target?.personId ?? '', parcelId: null, service: 'x', purpose: 'sending mail' },
        recipient: { kind: 'mail_relay', name: 'post.example' },
        values: { email: sealed('email', line.email ?? '') },
      } as never),
    );
    await canaries.lookAtDisclosures();
    await untilUsed('disclosed');
  });

  test('by its key, which lets nobody in', async () => {
    const { key } = await canaries.plant(shop, { kind: 'key', email: null }, 'staff');
    for (const scope of ['orders:read', 'parcels:read'] as const) {
      await assert.rejects(
        keys.callerOf(`Bearer ${key}`, scope),
        (error) => error instanceof Fault && error.code === 'unauthorized',
      );
    }
    await untilUsed('key');
    const real = await keys.create(shopId, 'real', ['orders'], 'staff');
    assert.equal((await keys.callerOf(`Bearer ${real.key}`, 'orders:read')).shopId, shopId);
  });

  test('and the shop is told: a case for each canary, a mail for each way, nothing twice in an hour', async () => {
    const before = (await usesOf()).length;
    assert.equal(before, 5);
    canaries.linkOpened(token);
    await new Promise((done) => setTimeout(done, 100));
    assert.equal((await usesOf()).length, before);
    await jobs.runDue();
    assert.equal(mails.length, 5);
    assert.ok(mails.every(({ to, subject }) => to === 'wache@nordlicht.example' && subject.includes('Nordlicht')));
    assert.ok(mails.every(({ text }) => /\/console\/breaches\/brc_/.test(text) && !text.includes(token)));
    const open = (await breaches.list(database, shopId)).filter((one) => !one.clock.isClosed);
    assert.equal(open.length, 2);
    assert.deepEqual(new Set(open.map(({ steps }) => steps[0]?.actor)), new Set(['canary']));
    assert.equal((await canaries.state()).openCases.length, 2);
  });
});

test('there is room for twenty, and an address that is none is refused', async () => {
  const isFault = (code: Fault['code']) => (error: unknown) => error instanceof Fault && error.code === code;
  await assert.rejects(canaries.plant(shop, { kind: 'person', email: 'none' }, 'staff'), isFault('invalid'));
  const there = (await canaries.list(shopId)).length;
  for (let at = there; at < 20; at += 1)
    await canaries.plant(shop, { kind: 'person', email: `a${at}@x.example` }, 'staff');
  await assert.rejects(canaries.plant(shop, { kind: 'key', email: null }, 'staff'), isFault('limit'));
});
