import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import type { CaughtMail } from '#kit/mailbox';
import { exampleNumber, openHouse, type HouseOnClock, type PostedScan } from './house-on-clock.ts';

const house = await openHouse();
after(house.close);

let customers = 0;
/** A customer of whom nobody else in this file has the address. */
function newCustomer(): string {
  customers += 1;
  return `kundin-${customers}@kunde.example`;
}

let numbers = 0;
function newNumber(): string {
  numbers += 1;
  return `00340434161095${String(numbers).padStart(6, '0')}`;
}

type Order = { readonly email: string; readonly numbers: readonly string[] };

async function order(number: string, more: { readonly parcels?: number; readonly language?: string } = {}, at = house) {
  const placed: Order = { email: newCustomer(), numbers: Array.from({ length: more.parcels ?? 1 }, newNumber) };
  await at.putOrder(number, {
    customer: { email: placed.email, name: 'Ada Beispiel' },
    language: more.language ?? 'de',
    parcels: placed.numbers.map((one) => ({ carrier: 'dhl', tracking_number: one })),
  });
  return placed;
}

/** A scan that happens now, on the house's clock. */
function scanNow(code: string, number: string | undefined, at = house): PostedScan {
  const time = at.clock.now().toZonedDateTimeISO('Europe/Berlin');
  const local_time = time.toPlainDateTime().toString({ smallestUnit: 'second' });
  return { code, tracking_number: number ?? exampleNumber, local_time, offset: time.offset, place: 'Berlin' };
}

/** Mails to a customer, oldest first. */
function mailsTo(email: string, at: HouseOnClock = house): readonly CaughtMail[] {
  const own = at.mailbox.mails().filter((mail) => mail.to.some(({ address }) => address === email));
  return own.toReversed();
}

/** A header of a mail as it came, unfolded. */
function header(mail: CaughtMail | undefined, name: string): string | null {
  const head =
    Buffer.from(mail?.raw ?? [])
      .toString('utf8')
      .split('\r\n\r\n', 1)[0]
      ?.replaceAll(/\r\n[ \t]+/g, ' ') ?? '';
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
}

const troubledWay = [
  ['announced.data_received', null],
  ['accepted.picked_up', 'Ihr Paket ist unterwegs'],
  ['in_transit.sorted', null],
  ['out_for_delivery.loaded', 'Ihr Paket wird zugestellt'],
  ['exception.damaged', 'Ihr Paket ist beschädigt'],
  ['delivery_failed.not_home', 'Niemand war da'],
  ['ready_for_pickup.post_office', 'Ihr Paket wartet in der Postfiliale'],
  ['delivered.collected_post_office', 'Sie haben Ihr Paket abgeholt'],
] as const;

test('Each of the six things worth telling reaches the customer by one mail, in the language of the order.', async () => {
  const german = await order('C-1');
  const english = await order('C-2', { language: 'en-GB' });
  for (const [code, said] of troubledWay) {
    const before = mailsTo(german.email).length;
    await house.postScans(scanNow(code, german.numbers[0]), scanNow(code, english.numbers[0]));
    await house.pass({ minutes: 5 });
    const fresh = mailsTo(german.email).slice(before);
    assert.deepEqual(
      fresh.map((mail) => mail.subject),
      said === null ? [] : [`${said} · Bestellung C-1`],
      code,
    );
    await house.pass({ hours: 1 });
  }
  assert.equal(mailsTo(german.email).length, 6);
  const mails = mailsTo(english.email);
  assert.match(mailsTo(german.email)[0]?.html ?? '', /<html[^>]* lang="de"/);
  assert.match(mails[0]?.html ?? '', /<html[^>]* lang="en-GB"/);
  assert.deepEqual(
    mails.map((mail) => mail.subject.split(' · ')[1]),
    Array<string>(6).fill('Order C-2'),
  );
});

test('All mails about an order stand in one thread, and each has a name of its own.', async () => {
  const { email } = await orderDelivered('C-3');
  const other = await orderDelivered('C-4');
  const mails = mailsTo(email);
  assert.equal(mails.length, 3);
  const threads = new Set(mails.map((mail) => header(mail, 'references')));
  assert.equal(threads.size, 1);
  assert.match([...threads][0] ?? '', /^<ord_[0-9a-z]{26}@paket\.nordlicht\.example>$/);
  assert.equal(new Set(mails.map((mail) => mail.messageId)).size, 3);
  for (const { messageId } of mails) assert.match(messageId ?? '', /^<ntc_[0-9a-z]{26}@paket\.nordlicht\.example>$/);
  assert.notEqual(header(mailsTo(other.email)[0], 'references'), [...threads][0]);
});

async function orderDelivered(number: string): Promise<Order> {
  const placed = await order(number);
  for (const code of ['accepted.picked_up', 'out_for_delivery.loaded', 'delivered.recipient']) {
    await house.postScans(scanNow(code, placed.numbers[0]));
    await house.pass({ hours: 2 });
  }
  return placed;
}

test('However often a scan is said, it is told once.', async () => {
  const placed = await order('C-5');
  const scans: PostedScan[] = [];
  for (const code of ['accepted.picked_up', 'out_for_delivery.loaded', 'delivered.recipient']) {
    scans.push(scanNow(code, placed.numbers[0]));
    await Promise.all([house.postScans(...scans), house.postScans(...scans.toReversed()), house.postScans(...scans)]);
    await house.pass({ hours: 1 });
    await house.postScans(...scans);
    await house.pass({ hours: 1 });
  }
  assert.equal(mailsTo(placed.email).length, 3);
});

