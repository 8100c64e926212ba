import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findConnector, type ReadScan } from '#carriers';
import { showId } from '#kit/ids';
import { orderBody, readOrder } from '#orders';
import { sealed, type Field } from '#privacy';
import { addSampleShop, openConsoleHouse } from '../../test/fixtures/console-house.ts';
import { exampleOrder } from '../../test/ground.ts';
import { consolePaths } from './paths.ts';
import { mayLeave } from './screens/house.ts';

let isSampleGone = false;
let mayRemove = async (): Promise<boolean> => isSampleGone;
const house = await openConsoleHouse({ removeSample: () => mayRemove() });
after(house.close);
const { ask, ground, hear } = house;
const { database, clock } = ground;
const cookie = await house.signIn();

let count = 0;

/** An order with one parcel that has heard these scans; where its page is. */
async function aParcel(number: string, scans: readonly Partial<ReadScan>[], more: object = {}) {
  count += 1;
  const tracking = `00340434${String(count).padStart(12, '0')}`;
  const parcels = [{ carrier: 'dhl-unified', tracking_number: tracking, service: 'parcel-de' }];
  const order = await ground.putOrder(number, exampleOrder({ parcels, ...more }));
  await house.settle();
  if (scans.length > 0) await hear(tracking, scans);
  return { ...order, tracking, parcelId: order.boxes[0]?.parcelId ?? '' };
}

