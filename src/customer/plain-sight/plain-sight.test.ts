import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { callerOf, headline, readable, type Reply } from '../../../test/stories/calls.ts';
import { openHouse } from '../../../test/stories/house-on-clock.ts';
import { grantMinutes } from './step-up/limits.ts';

const house = await openHouse();
after(house.close);
const { database, clock, shop } = house;
const call = callerOf(house.port);

let count = 0;
beforeEach(() => {
  // Each as somebody else who was not here for an hour.
  count += 1;
  clock.advanceTo(clock.now().add({ hours: 1 }));
});

const visitor = () => ({ accept: 'text/html', 'x-forwarded-for': `2001:db8:${count}::1` });
const get = (path: string): Promise<Reply> => call('GET', path, { headers: visitor() });
const post = (path: string, form: Readonly<Record<string, string>>): Promise<Reply> =>
  call('POST', path, {
    headers: { ...visitor(), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
const locationOf = ({ headers }: Reply): string => headers.get('location') ?? '';

/** Lets jobs run, and gives what came into the mailbox. */
async function mails(): Promise<readonly { readonly subject: string; readonly text: string }[]> {
  await house.settle();
  const caught = house.mailbox.mails().map(({ subject, text }) => ({ subject, text: text ?? '' }));
  house.mailbox.clear();
  return caught;
}

/** A customer of their own, with a parcel that a carrier was asked about. */
async function aCustomer(more: object = {}) {
  count += 1;
  const email = `grace${count}@kunde.example`;
  const customer = { id: `d-${count}`, name: 'Grace Hopper', email, phone: '+49 30 555 01 23' };
  const link = await house.putOrder(`D-${count}`, { customer, language: 'en', ...more });
  return { link, email, page: `${link}/data` };
}

/** The page after the code from the mailbox. */
async function opened(page: string): Promise<string> {
  const sent = await post(`${page}/code`, { act: 'send' });
  assert.equal(sent.status, 303);
  const [mail] = await mails();
  const code = /\d{4} \d{4}/.exec(mail?.text ?? '')?.[0] ?? '';
  const entered = await post(`${page}/code`, { act: 'check', code });
  assert.equal(entered.status, 303, readable(entered.text));
  return locationOf(entered).split('?')[0] ?? '';
}

test('a link alone shows who got what and masks the rest; no cookie, nothing kept by browsers', async () => {
  const { page, email } = await aCustomer();
  const { text, headers } = await get(page);
  const said = readable(text);
  for (const secret of [email, 'Grace', 'Hopper', 'Musterweg', '555', 'Tasse'])
    assert.ok(!text.includes(secret), secret);
  assert.match(said, /g•••@k•••\.example/);
  assert.match(said, /Nobody outside Nordlicht has got anything about you so far/);
  assert.match(said, /Art\. 77 GDPR/);
  assert.equal(headers.get('set-cookie'), null);
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
});

test('a link shows the numbers of its own order and of no other of the same person, before a code', async () => {
  const [own, other] = ['00340434161096000107', '00340434161096000114'];
  const ordered = (number: string) => ({ parcels: [{ carrier: 'dhl', tracking_number: number }] });
  const { page, email } = await aCustomer(ordered(own));
  const customer = { id: `d-${count}`, name: 'Grace Hopper', email };
  const number = `D-${count}`;
  await house.putOrder('OTHER-77', { customer, language: 'en', ...ordered(other) });
  const { text } = await get(page);
  assert.ok(text.includes(number) && text.includes(own), 'its own are shown');
  assert.ok(!text.includes('OTHER-77') && !text.includes(other), 'others are masked');
  assert.match(readable(text), /••• 77.*••• 14/s);
  const whole = (await get(await opened(page))).text;
  assert.ok(whole.includes('OTHER-77') && whole.includes(other));
});

test('how long something is kept is said by the clocks of this shop', async () => {
  const { page } = await aCustomer();
  const { retention } = house.house.rights;
  const set = { shopId: shop.shopId, clock: 'parcel', actor: 'test' };
  assert.match(readable((await get(page)).text), /Kept for 13 months at the most/);
  await retention.setDays({ ...set, days: 730 });
  assert.match(readable((await get(page)).text), /Kept for 2 years at the most/);
  await retention.setDays({ ...set, days: null });
});

test('what a carrier got is said in plain words, with its number in the ledger and a proof to take along', async () => {
  await house.connect();
  const { page, link } = await aCustomer({
    parcels: [{ carrier: 'dhl', tracking_number: '00340434161096000077', service: 'parcel-de' }],
  });
  await house.pass({ hours: 2 });
  assert.ok(link);
  await house.house.privacy.ledger.sequence(shop.shopId);
  const { text } = await get(page);
  assert.match(readable(text), /DHL got your tracking number, (to tell you where your parcel is|so that news)/);
  assert.match(readable(text), /Entry 1 of \d about you, at place \d/);
  const listed = readable((await get(`${page}/given`)).text);
  assert.match(listed, /1–\d of \d, the latest first.*Art\. 6\(1\)\(b\) GDPR/s);
  const proofUrl = /href="([^"]+\/proof\/dsc_[^"]+)"/.exec(text)?.[1] ?? '';
  const plain = await get(proofUrl);
  assert.match(plain.text, /^c2sp\.org\/tlog-proof@v1\nindex/);
  const own = await opened(page);
  const whole = await get(proofUrl.replace(page, own));
  assert.match(whole.text, /^c2sp\.org\/tlog-proof@v1\nextra /);
  assert.ok(whole.text.length < 2_000, `${whole.text.length} bytes`);
  const record = (await get(`${own}/entries`)).body as { readonly count: number; readonly entries: readonly object[] };
  assert.equal(record.entries.length, record.count);
});

test('a code opens the page once, in whatever way it is typed, for a quarter of an hour and for this link only', async () => {
  const { page, email } = await aCustomer();
  await post(`${page}/code`, { act: 'send' });
  const [mail] = await mails();
  const code = /\d{4} \d{4}/.exec(mail?.text ?? '')?.[0] ?? '';
  const arabic = code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))).replace(' ', '-');
  const entered = await post(`${page}/code`, { act: 'check', code: arabic });
  const own = locationOf(entered).split('?')[0] ?? '';
  assert.match(own, /\/data\/[\w-]{27}$/);
  const { text } = await get(own);
  for (const shown of [email, 'Grace Hopper', 'Musterweg 1, 10115 Berlin, DE', '2 × Tasse']) {
    assert.ok(readable(text).includes(shown), shown);
  }
  assert.equal((await post(`${page}/code`, { act: 'check', code })).status, 422, 'a code is used up');
  const other = await aCustomer();
  assert.equal((await get(own.replace(page, other.page))).status, 403);
  clock.advanceTo(clock.now().add({ minutes: grantMinutes }));
  const over = await get(own);
  assert.deepEqual([over.status, headline(over.text)], [403, 'This page has closed itself']);
  assert.equal((await post(`${own}/erase`, { sure: 'yes' })).status, 403, 'an old tab does nothing');
  const again = await opened(page);
  assert.equal((await post(`${again}/close`, {})).status, 303);
  assert.equal((await get(again)).status, 403, 'closed by hand');
});

