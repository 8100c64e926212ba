import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { showId } from '#kit/ids';
import { reviewInput } from '#reviews';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { exampleOrder } from '../../../test/ground.ts';
import { consent } from '../../../test/review-room.ts';
import { silentReviews } from '../../../test/served-api.ts';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ground, ask } = house;
const { database, clock, shop } = ground;
const customer = silentReviews(ground);
let cookie = await house.signIn();

async function pageAt(path: string, status = 200): Promise<string> {
  const answered = await ask(path, { cookie });
  assert.equal(answered.status, status, path);
  assert.doesNotMatch(answered.text, /undefined|\[object|\[sealed|NaN|Invalid/, path);
  return answered.text;
}
const post = (path: string, form: Readonly<Record<string, string>>) => ask(path, { cookie, form });

let count = 0;

/** Delivered, asked and written; all else is the console's. */
async function written(review: object): Promise<string> {
  count += 1;
  const number = `0034043416109480${1000 + count}`;
  await ground.putOrder(
    `V-${count}`,
    exampleOrder({
      customer: { id: `v-${count}`, name: 'Ada Beispiel', email: `ada${count}@kunde.example` },
      placed_at: clock.now().subtract({ hours: 2 }).toString(),
      parcels: [{ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' }],
      consents: [consent],
    }),
  );
  await house.hear(number, [{ code: 'parcel-de:ZU', milestone: 'delivered', subStatus: 'delivered.recipient' }]);
  clock.advanceTo(clock.now().add({ hours: 4 * 24 }));
  const local = clock.now().toZonedDateTimeISO('Europe/Berlin');
  clock.advanceTo(local.add({ days: 1 }).withPlainTime({ hour: 12 }).toInstant());
  await house.settle();
  const [asked] = await customer.unwritten(database, shop.shopId);
  assert.ok(asked !== undefined, 'nobody was asked');
  const input = reviewInput.parse({ shop: 3, language: 'de', ...review });
  const said = await database.tx((tx) => customer.submit(tx, asked.token, input));
  assert.ok('reviewId' in said);
  cookie = await house.signIn();
  return showId('rev', said.reviewId);
}

test('an empty screen says so, and how customers are asked is set within limits, nothing typed being lost', async () => {
  assert.match(await pageAt(consolePaths.reviews), /Nothing waits\.[\s\S]+No review is shown yet/);
  const form = { invites: 'yes', basis: 'existing customers', delayDays: '4', fallbackDays: '30', publishDays: '5' };
  const untold = await post(consolePaths.reviews, form);
  assert.equal(untold.status, 422);
  assert.match(untold.text, /say that they are/);
  assert.match(untold.text, /name="delayDays"[^>]*value="4"/);
  const wide = await post(consolePaths.reviews, { ...form, told: 'yes', delayDays: '400' });
  assert.match(wide.text, /whole numbers within the limits/);
  assert.match(wide.text, /value="400"/);
  const saved = await post(consolePaths.reviews, { ...form, basis: 'consent', delayDays: '3' });
  assert.equal(saved.status, 303);
  assert.match(await pageAt(`${consolePaths.reviews}?done=review_settings`), /The settings are saved/);
});

test('what waits stands first; it is shown, withheld for a public reason only, and answered', async () => {
  const strange = { title: '<script>x</script>', text: 'مرحبا '.repeat(300), by: 'Ada B.' };
  const id = await written(strange);
  const list = await pageAt(consolePaths.reviews);
  assert.match(list, /&lt;script>|&lt;script&gt;/);
  assert.doesNotMatch(list, /<script>x/);
  const path = consolePaths.review(id);
  // As if many had written the same, later.
  await database.rows(
    `insert into reviews.review (person_id, review_id, order_id, shop_id, written_at, changed_at, latest_id, state)
     select person_id, gen_random_uuid(), order_id, shop_id, written_at, changed_at + n * interval '1 minute', latest_id, state
     from reviews.review, generate_series(1, 24) as n`,
    [],
  );
  const idsIn = (html: string) =>
    [...html.matchAll(/<article class="card" id="(rev_\w+)"/g)].map((match) => match[1] ?? '');
  const first = await pageAt(consolePaths.reviews);
  assert.equal(idsIn(first)[0], id, 'what shows by itself first stands first');
  assert.match(first, /<span class="count waiting">25</);
  const [, next = ''] = /href="([^"#]+)[^"]*" rel="next">The next ones/.exec(first) ?? [];
  const second = await pageAt(next);
  assert.deepEqual([idsIn(first).length, idsIn(second).length], [20, 5]);
  assert.equal(new Set([...idsIn(first), ...idsIn(second)]).size, 25);
  assert.doesNotMatch(second, /rel="next">The next ones/);
  await database.rows('delete from reviews.review where changed_at > written_at', []);
  assert.match(await pageAt(path), /Shows by itself/);
  const without = await post(path, { act: 'withhold', reason: 'low stars', note: 'We do not like it.' });
  assert.equal(without.status, 422);
  assert.match(without.text, /Choose one of the reasons[\s\S]+We do not like it\./);
  const long = await post(path, { act: 'withhold', reason: 'off topic', note: `Why\r\n${'so '.repeat(400)}` });
  assert.equal(long.status, 422);
  assert.match(long.text, /A note has at most 1,000 characters[\s\S]+Why\n/);
  // A browser counts a line break once, and sends it as two characters.
  assert.equal((await post(path, { act: 'withhold', reason: 'off topic', note: 'x\r\n'.repeat(400) })).status, 303);
  assert.match(await pageAt(path), /nothing to do with the order/);
  assert.equal((await post(path, { act: 'answer', text: 'Thank you' })).status, 422, 'not shown');
  const judged = await post(path, { act: 'publish', back: 'list' });
  assert.deepEqual(
    [judged.status, judged.headers.get('location')],
    [303, `${consolePaths.reviews}?done=review_published`],
  );
  assert.equal((await post(path, { act: 'publish' })).status, 422);
  assert.equal((await post(path, { act: 'answer', text: 'x\r\n'.repeat(800) })).status, 303);
  assert.equal((await post(path, { act: 'answer', text: 'Thank you' })).status, 303);
  assert.match(await pageAt(path), />Thank you<\/textarea>/);
  assert.equal((await post(path, { act: 'drop' })).status, 422);
  await pageAt(consolePaths.review('rev_x'), 404);
  await post(consolePaths.language, { language: 'de' });
  assert.match(await pageAt(consolePaths.reviews), /3,00 von 5, aus 1 Bewertung/);
  const verbs = (await ground.privacy.audits(database, shop.shopId, 10)).map(({ verb }) => verb);
  assert.deepEqual(verbs.filter((verb) => verb.startsWith('review.')).slice(1, 4), [
    'review.answer',
    'review.publish',
    'review.withhold',
  ]);
});
