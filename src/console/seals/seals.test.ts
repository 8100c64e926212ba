import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { consolePaths } from '../paths.ts';

// No issuer can be reached from this house: what is added stays unchecked.
const house = await openConsoleHouse();
after(house.close);
const { ground, ask } = house;
const { database, shop, evidence, privacy } = ground;
const cookie = await house.signIn();
const { seals, checkSeal, removeSeal, inviteSeal } = consolePaths;
const post = (path: string, form: Readonly<Record<string, string>>) => ask(path, { cookie, form });
const certificateUrl = 'https://www.ehi-siegel.de/shops/nordlicht';
const ehi = { issuer: 'ehi', kind: 'seal', certificateUrl, domain: 'nordlicht.example' };
const trusted = {
  ...{ issuer: 'trusted-shops', kind: 'rating', certificateUrl: 'https://www.trustedshops.de/x', issuerRef: 'chl-1' },
  ...{ domain: 'nordlicht.example', 'secrets.clientId': 'id', 'secrets.clientSecret': 'geheim-geheim' },
};

async function pageAt(path: string): Promise<string> {
  const answered = await ask(path, { cookie });
  assert.equal(answered.status, 200, path);
  assert.doesNotMatch(answered.text, /undefined|\[object|\[sealed|NaN|Invalid/, path);
  return answered.text;
}

test('the screen says what may be shown, has a form for each issuer, and adds one only once', async () => {
  const empty = await pageAt(seals);
  assert.match(empty, /There is none yet\./);
  assert.match(empty, /UWG, annex no\. 2/);
  assert.ok(empty.split('name="issuer"').length > 10);
  const added = await post(seals, { ...ehi, act: 'add' });
  assert.equal(added.headers.get('location'), `${seals}?done=seal_added`);
  const listed = await pageAt(`${seals}?done=seal_added`);
  assert.match(listed, /hidden, never checked/);
  assert.match(listed, /Its issuer could not be reached\./);
  assert.equal((await post(seals, { ...ehi, act: 'add' })).headers.get('location'), `${seals}?failed=seal_there`);
});

test('a form that is wrong comes back with what was typed and the trouble beside its field, but never a secret', async () => {
  const wrong = await post(seals, { ...trusted, certificateUrl: 'https://evil.example/x', act: 'add' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /id="trusted-shops-rating-certificateUrl-wrong"/);
  assert.match(wrong.text, /value="https:\/\/evil\.example\/x"/);
  assert.match(wrong.text, /value="chl-1"/);
  assert.doesNotMatch(wrong.text, /geheim-geheim/);
  const unread = await post(seals, {
    issuer: 'custom',
    kind: 'seal',
    name: 'S',
    adapter: '{',
    act: 'add',
    certificateUrl: 'x',
  });
  assert.match(unread.text, /This description does not fit\. The description is no JSON\./);
  const tried = await post(seals, { ...trusted, act: 'try' });
  assert.equal(tried.status, 200);
  assert.match(tried.text, /Nothing was kept\. The answer: Its issuer could not be reached\./);
  assert.doesNotMatch(tried.text, /geheim-geheim/);
  assert.equal((await evidence.seals(database, shop.shopId)).length, 1);
});

test('a seal has a page of its own, is checked, invites and is removed, each with its row in the audit', async () => {
  await post(seals, { ...trusted, act: 'add' });
  const html = await pageAt(seals);
  const ids = [...html.matchAll(/href="\/console\/seals\/(sea_\w+)"/g)].map(([, id = '']) => id);
  const [, id = ''] = ids;
  const one = await pageAt(consolePaths.seal(id));
  assert.match(one, /Nobody is invited at the moment/);
  assert.match(one, /login\.etrusted\.com/);
  assert.doesNotMatch(one, /geheim-geheim/);
  assert.match((await post(inviteSeal, { seal: id, on: 'yes' })).headers.get('location') ?? '', /done=seal_invites$/);
  assert.match(await pageAt(consolePaths.seal(id)), /Switched on since/);
  assert.match((await post(checkSeal, { seal: id })).headers.get('location') ?? '', /failed=seal_failed$/);
  assert.match((await post(checkSeal, { seal: id })).headers.get('location') ?? '', /failed=seal_checked$/);
  assert.match((await post(removeSeal, { seal: id })).headers.get('location') ?? '', /done=seal_removed$/);
  for (const path of [checkSeal, removeSeal, inviteSeal]) {
    assert.match((await post(path, { seal: id })).headers.get('location') ?? '', /failed=seal_unknown$/, path);
  }
  assert.equal((await ask(consolePaths.seal(id), { cookie })).status, 404);
  const verbs = new Set((await privacy.audits(database, shop.shopId, 20)).map(({ verb }) => verb));
  for (const verb of ['add', 'invite', 'check', 'remove']) assert.ok(verbs.has(`evidence.seal_${verb}`), verb);
});
