import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openGround, type Ground } from '../ground.ts';
import { onDatabase } from './running-program.ts';
import {
  dictionaryAttack,
  equalityAttack,
  frequencyAttack,
  linksAcross,
  plainValuesOf,
  stolenColumns,
  type Advantage,
  type StolenColumn,
} from './theft/attack.ts';
import { makeKnownWorld, type KnownWorld } from './theft/known-world.ts';

const customers = 250;
/** A value that is known of one row says no more of another than it would by chance. */
const advantageMax = 0.05;

let ground: Ground;
let world: KnownWorld;
let columns: readonly StolenColumn[];

before(async () => {
  ground = await openGround();
  world = await makeKnownWorld(ground, customers, 2);
  columns = await onDatabase(ground.url, stolenColumns);
});
after(() => ground.close());

const best = (found: readonly Advantage[]): string => {
  const [first] = found;
  return first === undefined
    ? 'nothing'
    : `${first.column} tells ${first.attribute}: ${first.right.toFixed(3)} instead of ${first.chance.toFixed(3)}`;
};
const gained = (found: readonly Advantage[]): number => (found[0] === undefined ? 0 : found[0].right - found[0].chance);

/** A column that a careless hand might have added: what of somebody it holds, as it holds it. */
function careless(name: string, valueOf: (person: KnownWorld['people'][number]) => string): StolenColumn {
  const held = world.shops.flatMap(({ personIds }) =>
    personIds.flatMap((personId, at) => {
      const person = world.people[at];
      return person === undefined ? [] : [{ personId, value: valueOf(person) }];
    }),
  );
  return { name, type: 'bytea', held };
}

test('The same customer in two shops cannot be told to be one.', (t) => {
  assert.ok(columns.length > 50, `${columns.length} columns`);
  t.diagnostic(`${columns.reduce((sum, { held }) => sum + held.length, 0)} values in ${columns.length} columns`);
  const links = linksAcross(columns, world);
  assert.deepEqual(links.slice(0, 10), []);
  const seen = linksAcross([...columns, careless('careless.email_hash', ({ email }) => `\\x${email}`)], world);
  assert.ok(seen.length >= customers, 'a hash without a key per shop would be found');
});

test('Nobody finds a value by guessing it.', (t) => {
  const plain = plainValuesOf(world);
  const { tried, hits } = dictionaryAttack(columns, world, plain);
  t.diagnostic(`${tried} hashes tried`);
  assert.deepEqual(hits, []);
  const planted = dictionaryAttack(
    [careless('careless.email', ({ email }) => `\\x${createHash('sha256').update(email).digest('hex')}`)],
    world,
    plain,
  );
  assert.deepEqual(planted.hits, ['careless.email']);
});

test('Who knows the row of one customer learns of no other, and how often a value stands somewhere tells no more.', (t) => {
  const equal = equalityAttack(columns, world);
  const frequent = frequencyAttack(columns, world);
  t.diagnostic(`equality: ${best(equal)}; frequency: ${best(frequent)}`);
  assert.ok(gained(equal) <= advantageMax, best(equal));
  assert.ok(gained(frequent) <= advantageMax, best(frequent));
  for (const attribute of ['postcode', 'country', 'place'] as const) {
    const open = [...columns, careless(`careless.${attribute}`, (person) => person[attribute])];
    for (const attack of [equalityAttack, frequencyAttack]) {
      const found = attack(open, world).find((one) => one.attribute === attribute);
      assert.equal(found?.column, `careless.${attribute}`, `${attack.name} finds ${attribute}`);
    }
  }
});
