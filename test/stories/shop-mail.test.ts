import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { dkimVerify } from 'mailauth';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { MailTransport } from '#kit/mail';
import { startDnsServer } from '../dns-server.ts';
import { exampleOrder, openGround } from '../ground.ts';
import { openRoom } from '../../src/notices/samples/room.ts';
import { createMail, mailSweeps } from '#mail';
import { absenceNote, qmailReport, statusReport } from '../../src/mail/samples/reports.ts';

const dns = await startDnsServer();
const domain = 'nordlicht.example';
let way: MailTransport | null = null;
const ground = await openGround({
  dnsServers: [dns.address],
  mailServer: 'mail.relay.example',
  transportOf: () => {
    assert.ok(way);
    return way;
  },
});
const room = await openRoom(ground);
after(async () => {
  await room.close();
  await ground.close();
  dns.close();
});
const { mail, database, shop } = ground;

let returnPaths: (string | undefined)[] = [];
let refusal: string | null = null;
beforeEach(() => {
  room.pass(7_200);
  refusal = null;
  returnPaths = [];
  way = {
    ...room.inside,
    send: async (one) => {
      returnPaths.push(one.returnPath);
      return refusal === null ? await room.inside.send(one) : { no: 'refused', permanent: true, answer: refusal };
    },
  };
  room.sendBy(way);
});

let count = 0;