test('guesses are counted, answered alike and end the code; codes are not sent without end', async () => {
  const { page } = await aCustomer();
  const nothing = await post(`${page}/code`, { act: 'check', code: '12345678' });
  await post(`${page}/code`, { act: 'send' });
  const code = /\d{4} \d{4}/.exec((await mails())[0]?.text ?? '')?.[0] ?? '';
  const wrong = code === '0000 0000' ? '1111 1111' : '0000 0000';
  for (const guess of [wrong, '', 'x'.repeat(500), '９'.repeat(8), `${code}0`]) {
    const answered = await post(`${page}/code`, { act: 'check', code: guess });
    assert.deepEqual([answered.status, answered.text], [422, nothing.text], guess);
  }
  assert.equal((await post(`${page}/code`, { act: 'check', code })).status, 422, 'tried too often');
  await post(`${page}/code`, { act: 'send' });
  await post(`${page}/code`, { act: 'send' });
  const fourth = await post(`${page}/code`, { act: 'send' });
  assert.match(locationOf(fourth), /done=often/);
  assert.match(readable((await get(locationOf(fourth))).text), /Enough codes were sent for now/);
  assert.equal((await mails()).length, 2);
  for (let guesses = 0; guesses < 20; guesses += 1) await post(`${page}/code`, { act: 'check', code: '1' });
  assert.equal(
    (await post(`${page}/code`, { act: 'check', code: '1' })).status,
    429,
    'an address that guesses is held up',
  );
});