async function pageAt(path: string, status = 200): Promise<string> {
  const answered = await ask(path, { cookie });
  assert.equal(answered.status, status, path);
  assert.doesNotMatch(answered.text, /undefined|\[object|\[sealed|NaN|Invalid/, path);
  return answered.text;
}

/** The links to parcels in a list, as address and order number. */
function parcelLinks(html: string): readonly (readonly [url: string, order: string])[] {
  return [...html.matchAll(/<a href="(\/console\/parcels\/par_[^"]*)"><bdi>([^<]*)/g)].map(
    ([, url = '', order = '']) => [url, order],
  );
}

function firstLink(html: string): string {
  return parcelLinks(html)[0]?.[0] ?? '';
}

function ordersIn(html: string): readonly string[] {
  return parcelLinks(html).map(([, order]) => order);
}

async function choose(shop: string): Promise<void> {
  assert.equal((await ask(consolePaths.shop, { cookie, form: { shop } })).headers.get('location'), '/console');
}

async function aCase(): Promise<string> {
  const from = { email: sealed('email', 'noa@kunde.example'), name: null, orderNumber: null };
  const text = sealed('message', 'Hello');
  const input = { shopId: ground.shop.shopId, from, topic: 'other', language: 'en', text } as const;
  const written = await database.tx((tx) => house.service.cases.write(tx, { ...input, callBack: null, once: null }));
  return 'no' in written ? assert.fail(written.no) : written.number;
}

async function retry(form: Readonly<Record<string, string>>): Promise<string | null> {
  return (await ask(consolePaths.retry, { cookie, form })).headers.get('location');
}

const hostile = '<img src=x onerror=alert(1)>"\'&';

test('the page of a parcel shows the scan as it came, what was told and who got which data', async () => {
  const { tracking, parcelId, personId } = await aParcel('K-1', [
    { code: 'parcel-de:AE', localTime: '2026-11-20T06:10:00', place: { name: 'Leipzig', country: 'DE' } },
    { code: 'parcel-de:XX9', localTime: '2026-11-20T08:31:00', text: hostile, zone: null, offset: '+01:00' },
  ]);
  await database.tx((tx) =>
    ground.privacy.disclose(tx, {
      shopId: ground.shop.shopId,
      personId,
      parcelId,
      service: 'tracking',
      purpose: 'tracking',
      recipient: { kind: 'carrier', name: 'dhl-unified' },
      values: { tracking_number: sealed('tracking_number', tracking), email: sealed('email', 'ada@kunde.example') },
    }),
  );
  const url = firstLink(await pageAt('/console?text=k-1'));
  const html = await pageAt(url);
  for (const shown of ['K-1', tracking, 'parcel-de:AE', 'parcel-de:XX9', 'Leipzig, DE', '2026-11-20 08:31:00+01:00']) {
    assert.ok(html.includes(shown), shown);
  }
  assert.match(html, /no table knows this code/);
  assert.match(html, /On its way<\/th>.*?sent<\/span>/s);
  assert.match(
    html,
    /<th scope="row">DHL<\/th>.*?tracking number.*?e-mail \(no rule allows it\).*?contract: art\. 6\(1\)\(b\)/s,
  );
  assert.match(html, /<a href="https:\/\/shop\.example\/t\/[\w-]{27}">/);
  assert.ok(!html.includes('ada@kunde.example'));
});

test('the page of a parcel says what its person said against the use of their data, and by which rule something stayed', async () => {
  const { parcelId, personId } = await aParcel('K-9', [], { customer: { id: 'c-9', email: 'neun@kunde.example' } });
  const shopId = ground.shop.shopId;
  await database.tx(async (tx) => {
    await ground.privacy.disclose(tx, {
      ...{ shopId, personId, parcelId, service: 'parcel-de', country: 'DE' },
      purpose: 'delivery notification by carrier',
      recipient: { kind: 'carrier', name: 'dhl-unified' },
      values: { email: sealed('email', 'neun@kunde.example'), phone: sealed('phone', '+49 30 9') },
    });
    await ground.privacy.restrict(tx, { kind: 'person', id: personId, shopId }, true);
    await ground.privacy.objectTo(tx, { kind: 'person', id: personId, shopId }, 'sending mail', true);
  });
  const html = await pageAt(firstLink(await pageAt('/console?text=k-9')));
  assert.match(html, /only kept \(art\. 18 GDPR\).*?objected \(art\. 21 GDPR\).*?sending mail/s);
  assert.match(html, /<a href="\/console\/rules#dhl-email">e-mail \(no consent\)<\/a>/);
  assert.match(html, /<a href="\/console\/rules#dhl-phone-germany">phone \(forbidden, whoever consents\)<\/a>/);
  const rulesHtml = await pageAt('/console/rules');
  assert.match(rulesHtml, /id="dhl-phone-germany".*?For shipments within Germany/s);
});

test('what carriers and shops write is text on every page, never markup', async () => {
  await aParcel(hostile, [
    { text: hostile, place: { name: hostile, country: 'DE' }, localTime: '2026-11-20T08:00:00' },
    { text: hostile, code: 'parcel-de:<i>', localTime: '2026-11-20T08:01:00' },
  ]);
  const list = await pageAt('/console');
  const url = firstLink(list);
  const pages = [list, await pageAt(url), await pageAt('/console/codes'), await pageAt('/console/notices')];
  const search = await pageAt(
    `/console?text=${encodeURIComponent(`"><script>${hostile}`)}&done=${encodeURIComponent(hostile)}`,
  );
  for (const html of [...pages, search]) {
    assert.doesNotMatch(html, /<img|<i>|<script>/);
    assert.match(html, /&lt;(?:img|i)/);
  }
});

test('an address cannot put words into a page', async () => {
  assert.match(await pageAt('/console?done=retried'), /<output class="done">The facts were read/);
  for (const query of ['done=Pay+here', 'failed=toString', 'done=retry', 'failed=', 'done=key_revoked+']) {
    assert.doesNotMatch(await pageAt(`/console?${query}`), /class="(?:done|failed)"/, query);
  }
});

test('an order is found by its whole number, and a parcel by its own', async () => {
  const { tracking } = await aParcel('Find Me-7', []);
  for (const text of ['find me-7', ' FIND  ME-7 ', tracking, `${tracking.slice(0, 8)} ${tracking.slice(8)}`]) {
    assert.deepEqual(ordersIn(await pageAt(`/console?text=${encodeURIComponent(text)}`)), ['Find Me-7'], text);
  }
  for (const text of ['Find', tracking.slice(0, -1), '%00', 'x'.repeat(500)]) {
    assert.deepEqual(ordersIn(await pageAt(`/console?text=${text}`)), []);
  }
  assert.deepEqual(ordersIn(await pageAt(`/console?text=${tracking}&milestone=delivered`)), []);
});

test('parcels are found by milestone, problem, carrier and by what needs attention', async () => {
  await aParcel('F-failed', [{ code: 'parcel-de:ZN', localTime: '2026-11-20T08:40:00' }]);
  await aParcel('F-done', [{ code: 'parcel-de:ZU', localTime: '2026-11-20T08:41:00' }]);
  await aParcel('F-silent', [{ code: 'parcel-de:EE', localTime: '2026-11-15T08:00:00' }]);
  const found = async (query: string): Promise<readonly string[]> =>
    ordersIn(await pageAt(`/console?${query}`))
      .filter((order) => order.startsWith('F-'))
      .toSorted();
  const all = ['F-done', 'F-failed', 'F-silent'];
  assert.deepEqual(await found(''), all);
  assert.deepEqual(await found('milestone=delivered'), ['F-done']);
  assert.deepEqual(await found('problem=attempt'), ['F-failed']);
  assert.deepEqual(await found('problem=customs'), []);
  assert.deepEqual(await found('attention=1'), ['F-failed', 'F-silent']);
  assert.deepEqual(await found('attention=1&problem=attempt'), ['F-failed']);
  assert.deepEqual(await found('attention=1&milestone=delivered'), []);
  assert.deepEqual(await found('carrier=dhl-unified'), all);
  assert.deepEqual(await found('milestone=nonsense&carrier=nobody&problem=none&before=par_x&attention=2'), all);
  assert.match(await pageAt('/console?milestone=in_transit&problem=&text='), /F-silent.*?silent<\/span>/s);
});

/** Every page of a list, by its links to older rows. */
async function walk(from: string): Promise<readonly string[]> {
  const pages: string[] = [];
  for (let url: string | undefined = from; url !== undefined && pages.length < 20;) {
    const html: string = await pageAt(url);
    pages.push(html);
    url = /href="([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  }
  return pages;
}

test('a list of many parcels comes in pages that miss none and show none twice', async () => {
  for (let made = 0; made < 105; made += 1) await aParcel(`M-${made}`, [], { customer: { id: 'many' } });
  const rows = (await walk('/console?milestone=unknown')).map(ordersIn);
  const orders = rows.flat();
  assert.equal(orders.filter((order) => order.startsWith('M-')).length, 105);
  assert.equal(new Set(orders).size, orders.length);
  assert.ok(rows.length >= 3);
  for (const page of rows.slice(0, -1)) assert.equal(page.length, 50);
});

test('so do the messages, each with its parcel', async () => {
  for (let made = 0; made < 51; made += 1) await aParcel(`T-${made}`, [{}]);
  const pages = (await walk('/console/notices')).map(ordersIn);
  assert.equal(pages[0]?.length, 50);
  assert.equal(new Set(pages.flat().filter((order) => order.startsWith('T-'))).size, 51);
  assert.equal(pages.flat().filter((order) => order.startsWith('T-')).length, 51);
});

test('a parcel of another shop, an unknown one and nonsense are pages that say that nothing is there', async () => {
  const { orders } = ground;
  const { face } = ground.shop;
  const other = await orders.addShop(database, { name: 'Other', language: 'en', sample: false, face });
  const { parcelId } = await aParcel('X-1', []);
  const url = firstLink(await pageAt('/console?text=X-1'));
  assert.ok((await pageAt('/console')).includes(`name="shop" value="${showId('shp', other.shopId)}"`));
  await choose(showId('shp', other.shopId));
  assert.match(await pageAt(url, 404), /There is nothing here/);
  assert.deepEqual(ordersIn(await pageAt('/console')), []);
  for (const nonsense of ['shp_x', '', parcelId, showId('shp', parcelId), other.shopId]) await choose(nonsense);
  assert.deepEqual(ordersIn(await pageAt('/console')), []);
  await choose(showId('shp', ground.shop.shopId));
  await pageAt(url);
  for (const path of [
    '/console/parcels/par_x',
    `/console/parcels/${parcelId}`,
    '/console/mailbox/x',
    '/console/mailbox/x/body',
  ]) {
    await pageAt(path, 404);
  }
  await database.rows(`delete from orders.shop where shop_id = $1`, [other.shopId]);
});

test('a parcel whose person was erased is still shown, without what was theirs', async () => {
  const { parcelId, personId } = await aParcel('E-1', [{ localTime: '2026-11-20T08:42:00' }]);
  const url = firstLink(await pageAt('/console?text=E-1'));
  await database.rows(
    `delete from orders.purchase where person_id = $1 and order_id in
    (select order_id from parcels.parcel where parcel_id = $2)`,
    [personId, parcelId],
  );
  const html = await pageAt(url);
  assert.ok(html.includes('parcel-de:AE') && !html.includes('E-1') && !html.includes('/t/'));
  assert.ok(ordersIn(await pageAt('/console/notices')).includes('–'));
});

test('a key is made, shown this once, works, and is revoked', async () => {
  const form = { name: 'Shop system', scope: ['orders:write', 'parcels:read'] };
  const made = await ask(consolePaths.keys, { cookie, form });
  assert.equal(made.status, 200);
  const key = /gp_[0-9a-z]{26}_[\w-]{43}/.exec(made.text)?.[0] ?? '';
  const caller = await house.api.keys.callerOf(`Bearer ${key}`, 'orders:write');
  assert.equal(caller.shopId, ground.shop.shopId);
  const list = await pageAt(consolePaths.keys);
  assert.ok(list.includes('Shop system') && !list.includes(key));
  const id = /name="id" value="(key_\w+)"/.exec(list)?.[1] ?? '';
  const gone = await ask(consolePaths.revokeKey, { cookie, form: { id } });
  assert.equal(gone.headers.get('location'), '/console/keys?done=key_revoked');
  await assert.rejects(house.api.keys.callerOf(`Bearer ${key}`, 'orders:write'), { code: 'unauthorized' });
  const again = await ask(consolePaths.revokeKey, { cookie, form: { id } });
  assert.equal(again.headers.get('location'), '/console/keys?failed=key_unknown');
  assert.match(await pageAt('/console/keys?failed=key_unknown'), /role="alert">There was no such key/);
  assert.match(await pageAt('/console/audit'), /key\.revoke.*key\.create/s);
});

test('a key without a name or scope is not made, and what was typed is still there', async () => {
  const before = (await house.api.keys.list(ground.shop.shopId)).length;
  for (const [form, says] of [
    [{ name: '  ', scope: 'orders:read' }, 'Give it a name'],
    [{ name: 'x'.repeat(101), scope: 'orders:read' }, 'Give it a name'],
    [{ name: 'ERP "7"' }, 'Choose what the key may do'],
    [{ name: 'ERP "7"', scope: 'orders:drop' }, 'There is no scope'],
  ] as const) {
    const answered = await ask(consolePaths.keys, { cookie, form });
    assert.equal(answered.status, 422);
    assert.match(answered.text, new RegExp(`role="alert">${says}`));
    if (form.name.startsWith('ERP')) assert.match(answered.text, /value="ERP &quot;7&quot;"/);
  }
  assert.equal((await house.api.keys.list(ground.shop.shopId)).length, before);
});

test('parked facts are shown and handed to their reader again', async () => {
  let isBroken = true;
  const follower = ground.facts.follow('stumbler', ['console.test'], async () => {
    if (isBroken) throw new Error('not today');
  });
  const key = ground.shop.shopId;
  await database.tx(async (tx) => ground.facts.append(tx, { kind: 'console.test', key, body: {} }));
  for (let tried = 0; tried < 30; tried += 1) {
    await follower.readOnce();
    clock.advanceTo(clock.now().add({ minutes: 10 }));
  }
  assert.match(await pageAt('/console/parked'), new RegExp(`stumbler.*console\\.test.*${key}`, 's'));
  assert.match(await pageAt('/console'), /Parked facts<span class="count waiting">1/);
  assert.equal(await retry({ follower: 'stumbler', key }), '/console/parked?failed=retry');
  isBroken = false;
  assert.equal(await retry({ follower: 'stumbler', key: "x' or true" }), '/console/parked');
  assert.equal(await retry({ follower: 'stumbler', key }), '/console/parked?done=retried');
  assert.match(await pageAt('/console/parked'), /Nothing is parked/);
});

test('a caught mail is shown in a frame under a policy of its own', async () => {
  await aParcel('Mail-1', [{ localTime: '2026-11-20T08:50:00' }]);
  const list = await pageAt('/console/mailbox');
  const [, url = ''] = /<a href="(\/console\/mailbox\/[0-9a-f-]{36})">/.exec(list) ?? [];
  assert.match(list, /Ada Beispiel &lt;ada@kunde\.example>/);
  const page = await ask(url, { cookie });
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-src 'self'.*|.*frame-src 'self'/);
  assert.match(page.text, new RegExp(`<iframe[^>]*src="${url}/body"`));
  const body = await ask(`${url}/body`, { cookie });
  assert.equal(body.status, 200);
  const policy = body.headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", "form-action 'none'", "frame-ancestors 'self'", 'sandbox allow-popups']) {
    assert.ok(policy.includes(part), part);
  }
  assert.doesNotMatch(policy, /script-src|allow-scripts|allow-same-origin/);
  assert.equal(body.headers.get('x-frame-options'), 'SAMEORIGIN');
  assert.match(body.text, /Mail-1/);
  assert.equal((await ask(`${url}/body`)).status, 303);
});

