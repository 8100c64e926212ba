import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { readReceipt, sealed } from '#privacy';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { createCustomer } from '../customer.ts';

const ground = await openGround();
const { database, privacy, orders, shop } = ground;
const mailed: (readonly string[])[] = [];
let platforms: readonly { readonly issuer: string; readonly name: string }[] = [];
const reviewing = { service: 'review invitation', purpose: 'review invitation by platform' } as const;
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'http://127.0.0.1' },
  log: createLog({ level: 'silent' }),
  ready: () => Promise.resolve(true),
});
createCustomer({
  ...ground,
  evidence: { sealsOf: async () => [], invitesThrough: async () => platforms },
  mailReceipts: async (_tx, _person, consentIds) => void mailed.push(consentIds),
}).mount(http);
const { port } = await http.listen();
after(async () => {
  await http.close();
  await ground.close();
});

async function call(path: string, form?: Readonly<Record<string, string>>) {
  const answered = await fetch(`http://127.0.0.1:${port}${path}`, {
    redirect: 'manual',
    headers: { 'accept-language': 'en' },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  assert.equal(answered.headers.get('set-cookie'), null);
  return { status: answered.status, text: await answered.text(), headers: answered.headers };
}

let count = 0;
const purpose = 'delivery notification by carrier';

async function anOrder(more: object = {}): Promise<{ readonly path: string; readonly personId: string }> {
  count += 1;
  const customer = { id: `c-${count}`, name: 'Ada Beispiel', email: `ada${count}@kunde.example`, phone: '+49 30 1' };
  const parcels = [
    { carrier: 'dhl-unified', tracking_number: `0034043416109401${5000 + count}`, service: 'parcel-de' },
  ];
  const { orderId, personId } = await ground.putOrder(`C-${count}`, exampleOrder({ customer, parcels, ...more }));
  const token = orders.links.tokenOf(orderId, 1);
  return { path: `/t/${token}/consents`, personId };
}

const boxesIn = (html: string): readonly string[] =>
  [...html.matchAll(/<input type="checkbox" name="box" value="([^"]+)"/g)].map(([, value = '']) => value);
const consentsIn = (html: string): readonly string[] =>
  [...html.matchAll(/name="consent" value="([^"]+)"/g)].map(([, value = '']) => value);

const ask = (personId: string) =>
  database.tx((tx) =>
    privacy.disclose(tx, {
      ...{ shopId: shop.shopId, personId, parcelId: null, service: 'parcel-de', country: 'DE', purpose },
      recipient: { kind: 'carrier', name: 'dhl-unified' },
      values: { email: sealed('email', 'ada@kunde.example') },
    }),
  );

test('a box stands unticked, names one recipient, and is there only where a rule could let something go', async () => {
  const { text } = await call((await anOrder()).path);
  assert.deepEqual(
    boxesIn(text).map((value) => value.split(':').slice(0, 2)),
    [['dhl-unified', 'email']],
    'no phone within Germany',
  );
  assert.doesNotMatch(text, /checked/);
  assert.doesNotMatch(text, /Ada|kunde\.example|\+49 30/);
  const abroad = { street: 'Ring 1', postcode: '1010', city: 'Wien', country: 'AT' };
  assert.equal(boxesIn((await call((await anOrder({ address: abroad })).path)).text).length, 2);
  const moon = { ...abroad, country: 'AQ' };
  assert.deepEqual(boxesIn((await call((await anOrder({ address: moon })).path)).text), []);
  const nothing = { customer: { id: 'c-none' } };
  assert.deepEqual(boxesIn((await call((await anOrder(nothing)).path)).text), []);
});

test('what is ticked is allowed once, in the words that stood there', async () => {
  const { path, personId } = await anOrder();
  const policyUrl = 'https://nordlicht.example/privacy';
  await ground.service.setContact({ shopId: shop.shopId, patch: { policyUrl }, actor: 'test' });
  const { text } = await call(path);
  assert.ok(text.includes(`<a href="${policyUrl}"`));
  const [box = ''] = boxesIn(text);
  assert.deepEqual((await ask(personId)).withheld, { email: 'no consent' });
  mailed.length = 0;
  for (let time = 0; time < 2; time += 1) {
    const given = await call(path, { act: 'give', box });
    assert.equal(given.headers.get('location'), `${path}?done=given&language=de`);
  }
  const [record, ...others] = await privacy.consentsOf(database, personId);
  assert.ok(record !== undefined);
  assert.deepEqual([others, mailed], [[], [[record.consentId]]]);
  assert.match(record.words, /^DHL darf von Nordlicht meine E-Mail-Adresse bekommen/);
  assert.deepEqual([record.preset, record.language, record.channel], ['unticked', 'de', 'page']);
  assert.equal(record.policyUrl, policyUrl);
  assert.deepEqual((await ask(personId)).withheld, {});
  const page = (await call(path)).text;
  assert.ok(page.includes(record.words));
  assert.deepEqual(boxesIn(page), [], 'what is allowed is not asked for again');
});

test('a consent that came with the order and lets nothing out says so, and can be given on the page', async () => {
  const box = {
    purpose,
    recipient: 'DHL',
    fields: ['email'],
    given_at: '2026-11-19T10:00:00Z',
    text: 'DHL may write.',
  };
  const unused = { ...box, purpose: 'marketing', text: 'You may advertise.', default: 'unticked' };
  const { path, personId } = await anOrder({ consents: [box, unused] });
  const { text } = await call(`${path}?language=en`);
  assert.match(text, /has not said that the box stood empty before you ticked it/);
  assert.match(text, /Nothing is passed on for it from here/);
  const [given = ''] = boxesIn(text);
  assert.deepEqual((await ask(personId)).withheld, { email: 'no consent' });
  await call(`${path}?language=en`, { act: 'give', box: given });
  assert.deepEqual((await ask(personId)).withheld, {});
  const told = (await call(`${path}?language=en`)).text;
  assert.deepEqual(boxesIn(told), []);
});

test('one button takes back what was allowed, before the next sending, and it can be allowed anew', async () => {
  const { path, personId } = await anOrder();
  const [box = ''] = boxesIn((await call(path)).text);
  await call(path, { act: 'give', box });
  assert.deepEqual((await ask(personId)).withheld, {});
  const [consent = ''] = consentsIn((await call(path)).text);
  for (let time = 0; time < 2; time += 1) {
    const taken = await call(path, { act: 'withdraw', consent });
    assert.equal(taken.headers.get('location'), `${path}?done=withdrawn&language=de`);
  }
  assert.deepEqual((await ask(personId)).withheld, { email: 'no consent' });
  const last = (await call(`${path}?language=en`)).text;
  assert.match(last, /1 consent that has ended/);
  assert.equal(boxesIn(last).length, 1);
});

test('words that were not read are not allowed: another language, other words, another carrier', async () => {
  const { path, personId } = await anOrder();
  const [english = ''] = boxesIn((await call(`${path}?language=en`)).text);
  const refused: readonly (readonly [box: string, done: string])[] = [
    [english, 'changed'],
    ['dhl-unified:email:AAAAAAAAAAA', 'changed'],
    ['dhl-unified:phone:AAAAAAAAAAA', 'given'],
    ['dpd:email:AAAAAAAAAAA', 'given'],
    ['', 'given'],
  ];
  for (const [box, done] of refused) {
    const answered = await call(`${path}?language=de`, { act: 'give', box });
    assert.equal(answered.headers.get('location'), `${path}?done=${done}&language=de`, box);
  }
  assert.equal((await call(path, { act: 'give' })).headers.get('location'), `${path}?done=nothing&language=de`);
  assert.equal((await call(path, { act: 'all' })).headers.get('location'), `${path}?done=nothing&language=de`);
  assert.deepEqual(await privacy.consentsOf(database, personId), []);
});

test('nobody takes back what another person allowed, and a link that opens nothing opens nothing here either', async () => {
  const [mine, other] = [await anOrder(), await anOrder()];
  const [box = ''] = boxesIn((await call(mine.path)).text);
  await call(mine.path, { act: 'give', box });
  const [consent = ''] = consentsIn((await call(mine.path)).text);
  await call(other.path, { act: 'withdraw', consent });
  assert.deepEqual((await ask(mine.personId)).withheld, {});
  assert.equal((await call(`${other.path}/${consent}/receipt`)).status, 404);
  for (const path of ['/t/x/consents', mine.path.replace('/t/', '/t/A'), '/t/x/consents/cns_x/receipt']) {
    assert.equal((await call(path)).status, 404);
  }
  assert.equal((await call('/t/x/consents', { act: 'give', box })).status, 404);
});

test('a receipt is downloaded and checked with the keys that are published', async () => {
  const { path } = await anOrder();
  const [box = ''] = boxesIn((await call(path)).text);
  await call(path, { act: 'give', box });
  const [, link = ''] = /href="([^"]+\/receipt)"/.exec((await call(path)).text) ?? [];
  const receipt = await call(link);
  assert.equal(receipt.headers.get('content-type'), 'application/jose');
  assert.match(receipt.headers.get('content-disposition') ?? '', /^attachment; filename="consent-cns_\w+\.jws"$/);
  assert.equal(readReceipt(receipt.text, { keys: [] }).verdict, 'unknown key');
  const published = await call(`/receipts/${showId('shp', shop.shopId)}/jwks.json`);
  assert.equal(readReceipt(receipt.text, JSON.parse(published.text)).verdict, 'good');
  assert.equal((await call('/receipts/shp_x/jwks.json')).status, 404);
});

