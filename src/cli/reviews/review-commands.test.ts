import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { showId } from '#kit/ids';
import { openReviewRoom } from '../../../test/review-room.ts';
import { terminalHouse } from '../../../test/fixtures/terminal-house.ts';
import { runWords } from '../../../test/command-line.ts';

const asked = await openReviewRoom();
after(asked.close);
const house = { ...terminalHouse(asked.ground), reviews: asked.reviews };
const run = (...words: readonly string[]) => runWords(words, { withHouse: (work) => work(house) });

test('a review is listed, withheld for a reason, published and answered at the command line', async () => {
  assert.match((await run('review', 'list')).out, /There is no review/);
  const { token } = await asked.invited();
  const id = showId('rev', await asked.write(token, { shop: 2, title: 'Na\u009bja', text: 'Es war\u200e okay.' }));
  assert.match((await run('review', 'list', '--state', 'waiting')).out, new RegExp(`${id} +waiting +2`));
  assert.equal((await run('review', 'list', '--state', 'lost')).code, 1);
  assert.match((await run('review', 'withhold', id, 'low stars')).err, /There is no reason "low stars"/);
  assert.match(
    (await run('review', 'withhold', id, 'off topic', '--note', 'It is about the weather.')).out,
    /withheld \(off topic\)/,
  );
  assert.equal((await run('review', 'withhold', id, 'off topic')).code, 1);
  assert.match((await run('review', 'publish', id)).out, /published, verified buyer/);
  assert.match((await run('review', 'answer', id, 'Danke!')).out, /answered: Danke!/);
  const figures = JSON.parse((await run('review', 'figures', '--json')).out) as { readonly published: number };
  assert.equal(figures.published, 1);
  assert.match((await run('review', 'figures')).out, /mean +2\.00/);
  assert.equal((await run('review', 'show', 'rev_x')).code, 1);
  const [entry] = await asked.ground.privacy.audits(asked.ground.database, asked.ground.shop.shopId, 1);
  assert.deepEqual([entry?.actor, entry?.verb], ['command line', 'review.answer']);
});

test('how customers are asked is shown and changed within limits', async () => {
  assert.match((await run('review', 'settings')).out, /basis +consent/);
  assert.equal(
    (await run('review', 'settings', '--basis', 'existing')).code,
    1,
    'not without saying that they are told',
  );
  assert.match(
    (await run('review', 'settings', '--basis', 'existing', '--told', '--delay', '5')).out,
    /asks after +5 days/,
  );
  assert.equal((await run('review', 'settings', '--delay', 'soon')).code, 1);
  assert.match((await run('review', 'settings', '--off')).out, /asks for reviews +no/);
  assert.match((await run('review', 'settings', '--delay', '6')).out, /asks for reviews +no[\s\S]+asks after +6 days/);
  assert.match((await run('review', 'settings', '--on')).out, /asks for reviews +yes/);
  assert.equal((await run('review', 'settings', '--on', '--off')).code, 1);
  assert.match((await run('help', 'review', 'withhold')).out, /author asked/);
});
