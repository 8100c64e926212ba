import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ask, ground } = house;
const cookie = await house.signIn();

async function pageAt(path: string, status = 200): Promise<string> {
  const answered = await ask(path, { cookie });
  assert.equal(answered.status, status, path);
  assert.doesNotMatch(answered.text, /undefined|\[object|NaN/, path);
  return answered.text;
}

const post = (path: string, form: Readonly<Record<string, string>>) => ask(path, { cookie, form });
const english = consolePaths.answer('withdraw', 'en');
const text = (title: string, body: string): string => `title: ${title}\nsummary: S.\ntopic: return\n---\n${body}\n`;

test('all answers are listed with their state, and filtered', async () => {
  const all = await pageAt(consolePaths.answers);
  assert.match(all, /Withdraw|withdraw/);
  assert.match(all, /as delivered/);
  assert.match(all, /Nobody has searched/);
  assert.match(await pageAt(`${consolePaths.answers}?q=nothing-like-it`), /No article is called that/);
});

test('a text is looked at beside a parcel, saved as a draft, published, and taken back', async () => {
  const source = text('Sending it back', '[when has carrier]\nAsk {carrier}.\n\n[always]\nWrite to {shop}.');
  const seen = await post(english, { act: 'preview', source, after: '0', beside: 'delivered' });
  assert.equal(seen.status, 200);
  assert.match(seen.text, /Ask UPS\./);
  assert.match(
    (await post(english, { act: 'preview', source, after: '0', beside: 'none' })).text,
    /Write to Nordlicht/,
  );
  const finer = `${source}\n[when status delivered.neighbour and has lastSign]\nNext door, {lastSign}.\n`;
  const beside = await post(english, { act: 'preview', source: finer, after: '0', beside: 'delivered.neighbour' });
  assert.match(beside.text, /Next door, 3 hours ago\./);
  assert.match(beside.text, /<option[^>]* value="delivered\.neighbour"/);
  const draft = await post(english, { act: 'draft', source, after: '0' });
  assert.equal(draft.status, 303);
  assert.match(await pageAt(english), /draft that customers do not read yet/);
  const published = await post(english, { act: 'republish', revision: '1' });
  assert.match(await pageAt(published.headers.get('location') ?? ''), /Published\./);
  assert.match(await pageAt(consolePaths.answers), /yours/);
  assert.equal((await post(english, { act: 'withdraw' })).status, 303);
  assert.equal((await post(english, { act: 'withdraw' })).status, 404);
});

test('what is wrong stands beside the field with its line, and nothing typed is lost', async () => {
  const source = text('Again', 'Hello {name}, <b>');
  const wrong = await post(english, { act: 'publish', source, after: '1' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Line 5: There is no variable “name”/);
  assert.match(wrong.text, /Hello \{name\}, &lt;b/);
  const late = await post(english, { act: 'publish', source: text('Mine', 'My text.'), after: '0' });
  assert.equal(late.status, 409);
  assert.match(late.text, /Somebody else saved this article/);
  assert.match(late.text, /My text\./);
  const long = await post(english, { act: 'draft', source: `${source}${'ä'.repeat(20_000)}`, after: '1' });
  assert.equal(long.status, 422);
});

test('an article is begun, placed and dropped; what is none is not there', async () => {
  assert.equal((await ask(`${consolePaths.answerNew}?slug=No+Slug`, { cookie })).status, 422);
  const begun = await ask(`${consolePaths.answerNew}?slug=plants&language=de`, { cookie });
  const plants = begun.headers.get('location') ?? '';
  assert.match(await pageAt(plants), /title: plants/);
  assert.equal((await post(plants, { act: 'publish', source: text('Pflanzen', 'Giessen.'), after: '0' })).status, 303);
  assert.equal((await post(plants, { act: 'place', position: 'x' })).status, 422);
  assert.equal((await post(plants, { act: 'place', position: '3', hidden: '1' })).status, 303);
  assert.match(await pageAt(consolePaths.answers), /hidden/);
  const hidden = await pageAt(plants);
  assert.match(hidden, /This article is hidden from customers/);
  assert.doesNotMatch(hidden, /Customers read this text/);
  assert.equal((await post(plants, { act: 'remove' })).status, 303);
  await pageAt(consolePaths.answer('..%2Fx'), 404);
  const verbs = new Set(
    (await ground.privacy.audits(ground.database, ground.shop.shopId, 50)).map(({ actor, verb }) => `${actor} ${verb}`),
  );
  for (const verb of ['draft', 'publish', 'withdraw', 'hide', 'remove']) assert.ok(verbs.has(`staff faq.${verb}`));
});

test('all of it goes out as a file', async () => {
  const file = await ask(consolePaths.answersFile, { cookie });
  assert.match(file.headers.get('content-disposition') ?? '', /attachment/);
  assert.equal((JSON.parse(file.text) as { readonly format: string }).format, 'glasspost-articles');
});
