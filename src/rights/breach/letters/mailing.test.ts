import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openHouse } from '../../../../test/stories/house-on-clock.ts';
import { draftText } from '../drafts.ts';
import { breachMessage, letterFor } from './letter.ts';

const story = await openHouse();
after(story.close);
const { house, database, clock, shop, mailbox } = story;
const { breaches, canaries } = house;
const { shopId } = shop;

const customers = [
  { number: 'B-1', language: 'de', customer: { id: 'b1', name: 'Ada', email: 'ada@kunde.example' } },
  { number: 'B-2', language: 'en', customer: { id: 'b2', name: 'Grace', email: 'grace@kunde.example' } },
  { number: 'B-3', language: 'fr', customer: { id: 'b3', name: 'Zoé', email: 'zoe@kunde.example' } },
  { number: 'B-4', language: 'de', customer: { id: 'b4', name: 'Nobody knows where' } },
];
for (const { number, ...more } of customers) await story.putOrder(number, { ...more, parcels: [] });
await canaries.plant(shop, { kind: 'person', email: null }, 'test');
clock.advanceTo(clock.now().add({ minutes: 1 }));
const window = { from: clock.now().subtract({ hours: 2_000 }), until: clock.now(), awareAt: clock.now() };
const suspicion = { suspect: 'backup', keyId: null, tables: [], keyring: 'taken', found: 'x' } as const;
const open = () => database.tx((tx) => breaches.open(tx, { ...suspicion, ...window, shopId }, 'staff'));
const letters = {
  de: { subject: 'Ihre Daten', text: 'Ein Datenträger fehlt.\n\nBitte achten Sie auf <falsche> Mails.' },
  en: { subject: 'Your data', text: 'A disk is missing.' },
};
await story.settle();
mailbox.clear();

test('everybody with an address gets the letter once, in their language; who comes after the window, and canaries, do not', async () => {
  const caseId = await open();
  clock.advanceTo(clock.now().add({ minutes: 1 }));
  await story.putOrder('B-5', { customer: { id: 'b5', email: 'late@kunde.example' }, parcels: [] });
  const looked = await breaches.reach(database, shopId, caseId);
  assert.deepEqual(looked, { reach: { persons: 4, withAddress: 3 }, mailings: [] });
  await assert.rejects(breaches.write(shopId, caseId, { letters, confirm: 4 }, 'staff'), { code: 'conflict' });
  await assert.rejects(breaches.write(shopId, caseId, { letters: {}, confirm: 3 }, 'staff'), { code: 'invalid' });
  const draft = await breaches.drafts(database, shopId, caseId, 'de');
  assert.ok(draft !== null);
  const unfinished = { de: { subject: 'x', text: draftText(draft.customers) } };
  await assert.rejects(
    breaches.write(shopId, caseId, { letters: unfinished, confirm: 3 }, 'staff'),
    { code: 'invalid' },
    'places that only people can fill',
  );
  const once = breaches.write(shopId, caseId, { letters, confirm: 3 }, 'staff');
  const twice = breaches.write(shopId, caseId, { letters, confirm: 3 }, 'staff').catch((error: unknown) => error);
  await Promise.allSettled([once, twice]);
  await story.settle();
  const sent = mailbox.mails().map(({ to, subject, text }) => [to[0]?.address ?? '', subject, text ?? ''] as const);
  assert.deepEqual(sent.map(([to, subject]) => `${to} ${subject}`).toSorted(), [
    'ada@kunde.example Ihre Daten',
    'grace@kunde.example Your data',
    'zoe@kunde.example Your data',
  ]);
  const [, , text] = sent.find(([to]) => to.startsWith('ada')) ?? [];
  assert.match(text ?? '', /Guten Tag Ada.*Datenträger fehlt\..*<falsche> Mails\..*Artikel 34 DSGVO/s);
  const later = await breaches.reach(database, shopId, caseId);
  assert.deepEqual(
    later?.mailings.map(({ persons, mailed, unreached, endedAt }) => [persons, mailed, unreached, endedAt !== null]),
    [[4, 3, 1, true]],
  );
  await assert.rejects(
    breaches.write(shopId, caseId, { letters, confirm: 3 }, 'staff'),
    { code: 'conflict' },
    'the same letter goes once',
  );
  const state = await breaches.show(database, shopId, caseId);
  assert.deepEqual(
    state?.case.steps.map(({ kind, words }) => `${kind} ${words}`),
    ['opened x', 'customers_told E-Mail: 3 / 4'],
  );
  const verbs = (await house.privacy.audits(database, shopId, 10)).map(({ verb }) => verb);
  assert.ok(verbs.includes('breach.customers_told'));
});

test('a closed case, a case of another shop and one that reaches nobody send nothing', async () => {
  const caseId = await open();
  await breaches.step(shopId, caseId, { kind: 'closed', words: '' }, 'staff');
  await assert.rejects(breaches.write(shopId, caseId, { letters, confirm: 3 }, 'staff'), { code: 'conflict' });
  assert.deepEqual((await breaches.reach(database, shopId, caseId))?.mailings, [], 'nothing of it is left');
  const other = await house.orders.openShop('Andere Firma', 'test');
  assert.ok('shop' in other);
  assert.equal(await breaches.reach(database, other.shop.shopId, caseId), null);
  const wanted = { letters, confirm: 0 };
  await assert.rejects(breaches.write(other.shop.shopId, caseId, wanted, 'staff'), { code: 'not_found' });
  const everywhere = await database.tx((tx) => breaches.open(tx, { ...suspicion, ...window, shopId: null }, 'staff'));
  await assert.rejects(breaches.write(other.shop.shopId, everywhere, wanted, 'staff'), { code: 'conflict' });
  mailbox.clear();
  await story.settle();
  assert.deepEqual(mailbox.mails(), []);
});

test('whoever reads another language gets the one that is there, and a letter is lines of text and nothing else', () => {
  assert.equal(letterFor({ de: letters.de }, 'en').language, 'de');
  assert.equal(letterFor(letters, 'de-AT').language, 'de');
  assert.equal(letterFor(letters, '').language, 'en');
  const { blocks } = breachMessage.compose({ shop, language: 'de', values: { subject: 's', text: 'a\r\n\r\n b \n' } });
  assert.deepEqual(
    blocks.map((block) => ('text' in block ? block.text : '')),
    ['a', 'b'],
  );
});