test('the settings say who this house speaks with', async () => {
  assert.match(await pageAt('/console/settings'), /GLASSPOST_PORT.*Glasspost 0\.1\.0/s);
  assert.match(await pageAt('/console/settings'), /Nobody: no carrier account/);
  const connector = findConnector('dhl-unified');
  assert.ok(connector);
  await house.carriers.addAccount(database, { shopId: ground.shop.shopId, connector, secrets: { key: 'topsecret' } });
  const html = await pageAt('/console/settings');
  assert.match(html, /DHL.*api-eu\.dhl\.com.*asks where parcels are.*tracking number/s);
  assert.ok(!html.includes('topsecret'));
});

test('what the settings say about personal data is what the rules let out', async () => {
  const { personId } = await aParcel('R-1', []);
  const values = Object.fromEntries(
    [
      'name',
      'email',
      'phone',
      'address',
      'postcode',
      'customer_id',
      'order_number',
      'order_contents',
      'tracking_number',
    ]
      .concat('scan', 'message', 'consent_words')
      .map((field) => [field, sealed(field as Field, 'x')]),
  );
  const shopId = ground.shop.shopId;
  for (const [kind, name, service, purpose] of [
    ['carrier', 'dhl-unified', 'tracking', 'tracking'],
    ['carrier', 'ups', 'push subscription', 'push subscription'],
    ['mail_relay', 'relay.example', 'mail', 'sending mail'],
  ] as const) {
    const asked = { shopId, personId, parcelId: null, recipient: { kind, name }, service, purpose, values };
    const disclosed = await database.tx((tx) => ground.privacy.disclose(tx, asked));
    assert.deepEqual(Object.keys(disclosed.values).toSorted(), mayLeave(kind).toSorted());
  }
});

