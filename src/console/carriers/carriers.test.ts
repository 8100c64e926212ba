import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createCarriers } from '#carriers';
import type { EgressAnswer } from '#kit/egress';
import { createLog } from '#kit/log';
import { addSampleShop, openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { consolePaths } from '../paths.ts';

const said = (status: number): EgressAnswer => ({ status, headers: {}, bytes: new TextEncoder().encode('{}') });
const carrier = { status: 404 };
const house = await openConsoleHouse();
after(house.close);
const { ground, ask } = house;
const { database, privacy } = ground;
const carriers = createCarriers({
  ...ground,
  log: createLog({ level: 'silent' }),
  egress: { send: async () => said(carrier.status) },
  routeOf: () => null,
  pause: async () => {},
});
Object.assign(house.needs.carriers, carriers);

const cookie = await house.signIn({ 'accept-language': 'en' });
const page = async () => (await ask(consolePaths.carriers, { cookie })).text;
const connect = (fields: Record<string, string>) =>
  ask(consolePaths.carriers, { cookie, form: { carrier: 'dhl-unified', ...fields } });
const right = { 'set.apiKey': 'key-one', 'set.pushToken': 'token' };
const accounts = () => carriers.accounts(database, ground.shop.shopId);
const idIn = (html: string): string => /name="id" value="(acc_\w+)"/.exec(html)?.[1] ?? '';

test('an account is connected and tried at once, and its secrets are never shown again', async () => {
  assert.match(await page(), /No carrier is connected yet.*<details class="card" open/s);
  const made = await connect(right);
  assert.deepEqual([made.status, made.headers.get('location')], [303, '/console/carriers?done=trial_accepted']);
  const html = await page();
  assert.match(html, />works</);
  assert.match(html, /249 of 250/);
  assert.match(html, /https:\/\/shop\.example\/v1\/carriers\/dhl-unified\/push/);
  assert.doesNotMatch(html, /key-one|value="token"/);
  const verbs = (await privacy.audits(database, ground.shop.shopId, 1)).map(({ verb, actor }) => [verb, actor]);
  assert.deepEqual(verbs, [['carrier.connect', 'staff']]);
});

test('what is missing is said beside its field, and what was typed is still there', async () => {
  const before = await accounts();
  const { status, text } = await connect({ 'set.apiKey': ' ', 'set.pushToken': 'typed-token' });
  assert.equal(status, 422);
  assert.match(text, /id="dhl-unified-apiKey-wrong">The carrier needs this/);
  assert.match(text, /value="typed-token"/);
  assert.equal((await connect({ ...right, 'set.apiKey': 'x'.repeat(1_001) })).status, 422);
  assert.equal((await ask(consolePaths.carriers, { cookie, form: { carrier: 'nobody' } })).status, 303);
  assert.deepEqual(await accounts(), before);
});

test('refused credentials rest, are tried again, and work when they are connected again', async () => {
  carrier.status = 401;
  const refused = await connect({ ...right, 'set.apiKey': 'wrong' });
  assert.equal(refused.headers.get('location'), '/console/carriers?failed=trial_refused');
  const html = await page();
  assert.match(html, />rests<.*refused the credentials/s);
  const again = await ask(consolePaths.tryCarrier, { cookie, form: { id: idIn(html) } });
  assert.equal(again.headers.get('location'), '/console/carriers?failed=trial_refused');
  carrier.status = 404;
  const kept = /name="set\.pushToken"[^>]* value="([^"]*)"/.exec(await page())?.[1] ?? '';
  await connect({ 'set.apiKey': 'right', 'set.pushToken': kept });
  assert.match(await page(), />works</);
  assert.deepEqual(
    (await accounts()).map(({ secrets }) => secrets),
    [{ apiKey: 'right', pushToken: 'token' }],
  );
});

test('a carrier that wants to be called later waits, which is said with the time', async () => {
  carrier.status = 429;
  const slow = await ask(consolePaths.tryCarrier, { cookie, form: { id: idIn(await page()) } });
  assert.equal(slow.headers.get('location'), '/console/carriers?failed=trial_slow');
  assert.match(await page(), />waits<.*asked to be called again in 15 minutes/s);
});

test('an account is disconnected once, and not from another shop', async () => {
  const id = idIn(await page());
  await addSampleShop(house);
  const newcomer = await house.signIn({ 'accept-language': 'de' });
  const sample = await ask(consolePaths.carriers, { cookie: newcomer });
  assert.match(sample.text, /Das ist der Beispielshop/);
  assert.doesNotMatch(sample.text, /set\.apiKey/);
  for (const form of [{ id }, { id: 'acc_x' }, { id: '' }]) {
    const { headers } = await ask(consolePaths.disconnectCarrier, { cookie: newcomer, form });
    assert.equal(headers.get('location'), '/console/carriers?failed=carrier_unknown');
  }
  assert.equal(
    (await ask(consolePaths.carriers, { cookie: newcomer, form: { carrier: 'dhl', ...right } })).status,
    303,
  );
  assert.equal((await accounts()).length, 1);
  const own = await ask(consolePaths.face, { cookie: newcomer });
  const shop = /name="shop" value="(shp_\w+)"/.exec(own.text)?.[1] ?? '';
  await ask(consolePaths.shop, { cookie: newcomer, form: { shop } });
  const gone = await ask(consolePaths.disconnectCarrier, { cookie: newcomer, form: { id } });
  assert.equal(gone.headers.get('location'), '/console/carriers?done=carrier_gone');
  assert.deepEqual(await accounts(), []);
});