test('what was written with the shop is counted behind the link, and read word for word behind a code by its writer only', async () => {
  const { page, link } = await aCustomer();
  const other = await aCustomer();
  const text = `Where is <b>my</b> cup? ${'مرحبا '.repeat(20)}`.trim();
  const sent = await post(`${link}/contact/write?language=en`, { topic: 'data', text });
  assert.equal(sent.status, 303, readable(sent.text));
  const number = /C-\w{4}-\w{4}/.exec((await mails()).map(({ subject }) => subject).join(' '))?.[0] ?? '';
  const answered = await house.call('POST', `/v1/cases/${number}/answer`, { body: { text: 'On its way & well.' } });
  assert.equal(answered.status, 200, answered.text);
  await mails();
  const masked = (await get(page)).text;
  assert.match(readable(masked), /Your questions and requests/);
  assert.ok(masked.includes(number) && !masked.includes('my cup') && !masked.includes('On its way'));
  const own = await opened(page);
  const path = /href="([^"]+\/cases\/C-[^"?]+)/.exec((await get(own)).text)?.[1] ?? '';
  const said = (await get(path)).text;
  assert.ok(said.includes('Where is &lt;b>my&lt;/b> cup? مرحبا') && said.includes('On its way &amp; well.'));
  assert.equal((await get(path.replace(own, `${page}/x`))).status, 403);
  assert.equal((await get(path.replace(own, await opened(other.page)))).status, 404, 'it is nobody else’s to read');
});

test('who has no address, or one that takes nothing, is told the way by people', async () => {
  const mute = await aCustomer({ customer: { id: 'mute', name: 'Ada' } });
  assert.match(readable((await get(mute.page)).text), /knows no e-mail address of yours/);
  assert.match(locationOf(await post(`${mute.page}/code`, { act: 'send' })), /\/data\?language=en$/);
  const bounced = await aCustomer();
  await post(`${bounced.page}/code`, { act: 'send' });
  await mails();
  const rows = await database.rows<{ mailId: string }>(
    `select mail_id as "mailId" from mail.sent order by sent_at desc limit 1`,
    [],
  );
  await database.tx((tx) => house.house.mail.refused(tx, shop.shopId, rows[0]?.mailId ?? '', '550 5.1.1'));
  assert.match(readable((await get(bounced.page)).text), /Mails to g•••@k•••\.example came back/);
});

test('a person restricts, objects and takes both back; each is mailed, and the second press changes nothing', async () => {
  const { page } = await aCustomer();
  const own = await opened(page);
  assert.equal(locationOf(await post(`${own}/restrict`, { on: 'yes' })), `${own}?language=en&done=restrict_on`);
  assert.match((await mails())[0]?.subject ?? '', /^Done: the use of your data is restricted/);
  assert.match(locationOf(await post(`${own}/restrict`, { on: 'yes' })), /done=nothing/);
  assert.deepEqual(await mails(), []);
  const open = readable((await get(`${own}?done=restrict_on`)).text);
  assert.match(open, /is restricted from now on\. A mail confirms it/);
  assert.match(open, /Restricted since 20 November|Restricted since/);
  assert.match(locationOf(await post(`${own}/restrict`, { on: 'no' })), /done=restrict_off/);
  const object = { purpose: 'sending mail', on: 'yes' };
  assert.match(locationOf(await post(`${own}/object`, object)), /done=object_on/);
  assert.match(readable((await get(`${own}/object`)).text), /You object since/);
  for (const wrong of [{ purpose: 'answering a request', on: 'yes' }, { purpose: 'x', on: 'yes' }, { on: 'maybe' }]) {
    assert.equal((await post(`${own}/object`, wrong)).status, 400);
  }
  assert.equal((await get(`${own}/sell`)).status, 404);
});

