import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { milestones } from '#carriers';
import { createFaq, type Faq, type Situation } from '#faq';
import { openGround, type Ground } from '../../test/ground.ts';

let ground: Ground;
let faq: Faq;
let shopId: string;

const shop = {
  ...{ language: 'de', shop: 'Nordlicht', contactPhone: null, contactEmail: 'hallo@nordlicht.example' },
  ...{ contactHours: null, answerTime: null },
};

before(async () => {
  ground = await openGround();
  const { database, clock, privacy } = ground;
  ({ shopId } = ground.shop);
  faq = createFaq({ database, clock, privacy, valuesOf: () => Promise.resolve(shop) });
});
after(() => ground.close());

const beside = (more: Partial<Situation> = {}): Situation => ({
  ...{ milestone: 'in_transit', subStatus: null, status: 'Unterwegs', carrier: { id: 'ups', name: 'UPS' } },
  ...{ arrival: null, lastSign: null, isLate: false, options: [], parcels: 1 },
  ...more,
});
const search = async (words: string, language = 'de', situation: Situation | null = null) =>
  (await faq.search(ground.database, { shopId, language, words, situation, limit: 5 })).map(({ slug }) => slug);

suite('what customers type is found', () => {
  const asked: readonly (readonly [language: string, words: string, slug: string])[] = [
    ['de', 'Paketverfolgung', 'where-is-my-parcel'],
    ['de', 'Paket verfolgen', 'where-is-my-parcel'],
    ['de', 'wo ist mein paket', 'where-is-my-parcel'],
    ['de', 'Verspätung', 'parcel-late'],
    ['de', 'verspaetung', 'parcel-late'],
    ['de', 'Verspatung', 'parcel-late'],
    ['de', 'verspätugn', 'parcel-late'],
    ['de', 'Nachbar', 'with-a-neighbour'],
    ['de', 'nachba', 'with-a-neighbour'],
    ['de', 'widerruf', 'withdraw'],
    ['de', 'wiederruf', 'withdraw'],
    ['de', 'Falsche Addresse', 'wrong-address'],
    ['en', 'neighbor', 'with-a-neighbour'],
    ['en', 'neighbuor', 'with-a-neighbour'],
    ['en', 'lost', 'parcel-lost'],
    ['en', 'refnud', 'refund'],
    ['en-US', 'Invoice', 'payment-and-invoice'],
  ];
  for (const [language, words, slug] of asked) {
    test(`${language}: “${words}” finds ${slug}`, async () => {
      const found = await search(words, language);
      console.log(words, found);
      assert.ok(found.slice(0, 2).includes(slug), `found ${found.join(', ')}`);
    });
  }

  test('nonsense finds nothing, and breaks nothing', async () => {
    for (const words of [
      '',
      '   ',
      'xqzvw',
      '%_',
      "'; drop table",
      '\u0000',
      'ß'.repeat(500),
      '🦊',
      'a b c d e f g h i j k',
    ]) {
      assert.ok(Array.isArray(await search(words)));
    }
    assert.deepEqual(await search('xqzvwk'), []);
  });
});

suite('the reader’s parcel comes first', () => {
  for (const milestone of milestones) {
    test(`${milestone} has at least two delivered articles of its own`, async () => {
      const found = await faq.situated(ground.database, {
        ...{ shopId, language: 'de', limit: 6 },
        situation: beside({ milestone }),
      });
      console.log(milestone, found.map(({ slug }) => slug).join(' '));
      assert.ok(found.length >= 2, `${milestone}: ${found.map(({ slug }) => slug).join(', ')}`);
    });
  }
});