test('In whatever order scans come, nothing is told twice, and nothing is told that is no longer true.', async () => {
  const orders = [];
  for (let at = 0; at < 12; at += 1) orders.push(await order(`C-6-${at}`));
  const began = house.clock.now();
  const codes = ['accepted.picked_up', 'in_transit.sorted', 'out_for_delivery.loaded', 'delivered.safe_place'];
  const scansOf = (one: Order) =>
    codes.map((code, step) => ({
      ...scanNow(code, one.numbers[0]),
      local_time: began.add({ minutes: step }).toZonedDateTimeISO('Europe/Berlin').toPlainDateTime().toString(),
    }));
  await house.pass({ minutes: 5 });
  for (let round = 0; round < codes.length; round += 1) {
    // Every order has its scans in another turn; some come together, all come twice.
    const batch = orders.flatMap((one, at) => {
      const scan = scansOf(one)[(round * (1 + 2 * (at % 2)) + at) % codes.length];
      return scan === undefined ? [] : [scan, scan];
    });
    await Promise.all([house.postScans(...batch), house.postScans(...batch.toReversed())]);
    if (round % 2 === 0) await house.pass({ minutes: 2 });
  }
  await house.pass({ hours: 1 });
  for (const [at, { email }] of orders.entries()) {
    const told = mailsTo(email).map(({ subject }) => subject.split(' · ')[0]);
    assert.equal(new Set(told).size, told.length, `order ${at}: ${told.join(', ')}`);
    assert.equal(told.at(-1), 'Ihr Paket liegt am vereinbarten Ort', `order ${at}: ${told.join(', ')}`);
  }
});

test('Parcels of one order that move together are told of in one mail.', async () => {
  const placed = await order('C-7', { parcels: 3 });
  for (const number of placed.numbers) {
    await house.postScans(scanNow('accepted.picked_up', number));
    await house.pass({ seconds: 15 });
  }
  assert.deepEqual(mailsTo(placed.email), [], 'the minute is not over');
  await house.pass({ minutes: 2 });
  const [mail, ...others] = mailsTo(placed.email);
  assert.deepEqual(others, []);
  assert.equal(mail?.subject, 'Alle 3 Pakete sind unterwegs · Bestellung C-7');
  for (const number of placed.numbers) assert.ok(mail?.text?.includes(number), number);
});

test('What happened more than 48 hours ago is no news, and no mail is sent about it.', async () => {
  const placed = await order('C-8');
  const old = house.clock.now().subtract({ hours: 49 }).toZonedDateTimeISO('UTC').toPlainDateTime().toString();
  await house.postScans({
    ...scanNow('delivery_failed.not_home', placed.numbers[0]),
    local_time: old,
    offset: '+00:00',
  });
  await house.pass({ hours: 3 });
  assert.deepEqual(mailsTo(placed.email), []);
  await house.postScans(scanNow('delivered.neighbour', placed.numbers[0]));
  await house.pass({ minutes: 5 });
  assert.equal(mailsTo(placed.email).length, 1, 'what is new is told');
});

test('A second attempt that fails is told again.', async () => {
  const placed = await order('C-9');
  for (let day = 0; day < 2; day += 1) {
    await house.postScans(scanNow('out_for_delivery.loaded', placed.numbers[0]));
    await house.pass({ hours: 4 });
    await house.postScans(scanNow('delivery_failed.not_home', placed.numbers[0]));
    await house.pass({ hours: 20 });
  }
  const told = mailsTo(placed.email).map(({ subject }) => subject.split(' · ')[0]);
  const day = ['Ihr Paket wird zugestellt', 'Niemand war da'];
  assert.deepEqual(told, [...day, ...day]);
});

test('A mail that says what no longer is true is not sent.', async () => {
  const placed = await order('C-10', { parcels: 2 });
  await house.postScans(scanNow('delivery_failed.not_home', placed.numbers[0]));
  await house.pass({ seconds: 20 });
  await house.postScans(scanNow('delivered.recipient', placed.numbers[0]));
  await house.pass({ minutes: 5 });
  assert.deepEqual(
    mailsTo(placed.email).map(({ subject }) => subject.split(' · ')[0]),
    ['Ihr Paket ist zugestellt'],
  );
});

/** A mail server that takes every mail and breaks off the first time, before it has said so. */
async function forgetfulServer() {
  const taken: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, _session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        taken.push(/^message-id: *(.*)$/im.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? '');
        if (taken.length === 1) server.connections.forEach((one: { close: () => void }) => one.close());
        else answer(null);
      });
    },
  });
  server.on('error', () => {});
  const socket = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => socket.once('listening', resolve));
  const address = socket.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    taken,
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

test('A mail whose receipt got lost on the line goes out again under the same Message-ID, and never a third time.', async (t) => {
  const server = await forgetfulServer();
  const own = await openHouse({ smtp: { url: server.url, operator: 'post.example' } });
  t.after(async () => {
    await own.close();
    await server.close();
  });
  const placed = await order('C-11', {}, own);
  await own.postScans(scanNow('accepted.picked_up', placed.numbers[0], own));
  await assert.rejects(own.settle(), { code: 'unavailable' });
  const [line] = await own.house.notices.ofShop(own.database, own.shop.shopId, null, 10);
  assert.equal(line?.outcome, null);
  const payload = { personId: line?.personId ?? '', noticeId: line?.noticeId ?? '' };
  for (let time = 0; time < 3; time += 1) {
    await own.database.tx((tx) => own.jobs.add(tx, { task: 'notices.send', payload }));
    await own.settle();
  }
  assert.equal(server.taken.length, 2);
  assert.equal(new Set(server.taken).size, 1);
  const [concluded] = await own.house.notices.ofShop(own.database, own.shop.shopId, null, 10);
  assert.equal(concluded?.outcome, 'sent');
});
