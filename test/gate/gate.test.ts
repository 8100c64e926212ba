import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connectors } from '../../src/carriers/registry.ts';
import { rulingOf } from '../../src/privacy/rules/ruling.ts';
import { rules } from '#privacy';
import { openGround, start } from '../ground.ts';
import { askedFields, casesOf } from './cases.ts';
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
  const cases = [...casesOf(1, 6_000)];
  const counts = {
    allowed: cases.filter((one) => one.asked.some((field) => lawLets(one, field))).length,
    withdrawn: cases.filter((one) => one.consents.some((consent) => consent.withdrawn)).length,
    unsaid: cases.filter((one) => one.consents.some((consent) => !consent.unticked)).length,
    later: cases.filter((one) => one.consents.some((consent) => consent.givenHours > 0)).length,
    restricted: cases.filter((one) => one.restricted).length,
    objected: cases.filter((one) => one.objections.length > 0).length,
    erased: cases.filter((one) => one.erased).length,
    onConsent: cases.filter((one) => one.to === 'carrier' && (['email', 'phone'] as const).some((f) => lawLets(one, f)))
      .length,
  };
  for (const [name, count] of Object.entries(counts)) assert.ok(count > 100, `${name}: ${count}`);
});

test('every carrier that this house speaks with may be asked by its number, and nothing else of anybody', () => {
  assert.ok(connectors.length > 2);
  for (const { manifest } of connectors) {
    for (const purpose of ['tracking', 'push subscription'] as const) {
      const way = { to: 'carrier', recipient: manifest.id, service: purpose, country: null, purpose } as const;
      const free = { isErased: false, isRestricted: false, objections: new Set<string>(), consents: [] };
      const goes = askedFields.filter((field) => 'basis' in rulingOf(way, field, free, start));
      assert.deepEqual(goes, ['tracking_number'], `${manifest.id} ${purpose}`);
    }
  }
});

test('no rule is named twice, none is without its source, and none lets a carrier have anything by legitimate interest', () => {
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  for (const { id, source, verdict, to, fields, services } of rules) {
    assert.ok(source.length > 20 && services.length > 0 && fields.length > 0, id);
    assert.doesNotMatch(verdict, /6\(1\)\(f\)/, id);
    const isContact = fields.includes('email') || fields.includes('phone');
    if (to === 'carrier' && isContact) assert.ok(verdict === 'never' || verdict === 'consent: art. 6(1)(a)', id);
  }
});
