import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { createFaq, type Faq, type Saved, type ShopValues } from '#faq';
import { openGround, type Ground } from '../../../test/ground.ts';
import { digestOf, type Delivered } from '../content/delivered.ts';
import { readArticle } from '../content/read-article.ts';

let ground: Ground;
let shopId: string;

const values: ShopValues = {
  ...{
    language: 'de',
    shop: 'Nordlicht',
    contactPhone: null,
    contactEmail: null,
    contactHours: null,
    answerTime: null,
  },
};

function delivered(slug: string, language: 'de' | 'en', body: string): Delivered {
  const source = `title: ${slug} ${language}\nsummary: Kurz.\ntopic: order\nposition: 100\n---\n${body}\n`;
  const read = readArticle(source);
  assert.ok('article' in read);
  return { slug, language, source, digest: digestOf(source), article: read.article };
}

const program = [
  delivered('care', 'de', 'Giessen wie geliefert.'),
  delivered('care', 'en', 'Water it.'),
  delivered('size', 'de', 'Messen.'),
];

const faqOf = (articles: readonly Delivered[] = program): Faq => {
  const { database, clock, privacy } = ground;
  return createFaq({ database, clock, privacy, delivered: articles, valuesOf: () => Promise.resolve(values) });
};

before(async () => {
  ground = await openGround();
  ({ shopId } = ground.shop);
});
after(() => ground.close());

const own = (text: string): string => `title: Pflege\nsummary: Kurz.\ntopic: order\n---\n${text}\n`;
const de = () => ({ shopId, slug: 'care', language: 'de' as const, actor: 'test' });
const read = async (faq: Faq, slug = 'care', language = 'de'): Promise<string> =>
  JSON.stringify((await faq.article(ground.database, { shopId, slug, language, situation: null }))?.blocks ?? null);
const found = async (faq: Faq, words: string): Promise<readonly string[]> =>
  (await faq.search(ground.database, { shopId, language: 'de', words, situation: null, limit: 5 })).map(
    ({ slug }) => slug,
  );
const revisionOf = (saved: Saved): number => ('revision' in saved && !('no' in saved) ? saved.revision : 0);

suite('a shop’s own text', () => {
  test('is read and found from the moment it is published, and a draft is not', async () => {
    const faq = faqOf();
    assert.match(await read(faq), /Giessen wie geliefert/);
    const draft = await faq.save({ ...de(), source: own('Düngen im Mai.'), after: 0, isPublished: false });
    assert.equal(revisionOf(draft), 1);
    assert.match(await read(faq), /Giessen wie geliefert/);
    assert.deepEqual(await found(faq, 'düngen'), []);
    assert.equal(await faq.publish({ ...de(), revision: 1 }), true);
    assert.match(await read(faq), /Düngen im Mai/);
    assert.deepEqual(await found(faq, 'duengen'), ['care']);
    assert.deepEqual(await found(faq, 'giessen'), []);
    assert.equal(await faq.publish({ ...de(), revision: 99 }), false);
  });

  test('outlives a better delivered text, and staff are told', async () => {
    const later = faqOf([delivered('care', 'de', 'Noch besser geliefert.'), ...program.slice(1)]);
    assert.match(await read(later), /Düngen im Mai/);
    const shelved = await later.shelved(ground.database, shopId, 'care');
    assert.deepEqual(
      shelved?.editions.map(({ language, by, deliveredChanged }) => [language, by, deliveredChanged]),
      [
        ['de', 'shop', true],
        ['en', 'program', false],
      ],
    );
    assert.equal(await later.withdraw(de()), true);
    assert.match(await read(later), /Noch besser geliefert/);
    assert.equal(await later.withdraw(de()), false);
    assert.match(await read(faqOf(), 'size'), /Messen/);
  });

  test('is not overwritten by a second tab, and bad text is refused with its lines', async () => {
    const faq = faqOf();
    const save = (seen: number, text: string) =>
      faq.save({ ...de(), source: own(text), after: seen, isPublished: true });
    const both = await Promise.all([save(1, 'Erster Tab.'), save(1, 'Zweiter Tab.')]);
    assert.deepEqual(both.map((one) => ('no' in one ? one.no : 'saved')).toSorted(), ['changed', 'saved']);
    const wrong = await save(2, 'Hallo {name}');
    assert.ok('no' in wrong && wrong.no === 'text');
    assert.deepEqual(
      wrong.troubles.map(({ line, code, what }) => [line, code, what]),
      [[5, 'variable', 'name']],
    );
    assert.deepEqual(await faq.save({ ...de(), slug: '../x', source: own('x'), after: 0, isPublished: true }), {
      no: 'slug',
    });
  });

  test('the same text again changes nothing, and the last thirty are kept', async () => {
    const faq = faqOf();
    let seen = 2;
    for (let at = 0; at < 35; at += 1) {
      seen = revisionOf(await faq.save({ ...de(), source: own(`Fassung ${at}.`), after: seen, isPublished: at === 0 }));
    }
    const again = await faq.save({ ...de(), source: own('Fassung 34.'), after: seen, isPublished: false });
    assert.ok('isNew' in again && !again.isNew);
    const kept = (await faq.revisions(ground.database, shopId, 'care')).map(({ revision }) => revision);
    assert.equal(kept.length, 31);
    assert.ok(kept.includes(3), 'the one that is read is kept');
    assert.match(await read(faq), /Fassung 0/);
  });

  test('is hidden, placed, removed; what is hidden is neither read nor found', async () => {
    const faq = faqOf();
    const { slug, actor } = de();
    assert.equal(await faq.place({ shopId, slug, actor, position: 1, isHidden: true }), true);
    assert.equal(await read(faq), 'null');
    assert.deepEqual(await found(faq, 'Fassung'), []);
    assert.equal(await faq.place({ shopId, slug, actor, position: 1, isHidden: false }), true);
    assert.deepEqual(await found(faq, 'Fassung'), ['care']);
    const listed = await faq.all(ground.database, { shopId, language: 'en' });
    assert.deepEqual(
      listed.map(({ slug: one, language }) => [one, language]),
      [
        ['care', 'en'],
        ['size', 'de'],
      ],
    );
    assert.equal(await faq.remove({ shopId, slug, actor }), true);
    assert.equal(await faq.remove({ shopId, slug, actor }), false);
    assert.match(await read(faq), /Giessen wie geliefert/);
    assert.equal(await faq.place({ shopId, slug: 'none', actor, position: 1, isHidden: false }), false);
    const verbs = new Set((await ground.privacy.audits(ground.database, shopId, 200)).map(({ verb }) => verb));
    for (const verb of ['draft', 'publish', 'withdraw', 'hide', 'place', 'remove']) assert.ok(verbs.has(`faq.${verb}`));
  });
});

