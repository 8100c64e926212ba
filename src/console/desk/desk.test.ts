import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { showId } from '#kit/ids';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { sealed } from '#privacy';
import { exampleOrder } from '../../../test/ground.ts';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ground, ask, needs } = house;
const { database, clock, shop } = ground;
const cookie = await house.signIn();
await ground.putOrder('D-1', exampleOrder());

async function pageAt(path: string, status = 200): Promise<string> {
  const answered = await ask(path, { cookie });
  assert.equal(answered.status, status, path);
  assert.doesNotMatch(answered.text, /undefined|\[object|\[sealed|NaN|Invalid/, path);
  return answered.text;
}

const post = (path: string, form: Readonly<Record<string, string>>) => ask(path, { cookie, form });

test('the record names every purpose with basis, data, recipients and time, in both languages, and as JSON', async () => {
  const english = await pageAt(consolePaths.record);
  assert.match(english, /Record of processing/);
  for (const said of [
    'Nordlicht',
    'hallo@nordlicht.example',
    'Ask carriers where a parcel is',
    'contract: art. 6(1)(b) GDPR',
    'consent: art. 6(1)(a) GDPR',
    'legal obligation: art. 6(1)(c) GDPR',
    'legitimate interests: art. 6(1)(f) GDPR',
    'customers and receivers of parcels',
    '790 days after the order was placed',
    'AES-256-GCM',
    'not measured yet',
    'third country',
  ]) {
    assert.ok(english.includes(said), said);
  }
  await post(consolePaths.language, { language: 'de' });
  const german = await pageAt(consolePaths.record);
  assert.match(german, /Verzeichnis der Verarbeitungstätigkeiten/);
  assert.match(german, /Paketdienste fragen, wo ein Paket ist/);
  assert.match(german, /790 Tage nach der Bestellung/);
  const json = JSON.parse((await ask(consolePaths.recordJson, { cookie })).text) as {
    readonly language: string;
    readonly activities: readonly { readonly said: string; readonly kept: readonly object[] }[];
    readonly columns: readonly object[];
  };
  assert.equal(json.language, 'de');
  assert.ok(json.activities.length > 10 && json.columns.length > 150);
  assert.ok(json.activities.every(({ said, kept }) => said.includes(' ') && kept.length > 0));
  await post(consolePaths.language, { language: 'en' });
});

test('a clock is set within its limits, what would go is looked at, and a run drops it', async () => {
  const old = clock
    .now()
    .subtract({ hours: 40 * 24 })
    .toString();
  await ground.putOrder('D-2', exampleOrder({ placed_at: old, parcels: [] }));
  assert.match(await pageAt(consolePaths.retention), /There was no run yet/);
  const wrong = await post(consolePaths.retention, { clock: 'order', days: '5' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /outside of the limits/);
  assert.equal((await post(consolePaths.retention, { clock: '<b>', days: '40' })).status, 422);
  const set = await post(consolePaths.retention, { clock: 'order', days: '30' });
  assert.equal(set.headers.get('location'), `${consolePaths.retention}?done=retention_set`);
  assert.match(await pageAt(`${consolePaths.retention}?look=1`), /orders\.purchase/);
  await post(consolePaths.runRetention, {});
  assert.equal(await ground.orders.find(database, shop.shopId, 'D-2'), null);
  assert.match(await pageAt(consolePaths.retention), /1 <code dir="ltr">orders\.purchase/);
  await post(consolePaths.retention, { clock: 'order', house: '1' });
  assert.doesNotMatch(await pageAt(consolePaths.retention), /house: 790/);
});

test('a letter is entered, found by order number, worked on and ended', async () => {
  const entered = await post(consolePaths.requests, {
    ...{ kind: 'access', order: ' d-1 ', evidence: 'none', note: '<script>alert(1)</script>' },
    received: clock
      .now()
      .subtract({ hours: 28 * 24 })
      .toZonedDateTimeISO('Europe/Berlin')
      .toPlainDate()
      .toString(),
  });
  const at = entered.headers.get('location')?.split('?')[0] ?? '';
  assert.match(at, /^\/console\/requests\/req_/);
  const one = await pageAt(at);
  assert.match(one, /&lt;script>/);
  assert.match(one, /due soon/);
  const list = await pageAt(`${consolePaths.requests}?order=D-1`);
  assert.match(list, new RegExp(at));
  assert.match(list, /1<span class="unseen"> 1 is due/);
  assert.match(await pageAt(`${consolePaths.requests}?order=nothing`), /no order with this number/);
  assert.equal((await post(at, { act: 'extend', note: ' ' })).status, 422);
  assert.equal((await post(at, { act: 'extend', note: 'many orders' })).status, 303);
  assert.equal((await post(at, { act: 'extend', note: 'again' })).status, 422);
  await post(at, { act: 'identify', evidence: 'order and address' });
  assert.equal((await post(at, { act: 'end', outcome: 'refused' })).status, 422);
  assert.equal((await post(at, { act: 'end', outcome: 'nonsense', note: 'x' })).status, 422);
  assert.equal((await post(at, { act: 'end', outcome: 'done' })).status, 303);
  assert.doesNotMatch(await pageAt(at), /<textarea/);
  assert.equal((await post(at, { act: 'note', note: 'late' })).status, 422);
  const verbs = (await needs.privacy.audits(database, shop.shopId, 50)).map(({ verb }) => verb);
  assert.ok(verbs.includes('request.received') && verbs.includes('request.extended'), verbs.join());
});

test('what a customer asked in a conversation is entered from it, and becomes the person’s whose order is named', async () => {
  const email = sealed('email', 'grace@kunde.example');
  const written = await database.tx((tx) =>
    needs.service.cases.write(tx, {
      ...{ shopId: shop.shopId, from: { email, name: null, orderNumber: null }, topic: 'data', language: 'en' },
      ...{ text: sealed('message', 'Erase me'), callBack: null, once: null },
    }),
  );
  const number = 'no' in written ? '' : written.number;
  const begin = /href="([^"]*requests\?case=[^"#]+)/.exec(await pageAt(consolePaths.case(number)))?.[1] ?? '';
  assert.match(await pageAt(begin), new RegExp(`name="case" value="${number}"`));
  const entered = await post(consolePaths.requests, { kind: 'erasure', evidence: 'none', note: number, case: number });
  const at = entered.headers.get('location')?.split('?')[0] ?? '';
  assert.match(await pageAt(at), new RegExp(`href="${consolePaths.case(number)}"`), 'there they are answered');
  assert.match(await pageAt(at), /without an order/);
  const unknown = await post(at, { act: 'identify', evidence: 'order and address', order: 'nobody’s', note: 'kept' });
  assert.deepEqual([unknown.status, /nobody’s.*kept/s.test(unknown.text)], [422, true]);
  await post(at, { act: 'identify', evidence: 'order and address', order: 'D-1' });
  const buyer = (await ground.orders.find(database, shop.shopId, 'D-1'))?.personId ?? '';
  assert.ok((await pageAt(at)).includes(consolePaths.customer(showId('per', buyer))));
});

test('nonsense in forms and addresses is answered, and enters nothing', async () => {
  const before = (await needs.rights.requests.list(database, shop.shopId, { ended: false })).length;
  for (const form of [
    { kind: 'nothing', evidence: 'none' },
    { kind: 'access', evidence: 'nothing' },
    { kind: 'access', evidence: 'none', received: '2026-02-30' },
    { kind: 'access', evidence: 'none', received: '2999-01-01' },
    { kind: 'access', evidence: 'none', order: 'nobody’s' },
    { kind: 'access', evidence: 'none', note: 'x'.repeat(4_001) },
    { kind: '__proto__', evidence: 'constructor' },
  ]) {
    assert.equal((await post(consolePaths.requests, form)).status, 422, JSON.stringify(form).slice(0, 80));
  }
  assert.equal((await needs.rights.requests.list(database, shop.shopId, { ended: false })).length, before);
  for (const id of ['x', showId('req', shop.shopId), showId('per', shop.shopId)]) {
    await pageAt(consolePaths.request(id), 404);
    assert.equal((await post(consolePaths.request(id), { act: 'end', outcome: 'done' })).status, 404);
  }
});
