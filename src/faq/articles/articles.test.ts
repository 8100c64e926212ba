import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milestones } from '#carriers';
import { topics, type Block, type Situation } from '../content/article.ts';
import { deliveredArticles } from '../content/delivered.ts';
import { articleLanguages } from '../content/languages.ts';
import { closeness } from '../content/when.ts';
import { knownIn, shownBlocks, valuesOf, type ShopValues } from '../show.ts';

const delivered = deliveredArticles();
const slugs = new Set(delivered.map(({ slug }) => slug));
const nothing = { contactPhone: null, contactEmail: null, contactHours: null, answerTime: null };
const bare: ShopValues = { language: 'de', shop: 'Nordlicht', ...nothing };
const full: ShopValues = {
  ...bare,
  contactPhone: '+49 40 123456',
  contactEmail: 'hallo@nordlicht.example',
  contactHours: 'Mo–Fr 9–17',
  answerTime: '3 h',
};

function situationOf(milestone: Situation['milestone'], more: Partial<Situation> = {}): Situation {
  const unknown = { carrier: null, arrival: null, lastSign: null };
  return { milestone, subStatus: null, status: 'Stand', ...unknown, isLate: false, options: [], parcels: 1, ...more };
}

/** Each milestone with a carrier or none, an arrival or none; and nobody’s parcel. */
const situations: readonly (Situation | null)[] = [
  null,
  ...milestones.flatMap((milestone) =>
    [null, { id: 'ups', name: 'UPS' }].flatMap((carrier) =>
      [null, 'Dienstag'].map((arrival) =>
        situationOf(milestone, { carrier, arrival, lastSign: arrival, parcels: carrier === null ? 1 : 3 }),
      ),
    ),
  ),
];

test('at least 25 answers are delivered, each in every language, and of every topic one', () => {
  assert.ok(slugs.size >= 25, `${slugs.size}`);
  assert.equal(delivered.length, slugs.size * articleLanguages.length);
  assert.deepEqual(new Set(delivered.map(({ article }) => article.topic)), new Set(topics));
});

test('whoever reads, beside whichever parcel, is shown no brace and nothing empty', () => {
  for (const { slug, language, article } of delivered) {
    for (const situation of situations) {
      for (const shop of [bare, full]) {
        const blocks = shownBlocks(article, { language, values: valuesOf(shop, situation), situation });
        const texts = blocks.flatMap((block) => ('items' in block ? block.items : [block.text]));
        assert.ok(
          blocks.some(({ kind }) => kind !== 'heading' && kind !== 'link'),
          slug,
        );
        for (const text of texts) assert.match(text, /^[^{}\s][^{}]*$/u, `${slug} ${language}`);
        assert.ok(
          blocks.every(({ kind }, at) => kind !== 'heading' || (blocks[at + 1]?.kind ?? 'link') !== 'link'),
          slug,
        );
      }
    }
  }
});

test('all languages of an answer say the same, in the same order, to the same readers', () => {
  const shape = (block: Block) => {
    if ('items' in block) return { kind: block.kind, when: block.when, items: block.items.length };
    return { kind: block.kind, when: block.when, to: 'to' in block ? block.to : null };
  };
  for (const [slug, editions] of Map.groupBy(delivered, (one) => one.slug)) {
    const [first, ...others] = editions.map(({ article }) => {
      const { title, summary, keywords, topic, when, related, position } = article;
      assert.ok(title !== '' && summary !== '' && keywords.length > 3, slug);
      return { topic, when, related, position, blocks: article.blocks.map(shape) };
    });
    for (const other of others) assert.deepEqual(other, first, slug);
  }
});

test('what leads to another answer finds it', () => {
  for (const { slug, article } of delivered) {
    const linked = article.blocks.flatMap((block) => (block.kind === 'link' ? [block.to] : []));
    const named = linked.filter((to) => to.startsWith('article ')).map((to) => to.slice('article '.length));
    for (const other of [...named, ...article.related]) {
      assert.ok(slugs.has(other) && other !== slug, `${slug} leads to ${other}`);
    }
  }
});

test('whatever a parcel does, two answers speak of it, and first the one that its receiver needs', () => {
  const firstOf = (situation: Situation): string | undefined => {
    const known = knownIn(valuesOf(full, situation));
    const close = delivered
      .filter(({ language }) => language === 'en')
      .map(({ slug, article: { when, position } }) => ({ slug, position, close: closeness(when, situation, known) }))
      .filter(({ close: by }) => by > 0)
      .toSorted((one, other) => other.close - one.close || one.position - other.position);
    assert.ok(close.length >= 2, situation.milestone);
    return close[0]?.slug;
  };
  const late = situationOf('in_transit', { isLate: true });
  const withNeighbour = situationOf('delivered', { subStatus: 'delivered.neighbour' });
  assert.deepEqual(Object.fromEntries(milestones.map((milestone) => [milestone, firstOf(situationOf(milestone))])), {
    unknown: 'where-is-my-parcel',
    announced: 'when-will-it-arrive',
    accepted: 'where-is-my-parcel',
    in_transit: 'where-is-my-parcel',
    out_for_delivery: 'when-will-it-arrive',
    ready_for_pickup: 'collecting-a-parcel',
    delivery_failed: 'missed-delivery',
    exception: 'contact-and-hours',
    delivered: 'not-received',
    returning: 'going-back',
    returned: 'going-back',
    cancelled: 'cancel-order',
  });
  assert.deepEqual([late, withNeighbour].map(firstOf), ['parcel-late', 'with-a-neighbour']);
  const told = { lost: 'parcel-lost', damaged: 'damaged', address: 'wrong-address', held_customs: 'customs' };
  for (const [problem, slug] of Object.entries(told)) {
    assert.equal(firstOf(situationOf('exception', { subStatus: `exception.${problem}` })), slug);
  }
});
