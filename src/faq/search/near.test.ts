import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as hold, constantFrom, integer, property, string } from 'fast-check';
import { gramsOf, slipsBetween, slipsMax } from './near.ts';

const word = string({ unit: constantFrom('a', 'b', 'c', 'd'), minLength: 1, maxLength: 12 });

test('slips are counted as they are made: one each for a letter too many, too few, wrong, or two that changed places', () => {
  const rows: readonly (readonly [string, string, number])[] = [
    ['paket', 'paket', 0],
    ['paket', 'pakett', 1],
    ['paket', 'pket', 1],
    ['paket', 'pakat', 1],
    ['paket', 'pakte', 1],
    ['verspaetung', 'verspeatugn', 2],
    ['paket', 'brief', 3],
  ];
  for (const [one, other, slips] of rows) assert.equal(slipsBetween(one, other, 2), slips, `${one} ${other}`);
});

test('it is the same both ways, 0 for the same word alone, and no more than was asked for', () => {
  hold(
    property(word, word, integer({ min: 0, max: 3 }), (one, other, max) => {
      const slips = slipsBetween(one, other, max);
      assert.equal(slips, slipsBetween(other, one, max));
      assert.equal(slips === 0, one === other);
      assert.ok(slips <= max + 1);
    }),
    { numRuns: 300 },
  );
});

test('a word with as many slips as are forgiven still shares letters in threes with the right one', () => {
  assert.deepEqual([slipsMax('ups'), slipsMax('paket'), slipsMax('verfolgung')], [0, 1, 2]);
  for (const [typed, right] of [
    ['pakte', 'paket'],
    ['nachbr', 'nachbar'],
    ['wiederuf', 'widerruf'],
    ['verspeatugn', 'verspaetung'],
  ] as const) {
    const grams = new Set(gramsOf(right));
    assert.ok(gramsOf(typed).filter((gram) => grams.has(gram)).length >= 2, typed);
  }
});
