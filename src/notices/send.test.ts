import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Fault } from '#kit/fault';
import { createFacts } from '#kit/facts';
import { createWorkerJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { createSmtpTransport, type MailTransport } from '#kit/mail';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { createNotices, noticeSent } from './notices.ts';
import { tell } from './samples/messages.ts';
import { openRoom } from './samples/room.ts';

const ground = await openGround();
const room = await openRoom(ground);
const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends.toReversed()) await end();
  await room.close();
  await ground.close();
});
beforeEach(() => {
  room.sendBy(room.inside);
  room.pass(3_600);
});

let count = 0;

/** An order whose parcel was just handed over; the mail about it waits to be sent. */
async function aDueMail(more: object = {}) {
  count += 1;
  const number = `00340434${String(count).padStart(12, '0')}`;
  const parcels = [{ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' }];
  const { orderId, personId } = await ground.putOrder(`S-${count}`, exampleOrder({ parcels, ...more }));
  await room.take(number, room.scan('parcel-de:AE'));
  const fact = async () => {
    const [told] = await room.notices.ofOrder(ground.database, personId, orderId);
    assert.ok(told);
    return told;
  };
  return { number, orderId, personId, fact };
}

/** The queue tries a job that failed again; this does it at once. */
async function again({ personId, fact }: Awaited<ReturnType<typeof aDueMail>>): Promise<void> {
  const noticeId = (await fact()).noticeId ?? '';
  await ground.database.tx((tx) => ground.jobs.add(tx, { task: 'notices.send', payload: { personId, noticeId } }));
  await ground.jobs.runDue();
}

async function relay(options: SMTPServerOptions): Promise<MailTransport> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const transport = createSmtpTransport({ url: `smtp://127.0.0.1:${port}`, operator: null, log: () => {} });
  ends.push(async () => {
    await transport.close();
    await new Promise<void>((done) => server.close(() => done()));
  });
  return transport;
}

/** A relay that says this to the first recipients and then takes what comes. */
async function refusing(times: number, code: number, text: string) {
  const taken: string[] = [];
  let left = times;
  const way = await relay({
    onRcptTo: (_to, _session, answer) => {
      left -= 1;
      answer(left >= 0 ? Object.assign(new Error(text), { responseCode: code }) : null);
    },
    onData: (stream, _session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        taken.push(Buffer.concat(chunks).toString());
        answer(null);
      });
    },
  });
  return { way, taken };
}

const unavailable = (error: unknown): boolean => error instanceof Fault && error.code === 'unavailable';
const sentFacts = `select key from facts.fact where kind = $1 and body->>'orderId' = $2`;

// The first, because the queue runs on real time: what is due by the injected clock must be due by it too.
test('the real queue brings a mail that was not taken again by itself', async () => {
  const { way, taken } = await refusing(1, 451, '4.7.1 greylisted');
  const { database, clock, url } = ground;
  await aDueMail();
  // A house of its own on the same database, as after a restart.
  const facts = createFacts({ database, clock, log: () => {} });
  const jobs = createWorkerJobs({ database, url, log: () => {} });
  const log = createLog({ level: 'silent' });
  createNotices({
    ...ground,
    facts,
    jobs,
    log,
    tell,
    transportOf: () => way,
    mailHost: 'shop.example',
    publicUrl: 'https://shop.example',
  });
  await facts.settle();
  await jobs.start();
  try {
    for (let beats = 0; beats < 200 && taken.length === 0; beats += 1) await wait(50);
  } finally {
    await jobs.stop();
  }
  assert.equal(taken.length, 1);
  assert.match(taken[0] ?? '', /^Message-ID: <ntc_\w{26}@shop\.example>\r?$/mu);
});

test('a mail that is not taken yet is sent later, once, and the last answer is kept', async () => {
  const { way, taken } = await refusing(2, 451, '4.7.1 greylisted, ada@kunde.example');
  room.sendBy(way);
  const due = await aDueMail();
  await assert.rejects(room.settle(), unavailable);
  assert.deepEqual(
    [(await due.fact()).outcome, (await due.fact()).answer, (await due.fact()).tries],
    [null, '451 4.7.1', 1],
  );
  await assert.rejects(again(due), unavailable);
  await again(due);
  await again(due);
  const { outcome, tries } = await due.fact();
  assert.deepEqual([outcome, tries, taken.length], ['sent', 2, 1]);
  assert.deepEqual(await ground.database.rows(sentFacts, [noticeSent.kind, due.orderId]), [{ key: due.personId }]);
});

test('a mail that is refused for good is not tried again, and staff can see why', async () => {
  const { way, taken } = await refusing(1, 550, '5.1.1 no such user ada');
  room.sendBy(way);
  const due = await aDueMail({ customer: { id: 'c-gone', name: 'Gesine', email: 'gone@kunde.example' } });
  await room.settle();
  await again(due);
  const { outcome, answer, verdict } = await due.fact();
  assert.deepEqual([outcome, answer, verdict, taken.length], ['refused', '550 5.1.1', 'due', 0]);
  assert.deepEqual(await ground.database.rows(sentFacts, [noticeSent.kind, due.orderId]), []);
  const [line] = await room.notices.ofShop(ground.database, ground.shop.shopId, null, 1);
  assert.deepEqual([line?.orderId, line?.outcome, line?.answer], [due.orderId, 'refused', '550 5.1.1']);
});

