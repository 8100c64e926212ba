import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { showId } from '#kit/ids';
import { digestOf } from './content.ts';
import { ratingOf, reviewInput, type Judged } from './reviews.ts';
import { openReviewRoom } from '../../test/review-room.ts';

const asked = await openReviewRoom();
const { ground, room } = asked;
const { database, privacy, shop } = ground;
const { shopId } = shop;
const { reviews, invited, write, passDays } = asked;
after(asked.close);

const actor = 'staff';
const judge = (reviewId: string, verdict: Parameters<typeof reviews.moderate>[1]['verdict']): Promise<Judged> =>
  database.tx((tx) => reviews.moderate(tx, { shopId, reviewId, verdict, actor }));
const shownNow = () => reviews.published(database, shopId, { before: null, limit: 50 });
const sign = () => privacy.ledger.sequence(shopId);

/** What the ledger says of a review in public, in order, without the commitment. */
async function entriesOf(personId: string) {
  const { entries } = await privacy.ledger.ownEntries(database, { personId, shopId });
  return entries.filter(({ kind }) => kind.startsWith('review')).map(({ shown }) => shown);
}

test('what was written waits sealed, is shown after three days when nobody judged, and can be recounted', async () => {
  const { token, personId } = await invited();
  const text = 'Die Tasse ist heil, das Band war lose.';
  const reviewId = await write(token, {
    shop: 2,
    delivery: 4,
    text,
    by: 'Ada B.',
    products: [
      { place: 0, stars: 3 },
      { place: 7, stars: 1 },
    ],
  });
  assert.deepEqual(await shownNow(), []);
  const [row] = await database.rows<{ row: string }>(`select to_jsonb(r)::text as row from reviews.revision r`, []);
  assert.ok(row !== undefined && !row.row.includes('Tasse'));
  assert.equal((await reviews.figuresOf(database, shopId)).waiting, 1);
  await passDays(4);
  await sign();
  const [shown] = await shownNow();
  assert.ok(shown !== undefined);
  assert.deepEqual([shown.text, shown.by, shown.shop, shown.delivery], [text, 'Ada B.', 2, 4]);
  assert.deepEqual(shown.products, [{ name: 'Tasse', sku: 'T-1', stars: 3 }], 'only what was bought');
  assert.ok(shown.ledgerIndex !== null);
  const { by, delivery, language, pictures, products, salt, shop: stars, title } = shown;
  assert.equal(digestOf({ by, delivery, language, pictures, products, salt, shop: stars, text, title }), shown.digest);
  const review = showId('rev', reviewId);
  assert.deepEqual(await entriesOf(personId), [
    { kind: 'review invitation', review },
    { kind: 'review received', review, shop: '2', delivery: '4', digest: shown.digest },
    { kind: 'review published', review, digest: shown.digest },
  ]);
  assert.deepEqual(await reviews.productFigures(database, shopId, 'T-1'), {
    count: 1,
    mean: 3,
    spread: [0, 0, 1, 0, 0],
  });
  // Whoever looks for the bad ones finds the oldest of them too, without anybody opening all the others.
  const withStars = async (count: number, product?: string) => {
    const page = { before: null, limit: 1, stars: count, ...(product === undefined ? {} : { product }) };
    return (await reviews.published(database, shopId, page)).map((one) => one.reviewId);
  };
  await passDays(1);
  for (const count of [1, 2])
    await judge(await write((await invited()).token, { shop: 5, text: `${count}` }), { publish: true });
  assert.deepEqual([await withStars(2), await withStars(3), await withStars(3, 'T-1')], [[reviewId], [], [reviewId]]);
});

test('the link works once; for thirty days its author can change what they wrote, and what was stays provable', async () => {
  const { token, personId } = await invited();
  const reviewId = await write(token, { shop: 5 });
  await judge(reviewId, { publish: true });
  assert.equal(await write(token, { shop: 1, text: 'Nach einer Woche zerbrochen.' }), reviewId);
  const before = (await shownNow()).find((one) => one.reviewId === reviewId);
  assert.equal(before?.shop, 5, 'shown as it was until the new words are');
  assert.equal((await reviews.read(database, shopId, reviewId))?.isShownOlder, true);
  const form = await reviews.invitationOf(database, token);
  assert.deepEqual([form?.written?.content.shop, form?.written?.state], [1, 'waiting'], 'nobody can read these yet');
  await passDays(4);
  assert.equal((await shownNow()).find((one) => one.reviewId === reviewId)?.shop, 1);
  const kinds = (await entriesOf(personId)).map(({ kind }) => kind);
  assert.deepEqual(kinds, [
    'review invitation',
    ...Array.from({ length: 2 }, () => ['review received', 'review published']).flat(),
  ]);
  await passDays(31);
  const late = await database.tx((tx) => reviews.submit(tx, token, reviewInput.parse({ shop: 5, language: 'de' })));
  assert.deepEqual(late, { no: 'used' });
  assert.equal((await reviews.invitationOf(database, token))?.state, 'used');
  const other = await invited();
  await passDays(61);
  const expired = await database.tx((tx) =>
    reviews.submit(tx, other.token, reviewInput.parse({ shop: 5, language: 'de' })),
  );
  assert.deepEqual(expired, { no: 'expired' });
  const unknown = await database.tx((tx) =>
    reviews.submit(tx, 'nothing', reviewInput.parse({ shop: 5, language: 'de' })),
  );
  assert.deepEqual(unknown, { no: 'unknown' });
});

