import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { sha256 } from '../known-keys.ts';
import { utf8, toHex } from '../../ledger/tree/bytes.ts';
import { canonical } from '../../ledger/tree/own-entry.ts';
import { readReviewEntry, standingsOf, type ReviewEntry } from './entries.ts';
import { figuresOf, judgeReviews, type WrongReview } from './judge.ts';
import { reviewsPathOf, verifyReviews } from './look.ts';
import { sayWrongReview } from './say.ts';
import type { ShownReview } from './shown.ts';

type Content = Readonly<Record<string, unknown>> & { readonly shop: number; readonly delivery: number | null };

const contentOf = (shop: number, delivery: number | null, text: string): Content => ({
  ...{ by: '', delivery, language: 'de', pictures: [], products: [], salt: '00'.repeat(16), shop, text, title: '' },
});
const digestOf = (content: object): string => toHex(sha256(utf8(canonical(content))));

/** Entries as a ledger has them, with other entries between. */
function ledgerOf(parts: readonly Readonly<Record<string, string>>[]): readonly ReviewEntry[] {
  return parts.flatMap((part, at) => {
    const text = canonical(Object.assign({ of: 'ab'.repeat(32) }, part));
    const read = readReviewEntry(utf8(text), at);
    return read === null ? [] : [read];
  });
}

const good = contentOf(5, 4, 'Schnell da.');
const bad = contentOf(1, null, 'Kaputt angekommen.');
const rude = contentOf(2, 2, '…');
const answer = { salt: '11'.repeat(16), text: 'Das tut uns leid.' };

const received = (review: string, content: Content) => ({
  ...{ kind: 'review received', review, shop: String(content.shop), digest: digestOf(content) },
  ...(content.delivery === null ? {} : { delivery: String(content.delivery) }),
});

const entries = ledgerOf([
  { kind: 'disclosure', purpose: 'x' },
  ...['rev_good', 'rev_bad', 'rev_rude', 'rev_gone', 'rev_new', 'rev_none'].map((review) => ({
    kind: 'review invitation',
    review,
  })),
  received('rev_good', good),
  received('rev_bad', bad),
  received('rev_rude', rude),
  received('rev_gone', good),
  received('rev_new', good),
  { kind: 'review published', review: 'rev_good', digest: digestOf(good) },
  { kind: 'review published', review: 'rev_bad', digest: digestOf(bad) },
  { kind: 'review answered', review: 'rev_bad', digest: digestOf(answer) },
  { kind: 'review withheld', review: 'rev_rude', reason: 'insult' },
  { kind: 'review withdrawn', review: 'rev_gone', reason: 'erased' },
]);

const nothing = { reason: null, shop: null, delivery: null, content: null, answer: null } as const;
const list: readonly ShownReview[] = [
  { ...nothing, review: 'rev_good', state: 'published', shop: 5, delivery: 4, content: good },
  { ...nothing, review: 'rev_bad', state: 'published', shop: 1, content: bad, answer },
  { ...nothing, review: 'rev_rude', state: 'withheld', reason: 'insult', shop: 2, delivery: 2 },
  { ...nothing, review: 'rev_gone', state: 'withdrawn', reason: 'erased' },
  { ...nothing, review: 'rev_new', state: 'waiting' },
];
const figures = figuresOf([...standingsOf(entries).values()]);

const wrongIn = (reviews: readonly ShownReview[], shown = figures): readonly WrongReview[] =>
  judgeReviews(entries, { figures: shown, reviews }, sha256).wrong;
const withOne = (review: string, change: Partial<ShownReview>): readonly ShownReview[] =>
  list.map((one) => (one.review === review ? { ...one, ...change } : one));
const foundIn = (reviews: readonly ShownReview[], shown = figures) =>
  wrongIn(reviews, shown).map((one) => `${one.what} ${'review' in one ? one.review : 'name' in one ? one.name : ''}`);

