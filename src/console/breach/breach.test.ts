import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { exampleOrder } from '../../../test/ground.ts';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ground, ask } = house;
const { database, privacy, shop } = ground;
await ground.putOrder('C-1', exampleOrder({ customer: { name: '=cmd|"x"', email: 'ada@kunde.example' }, parcels: [] }));

const cookie = await house.signIn({ 'accept-language': 'en' });
const page = async (path: string) => await ask(path, { cookie });
const form = {
  ...{ suspect: 'backup', key_id: '', tables: '', keyring: 'safe', found: 'A disk is missing <b>.' },
  ...{ from: '2026-11-19T08:00', until: '2026-11-20T09:00', aware_at: '2026-11-20T09:00' },
};
const open = (more: Record<string, string> = {}) => ask(consolePaths.breaches, { cookie, form: { ...form, ...more } });
const verbs = async () => (await privacy.audits(database, shop.shopId, 20)).map(({ verb }) => verb);

test('nothing has happened, and the page says so without an alarm above it', async () => {
  const { text, status } = await page(consolePaths.breaches);
  assert.equal(status, 200);
  assert.match(text, /Nothing has happened by what is known\./);
  assert.match(text, /None is planted\./);
  assert.doesNotMatch(text, /role="alert"/);
});

test('a case is opened, stands above every page with its clock, and is worked on to its end', async () => {
  const made = await open();
  assert.equal(made.status, 303);
  const path = (made.headers.get('location') ?? '').split('?')[0] ?? '';
  assert.match(path, /^\/console\/breaches\/brc_/);
  assert.match(
    (await page('/console')).text,
    /role="alert">1 case of the breach desk is open\..*Authority to be notified by/s,
  );
  const shown = (await page(path)).text;
  assert.match(shown, /A disk is missing &lt;b>\./);
  assert.match(shown, /Art\. 34\(3\)\(a\) GDPR/);
  assert.match(shown, /<b>1<\/b>/);
  assert.match(shown, /\[BITTE ERGÄNZEN:.*\[TO BE FILLED IN:/s);
  const step = (kind: string, words = '') => ask(`${path}/steps`, { cookie, form: { kind, words } });
  assert.equal((await step('contained', 'مفتاح')).headers.get('location'), `${path}?done=breach_step`);
  assert.match((await page(path)).text, /<p class="prose" dir="auto">مفتاح<\/p>/);
  assert.equal((await step('authority_told')).status, 303);
  assert.equal((await step('closed')).status, 303);
  const refused = await step('contained', 'typed words');
  assert.equal(refused.status, 422);
  assert.match(refused.text, /This case is closed: open it again first\..*typed words/s);
  assert.doesNotMatch((await page('/console')).text, /breach desk is open/);
  const csv = await page(`${path}/persons.csv`);
  assert.match(csv.headers.get('content-disposition') ?? '', /^attachment; filename="brc_\w+\.csv"$/);
  assert.match(csv.text, /^person,shop,name,email\r\n"per_\w+","shp_\w+","'=cmd\|""x""","ada@kunde\.example"\r\n$/);
  const done = await verbs();
  for (const verb of ['breach.open', 'breach.contained', 'breach.authority_told', 'breach.closed', 'breach.persons']) {
    assert.ok(done.includes(verb), verb);
  }
});

test('a letter goes to those affected when its places are filled in and their number is confirmed', async () => {
  const path = `${(await open()).headers.get('location')?.split('?')[0]}`;
  assert.match((await page(path)).text, /Write to those affected/);
  const shown = (await page(`${path}/letters`)).text;
  assert.match(shown, /1 customer may be affected; 1 has an e-mail address\./);
  assert.match(shown, /\[TO BE FILLED IN:/);
  assert.doesNotMatch(shown, /Dear customer/, 'every mail greets by name');
  const filled = { subject_de: '', text_de: '', subject_en: 'Your data', text_en: 'A disk <b> is missing.' };
  const send = (more: Record<string, string>) =>
    ask(`${path}/letters`, { cookie, form: { ...filled, confirm: '1', sure: 'yes', ...more } });
  const wrong: readonly Record<string, string>[] = [
    { text_en: '[TO BE FILLED IN: what happened]' },
    { text_en: '' },
    { subject_en: '', text_en: '' },
    { sure: '' },
    { confirm: '2' },
    { confirm: 'x' },
    { text_en: 'x'.repeat(8_001) },
  ];
  for (const more of wrong) {
    const answered = await send(more);
    assert.equal(answered.status, 422, JSON.stringify(more).slice(0, 80));
    assert.match(answered.text, /role="alert">Nothing was sent\./);
    if (!('subject_en' in more)) assert.match(answered.text, /value="Your data"/);
  }
  assert.equal((await send({})).headers.get('location'), `${path}?done=breach_letters`);
  assert.match((await page(`${path}/letters`)).text, /<td[^>]*>en<\/td>.*on its way/s);
  assert.equal((await send({})).status, 422, 'a second press sends nothing');
  assert.ok((await verbs()).includes('breach.customers_told'));
  assert.equal((await page('/console/breaches/brc_x/letters')).status, 404);
});

test('what makes no case is said, and what was typed is still there', async () => {
  const wrong: readonly Record<string, string>[] = [
    { found: ' ' },
    { from: 'yesterday' },
    { until: '' },
    { suspect: 'everything' },
    { suspect: 'api key', key_id: 'none' },
    { suspect: 'wrapping key', key_id: 'xyz' },
    { suspect: 'tables' },
    { suspect: 'tables', tables: 'drop table;' },
    { from: '2026-11-20T09:00', until: '2026-11-19T08:00' },
    { from: '2026-02-30T09:00' },
    { found: 'x'.repeat(4_001) },
  ];
  for (const more of wrong) {
    const answered = await open({ key_id: 'typed', ...more });
    assert.equal(answered.status, 422, JSON.stringify(more).slice(0, 80));
    assert.match(answered.text, /role="alert"/);
    if (!('key_id' in more)) assert.match(answered.text, /value="typed"/);
  }
  for (const path of ['/console/breaches/brc_x', '/console/breaches/x/persons.csv']) {
    assert.equal((await page(path)).status, 404, path);
  }
  assert.equal((await ask('/console/breaches/brc_x/steps', { cookie, form: { kind: 'note' } })).status, 404);
});

test('canaries are planted, a key of them is shown once, and they are ended', async () => {
  const planted = await ask(consolePaths.plantCanary, { cookie, form: { kind: 'key', email: '' } });
  const [key] = /gp_[0-9a-z]{26}_[\w-]{43}/.exec(planted.text) ?? [];
  assert.ok(key !== undefined);
  assert.doesNotMatch((await page(consolePaths.breaches)).text, new RegExp(key));
  await ask(consolePaths.plantCanary, { cookie, form: { kind: 'person', email: 'koeder@fremd.example' } });
  const shown = (await page(consolePaths.breaches)).text;
  assert.match(shown, /koeder@fremd\.example/);
  const ids = [...shown.matchAll(/name="id" value="(cny_\w+)"/g)].map(([, id]) => id ?? '');
  assert.equal(ids.length, 2);
  for (const id of ids) {
    const ended = await ask(consolePaths.endCanary, { cookie, form: { id } });
    assert.equal(ended.headers.get('location'), '/console/breaches?done=canary_ended');
  }
  assert.match(
    (await ask(consolePaths.endCanary, { cookie, form: { id: ids[0] ?? '' } })).headers.get('location') ?? '',
    /failed=canary_unknown/,
  );
  assert.equal((await ask(consolePaths.plantCanary, { cookie, form: { kind: 'person', email: 'none' } })).status, 422);
});
