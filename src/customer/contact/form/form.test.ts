import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { sealed } from '#privacy';
import { createService, type CaseInput } from '#service';
import { openConsoleHouse } from '../../../../test/fixtures/console-house.ts';
import { exampleOrder } from '../../../../test/ground.ts';
import { createCustomer } from '../../customer.ts';

const house = await openConsoleHouse();
const { ground, needs } = house;
const { database, orders, shop, clock, jobs } = ground;
const { shopId } = shop;
const { cases } = needs.service;
const hours = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, '09:00-17:00']));
await ground.service.setContact({ shopId, patch: { ...hours, zone: 'Europe/Berlin' }, actor: 'test' });

const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: ['127.0.0.1'], publicUrl: 'http://127.0.0.1' },
  log: createLog({ level: 'silent' }),
  ready: () => Promise.resolve(true),
});
createCustomer({ ...ground, service: house.service, protection: { shown: () => Promise.resolve(null) } }).mount(http);
const { port } = await http.listen();
after(async () => {
  await http.close();
  await house.close();
});

let callers = 0;
async function call(path: string, form?: Readonly<Record<string, string>>, from?: string) {
  callers += 1;
  const answered = await fetch(`http://127.0.0.1:${port}${path}`, {
    redirect: 'manual',
    headers: { 'accept-language': 'en', 'x-forwarded-for': from ?? `10.9.${callers >> 8}.${callers & 255}` },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  assert.equal(answered.headers.get('set-cookie'), null);
  return { status: answered.status, text: await answered.text(), to: answered.headers.get('location') ?? '' };
}

const sentNumber = (to: string): string => new URL(to, 'http://x').searchParams.get('sent') ?? '';
const fieldIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

const openly = `/contact/${showId('shp', shopId)}/write`;
const ada = await ground.putOrder('C-1', exampleOrder());
const behind = `/t/${orders.links.tokenOf(ada.orderId, 1)}/contact/write?language=en`;
const mails = () => needs.mailbox.mails();
const rawOf = (mail: ReturnType<typeof mails>[number]): string => Buffer.from(mail.raw).toString('utf8');

test('what is written behind the link reaches the shop with the parcel beside it, and its writer has a copy', async () => {
  const form = await call(behind);
  assert.equal(form.status, 200);
  assert.doesNotMatch(form.text, /Ada|kunde\.example|Musterweg|1990/, 'nobody is named');
  const [slot = ''] = [...form.text.matchAll(/<option value="(2026-[^"]+)"/g)].map(([, value = '']) => value);
  const once = fieldIn(form.text, 'once');
  const letter = { once, topic: 'delivery', text: 'Where is it?\n<b>שלום</b>', slot, phone: '+49 30 7654321' };
  const sent = await call(behind, letter);
  assert.equal(sent.status, 303);
  const number = sentNumber(sent.to);
  const again = await call(behind, letter);
  assert.equal(sentNumber(again.to), number, 'the same form twice is one question');
  assert.equal(mails().length, 0, 'nothing goes before the commit');
  await jobs.runDue();
  // A crash behind the sending: the jobs come again.
  const [entry] = await database.rows<{ personId: string; entryId: string }>(
    'select person_id as "personId", entry_id as "entryId" from service.entry',
    [],
  );
  await database.tx((tx) =>
    jobs.add(tx, {
      task: 'service.desk_mail',
      payload: { personId: entry?.personId ?? '', entryId: entry?.entryId ?? '' },
    }),
  );
  await jobs.runDue();
  const desk = mails().filter(({ to }) => to[0]?.address === 'hallo@nordlicht.example');
  const copies = mails().filter(({ to }) => to[0]?.address === 'ada@kunde.example');
  assert.equal(desk.length, 1);
  assert.equal(copies.length, 1);
  const [mail, copy] = [desk[0], copies[0]];
  assert.ok(mail !== undefined && copy !== undefined);
  assert.match(mail.subject, new RegExp(`^${number} · Lieferung und Paket · Bestellung C-1$`));
  assert.match(rawOf(mail), /^Reply-To: "?Ada Beispiel"? <ada@kunde\.example>/m);
  assert.match(mail.text ?? '', /Where is it\?\n<b>שלום<\/b>/);
  assert.match(mail.text ?? '', /Paket: Stand unbekannt, noch kein Zeichen/, 'the state of the parcel');
  assert.doesNotMatch(mail.text ?? '', /7654321/, 'the number stays in the house');
  assert.match(copy.text ?? '', /Where is it\?/);
  assert.match(copy.text ?? '', /You get this because you wrote to Nordlicht, or because somebody did/);
  assert.match((await call(sent.to)).text, new RegExp(number));
  const own = await call(behind);
  assert.match(own.text, /Waiting for an answer/);
  assert.doesNotMatch(own.text, /Where is it\?/, 'the words stand behind a code');
});

test('staff answer in the same conversation, and what it took is measured', async () => {
  const [one] = await cases.list(database, shopId, 'open');
  assert.ok(one !== undefined);
  clock.advanceTo(clock.now().add({ hours: 2 }));
  const cookie = await house.signIn();
  const inbox = async (query: string) => (await house.ask(`/console/inbox${query}`, { cookie })).text;
  assert.match(
    await inbox(''),
    /<bdi>Where is it\? &lt;b>שלום&lt;\/b><\/bdi><small[^>]*><bdi>Ada Beispiel<\/bdi> · <bdi>C-1</,
  );
  assert.match(await inbox('?find=c-1'), new RegExp(`Found for “c-1”[^]*${one.number}`), 'by the number of the order');
  assert.match(await inbox('?find=nothing'), /There is no case for this number here/);
  const found = await house.ask(`/console/inbox?find=${one.number.toLowerCase()}`, { cookie });
  assert.equal(found.headers.get('location'), `/console/inbox/${one.number}`);
  const page = await house.ask(`/console/inbox/${one.number}`, { cookie });
  assert.match(page.text, /ada@kunde\.example/);
  assert.match(page.text, /href="\/console\/parcels\/par_/);
  assert.match(page.text, /tel:\+49307654321|\+49 30 7654321/);
  const path = `/console/inbox/${one.number}`;
  const empty = await house.ask(path, { cookie, form: { act: 'answer', text: ' ' } });
  assert.equal(empty.status, 422);
  assert.match(page.text, /name="seen" value="1"/);
  const typed = { act: 'answer', text: 'It comes tomorrow.', seen: '1' };
  const done = await house.ask(path, { cookie, form: typed });
  const twice = await house.ask(path, { cookie, form: typed });
  assert.equal(twice.status, 422, 'pressed twice, or by two at once');
  assert.match(twice.text, /name="seen" value="2"[^]*has not been sent[^]*It comes tomorrow\.<\/textarea>/);
  assert.equal(done.status, 303);
  await jobs.runDue();
  const [copy, answer] = mails()
    .filter(({ to }) => to[0]?.address === 'ada@kunde.example')
    .toSorted((a, b) => a.id.localeCompare(b.id));
  assert.ok(copy !== undefined && answer !== undefined);
  assert.match(answer.text ?? '', /It comes tomorrow\.[^]*Where is it\?/);
  assert.ok(rawOf(answer).includes(`In-Reply-To: ${copy.messageId}`), 'in the same conversation');
  const read = await cases.read(database, shopId, one.number);
  assert.equal(read?.one.state, 'answered');
  assert.equal(read?.entries[0]?.forwarded?.outcome, 'sent');
  assert.match((await call(behind)).text, /Answered/);
  const [took] = await database.rows<{ open: number; plain: number }>(
    `select open_minutes as open, extract(epoch from answered_at - asked_at)::int / 60 as plain from service.first_answer`,
    [],
  );
  assert.deepEqual(took, { open: 120, plain: 120 });
});

test('staff mark, close and open again, and a customer goes on with what they asked', async () => {
  const [one] = await cases.list(database, shopId, 'answered');
  assert.ok(one !== undefined);
  const cookie = await house.signIn();
  const path = `/console/inbox/${one.number}`;
  for (const [act, state] of [
    ['called', 'answered'],
    ['close', 'closed'],
    ['reopen', 'open'],
    ['elsewhere', 'answered'],
  ] as const) {
    assert.equal((await house.ask(path, { cookie, form: { act } })).status, 303, act);
    assert.equal((await cases.read(database, shopId, one.number))?.one.state, state, act);
  }
  assert.equal((await house.ask(path, { cookie, form: { act: 'reopen' } })).status, 422);
  assert.equal((await house.ask('/console/inbox/C-0000-0000', { cookie, form: { act: 'close' } })).status, 404);
  const goesOn = await call(`${behind}&case=${one.number}`);
  assert.match(goesOn.text, new RegExp(`You are adding to ${one.number}`));
  const more = { once: fieldIn(goesOn.text, 'once'), case: one.number, text: 'And now?' };
  assert.equal(sentNumber((await call(behind, more)).to), one.number);
  assert.equal((await cases.read(database, shopId, one.number))?.one.state, 'open');
  const audited = new Set((await ground.privacy.audits(database, shopId, 50)).map(({ verb }) => verb));
  for (const verb of ['case.asked', 'case.answer', 'case.called', 'case.close', 'case.reopen']) {
    assert.ok(audited.has(verb), verb);
  }
});

test('a form for everybody tells nobody which orders and addresses are known, and sends no links to others', async () => {
  const letter = (email: string, order: string, once: string) => ({
    ...{ email, order, once, name: 'Win 1000 EUR', topic: 'other', text: 'Buy at https://evil.example now' },
  });
  const answers = [
    await call(openly, letter('ada@kunde.example', 'C-1', 'a'.repeat(20))),
    await call(openly, letter('ada@kunde.example', 'C-9', 'b'.repeat(20))),
    await call(openly, letter('eve@fremd.example', 'C-1', 'c'.repeat(20))),
    await call(openly, letter('eve@fremd.example', 'C-9', 'd'.repeat(20))),
  ];
  const shapes = answers.map(({ status, to }) => `${status} ${to.replaceAll(/C-[^&]+/g, 'C')}`);
  assert.equal(new Set(shapes).size, 1, shapes.join('\n'));
  await jobs.runDue();
  const open = await cases.list(database, shopId, 'open');
  const about = open.filter(({ via }) => via === 'page').map(({ orderId, orderSaid }) => [orderId, orderSaid === null]);
  assert.deepEqual(about, [
    [ada.orderId, true],
    [null, false],
    [null, false],
    [null, false],
  ]);
  const known = await orders.read(database, ada.personId, ada.orderId);
  assert.equal(
    ground.privacy.open(known?.buyer.name ?? assert.fail(), { purpose: 'support', reader: 'staff' }),
    'Ada Beispiel',
  );
  const toEve = mails().filter(({ to }) => to[0]?.address === 'eve@fremd.example');
  assert.ok(toEve.length > 0);
  assert.doesNotMatch(toEve.map(rawOf).join('\n'), /^To:.*Win/m, 'nor a name that is none');
  assert.doesNotMatch(toEve[0]?.text ?? '', /evil/);
});

test('what is wrong is said beside its field and nothing typed is lost; header lines cannot be written', async () => {
  const before = mails().length;
  const wrong = {
    ...{ email: 'eve@fremd.example\r\nBcc: all@fremd.example', name: 'E\r\nX: y', text: 'Grüße <i>', topic: 'nothing' },
    ...{ phone: 'soon', slot: '2026-11-23T10:00:00Z' },
  };
  const answered = await call(openly, wrong);
  assert.equal(answered.status, 422);
  assert.match(answered.text, /This is not an e-mail address/);
  assert.match(answered.text, /Please choose what it is about/);
  assert.match(answered.text, /This is not a phone number/);
  assert.match(answered.text, /Grüße &lt;i>/);
  const right = { email: 'eve@fremd.example', topic: 'other', phone: '', slot: '' };
  const long = await call(openly, { ...wrong, ...right, text: 'ä'.repeat(4_001) });
  assert.match(long.text, /too long: at most 4,000|too long: at most 4000/);
  assert.match((await call(openly, { ...wrong, phone: '030 1234567', slot: '' })).text, /Please choose when/);
  assert.match((await call(`${openly}?call=1`)).text, /<details id="call" open>/);
  const named = { email: 'noa@fremd.example', name: 'N\r\nBcc: all@fremd.example', topic: 'other', text: 'Hi' };
  assert.equal((await call(openly, named)).status, 303);
  await jobs.runDue();
  for (const mail of mails().slice(0, mails().length - before)) {
    assert.doesNotMatch(rawOf(mail), /^Bcc:/m);
    assert.equal(mail.to.length, 1);
  }
  const trapped = await call(openly, { ...named, website: 'https://x.example' });
  assert.equal(trapped.status, 303, 'a program learns nothing');
  const rows = await database.rows<{ cases: number }>('select count(*)::int as cases from service.customer_case', []);
  assert.equal(rows[0]?.cases, 6);
});

test('an address and a person write so often and no more, and a slot is given no more often than the shop wants', async () => {
  const one = { email: 'noa@fremd.example', topic: 'other', text: 'Hi' };
  const answered: number[] = [];
  for (let turn = 0; turn < 8; turn += 1) answered.push((await call(openly, one)).status);
  assert.deepEqual(answered.slice(0, 5), [303, 303, 303, 303, 303]);
  assert.equal(answered.at(-1), 429, 'of one person');
  const flood: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    flood.push((await call(openly, { ...one, email: `p${turn}@fremd.example` }, '192.0.2.7')).status);
  }
  assert.equal(flood.filter((status) => status === 303).length, 12, 'of one address');
  await cases.setCallsPerSlot({ shopId, calls: 1, actor: 'test' });
  const { slots } = await cases.slots(database, shopId);
  const slot = String(slots[0]?.startsAt);
  const wishes = await Promise.all(
    [1, 2, 3].map((who) => call(openly, { ...one, email: `call${who}@fremd.example`, slot, phone: '030 1234567' })),
  );
  assert.deepEqual(
    wishes.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, 422, 422],
  );
  await assert.rejects(cases.setCallsPerSlot({ shopId, calls: 101, actor: 'test' }), /0 to 100/);
});

test('who types in somebody’s address keeps them from nothing, and what is sent again with other words is not lost', async () => {
  const { orderId } = await ground.putOrder('C-5', exampleOrder({ customer: { email: 'lin@kunde.example' } }));
  const path = `/t/${orders.links.tokenOf(orderId, 1)}/contact/write?language=en`;
  const strange = { email: 'lin@kunde.example', topic: 'other', text: 'Hi' };
  for (let turn = 0; turn < 6; turn += 1) assert.equal((await call(openly, strange)).status, 303);
  assert.equal((await call(openly, strange)).status, 429);
  const swollen = { ...strange, email: 'at@fremd.example', text: '@ '.repeat(1_999) };
  assert.equal((await call(`${openly}?language=de`, swollen)).status, 303, 'nothing but links');
  const letter = { once: 'e'.repeat(20), topic: 'other', text: 'Where is it?' };
  const first = await call(path, letter);
  assert.equal(first.status, 303, 'behind their own link they can still write');
  const number = sentNumber(first.to);
  assert.notEqual(
    sentNumber((await call(path, { ...letter, text: 'And this?' })).to),
    number,
    'gone back to, and changed',
  );
  assert.doesNotMatch(
    (await call(`${path}&case=${number}`)).text,
    /name="email"/,
    'the answer goes where it went before',
  );
  const elsewhere = { ...letter, email: 'fay@fremd.example', text: 'Buy at https://evil.example now' };
  assert.equal((await call(path, elsewhere)).status, 303);
  await jobs.runDue();
  const toFay = mails().find(({ to }) => to[0]?.address === 'fay@fremd.example');
  assert.doesNotMatch(toFay?.text ?? 'evil', /evil/, 'the address of somebody else gets no links');
  const vanished = await call(path, { ...letter, topic: '', case: 'C-0000-0000' });
  assert.equal(vanished.status, 422);
  assert.match(vanished.text, /<select id="topic"/, 'a case that is not there hides nothing of the form');
});

test('the shop’s people read the time of a call on their own clock, as the customer does', async () => {
  await ground.service.setContact({ shopId, patch: { zone: 'Asia/Tokyo' }, actor: 'test' });
  const [slot] = (await cases.slots(database, shopId)).slots;
  assert.ok(slot !== undefined);
  const wish = { slot: String(slot.startsAt), phone: '030 1234567', topic: 'other', text: 'Call me' };
  const number = sentNumber((await call(openly, { ...wish, email: 'tokyo@fremd.example' })).to);
  await jobs.runDue();
  await ground.service.setContact({ shopId, patch: { zone: 'Europe/Berlin' }, actor: 'test' });
  const time = slot.startsAt.toZonedDateTimeISO('Asia/Tokyo').toPlainTime().toString({ smallestUnit: 'minute' });
  const desk = mails().find(
    ({ subject, to }) => subject.includes(number) && to[0]?.address === 'hallo@nordlicht.example',
  );
  assert.match(desk?.text ?? '', new RegExp(`Rückruf: .*${time} bis`));
});

test('who has no order is erased from the case, and what lies there is sealed', async () => {
  const [stored] = await database.rows<{ text: string }>(
    `select string_agg(to_jsonb(c)::text || to_jsonb(e)::text, ' ') as text
     from service.customer_case c join service.entry e using (person_id, case_id)`,
    [],
  );
  assert.doesNotMatch(stored?.text ?? '', /fremd|kunde|evil|Where/);
  const open = await cases.list(database, shopId, 'open');
  const strange = open.find(({ orderId, via, orderSaid }) => via === 'page' && orderId === null && orderSaid !== null);
  assert.ok(strange !== undefined);
  const cookie = await house.signIn();
  const eve = open.filter(({ via }) => via === 'page').find(({ personId }) => personId !== ada.personId);
  assert.ok(eve !== undefined);
  const erased = await house.ask(`/console/inbox/${eve.number}`, { cookie, form: { act: 'erase' } });
  assert.match(erased.text, /glasspost erasure receipt/);
  assert.equal(await cases.read(database, shopId, eve.number), null);
  const left = await database.rows('select from orders.person where person_id = $1', [eve.personId]);
  assert.equal(left.length, 0);
  const adas = open.find(({ personId }) => personId === ada.personId);
  const kept = await house.ask(`/console/inbox/${adas?.number}`, { cookie, form: { act: 'erase' } });
  assert.equal(kept.status, 404, 'whose orders are here is erased from their own page');
});

test('what a mail server’s operator reads of a question is disclosed first; without a service address it stays here', async () => {
  await jobs.runDue();
  const sent: string[] = [];
  const mailing = {
    ...ground.mail,
    operatorOf: () => 'relay.example',
    toStaff: (_shop: unknown, mail: { readonly subject: string }) => {
      sent.push(mail.subject);
      return Promise.resolve({ accepted: true } as const);
    },
  };
  const notices = { register: () => {}, tell: () => Promise.resolve({ no: 'suppressed' } as const) };
  const log = createLog({ level: 'silent' });
  const relayed = createService({ ...ground, log, mail: mailing, notices, caseUrlOf: () => 'https://shop.example/' });
  const { orderId, personId } = await ground.putOrder(
    'C-7',
    exampleOrder({ customer: { email: 'kim@kunde.example' } }),
  );
  const restrict = (isOn: boolean) =>
    database.tx((tx) => ground.privacy.restrict(tx, { kind: 'person', id: personId, shopId }, isOn));
  await restrict(true);
  const ask = (goesOn: CaseInput['goesOn'] = null) =>
    database.tx((tx) =>
      relayed.cases.write(tx, {
        shopId,
        from: { personId, orderId, email: null },
        topic: 'order',
        language: 'de',
        text: sealed('message', 'Ist es da?'),
        callBack: null,
        once: null,
        goesOn,
      }),
    );
  await ask();
  await jobs.runDue();
  assert.equal(sent.length, 1, 'an answer to what they ask themselves is no restriction’s business');
  const [told] = await ground.privacy.disclosuresOf(database, personId);
  assert.deepEqual(
    [told?.recipient, told?.purpose, told?.fields.toSorted()],
    ['mail_relay: relay.example', 'answering a request', ['email', 'message', 'order_number', 'scan']],
  );
  await restrict(false);
  const gone = await ground.service.setContact({ shopId, patch: { email: '' }, actor: 'test' });
  assert.ok(!('no' in gone));
  const written = await ask({ caseId: 'c0ffee00-0000-7000-8000-000000000000', personId, number: 'C-0000-0000' });
  await jobs.runDue();
  assert.equal(sent.length, 1);
  assert.ok(!('no' in written) && written.number !== 'C-0000-0000', 'what went in the meantime is begun anew');
  const read = await cases.read(database, shopId, written.number);
  assert.equal(read?.entries[0]?.forwarded?.outcome, 'no address');
});

test('what is past its clock goes: numbers thirty days after the call, cases with those who have nothing else here', async () => {
  clock.advanceTo(clock.now().add({ hours: 24 * 60 }));
  await ground.rights.daily();
  const count = async (table: string): Promise<number> =>
    (await database.rows<{ n: number }>(`select count(*)::int as n from ${table}`, []))[0]?.n ?? 0;
  assert.equal(await count('service.call_back'), 0);
  assert.ok((await count('service.entry')) > 0);
  clock.advanceTo(clock.now().add({ hours: 24 * 750 }));
  await ground.rights.daily();
  assert.equal(await count('orders.purchase'), 0, 'orders are past their clock');
  const [kept] = await cases.ofPerson(database, ada.personId);
  assert.ok(kept !== undefined, 'who has a case stays for as long as that');
  assert.ok((await database.tx((tx) => cases.recipient(tx, kept))) !== null);
  clock.advanceTo(clock.now().add({ hours: 24 * 350 }));
  await ground.rights.daily();
  for (const table of ['customer_case', 'entry', 'waiting', 'closed', 'first_answer', 'forwarded']) {
    assert.equal(await count(`service.${table}`), 0, table);
  }
  assert.equal(await count('orders.person'), 0, 'nobody stays behind');
});