test('the sample world asks before it goes, and goes by a form only', async () => {
  await pageAt('/console/sample', 404);
  const shopId = await addSampleShop(house);
  const boxes = { parcels: [{ carrier: 'dhl-unified', tracking_number: '00340434999999999999' }] };
  const order = readOrder('S-1', orderBody.parse(exampleOrder(boxes)));
  await database.tx((tx) => ground.parcels.takeOrder(tx, shopId, order));
  await hear('00340434999999999999', [{}], shopId);
  const newcomer = await house.signIn();
  const first = await ask('/console', { cookie: newcomer });
  assert.match(first.text, /Sample world: every order/, 'a newcomer sees the sample shop first');
  const byMail = await house.signIn();
  const path = consolePaths.case(await aCase());
  assert.equal((await ask(path, { cookie: byMail })).status, 404, 'of another shop than the chosen one');
  const [shop, headers] = [showId('shp', ground.shop.shopId), { referer: `${house.url}${path}` }];
  const chosen = await ask(consolePaths.shop, { cookie: byMail, form: { shop }, headers });
  assert.equal(chosen.headers.get('location'), path, 'whoever came by a mail sees what it was about');
  assert.equal((await ask(path, { cookie: byMail })).status, 200);
  mayRemove = async () => {
    isSampleGone = true;
    await database.tx(async (tx) => {
      await tx.rows(`delete from orders.shop where shop_id = $1`, [shopId]);
      await house.staff.forgetShop(tx, shopId);
    });
    return true;
  };
  const question = await ask('/console/sample', { cookie: newcomer });
  assert.match(question.text, /1 invented order with 1 parcel,.*action="\/console\/sample\/remove"/s);
  assert.equal((await ask(consolePaths.removeSample, { cookie: newcomer })).status, 405);
  assert.ok(!isSampleGone);
  assert.match((await ask('/console/mailbox', { cookie: newcomer })).text, /S-1/);
  const gone = await ask(consolePaths.removeSample, { cookie: newcomer, method: 'POST' });
  assert.equal(gone.headers.get('location'), '/console?done=sample_removed');
  const left = await ask('/console?done=sample_removed', { cookie: newcomer });
  assert.match(left.text, /The sample world is gone/);
  assert.doesNotMatch(left.text, /class="sample"|Sample pottery/);
  assert.doesNotMatch((await ask('/console/mailbox', { cookie: newcomer })).text, /S-1/);
});
