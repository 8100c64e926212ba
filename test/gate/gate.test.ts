import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGround, start } from '../ground.ts';
import { casesOf } from './cases.ts';
import { lawLets } from './law.ts';
import { ruleAll } from './pure.ts';
import { sendAll } from './real.ts';

const ground = await openGround();
after(ground.close);

test('the rules let go what the law lets go, and nothing else, in 20,000 random orders × consents × services × countries', () => {
  const { forbidden, missed, let: out, fields } = ruleAll(1, 20_000, start);
  assert.deepEqual([forbidden, missed], [[], []]);
  assert.ok(out > 5_000 && fields - out > 20_000, `${out} of ${fields}`);
});

test('what reaches a carrier’s socket is what may, and every value that left has its row and its entry', async () => {
  const { database, privacy, clock, shop } = ground;
  const sent = await sendAll({ database, privacy, clock, shopId: shop.shopId }, 2, 600);
  const { cases, forbidden, missed, unwritten, unentered, left } = sent;
  assert.equal(cases, 600);
  assert.deepEqual([forbidden, missed, unwritten, unentered], [[], [], [], []]);
  assert.ok(left > 150, `${left} left`);
});

test('the cases hold what they are meant to try: each kind of consent and of refusal many times', () => {
  const cases = [...casesOf(1, 5_000)];
  const counts = {
    allowed: cases.filter((one) => one.asked.some((field) => lawLets(one, field))).length,
    withdrawn: cases.filter((one) => one.consents.some((consent) => consent.withdrawn)).length,
    later: cases.filter((one) => one.consents.some((consent) => consent.givenHours > 0)).length,
    restricted: cases.filter((one) => one.restricted).length,
    objected: cases.filter((one) => one.objections.length > 0).length,
    erased: cases.filter((one) => one.erased).length,
    onConsent: cases.filter((one) => one.to === 'carrier' && (['email', 'phone'] as const).some((f) => lawLets(one, f)))
      .length,
  };
  for (const [name, count] of Object.entries(counts)) assert.ok(count > 100, `${name}: ${count}`);
});