test('what is corrected counts at once, a new address when its mailbox says so', async () => {
  const { page, email } = await aCustomer();
  const own = await opened(page);
  const form = {
    name: 'Grace B. Hopper',
    email,
    phone: '',
    street: 'Weg 2',
    postcode: '10115',
    city: 'Berlin',
    country: 'DE',
  };
  assert.match(locationOf(await post(`${own}/correct`, form)), /done=correct/);
  const said = readable((await get(own)).text);
  assert.match(said, /Grace B\. Hopper/);
  assert.ok(!said.includes('555 01 23'), 'an emptied number goes');
  const emptied = await post(`${own}/correct`, { ...form, email: '' });
  assert.match(readable(emptied.text), /cannot be emptied alone/);
  assert.match(said, /Weg 2, 10115 Berlin, DE/);
  const wrong = await post(`${own}/correct`, { ...form, email: 'no address', name: '<b>"x' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /name="email"[^>]*aria-invalid="true"[^>]*aria-describedby="wrong-email"/);
  assert.match(readable(wrong.text), /An address such as name@example\.com/);
  assert.match(wrong.text, /value="&lt;b>&quot;x"/);
  assert.match(locationOf(await post(`${own}/correct`, form)), /done=nothing/);
  await mails();
  const changed = await post(`${own}/correct`, { ...form, email: 'new@kunde.example' });
  assert.match(locationOf(changed), /done=asked/);
  const sent = await mails();
  assert.deepEqual(sent.map(({ subject }) => subject).toSorted(), [
    'Done: a new e-mail address was given',
    'Is this your new address?',
  ]);
  const path = /https:\/\/[^/]+(\/e\/\S+)/.exec(sent.map(({ text }) => text).join('\n'))?.[1] ?? '';
  assert.equal(headline((await get(path)).text), 'Confirm your new e-mail address');
  assert.ok(readable((await get(own)).text).includes(email), 'looking at it changes nothing');
  assert.equal(headline((await post(path, {})).text), 'Your new e-mail address counts from now on.');
  assert.match(readable((await get(own)).text), /new@kunde\.example/);
  assert.deepEqual([(await post(path, {})).status, (await post('/e/x', {})).status], [404, 404]);
});

test('everything can be taken along in three forms, and the first time is mailed and entered', async () => {
  const { page, email } = await aCustomer();
  const own = await opened(page);
  for (const format of ['json', 'html', 'csv']) {
    const file = await get(`${own}/download/${format}`);
    assert.equal(file.status, 200);
    assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename="glasspost-/);
    if (format !== 'csv') assert.ok(file.text.includes(email), format);
  }
  assert.deepEqual(
    (await mails()).map(({ subject }) => subject),
    ['Done: your data was downloaded'],
  );
  const entries = (await get(`${own}/entries`)).body?.['entries'] as readonly { readonly shown: { kind: string } }[];
  assert.equal(entries.filter(({ shown }) => shown.kind === 'export').length, 1);
  assert.equal((await get(`${own}/download/exe`)).status, 404);
});

test('erasing takes a second word, takes all, and leaves a receipt under the link for a day', async () => {
  const { page, link, email } = await aCustomer();
  const own = await opened(page);
  assert.match(readable((await get(`${own}/erase`)).text), /Order D-\d+: until 31 December/);
  assert.equal((await post(`${own}/erase`, {})).status, 400, 'nothing is erased without the second word');
  assert.equal(headline((await get(`${own}/erase?sure=1`)).text), 'Really erase everything?');
  const begun = performance.now();
  const erased = await post(`${own}/erase`, { sure: 'yes' });
  assert.ok(performance.now() - begun < 5_000);
  assert.equal(erased.status, 303);
  for (const path of [locationOf(erased), own, `${own}/erase`, link, page]) {
    const { text, status } = await get(path);
    assert.deepEqual([status, headline(text)], [200, 'Your data was erased'], path);
    assert.ok(!text.includes('Grace') && !text.includes(email));
  }
  assert.equal(headline((await post(`${own}/erase`, { sure: 'yes' })).text), 'Your data was erased', 'the other tab');
  await house.house.privacy.ledger.sequence(shop.shopId);
  const receipt = await get(`${page}/receipt`);
  assert.match(receipt.text, /^c2sp\.org\/tlog-proof@v1\nextra /);
  const [last] = await mails();
  assert.match(last?.text ?? '', /"kind": "erasure"/);
  assert.equal(last?.subject, 'Your data at Nordlicht was erased');
  const left = await database.rows(
    `select 1 from customer.grant_of_person union all select 1 from notices.message m where m.kind = 'data erased'`,
    [],
  );
  assert.equal(left.length, (await database.rows(`select 1 from customer.grant_of_person`, [])).length);
  clock.advanceTo(clock.now().add({ hours: 24 }));
  assert.equal((await get(page)).status, 404);
  await house.house.customer.dropOld();
  assert.deepEqual(await database.rows(`select 1 from customer.farewell`, []), []);
});