test('who sends a form twice at once has one review, and one that broke off is none', async () => {
  const { token, personId } = await invited();
  asked.fallNext();
  await assert.rejects(write(token), /fell over/);
  assert.equal((await reviews.invitationOf(database, token))?.state, 'open');
  const sent = await Promise.all([write(token), write(token, { shop: 4 })]);
  assert.equal(new Set(sent).size, 1);
  const received = (await entriesOf(personId)).filter(({ kind }) => kind === 'review received');
  assert.equal(received.length, 2);
  const [counted] = await database.rows<{ count: number }>(
    `select count(*)::int as count from reviews.review where person_id = $1`,
    [personId],
  );
  assert.equal(counted?.count, 1);
});

test('what is withheld has one of the reasons, is counted with its stars, its author is told, and can mend it', async () => {
  const { token, personId } = await invited();
  const reviewId = await write(token, { shop: 1, text: 'Herr Muster aus der Musterweg 1 hat mein Paket.' });
  const before = await reviews.figuresOf(database, shopId);
  room.mails();
  assert.deepEqual(await judge(reviewId, { withhold: 'personal data', note: 'Bitte ohne den Namen.' }), {
    state: 'withheld',
  });
  assert.deepEqual(await judge(reviewId, { withhold: 'insult', note: '' }), { no: 'unchanged' });
  await room.settle();
  const [mail] = room.mails();
  assert.match(mail?.text ?? '', /persönliche Daten anderer[\s\S]+Bitte ohne den Namen[\s\S]+\/r\//);
  const then = await reviews.figuresOf(database, shopId);
  assert.equal(then.withheldStars[0] - before.withheldStars[0], 1);
  assert.deepEqual(then.withheld, [{ reason: 'personal data', count: 1 }]);
  assert.equal(then.received, before.received);
  await passDays(5);
  assert.ok(
    (await shownNow()).every((one) => one.reviewId !== reviewId),
    'time does not publish what was judged',
  );
  await write(token, { shop: 1, text: 'Der Nachbar hat mein Paket.' });
  assert.equal((await reviews.read(database, shopId, reviewId))?.state, 'waiting');
  assert.deepEqual(await judge(reviewId, { publish: true }), { state: 'published' });
  const shown = await entriesOf(personId);
  assert.deepEqual(
    shown.find(({ kind }) => kind === 'review withheld'),
    {
      ...{ kind: 'review withheld', review: showId('rev', reviewId), reason: 'personal data' },
    },
  );
  assert.equal(shown.at(-1)?.kind, 'review published');
  assert.deepEqual(await judge(showsNothing, { publish: true }), { no: 'unknown' });
});
const showsNothing = '019a3f00-0000-4000-8000-000000000000';

test('the shop has one answer, which it can change and take back, and its author hears of it once', async () => {
  const { token, personId } = await invited();
  const reviewId = await write(token);
  const say = (text: string) => database.tx((tx) => reviews.answer(tx, { shopId, reviewId, text, actor }));
  assert.deepEqual(await say('Danke!'), { no: 'not shown' });
  await judge(reviewId, { publish: true });
  room.mails();
  assert.deepEqual(await say(' Danke! '), { answered: true });
  assert.deepEqual(await say('Danke!'), { no: 'unchanged' });
  await say('Vielen Dank!');
  await room.settle();
  assert.equal(room.mails().filter(({ subject }) => /geantwortet/.test(subject)).length, 1);
  const answer = (await shownNow()).find((one) => one.reviewId === reviewId)?.answer;
  assert.equal(answer?.text, 'Vielen Dank!');
  assert.equal(digestOf({ salt: answer.salt, text: answer.text }), answer.digest);
  assert.deepEqual(await say(''), { answered: false });
  const entries = (await entriesOf(personId)).filter(({ kind }) => kind === 'review answered');
  assert.deepEqual(entries.map(({ digest }) => digest ?? null).slice(1), [answer.digest, null]);
});

test('an erased author’s words are gone, the figures say so, and the ledger proves that nobody else took them out', async () => {
  const { token, personId } = await invited();
  const reviewId = await write(token, { shop: 3 });
  await judge(reviewId, { publish: true });
  await sign();
  const before = await reviews.figuresOf(database, shopId);
  const forget = () =>
    database.tx(async (tx) => {
      const whose = await ground.orders.whose(tx, { shopId, personId });
      await reviews.forget(tx, whose);
    });
  await forget();
  const waiting = await database.rows<{ entry: string }>(
    `select entry from privacy.ledger_waiting where person_id = $1`,
    [personId],
  );
  assert.match(waiting.map(({ entry }) => entry).join(), /"kind":"review withdrawn".*"reason":"erased"/);
  await forget();
  const then = await reviews.figuresOf(database, shopId);
  assert.deepEqual(
    [then.published, then.withdrawn, then.received],
    [before.published - 1, before.withdrawn + 1, before.received],
  );
  assert.equal(then.shop.count, before.shop.count - 1);
  assert.ok((await shownNow()).every((one) => one.reviewId !== reviewId));
  const left = await database.rows(
    `select 1 from reviews.review where person_id = $1 union all select 1 from reviews.token where person_id = $1
     union all select 1 from reviews.revision where person_id = $1 union all select 1 from reviews.invitation where person_id = $1`,
    [personId],
  );
  assert.deepEqual(left, []);
  assert.equal(await reviews.invitationOf(database, token), null);
});

test('an author takes a review back by its link, and a restricted one’s is not published', async () => {
  const one = await invited();
  const reviewId = await write(one.token);
  const person = { kind: 'person', id: one.personId, shopId } as const;
  await database.tx((tx) => privacy.restrict(tx, person, true));
  assert.deepEqual(await judge(reviewId, { publish: true }), { no: 'restricted' });
  await passDays(5);
  assert.ok((await shownNow()).every((shown) => shown.reviewId !== reviewId));
  await database.tx((tx) => privacy.restrict(tx, person, false));
  await passDays(2);
  assert.ok(
    (await shownNow()).some((shown) => shown.reviewId === reviewId),
    'tried again each day',
  );
  assert.equal(await database.tx((tx) => reviews.withdraw(tx, one.token)), true);
  assert.equal(await database.tx((tx) => reviews.withdraw(tx, one.token)), false);
  assert.ok((await shownNow()).every((shown) => shown.reviewId !== reviewId));
});

test('what is counted is what stands, however many change at once', async () => {
  const many = [await invited(), await invited(), await invited()];
  await Promise.all(many.map(async ({ token }) => judge(await write(token, { shop: 4 }), { publish: true })));
  await Promise.all(many.slice(1).map(({ token }) => database.tx((tx) => reviews.withdraw(tx, token))));
  const wrong = await database.rows(
    `select state, reason, shop_stars, delivery_stars, sum(counted) from (
       select state, coalesce(reason, '') as reason, coalesce(shop_stars, 0) as shop_stars,
         coalesce(delivery_stars, 0) as delivery_stars, 1 as counted from reviews.standing
       union all select state, reason, shop_stars, delivery_stars, -reviews from reviews.tally) as both_of
     group by 1, 2, 3, 4 having sum(counted) <> 0`,
    [],
  );
  assert.deepEqual(wrong, []);
  const { shop: rating } = await reviews.figuresOf(database, shopId);
  assert.equal(rating.count, (await shownNow()).length);
});

test('what is sent is tidied, and what is none is refused field by field', () => {
  const read = (more: object) => reviewInput.safeParse({ shop: 4, language: 'de', ...more });
  assert.equal(read({ text: ' a\r\nb\u202e\u0007 ' }).data?.text, 'a\nb');
  assert.equal(read({ title: 'a\n b' }).data?.title, 'a b');
  for (const wrong of [
    { shop: 0 },
    { shop: 6 },
    { shop: 2.5 },
    { delivery: '5' },
    { text: 'x'.repeat(4_001) },
    { by: 'www.billig.example' },
    {
      products: [
        { place: 0, stars: 1 },
        { place: 0, stars: 5 },
      ],
    },
    { language: '<b>' },
    { more: 1 },
  ]) {
    assert.equal(read(wrong).success, false, JSON.stringify(wrong).slice(0, 60));
  }
});

test('a mean is the sum divided by the number, two decimals, half up', () => {
  assert.deepEqual(ratingOf([]), { count: 0, mean: null, spread: [0, 0, 0, 0, 0] });
  const of = (...spread: readonly number[]) => ratingOf(spread.map((count, at) => ({ stars: at + 1, count }))).mean;
  assert.equal(of(0, 0, 0, 1, 7), 4.88, '4.875');
  assert.equal(of(1, 0, 0, 0, 199), 4.98);
  assert.equal(of(0, 0, 0, 2, 1), 4.33);
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { minLength: 5, maxLength: 5 }), (spread) => {
      const count = spread.reduce((total, one) => total + one, 0);
      const mean = of(...spread) ?? null;
      if (count === 0 || mean === null) return count === 0;
      const sum = spread.reduce((total, one, at) => total + one * (at + 1), 0);
      const off = mean * 100 * count - 100 * sum;
      return off <= count / 2 + 1e-3 && off > -count / 2 - 1e-3;
    }),
    { numRuns: 200 },
  );
});
