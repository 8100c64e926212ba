import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import * as fc from 'fast-check';
import { createFacts } from '#kit/facts';
import { createManualJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { createNotices } from './notices.ts';
import { tell } from './samples/messages.ts';
import { openRoom } from './samples/room.ts';

const ground = await openGround();
const room = await openRoom(ground);
after(async () => {
  await room.close();
  await ground.close();
});
// An hour lies between two tests, so that none waits for the timers of another.
beforeEach(() => room.pass(3_600));

let count = 0;

/** A new order with this many parcels, and their numbers. */
async function anOrder(parcels = 1, more: object = {}) {
  count += 1;
  const name = `N-${count}`;
  const numbers = Array.from({ length: parcels }, (_, at) => `00340434${String(count * 100 + at).padStart(12, '0')}`);
  const boxes = numbers.map((number) => ({ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' }));
  const { orderId, personId, boxes: taken } = await ground.putOrder(name, exampleOrder({ parcels: boxes, ...more }));
  const told = async (): Promise<readonly string[]> => {
    const facts = await room.notices.ofOrder(ground.database, personId, orderId);
    return facts.map((fact) => `${fact.kind} ${fact.verdict} ${fact.outcome ?? '-'}`).toSorted();
  };
  return { name, orderId, personId, numbers, number: numbers[0] ?? '', taken, told };
}

const { scan, take, hear, settle, mails, pass } = room;
/** Lets what is held back be told. */
async function passHeld(): Promise<void> {
  pass(90);
  await settle();
}
const subjects = (): readonly string[] => mails().map((mail) => mail.subject);

test('a parcel brings one mail per step, to its buyer, from the shop, about this order', async () => {
  const { name, number, told } = await anOrder();
  await hear(number, scan('parcel-de:VA', 60));
  assert.deepEqual(subjects(), []);
  await hear(number, scan('parcel-de:AE', 50));
  await hear(number, scan('parcel-de:EE', 40));
  await hear(number, scan('parcel-de:PO', 30));
  await hear(number, scan('parcel-de:ZU', 20, 'Berlin'));
  await passHeld();
  const caught = mails();
  assert.deepEqual(
    caught.map((mail) => mail.subject),
    [
      `Ihr Paket ist unterwegs · Bestellung ${name}`,
      `Nun: out_for_delivery.loaded · Bestellung ${name}`,
      `Nun: delivered.recipient · Bestellung ${name}`,
    ],
  );
  for (const mail of caught) {
    assert.deepEqual(mail.from, { name: 'Nordlicht', address: 'post@nordlicht.example' });
    assert.deepEqual(mail.to, [{ name: 'Ada Beispiel', address: 'ada@kunde.example' }]);
    assert.match(mail.text ?? '', /^https:\/\/shop\.example\/t\/[\w-]{27}$/mu);
  }
  assert.match(caught[2]?.text ?? '', /^Letzte Meldung: Berlin · /mu);
  assert.equal(new Set(caught.map((mail) => mail.messageId)).size, 3);
  assert.deepEqual(await told(), ['delivered due sent', 'out_for_delivery due sent', 'shipped due sent']);
});

test('a scan that comes twice, in one batch and in two, brings one mail', async () => {
  const { number } = await anOrder();
  const loaded = scan('parcel-de:PO');
  await hear(number, loaded, loaded);
  await hear(number, loaded);
  await hear(number, { ...loaded, text: 'in other words' });
  await hear(number, scan('parcel-de:out_for_delivery.window_known', 3));
  assert.equal(subjects().length, 1);
});

test('several steps in one batch bring the last of them', async () => {
  const { number, told } = await anOrder();
  await hear(number, scan('parcel-de:AE', 50), scan('parcel-de:PO', 30), scan('parcel-de:ZU', 20));
  await passHeld();
  assert.equal(subjects().length, 1);
  assert.deepEqual(await told(), ['delivered due sent']);
});

test('in whatever order and batches scans come, no fact is told twice and the last is told', async () => {
  const history = [
    ['AE', 1_700],
    ['EE', 1_600],
    ['PO', 1_500],
    ['ZN', 1_400],
    ['PO', 300],
    ['ZN', 200],
    ['ready_for_pickup.post_office', 100],
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 }),
      fc.integer({ min: 1, max: 4 }),
      async (shuffled, size) => {
        const { number, told } = await anOrder();
        const scans = shuffled.map(([code, minutes]) => scan(`parcel-de:${code}`, minutes));
        for (let at = 0; at < scans.length; at += size) await hear(number, ...scans.slice(at, at + size));
        const said = subjects();
        // The second failure happened on another day, with the same words: two mails may say it.
        for (const subject of new Set(said)) {
          const max = /Nun: delivery_failed/u.test(subject) ? 2 : 1;
          assert.ok(said.filter((one) => one === subject).length <= max, subject);
        }
        assert.match(said.at(-1) ?? '', /Nun: ready_for_pickup\.post_office/u);
        assert.ok((await told()).includes('ready_for_pickup due sent'));
      },
    ),
    { numRuns: 12 },
  );
});

test('a second failed attempt, a reminder and the last day are told, each once', async () => {
  const { number } = await anOrder();
  await hear(number, scan('parcel-de:delivery_failed.not_home', 30));
  await hear(number, scan('parcel-de:delivery_failed.second_attempt_planned', 25));
  pass(24 * 3_600);
  await hear(number, scan('parcel-de:delivery_failed.not_home', 30));
  for (const word of ['post_office', 'reminder', 'reminder', 'last_day']) {
    pass(24 * 3_600);
    await hear(number, scan(`parcel-de:ready_for_pickup.${word}`, 30));
  }
  assert.deepEqual(
    subjects().map((subject) => /\.(\w+)/u.exec(subject)?.[1]),
    ['not_home', 'not_home', 'post_office', 'reminder', 'last_day'],
  );
});

test('parcels of one order that move within a minute are told together, by one job', async () => {
  const { name, orderId, numbers, told } = await anOrder(3);
  const [first = '', second = '', third = ''] = numbers;
  await hear(first, scan('parcel-de:AE'));
  pass(50);
  await hear(second, scan('parcel-de:AE'));
  assert.deepEqual(subjects(), []);
  const gathering = ground.jobs.waiting().filter((job) => job.payload['orderId'] === orderId);
  assert.equal(gathering.length, 1);
  assert.equal(gathering[0]?.dueAt?.toString(), ground.clock.now().add({ seconds: 10 }).toString());
  pass(10);
  await settle();
  const [mail, ...others] = mails();
  assert.equal(mail?.subject, `2 von 3 Paketen sind unterwegs · Bestellung ${name}`);
  for (const number of [first, second]) assert.ok(mail.text?.includes(number));
  assert.ok(!mail.text?.includes(third));
  assert.deepEqual(others, []);
  await hear(third, scan('parcel-de:AE'));
  pass(60);
  await settle();
  assert.deepEqual(subjects(), [`Ihr Paket ist unterwegs · Bestellung ${name}`]);
  assert.deepEqual(await told(), ['shipped due sent', 'shipped due sent', 'shipped due sent']);
});

test('what moved on within the minute is told as it stands, once', async () => {
  const { numbers, told } = await anOrder(2);
  const [first = '', second = ''] = numbers;
  await hear(first, scan('parcel-de:AE', 9));
  await hear(first, scan('parcel-de:PO', 8));
  await hear(second, scan('parcel-de:PO', 8));
  pass(60);
  await settle();
  assert.deepEqual(subjects(), [`Beide Pakete werden zugestellt · Bestellung N-${count}`]);
  assert.deepEqual(await told(), ['out_for_delivery due sent', 'out_for_delivery due sent', 'shipped passed -']);
});

test('a delivery that is taken back before it is told is told when it happens', async () => {
  const { numbers, told } = await anOrder(2);
  const [number = ''] = numbers;
  await hear(number, scan('parcel-de:PO', 300));
  pass(60);
  await settle();
  assert.equal(subjects().length, 1);
  await hear(number, scan('parcel-de:ZU', 5));
  await hear(number, scan('parcel-de:info.event_retracted', 4));
  pass(60);
  await settle();
  assert.deepEqual(subjects(), []);
  assert.deepEqual(await told(), ['delivered withdrawn -', 'out_for_delivery due sent']);
  await hear(number, scan('parcel-de:ZU', 1));
  await passHeld();
  assert.match(subjects().join(), /^Nun: delivered\.recipient · /u);
  assert.deepEqual(await told(), ['delivered due sent', 'out_for_delivery due sent']);
});

test('what a first import brings that is older than 48 hours is not told, what is younger is', async () => {
  const old = await anOrder();
  const young = await anOrder();
  await hear(old.number, scan('parcel-de:ZU', 48 * 60 + 1));
  await hear(young.number, scan('parcel-de:ZU', 48 * 60 - 3));
  await passHeld();
  assert.deepEqual(await old.told(), ['delivered old -']);
  assert.deepEqual(await young.told(), ['delivered due sent']);
  assert.equal(subjects().length, 1);
});

test('a trouble that needs nobody is not told, another is', async () => {
  const { number, told } = await anOrder();
  await hear(number, scan('parcel-de:exception.label_problem', 9));
  assert.deepEqual(await told(), []);
  await hear(number, scan('parcel-de:exception.damaged', 8));
  await hear(number, scan('parcel-de:exception.lost', 7));
  assert.equal(subjects().length, 2);
});

test('two orders of one person are told apart, each in its language', async () => {
  const german = await anOrder();
  const english = await anOrder(1, { language: 'en' });
  assert.equal(german.personId, english.personId);
  await take(german.number, scan('parcel-de:AE'));
  await take(english.number, scan('parcel-de:AE'));
  await settle();
  assert.deepEqual(subjects().toSorted(), [
    `Ihr Paket ist unterwegs · Bestellung ${german.name}`,
    `Your parcel is on its way · Order ${english.name}`,
  ]);
});

test('nobody is written to who gave no address, and staff can see it', async () => {
  const { number, told } = await anOrder(1, { customer: { id: 'c-none', name: 'Ohne Adresse' } });
  await hear(number, scan('parcel-de:AE'));
  assert.deepEqual(subjects(), []);
  assert.deepEqual(await told(), ['shipped due no address']);
});

test('an order that is erased before its minute is over is not told of', async () => {
  const { orderId, numbers, told } = await anOrder(2);
  await hear(numbers[0] ?? '', scan('parcel-de:AE'));
  await ground.database.rows('delete from orders.purchase where order_id = $1', [orderId]);
  pass(60);
  await settle();
  await hear(numbers[1] ?? '', scan('parcel-de:AE'));
  assert.deepEqual(subjects(), []);
  assert.deepEqual(await told(), ['shipped passed -']);
});

test('whoever starts after a crash goes on where the other ended', async () => {
  const { number, told } = await anOrder();
  await take(number, scan('parcel-de:AE', 9));
  const { database, clock } = ground;
  const facts = createFacts({ database, clock, log: () => {} });
  const jobs = createManualJobs({ clock });
  const log = createLog({ level: 'silent' });
  createNotices({
    ...ground,
    facts,
    jobs,
    log,
    tell,
    transportOf: () => room.inside,
    mailHost: 'shop.example',
    publicUrl: 'https://shop.example',
  });
  await facts.settle();
  await jobs.runDue();
  assert.equal(subjects().length, 1);
  await settle();
  assert.deepEqual(subjects(), []);
  assert.deepEqual(await told(), ['shipped due sent']);
});

test('a shop that goes takes along what was told for it', async () => {
  const { numbers, told } = await anOrder(2);
  await hear(numbers[0] ?? '', scan('parcel-de:AE'));
  await ground.database.tx((tx) => room.notices.forgetShop(tx, ground.shop.shopId));
  pass(60);
  await settle();
  assert.deepEqual(subjects(), []);
  assert.deepEqual(await told(), []);
  for (const table of ['told', 'notice', 'attempt', 'outcome']) {
    assert.deepEqual(await ground.database.rows(`select 1 from notices.${table}`, []), [], table);
  }
});