suite('the reviews that a shop shows', () => {
  test('are those of its ledger: figures follow from the entries alone', () => {
    assert.deepEqual(wrongIn(list), []);
    const verdict = judgeReviews(entries, { figures, reviews: list }, sha256);
    assert.deepEqual(
      [verdict.invited, verdict.received, verdict.published, verdict.withheld, verdict.mean],
      [6, 5, 2, 1, 3],
    );
    assert.equal(figures['delivery.count'], '1');
    assert.equal(figures['withheld_stars'], '0 1 0 0 0');
  });

  test('show what is missing, changed, hidden or made up, each by its name', () => {
    assert.deepEqual(foundIn(list.filter(({ review }) => review !== 'rev_bad')), ['suppressed rev_bad']);
    assert.deepEqual(foundIn(withOne('rev_bad', { content: { ...bad, text: 'Gut angekommen.' } })), [
      'changed rev_bad',
    ]);
    assert.deepEqual(foundIn(withOne('rev_bad', { content: null })), ['changed rev_bad']);
    assert.deepEqual(foundIn(withOne('rev_bad', { shop: 5 })), ['stars rev_bad']);
    assert.deepEqual(foundIn(withOne('rev_bad', { content: { ...bad, shop: 5 }, shop: 5 })), [
      'changed rev_bad',
      'stars rev_bad',
    ]);
    const hidden = { ...nothing, state: 'withheld', reason: 'insult', shop: 1 };
    assert.deepEqual(foundIn(withOne('rev_bad', hidden)), ['state rev_bad']);
    assert.deepEqual(foundIn(withOne('rev_rude', { reason: 'unlawful' })), ['state rev_rude']);
    assert.deepEqual(foundIn(withOne('rev_bad', { answer: null })), ['answer rev_bad']);
    assert.deepEqual(foundIn(withOne('rev_good', { answer })), ['answer rev_good']);
    const invented = { ...nothing, review: 'rev_made', state: 'published', shop: 5, content: good };
    assert.deepEqual(foundIn([...list, invented]), ['invented rev_made']);
    assert.deepEqual(foundIn([...list, { ...invented, review: 'rev_none' }]), ['invented rev_none']);
    assert.deepEqual(foundIn([...list, ...list.slice(0, 1)]), ['twice rev_good']);
    assert.deepEqual(foundIn(list, { ...figures, 'shop.mean': '4.5' }), ['figure shop.mean']);
    assert.deepEqual(foundIn(list, { ...figures, 'withheld: off topic': '3' }), ['figure withheld: off topic']);
    assert.match(sayWrongReview(wrongIn(list.slice(1))[0] ?? { what: 'unserved' }), /rev_good.*suppressed.*entry 12/);
  });

  test('cannot be left out altogether, and nobody writes who was not invited', () => {
    assert.deepEqual(judgeReviews(entries, null, sha256).wrong, [{ what: 'unserved' }]);
    const uninvited = entries.filter(({ review, step }) => review !== 'rev_good' || step !== 'invitation');
    const { wrong } = judgeReviews(uninvited, { figures: { ...figures, invited: '5' }, reviews: list }, sha256);
    assert.deepEqual(wrong, [{ what: 'invented', review: 'rev_good', index: 7 }]);
  });

  test('stand as they are entered: a new revision is shown once it is published, what was withdrawn stays so', () => {
    const again = { kind: 'review received', review: 'rev_a', shop: '2', digest: 'd2' };
    const steps = [
      { kind: 'review invitation', review: 'rev_a' },
      { kind: 'review received', review: 'rev_a', shop: '5', digest: 'd1' },
      { kind: 'review published', review: 'rev_a', digest: 'd1' },
      again,
      { kind: 'review withheld', review: 'rev_a', reason: 'insult' },
      again,
      { kind: 'review withdrawn', review: 'rev_a', reason: 'erased' },
      { kind: 'review published', review: 'rev_a', digest: 'd1' },
    ];
    const states = steps.map((_, at) => standingsOf(ledgerOf(steps.slice(0, at + 1))).get('rev_a')?.state);
    const expected = ['invited', 'waiting', 'published', 'published', 'withheld', 'waiting', 'withdrawn', 'withdrawn'];
    assert.deepEqual(states, expected);
  });

  test('may change between two looks, and what is wrong only once is not wrong', async () => {
    let looks = 0;
    const shown = (): readonly ShownReview[] => ((looks += 1) === 1 ? list.slice(1) : list);
    const once = await verifyReviews(() => Promise.resolve({ entries, shown: { figures, reviews: shown() } }), 1);
    assert.deepEqual([once.wrong, looks], [[], 2]);
    const always = await verifyReviews(
      () => Promise.resolve({ entries, shown: { figures, reviews: list.slice(1) } }),
      1,
    );
    assert.equal(always.wrong.length, 1);
  });

  test('are where the ledger is, under another name', () => {
    assert.equal(reviewsPathOf(new URL('https://shop.example/ledger/shp_1/')), '/reviews/shp_1.json');
    assert.equal(reviewsPathOf(new URL('https://x.example/post/ledger/shp_1/')), '/post/reviews/shp_1.json');
    assert.equal(reviewsPathOf(new URL('https://log.example/')), null);
  });
});