test('who restricted the use of their data reads here since when nothing leaves', async () => {
  const { path, personId } = await anOrder();
  await database.tx((tx) => privacy.restrict(tx, { kind: 'person', id: personId, shopId: shop.shopId }, true));
  assert.match((await call(`${path}?language=en`)).text, /only kept and not used/);
});

test('through whom the shop invites to reviews stands there as a box of its own, and counts for exactly that', async () => {
  const { path, personId } = await anOrder();
  platforms = [{ issuer: 'trusted-shops', name: 'Trusted Shops' }];
  const { text } = await call(path);
  assert.match(
    text,
    /Trusted Shops darf von Nordlicht meine E-Mail-Adresse, meinen Vornamen und meine Bestellnummer bekommen/,
  );
  const review = boxesIn(text).find((value) => value.startsWith('trusted-shops:review:')) ?? '';
  const given = await call(path, { act: 'give', box: review });
  assert.match(given.headers.get('location') ?? '', /done=given/);
  const then = await call(path);
  assert.ok(!boxesIn(then.text).includes(review), 'it is allowed');
  assert.match(then.text, /darf bekommen: E-Mail-Adresse, Name, Bestellnummer/);
  const asked = (to: 'carrier' | 'review_platform', name: string) =>
    database.tx((tx) =>
      privacy.disclose(tx, {
        ...{ shopId: shop.shopId, personId, parcelId: null, recipient: { kind: to, name }, country: 'DE' },
        ...(to === 'carrier' ? { service: 'parcel-de', purpose } : reviewing),
        values: { email: sealed('email', 'ada@kunde.example') },
      }),
    );
  assert.ok((await asked('review_platform', 'trusted-shops')).values.email !== undefined);
  assert.equal((await asked('carrier', 'dhl-unified')).values.email, undefined);
  platforms = [];
  assert.ok(boxesIn((await call((await anOrder()).path)).text).every((value) => !value.includes('review')));
});
