import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { milestones } from '#carriers';
import { articleLanguages, createFaq, type Faq, type Situation } from '#faq';
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
      assert.ok(found.slice(0, 2).includes(slug), `found ${found.join(', ')}`);
    });
  }

  test('of questions as customers ask them, 95 in 100 have a right answer among the first three', async () => {
    const all = articleLanguages.flatMap((language) =>
      readFileSync(new URL(`samples/questions.${language}.tsv`, import.meta.url), 'utf8')
        .trim()
        .split('\n')
        .map((line) => ({ language, line })),
    );
    const some = all.filter((_, at) => at % 8 === 0);
    const missed: string[] = [];
    for (const { language, line } of some) {
      const [words = '', slugs = ''] = line.split('\t');
      const found = await search(words, language);
      if (!found.slice(0, 3).some((slug) => slugs.split(' ').includes(slug)))
        missed.push(`${line}: ${found.join(' ')}`);
    }
    assert.ok(some.length > 40 && missed.length <= some.length / 20, missed.join('\n'));
  });

  test('a question in another language than the page’s is understood where it is plainly that', async () => {
    assert.equal((await search('wo ist mein paket', 'en'))[0], 'where-is-my-parcel');
    assert.equal((await search('how long is the warranty', 'de'))[0], 'defect');
    assert.equal((await search('DHL', 'en'))[0], 'who-gets-my-data');
    const german = { shopId, language: 'en', words: 'wo ist mein paket', situation: null, limit: 3 };
    assert.deepEqual(
      new Set((await faq.search(ground.database, german)).map(({ language }) => language)),
      new Set(['en']),
    );
  });

  test('the number of a parcel leads to where it can be followed', async () => {
    assert.ok((await search('00340434161094015902')).slice(0, 2).includes('where-is-my-parcel'));
  });

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
  const situated = async (more: Partial<Situation>) =>
    (await faq.situated(ground.database, { shopId, language: 'de', limit: 6, situation: beside(more) })).map(
      ({ slug }) => slug,
    );
  for (const milestone of milestones) {
    test(`${milestone} has at least two delivered articles of its own`, async () => {
      const found = await situated({ milestone });
      assert.ok(found.length >= 2, `${milestone}: ${found.join(', ')}`);
    });
  }

  test('what is closest stands first: late, at a neighbour’s, lost', async () => {
    assert.equal((await situated({ isLate: true }))[0], 'parcel-late');
    assert.equal((await situated({ milestone: 'delivered', subStatus: 'delivered.neighbour' }))[0], 'with-a-neighbour');
    assert.ok((await situated({ milestone: 'exception', subStatus: 'exception.lost' })).includes('parcel-lost'));
    assert.ok((await situated({ isLate: true })).length >= 2);
  });

  test('the same words find what speaks of this parcel first', async () => {
    const anyone = await search('Paket');
    const late = await search('Paket', 'de', beside({ isLate: true }));
    assert.notEqual(anyone[0], 'parcel-late');
    assert.equal(late[0], 'parcel-late');
    // But not where the words are about something else.
    assert.equal((await search('Widerruf', 'de', beside({ isLate: true })))[0], 'withdraw');
  });

  test('an article is shown with its values, and without what it cannot know', async () => {
    const read = async (situation: Situation | null) =>
      await faq.article(ground.database, { shopId, language: 'de-AT', slug: 'where-is-my-parcel', situation });
    const [behindLink, outside] = [await read(beside({ lastSign: 'vor 3 Stunden' })), await read(null)];
    assert.ok(behindLink !== null && outside !== null);
    const said = JSON.stringify(behindLink.blocks);
    assert.match(said, /UPS/);
    assert.match(said, /Unterwegs/);
    assert.doesNotMatch(JSON.stringify([behindLink, outside]), /[{][a-zA-Z]+[},]/);
    assert.ok(behindLink.blocks.some((block) => block.kind === 'link' && block.to === 'parcel'));
    assert.ok(!outside.blocks.some((block) => block.kind === 'link' && block.to === 'parcel'));
    assert.equal(
      await faq.article(ground.database, { shopId, language: 'de', slug: 'no-such', situation: null }),
      null,
    );
  });
});
