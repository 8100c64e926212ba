import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Fault } from '#kit/fault';
import type { CaughtMail } from '#kit/mailbox';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { isHeld, isTakenBack } from './deciding/correct.ts';
import { openRoom } from './samples/room.ts';

const ground = await openGround();
const room = await openRoom(ground);
after(async () => {
  await room.close();
  await ground.close();
});
beforeEach(() => {
  room.sendBy(room.inside);
  room.pass(3_600);
});

const { scan, hear, settle, mails, pass } = room;
let count = 0;

async function anOrder(parcels = 1, more: object = {}) {
  count += 1;
  const numbers = Array.from({ length: parcels }, (_, at) => `00340435${String(count * 100 + at).padStart(12, '0')}`);
  const boxes = numbers.map((number) => ({ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' }));
  const { orderId, personId } = await ground.putOrder(`K-${count}`, exampleOrder({ parcels: boxes, ...more }));
  const told = async (): Promise<readonly string[]> => {
    const facts = await room.notices.ofOrder(ground.database, personId, orderId);
    return facts.map((fact) => `${fact.kind} ${fact.verdict} ${fact.outcome ?? '-'}`).toSorted();
  };
  return { numbers, number: numbers[0] ?? '', orderId, personId, told };
}

async function passHeld(seconds = 90): Promise<void> {
  pass(seconds);
  await settle();
}

const delivered = 'parcel-de:ZU';
const retracted = 'parcel-de:info.event_retracted';
const loaded = 'parcel-de:PO';

const subjects = (): readonly string[] => mails().map((mail) => mail.subject.split(' · ')[0] ?? '');
function header(mail: CaughtMail | undefined, name: string): string {
  const head =
    Buffer.from(mail?.raw ?? [])
      .toString()
      .split('\r\n\r\n', 1)[0]
      ?.replaceAll(/\r\n[ \t]+/gu, ' ') ?? '';
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`)) ?? '';
  return line.slice(name.length + 1).trim();
}

/** A parcel that is in the van, and of which the customer was told that it is delivered. */
async function aToldDelivery(more: object = {}) {
  const order = await anOrder(1, more);
  await hear(order.number, scan(loaded, 300));
  await hear(order.number, scan(delivered, 9));
  await passHeld();
  return order;
}

test('only a delivery by a carrier that takes deliveries back is held', () => {
  assert.deepEqual(
    [isHeld('delivered', true), isHeld('delivered', false), isHeld('out_for_delivery', true)],
    [true, false, false],
  );
});

test('a delivery waits 90 seconds, and nothing else of the order waits for it', async () => {
  const { numbers, told } = await anOrder(2);
  const [first = '', second = ''] = numbers;
  await hear(first, scan(delivered, 9));
  await hear(second, scan(loaded, 8));
  await passHeld(60);
  assert.deepEqual(subjects(), ['Nun: out_for_delivery.loaded']);
  await passHeld(29);
  assert.deepEqual(subjects(), []);
  await passHeld(1);
  assert.deepEqual(subjects(), ['Nun: delivered.recipient']);
  assert.deepEqual(await told(), ['delivered due sent', 'out_for_delivery due sent']);
});

test('deliveries of one order that are held at the same time are told together, and each is held as long', async () => {
  const { numbers } = await anOrder(2);
  const [first = '', second = ''] = numbers;
  await hear(first, scan(delivered, 9));
  await passHeld(80);
  await hear(second, scan(delivered, 8));
  await passHeld(89);
  assert.deepEqual(subjects(), []);
  await passHeld(1);
  assert.deepEqual(subjects(), ['Beide Pakete sind zugestellt']);
});

test('a delivery that is taken back while it is held is withdrawn at once and never told', async () => {
  const { number, told } = await anOrder();
  await hear(number, scan(loaded, 300));
  await hear(number, scan(delivered, 9));
  await hear(number, scan(retracted, 8));
  assert.deepEqual(await told(), ['delivered withdrawn -', 'out_for_delivery due sent']);
  await passHeld();
  assert.deepEqual(subjects(), ['Nun: out_for_delivery.loaded']);
});

test('a delivery that was told and is taken back is corrected once, as an answer to the mail that told it', async () => {
  const { number, told } = await aToldDelivery();
  const [, first] = mails();
  await hear(number, scan(retracted, 1));
  await hear(number, scan(retracted, 1));
  const [mail, ...others] = mails();
  assert.deepEqual(others, []);
  assert.equal(mail?.subject, `Korrektur: Ihr Paket ist noch nicht zugestellt · K-${count}`);
  assert.equal(header(mail, 'in-reply-to'), first?.messageId);
  assert.match(header(mail, 'references'), /^<ord_\w+@shop\.example> <ntc_\w+@shop\.example>$/u);
  assert.notEqual(mail.messageId, first?.messageId);
  assert.match(mail.text ?? '', /Ihr Paket sei\s+zugestellt\. Das war\s+nicht richtig: DHL\s+hat/u);
  assert.match(mail.text ?? '', /Jetzt gilt: Nun: out_for_delivery\.loaded/u);
  assert.match(mail.text ?? '', /Suchen Sie es nicht bei Nachbarn/u);
  assert.doesNotMatch(mail.text ?? '', /Letzte Meldung/u);
  assert.deepEqual(await told(), ['correction due sent', 'delivered corrected sent', 'out_for_delivery due sent']);
});

test('an English order is corrected in English', async () => {
  const { number } = await aToldDelivery({ language: 'en' });
  mails();
  await hear(number, scan(retracted, 1));
  const [mail] = mails();
  assert.match(mail?.subject ?? '', /^Correction: your parcel is not delivered yet · /u);
  assert.match(mail?.html ?? '', /DHL has taken this report back/u);
});

test('after a correction the real delivery is told again, on the same day and for the second time too', async () => {
  const { number, told } = await aToldDelivery();
  await hear(number, scan(retracted, 5));
  await hear(number, scan(delivered, 4));
  await passHeld();
  assert.deepEqual(subjects().slice(1), [
    'Nun: delivered.recipient',
    'Korrektur: Ihr Paket ist noch nicht zugestellt',
    'Nun: delivered.recipient',
  ]);
  assert.deepEqual(await told(), [
    'correction due sent',
    'delivered corrected sent',
    'delivered due sent',
    'out_for_delivery due sent',
  ]);
});

test('who is corrected is corrected again an hour later at the soonest, and only if it is still not so', async () => {
  const { number, told } = await aToldDelivery();
  for (let times = 0; times < 4; times += 1) {
    await hear(number, scan(retracted, 0));
    await passHeld(100);
    await hear(number, scan(delivered, 0));
    await passHeld(100);
  }
  assert.deepEqual(subjects().slice(1), [
    'Nun: delivered.recipient',
    'Korrektur: Ihr Paket ist noch nicht zugestellt',
    'Nun: delivered.recipient',
  ]);
  assert.ok((await told()).includes('correction due -'));
  await passHeld(3_600);
  assert.deepEqual(subjects(), []);
  assert.ok((await told()).includes('correction withdrawn -'));
  await hear(number, scan(retracted, 0));
  assert.deepEqual(subjects(), ['Korrektur: Ihr Paket ist noch nicht zugestellt']);
});

test('a delivery that is taken back while its mail is under way is corrected once the mail has gone', async () => {
  const { number, told } = await anOrder();
  await hear(number, scan(loaded, 300));
  await hear(number, scan(delivered, 9));
  let times = 0;
  room.sendBy({
    ...room.inside,
    send: async (mail) => {
      times += 1;
      const answer = await room.inside.send(mail);
      if (times === 1) {
        await room.take(number, scan(retracted, 0));
        await ground.facts.settle();
      }
      return answer;
    },
  });
  await passHeld();
  await settle();
  await settle();
  assert.deepEqual(subjects().slice(1), ['Nun: delivered.recipient', 'Korrektur: Ihr Paket ist noch nicht zugestellt']);
  assert.deepEqual(await told(), ['correction due sent', 'delivered corrected sent', 'out_for_delivery due sent']);
});

/** The program is killed when the mail server has the mail and before that is written down; the job comes again. */
async function killedAtHandOver(): Promise<void> {
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  room.sendBy({
    ...room.inside,
    send: async (mail) => {
      await room.inside.send(mail);
      kill();
      return await new Promise<never>(() => {});
    },
  });
  await Promise.race([passHeld(), killed]);
  room.sendBy(room.inside);
}

async function startAgain({ personId, orderId }: Awaited<ReturnType<typeof anOrder>>): Promise<void> {
  const facts = await room.notices.ofOrder(ground.database, personId, orderId);
  for (const noticeId of new Set(facts.flatMap((fact) => (fact.outcome === null ? [fact.noticeId ?? ''] : [])))) {
    await ground.database.tx((tx) => ground.jobs.add(tx, { task: 'notices.send', payload: { personId, noticeId } }));
  }
  for (let times = 0; times < 3; times += 1) await settle();
}

test('a delivery whose mail may have gone before a kill is corrected when it is taken back before the restart', async () => {
  const order = await anOrder();
  await hear(order.number, scan(loaded, 300));
  await hear(order.number, scan(delivered, 9));
  await killedAtHandOver();
  await room.take(order.number, scan(retracted, 0));
  await startAgain(order);
  assert.deepEqual(subjects().slice(1), ['Nun: delivered.recipient', 'Korrektur: Ihr Paket ist noch nicht zugestellt']);
  const facts = ['correction due sent', 'delivered corrected sent', 'out_for_delivery due sent'];
  assert.deepEqual(await order.told(), facts);
});

test('a mail that may have gone before a kill goes again under its own name while it is true', async () => {
  const order = await anOrder();
  await hear(order.number, scan(delivered, 9));
  await killedAtHandOver();
  await startAgain(order);
  const names = mails().map((mail) => mail.messageId);
  assert.deepEqual([names.length, new Set(names).size], [2, 1]);
  assert.deepEqual(await order.told(), ['delivered due sent']);
});

test('of two deliveries in a mail that may have gone, the true one is told again and the other is corrected', async () => {
  const order = await anOrder(2);
  const [first = '', second = ''] = order.numbers;
  for (const number of [first, second]) await hear(number, scan(loaded, 300));
  await passHeld();
  mails();
  await hear(first, scan(delivered, 9));
  await hear(second, scan(delivered, 9));
  await killedAtHandOver();
  await room.take(second, scan(retracted, 0));
  await startAgain(order);
  await passHeld();
  assert.deepEqual(subjects(), [
    'Beide Pakete sind zugestellt',
    'Nun: delivered.recipient',
    'Korrektur: Ihr Paket ist noch nicht zugestellt',
  ]);
});

test('a mail that may have gone counts as told, also when it cannot go again before it is taken back', async () => {
  const order = await anOrder();
  await hear(order.number, scan(loaded, 300));
  await hear(order.number, scan(delivered, 9));
  await killedAtHandOver();
  room.sendBy({ ...room.inside, send: () => Promise.reject(new Fault('unavailable', 'No mail server answers.')) });
  await assert.rejects(startAgain(order));
  room.sendBy(room.inside);
  await room.take(order.number, scan(retracted, 0));
  await startAgain(order);
  assert.deepEqual(subjects().slice(1), ['Nun: delivered.recipient', 'Korrektur: Ihr Paket ist noch nicht zugestellt']);
});

test('a mail that the mail server did not take is not told, and is not corrected', async () => {
  const order = await anOrder();
  await hear(order.number, scan(loaded, 300));
  await hear(order.number, scan(delivered, 9));
  room.sendBy({ ...room.inside, send: async () => ({ no: 'refused', permanent: false, answer: '451 4.7.1' }) });
  await assert.rejects(passHeld());
  room.sendBy(room.inside);
  await hear(order.number, scan(retracted, 0));
  await startAgain(order);
  assert.deepEqual(subjects(), ['Nun: out_for_delivery.loaded']);
  assert.deepEqual(await order.told(), ['delivered withdrawn -', 'out_for_delivery due sent']);
});

test('a place to collect from that is taken back is corrected; a first movement is not', async () => {
  const { number } = await anOrder();
  await hear(number, scan('parcel-de:AE', 500));
  await hear(number, scan('parcel-de:ready_for_pickup.locker', 30));
  await hear(number, scan(retracted, 20));
  assert.deepEqual(subjects(), [
    'Ihr Paket ist unterwegs',
    'Nun: ready_for_pickup.locker',
    'Korrektur: Ihr Paket liegt noch nicht bereit',
  ]);
  const other = await anOrder();
  await hear(other.number, scan('parcel-de:AE', 500));
  await hear(other.number, scan(retracted, 400));
  assert.deepEqual(subjects(), ['Ihr Paket ist unterwegs']);
});

test('a parcel that goes on makes what was told old, not false', () => {
  const at = ground.clock.now();
  const before = at.subtract({ minutes: 1 });
  const later = at.add({ minutes: 1 });
  const stand = (milestone: 'delivered' | 'returning' | 'in_transit', when: Temporal.Instant) =>
    ({ milestone, subStatus: null, leg: 'outbound', at: when }) as const;
  const fact = (kind: string) => ({ kind, generation: 'x', happenedAt: at });
  const rows = [
    ['another word for it', fact('delivered'), stand('delivered', later), false],
    ['back to the shop, later', fact('delivered'), stand('returning', later), false],
    ['it was on its way back all along', fact('delivered'), stand('returning', at), true],
    ['on its way after all', fact('delivered'), stand('in_transit', later), true],
    ['from the van to the depot', fact('out_for_delivery'), stand('in_transit', later), false],
    ['never in the van', fact('out_for_delivery'), stand('in_transit', before), true],
    ['sent back from the shop', fact('ready_for_pickup'), stand('returning', later), false],
    ['sent back before it came there', fact('ready_for_pickup'), stand('returning', before), true],
  ] as const;
  for (const [what, told, now, is] of rows) assert.equal(isTakenBack(told, now, []), is, what);
});

const atShop = 'parcel-de:ready_for_pickup.shop';

test('a parcel that waits at another place of the same kind is told again, and says so; at the same place it is not', async () => {
  const { number, told } = await anOrder();
  await hear(number, scan(atShop, 60, 'Köln, Kiosk am Ring'));
  await hear(number, scan(atShop, 40, 'KÖLN, Kiosk am Ring'));
  await hear(number, scan(atShop, 20, 'Köln, Filiale 7'));
  await hear(number, scan(atShop, 10, 'Köln, Filiale 7'));
  const [first, second, ...others] = mails();
  assert.deepEqual(others, []);
  assert.doesNotMatch(first?.text ?? '', /nicht mehr dort/u);
  assert.match(second?.text ?? '', /Köln, Filiale 7/u);
  assert.match(
    second?.text ?? '',
    /liegt\s+nicht\s+mehr\s+dort,\s+wo\s+wir\s+es\s+Ihnen\s+zuletzt\s+gemeldet\s+haben/u,
  );
  assert.deepEqual(await told(), ['ready_for_pickup due sent', 'ready_for_pickup due sent']);
});

test('another place is told also when the parcel was on its way between, and on another day', async () => {
  const { number } = await anOrder(1, { language: 'en' });
  await hear(number, scan(atShop, 300, 'Kiosk'));
  await hear(number, scan('parcel-de:AE', 200));
  await hear(number, scan(atShop, 100, 'Filiale'));
  pass(86_400);
  await hear(number, scan(atShop, 100, 'Filiale'));
  await hear(number, scan(atShop, 50, 'Packshop'));
  const waiting = mails().filter((mail) => /ready_for_pickup/u.test(mail.subject));
  assert.deepEqual(
    waiting.map((mail) => /no\s+longer\s+where\s+we\s+told\s+you/u.test(mail.text ?? '')),
    [false, true, true],
  );
});