suite('all articles as a file', () => {
  test('come back as they were, and change nothing where nothing is different', async () => {
    const faq = faqOf();
    await faq.save({ ...de(), slug: 'own', source: own('Eigener Artikel.'), after: 0, isPublished: true });
    await faq.save({ ...de(), slug: 'own', source: own('Entwurf dazu.'), after: 1, isPublished: false });
    const file = await faq.exportAll(shopId);
    assert.equal(file.articles.length, 5);
    assert.deepEqual(await faq.importAll(shopId, file, 'test'), { changed: 0, unchanged: 5 });
    await faq.remove({ shopId, slug: 'own', actor: 'test' });
    assert.deepEqual(await faq.importAll(shopId, file, 'test'), { changed: 2, unchanged: 3 });
    assert.deepEqual(await faq.exportAll(shopId), file);
    assert.deepEqual(await found(faq, 'eigener'), ['own']);
  });

  test('several texts of one article keep their order, and whoever saves meanwhile is neither lost nor in the way', async () => {
    const faq = faqOf();
    const line = (text: string, published: boolean) =>
      ({
        slug: 'many',
        language: 'de',
        source: own(text),
        published,
        position: 7,
        hidden: false,
        delivered: false,
      }) as const;
    const articles = [line('Eins.', true), line('Zwei.', true), line('Drei.', false)];
    const file = { format: 'glasspost-articles' as const, version: 1 as const, articles };
    const [imported, saved] = await Promise.all([
      faq.importAll(shopId, file, 'test'),
      faq.save({ ...de(), slug: 'beside', source: own('Daneben.'), after: 0, isPublished: true }),
    ]);
    assert.deepEqual(imported, { changed: 3, unchanged: 0 });
    assert.equal(revisionOf(saved), 1);
    assert.match(await read(faq, 'many'), /Zwei/);
    assert.deepEqual([await found(faq, 'zwei'), await found(faq, 'daneben')], [['many'], ['beside']]);
    const shelved = await faq.shelved(ground.database, shopId, 'many');
    assert.deepEqual(
      shelved?.editions.map((one) => [one.publishedRevision, one.saved?.revision, shelved.position]),
      [[2, 3, 7]],
    );
    for (const slug of ['many', 'beside']) await faq.remove({ shopId, slug, actor: 'test' });
  });

  test('one bad text, and nothing of the file is taken', async () => {
    const faq = faqOf();
    const file = await faq.exportAll(shopId);
    const [first] = file.articles;
    assert.ok(first !== undefined);
    const bad = [
      { ...first, slug: 'good', source: own('Gut.') },
      { ...first, slug: 'bad', source: 'nothing' },
    ];
    const refused = await faq.importAll(shopId, { ...file, articles: bad }, 'test');
    assert.ok('no' in refused && refused.no === 'text' && refused.slug === 'bad');
    assert.equal(await faq.shelved(ground.database, shopId, 'good'), null);
  });
});

suite('counts', () => {
  test('a view counts once, a day is summed, and nobody stands in it', async () => {
    const faq = faqOf();
    const article = { shopId, slug: 'care', language: 'de' };
    const { database } = ground;
    await faq.viewed(database, article);
    await faq.viewed(database, article);
    assert.equal(await faq.helped(database, { ...article, helped: true, view: 'a' }), true);
    assert.equal(await faq.helped(database, { ...article, helped: false, view: 'a' }), false);
    assert.equal(await faq.helped(database, { ...article, helped: false, view: 'b' }), true);
    assert.deepEqual(await faq.tallies(database, shopId), [
      { slug: 'care', language: 'de', views: 2, helped: 1, notHelped: 1 },
    ]);
    for (const what of ['search', 'search without hit', 'answers offered', 'form opened', 'form sent'] as const) {
      await faq.count(database, shopId, what);
    }
    const [day] = await faq.days(database, shopId);
    assert.deepEqual([day?.searches, day?.withoutHit, day?.offered, day?.opened, day?.written], [2, 1, 1, 1, 1]);
    const columns = await database.rows<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'faq' and table_name in ('tally', 'day', 'counted') order by 1`,
      [],
    );
    assert.ok(!columns.some(({ name }) => /person|word|typed|mail|ip|agent/u.test(name)));
  });

  test('a shop that is forgotten leaves nothing', async () => {
    const faq = faqOf();
    await ground.database.tx((tx) => faq.forgetShop(tx, shopId));
    const tables = ['revision', 'published', 'placed', 'corpus', 'entry', 'posting', 'lexeme', 'word', 'gram'];
    for (const table of [...tables, 'tally', 'day', 'counted']) {
      const row = await ground.database.one<{ count: number }>(`select count(*) as count from faq.${table}`, []);
      assert.equal(row?.count, 0, table);
    }
  });
});