/** An order of somebody whose parcel was handed over; what became of the mail about it. */
async function aNotice(email: string, code = 'parcel-de:AE', more: object = {}) {
  count += 1;
  const number = `00340435${String(count).padStart(12, '0')}`;
  const customer = { id: `m-${email}`, name: 'Ada Beispiel', email };
  const parcels = [{ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' }];
  const order = await ground.putOrder(`M-${count}`, exampleOrder({ customer, parcels, ...more }));
  await room.hear(number, room.scan(code));
  const [told] = await room.notices.ofOrder(database, order.personId, order.orderId);
  assert.ok(told);
  return { ...order, ...told, messageId: `${showId('ntc', told.noticeId ?? '')}@shop.example` };
}

async function publish(): Promise<void> {
  for (const { name, value, key } of (await mail.records(shop, 'test')).records) {
    if (key !== 'mx') dns.texts.set(name, [...(dns.texts.get(name) ?? []), value]);
  }
  dns.exchanges.set(domain, ['mx.nordlicht.example']);
}

async function states() {
  const { records, signsWith } = await mail.records(shop, 'test');
  return { signsWith, said: records.map(({ key, state }) => `${key} ${state}`) };
}

const passed = async (raw: Uint8Array): Promise<readonly string[]> => {
  const { results } = await dkimVerify(Buffer.from(raw), {
    resolver: async (name, type) => (await dns.resolver.resolve(name, type)) as string[],
  });
  return results.filter((one) => one.status.result === 'pass').map((one) => `${one.algo} ${one.selector}`);
};

async function auditVerbs(): Promise<readonly string[]> {
  return (await ground.privacy.audits(database, shop.shopId, 200)).map(({ verb }) => verb);
}

// The first: from a shop without keys to one that signs, and never back.
test('mails are signed from when both records were seen, and new keys take over only when theirs were', async () => {
  const unsigned = await aNotice('eins@kunde.example');
  assert.deepEqual([unsigned.outcome, unsigned.answer], ['sent', 'unsigned: no_keys']);
  dns.silent = true;
  assert.ok((await states()).said.every((line) => line.endsWith('unanswered')));
  dns.silent = false;
  assert.deepEqual(await states(), {
    signsWith: null,
    said: ['spf missing', 'dkim_rsa missing', 'dkim_ed25519 missing', 'dmarc missing', 'mx missing'],
  });
  assert.equal((await aNotice('zwei@kunde.example')).answer, 'unsigned: not_seen');
  const records = (await mail.records(shop, 'test')).records;
  const rsa = records.find(({ key }) => key === 'dkim_rsa');
  dns.texts.set(rsa?.name ?? '', ['v=DKIM1; k=rsa; p=MIIB']);
  assert.equal((await states()).said[1], 'dkim_rsa wrong');
  dns.texts.clear();
  await publish();
  assert.deepEqual(await states(), {
    signsWith: '20261120',
    said: ['spf ok', 'dkim_rsa ok', 'dkim_ed25519 ok', 'dmarc ok', 'mx ok'],
  });
  room.mails();
  assert.equal((await aNotice('drei@kunde.example')).answer, '');
  const [signed] = room.mails();
  assert.deepEqual(await passed(signed?.raw ?? new Uint8Array()), [
    'ed25519-sha256 gp20261120-ed25519',
    'rsa-sha256 gp20261120-rsa',
  ]);

  await mail.rotate(shop, 'test');
  const waiting = await states();
  assert.equal(waiting.signsWith, '20261120');
  assert.deepEqual(waiting.said.slice(1, 5), [
    'dkim_rsa missing',
    'dkim_ed25519 missing',
    'dkim_rsa ok',
    'dkim_ed25519 ok',
  ]);
  await publish();
  assert.equal((await states()).signsWith, '20261120-2');
  await aNotice('vier@kunde.example');
  const [next] = room.mails();
  assert.deepEqual((await passed(next?.raw ?? new Uint8Array()))[1], 'rsa-sha256 gp20261120-2-rsa');
  const verbs = await auditVerbs();
  assert.deepEqual([verbs.includes('mail.keys'), verbs.includes('mail.rotate')], [true, true]);
  assert.equal(verbs.filter((verb) => verb === 'mail.sign').length, 2);
});

test('a shop that has signed sends nothing without a signature: the mail is held, and staff can see why', async () => {
  const face = { ...shop.face, sender: { name: 'Nordlicht', address: 'post@anders.example' } };
  const moved = `update orders.shop set face = $2 where shop_id = $1`;
  await database.rows(moved, [shop.shopId, JSON.stringify(face)]);
  try {
    await assert.rejects(aNotice('fuenf@kunde.example'), (error) => error instanceof Fault);
    const [line] = await room.notices.ofShop(database, shop.shopId, null, 1);
    assert.deepEqual([line?.outcome, line?.answer, returnPaths], [null, 'unsigned: other_domain', []]);
  } finally {
    await database.rows(moved, [shop.shopId, JSON.stringify(shop.face)]);
  }
});

test('keys lie in the database sealed, and without them no mail goes out', async () => {
  const rows = await database.rows<{ pairId: string; private: Buffer }>(
    'select pair_id as "pairId", private from mail.key_pair',
    [],
  );
  assert.ok(rows.length > 0 && rows.every((row) => !row.private.toString('latin1').includes('PRIVATE')));
  const set = 'update mail.key_pair set private = $2 where pair_id = $1';
  for (const row of rows) await database.rows(set, [row.pairId, Buffer.concat([row.private, Buffer.from([0])])]);
  const restarted = createMail({
    ...ground,
    ...{ publicUrl: 'https://shop.example', dnsServers: [], mailServer: null },
    transportOf: () => room.inside,
  });
  assert.equal((await restarted.state(database, shop)).unsigned, 'unreadable');
  for (const row of rows) await database.rows(set, [row.pairId, row.private]);
  assert.equal((await restarted.state(database, shop)).unsigned, null);
});

test('every mail has a return path of its own that names nobody, where the shop has a bounce address', async () => {
  await aNotice('sechs@kunde.example');
  assert.ok(returnPaths.length > 0 && returnPaths.every((path) => path === undefined));
  returnPaths = [];
  await assert.rejects(mail.setBounceAddress(shop, 'a-very-long-bounce-address@b.example', 'test'), /at most 17/);
  await mail.setBounceAddress(shop, 'Bounces@Nordlicht.example', 'test');
  await aNotice('sechs@kunde.example');
  await aNotice('sieben@kunde.example');
  const [first = '', second = ''] = returnPaths;
  assert.match(first, /^bounces\+[0-9a-z]{46}@nordlicht\.example$/);
  assert.ok((first.split('@')[0] ?? '').length <= 64);
  assert.notEqual(first, second);
});

test('a mailbox that does not exist gets no second mail, until staff or a new address lift that', async () => {
  const email = 'weg@kunde.example';
  await aNotice(email);
  const report = Buffer.from(statusReport({ to: returnPaths[0] ?? '', messageId: 'x@elsewhere.example' }));
  assert.deepEqual(await mail.takeBounce(shop.shopId, report), { result: 'suppressed', code: '5.1.1' });
  assert.deepEqual(await mail.takeBounce(shop.shopId, report), { result: 'known', code: '5.1.1' });
  const held = await aNotice(email, 'parcel-de:ZF');
  assert.deepEqual([held.outcome, held.answer, returnPaths.length], ['suppressed', '5.1.1', 1]);
  const [row] = await mail.suppressed(database, shop.shopId, 10);
  assert.equal(row?.personId, held.personId);
  assert.equal(await mail.lift(shop.shopId, held.personId, 'staff'), true);
  assert.equal(await mail.lift(shop.shopId, held.personId, 'staff'), false);
  assert.equal((await aNotice(email)).outcome, 'sent');
  assert.equal((await auditVerbs())[0], 'mail.lift');

  const again = Buffer.from(statusReport({ to: returnPaths.at(-1) ?? '', messageId: 'x@elsewhere.example' }));
  assert.equal((await mail.takeBounce(shop.shopId, again)).result, 'suppressed');
  const customer = { id: `m-${email}`, name: 'Ada Beispiel', email: 'da@kunde.example' };
  const corrected = await aNotice(email, 'parcel-de:AE', { customer });
  assert.equal(corrected.personId, held.personId);
  assert.equal(corrected.outcome, 'sent');
});

test('an old server’s words and a Message-ID are enough', async () => {
  const notice = await aNotice('alt@kunde.example');
  const report = qmailReport({ to: 'bounces@nordlicht.example', messageId: notice.messageId });
  assert.equal((await mail.takeBounce(shop.shopId, Buffer.from(report))).result, 'suppressed');
});

test('a full mailbox is forgiven twice within thirty days', async () => {
  const email = 'voll@kunde.example';
  for (const expected of ['counted', 'counted', 'suppressed']) {
    await aNotice(email);
    const report = statusReport({ to: returnPaths.at(-1) ?? '', messageId: 'x@y.example', status: '5.2.2' });
    assert.equal((await mail.takeBounce(shop.shopId, Buffer.from(report))).result, expected);
  }
  assert.equal((await aNotice(email)).outcome, 'suppressed');
  assert.equal(await mail.liftAddress(shop.shopId, ' VOLL@kunde.example', 'key'), 1);
  room.pass(31 * 24 * 3_600);
});

test('a report that nobody sent a mail for, a forged one and an absence note change nothing', async () => {
  await aNotice('echt@kunde.example');
  const real = returnPaths.at(-1) ?? '';
  const forged = real.replace(/.@/, (end) => (end === '0@' ? '1@' : '0@'));
  const messageId = 'x@y.example';
  const results = [];
  for (const text of [
    statusReport({ to: forged, messageId }),
    statusReport({ to: 'bounces@nordlicht.example', messageId }),
    absenceNote({ to: real, messageId }),
    statusReport({ to: real, messageId, action: 'delayed', status: '4.4.1' }),
    statusReport({ to: real, messageId, status: '5.7.1' }),
  ]) {
    results.push((await mail.takeBounce(shop.shopId, Buffer.from(text))).result);
  }
  assert.deepEqual(results, ['unknown_mail', 'unknown_mail', 'no_report', 'ignored', 'ignored']);
  const other = await ground.orders.addShop(database, { ...shop, name: 'Anders' });
  const elsewhere = await mail.takeBounce(other.shopId, Buffer.from(statusReport({ to: real, messageId })));
  assert.equal(elsewhere.result, 'unknown_mail');
  assert.equal((await aNotice('echt@kunde.example')).outcome, 'sent');
});

test('a mail server that says at once that there is nobody is believed, one that says only no is not', async () => {
  refusal = '550 5.7.1';
  assert.equal((await aNotice('nein@kunde.example')).outcome, 'refused');
  refusal = '550 5.1.1';
  assert.equal((await aNotice('nein@kunde.example')).outcome, 'refused');
  refusal = null;
  assert.deepEqual((await aNotice('nein@kunde.example')).outcome, 'suppressed');
});

test('who wants no mails about steps gets none, and what they must know all the same', async () => {
  const email = 'leise@kunde.example';
  room.mails();
  await aNotice(email);
  const headers = new Map(
    room
      .mails()[0]
      ?.raw.toString()
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [line.split(': ')[0] ?? '', line]),
  );
  assert.equal(headers.get('List-Unsubscribe-Post'), 'List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  const [, token = ''] =
    /<https:\/\/shop\.example\/u\/([\w-]+)\?language=de>/.exec(headers.get('List-Unsubscribe') ?? '') ?? [];
  const subscriber = mail.subscriber(token);
  assert.ok(subscriber);
  assert.equal(mail.subscriber(token.replace(/^../, 'AB')), null);
  await mail.unsubscribe(subscriber);
  await mail.unsubscribe(subscriber);
  assert.equal((await aNotice(email)).outcome, 'unsubscribed');
  room.mails();
  assert.equal((await aNotice(email, 'parcel-de:ZN')).outcome, 'sent');
  assert.doesNotMatch(room.mails()[0]?.raw.toString() ?? '', /List-Unsubscribe|shop\.example\/u\//);
  await mail.resubscribe(subscriber);
  assert.equal((await aNotice(email)).outcome, 'sent');
});

test('a mail that is tried says what happened, step by step', async () => {
  room.mails();
  const words = async (address: string) => {
    const { sent, steps } = await mail.tryMail(shop, address, 'staff');
    return [sent, ...steps.map(({ word }) => word)];
  };
  assert.deepEqual(await words('kollege@nordlicht.example'), [
    true,
    'try.from.domain',
    'try.signed',
    'try.server',
    'try.taken',
    'try.look',
  ]);
  const [tried] = room.mails();
  assert.equal((await passed(tried?.raw ?? new Uint8Array())).length, 2);
  refusal = '550 5.1.1';
  assert.deepEqual((await words('kollege@nordlicht.example')).slice(-1), ['try.refused']);
  way = { ...room.inside, send: () => Promise.reject(new Fault('unavailable', 'The mail relay takes no mail.')) };
  assert.deepEqual((await words('kollege@nordlicht.example')).slice(-1), ['try.broken']);
  await assert.rejects(words('kein'), /no address/);
  assert.deepEqual(await ground.privacy.disclosuresOf(database, shop.shopId), []);
});

test('what was sent long ago is forgotten, and a shop with everything it has', async () => {
  room.pass(121 * 24 * 3_600);
  const before = ground.clock.now().subtract({ hours: 120 * 24 });
  for (const sweep of mailSweeps) {
    await database.tx((tx) => sweep.drop(tx, { shopId: shop.shopId, before, keptIds: [] }, 1_000));
  }
  assert.deepEqual(await database.rows('select 1 from mail.sent', []), []);
  await database.tx((tx) => mail.forgetShop(tx, shop.shopId));
  for (const table of ['key_pair', 'suppressed', 'bounce_address', 'unsubscribed']) {
    assert.deepEqual(await database.rows(`select 1 from mail.${table} where shop_id = $1`, [shop.shopId]), [], table);
  }
});