test('after a crash between the mail server’s yes and our note the same mail goes out, byte for byte', async () => {
  let crashes = 1;
  room.sendBy({
    ...room.inside,
    send: async (mail) => {
      const answer = await room.inside.send(mail);
      crashes -= 1;
      if (crashes >= 0) throw new Error('the process is gone');
      return answer;
    },
  });
  const due = await aDueMail();
  await assert.rejects(room.settle(), /the process is gone/u);
  room.pass(120);
  await again(due);
  await again(due);
  const [first, second, ...others] = room.mails();
  assert.ok(first && second);
  assert.match(first.messageId ?? '', /^<ntc_\w{26}@shop\.example>$/u);
  assert.equal(second.messageId, first.messageId);
  assert.deepEqual(second.raw, first.raw);
  assert.deepEqual(others, []);
  assert.equal((await due.fact()).outcome, 'sent');
});

test('a mail that was held up is not sent when it is no longer true', async () => {
  const closed = createSmtpTransport({ url: 'smtp://127.0.0.1:9', operator: null, log: () => {} });
  ends.push(closed.close);
  room.sendBy(closed);
  const due = await aDueMail();
  await assert.rejects(room.settle(), unavailable);
  const { noticeId } = await due.fact();
  room.sendBy(room.inside);
  await room.hear(due.number, room.scan('parcel-de:ZU', 1));
  room.pass(90);
  await room.settle();
  await ground.database.tx((tx) =>
    ground.jobs.add(tx, { task: 'notices.send', payload: { personId: due.personId, noticeId: noticeId ?? '' } }),
  );
  await ground.jobs.runDue();
  assert.deepEqual(
    room.mails().map((mail) => /delivered|unterwegs/u.exec(mail.subject)?.[0]),
    ['delivered'],
  );
  const told = await room.notices.ofOrder(ground.database, due.personId, due.orderId);
  assert.deepEqual(told.map(({ kind, verdict }) => `${kind} ${verdict}`).toSorted(), [
    'delivered due',
    'shipped passed',
  ]);
});

test('a mail server that says later for two days has said no', async () => {
  const { way } = await refusing(9, 451, '4.3.0 later');
  room.sendBy(way);
  const due = await aDueMail();
  await assert.rejects(room.settle(), unavailable);
  room.pass(48 * 3_600);
  await again(due);
  const { outcome, answer, tries } = await due.fact();
  assert.deepEqual([outcome, answer, tries], ['refused', '451 4.3.0', 2]);
});

test('an order that is erased while its mail waits gets none', async () => {
  const { way, taken } = await refusing(1, 451, '4.3.0 later');
  room.sendBy(way);
  const due = await aDueMail();
  await assert.rejects(room.settle(), unavailable);
  const noticeId = (await due.fact()).noticeId ?? '';
  await ground.database.rows('delete from orders.purchase where order_id = $1', [due.orderId]);
  await again(due);
  assert.deepEqual([taken.length, (await due.fact()).verdict], [0, 'passed']);
  assert.deepEqual(await ground.database.rows('select 1 from notices.notice where notice_id = $1', [noticeId]), []);
  assert.deepEqual(await ground.database.rows('select 1 from notices.attempt where notice_id = $1', [noticeId]), []);
});

test('what the operator of a mail server gets to read is a disclosure, written before it is sent', async () => {
  let before = 0;
  const due = await aDueMail({ customer: { id: 'c-relay', name: 'Rita Relais', email: 'rita@kunde.example' } });
  const disclosures = () => ground.privacy.disclosuresOf(ground.database, due.personId);
  room.sendBy({
    ...room.inside,
    operator: 'Mail Ltd',
    send: async (mail) => {
      before = (await disclosures()).length;
      return await room.inside.send(mail);
    },
  });
  await room.settle();
  assert.equal(before, 1);
  assert.equal(room.mails().length, 1);
  const [row] = await disclosures();
  assert.equal(row?.recipient, 'mail_relay: Mail Ltd');
  assert.deepEqual(row.fields, ['email', 'message', 'name', 'order_number', 'scan', 'tracking_number']);
  assert.deepEqual(row.withheld, []);
});

test('who restricted the use of their data, or objected to mails, gets none, even from a shop that sends them itself', async () => {
  for (const act of ['restrict', 'object'] as const) {
    const due = await aDueMail({ customer: { id: `c-${act}`, name: 'Rosa Ruhe', email: `${act}@kunde.example` } });
    const person = { kind: 'person', id: due.personId, shopId: ground.shop.shopId } as const;
    await ground.database.tx((tx) =>
      act === 'restrict'
        ? ground.privacy.restrict(tx, person, true)
        : ground.privacy.objectTo(tx, person, 'sending mail', true),
    );
    const before = room.mails().length;
    await room.settle();
    const { outcome, answer } = await due.fact();
    assert.deepEqual([room.mails().length - before, outcome, answer], [0, 'refused', 'withheld by the person']);
  }
});
