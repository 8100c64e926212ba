import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { matchBoxes, type BoxRow } from './boxes.ts';

/** `dhl#A` in its place; `dhl` has no number. */
function boxAt(text: string, place: number) {
  const [carrier = '', number] = text.split('#');
  return { carrier, place, numberHash: number === undefined ? null : Buffer.from(number) };
}

const known = (...texts: readonly string[]): readonly BoxRow[] =>
  texts.map((text, place) => Object.assign(boxAt(text, place), { parcelId: `${place}` }));

/** The place among the known ones of each that comes in; `+` for a new box. */
function match(before: readonly BoxRow[], ...texts: readonly string[]): string {
  const incoming = texts.map((text, place) => Object.assign(boxAt(text, place), { input: boxAt(text, place) }));
  const matched = matchBoxes(before, incoming);
  return texts.map((_, place) => matched.get(place)?.parcelId ?? '+').join(' ');
}

test('the same number is the same box, wherever it stands', () => {
  assert.equal(match(known('dhl#A', 'dhl#B'), 'dhl#B', 'dhl#A'), '1 0');
  assert.equal(match(known('dhl#A'), 'dhl', 'dhl#A'), '+ 0');
  assert.equal(match(known('dhl#A'), 'gls#A'), '+');
});

test('a box without a number is the one in its place, else any that still has none', () => {
  assert.equal(match(known('dhl', 'dhl'), 'dhl', 'dhl#X'), '0 1');
  assert.equal(match(known('dhl', 'dhl'), 'dhl#X', 'dhl'), '0 1');
  assert.equal(match(known('dhl#A'), 'dhl'), '0', 'a shop that leaves the number out means the same box');
  assert.equal(match(known('dhl#A', 'dhl'), 'dhl#X'), '1');
  assert.equal(match(known('gls', 'dhl'), 'dhl#X'), '1');
  assert.equal(match(known('dhl#A', 'dhl#B'), 'dhl#C'), '+');
});

const anyBoxes = fc.array(fc.constantFrom('dhl', 'gls', 'dhl#A', 'dhl#B', 'gls#A', 'gls#C'), { maxLength: 6 });
const onceEach = (texts: readonly string[]) =>
  texts.filter((text, at) => !text.includes('#') || texts.indexOf(text) === at);

test('no box is taken twice, and the same order again is the same boxes', () => {
  fc.assert(
    fc.property(anyBoxes.map(onceEach), anyBoxes.map(onceEach), (before, next) => {
      const places = match(known(...before), ...next)
        .split(' ')
        .filter((place) => place !== '+' && place !== '');
      assert.equal(new Set(places).size, places.length);
      assert.equal(match(known(...before), ...before), before.map((_, place) => place).join(' '));
    }),
  );
});
