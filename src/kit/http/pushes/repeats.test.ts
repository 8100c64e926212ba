import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createRepeats } from './repeats.ts';

const one = Buffer.from('one');
const other = Buffer.from('other');

suite('exact repetitions', () => {
  test('the same bytes of the same sender are known for seven hours', () => {
    let nowMs = 0;
    const repeats = createRepeats<number>({ nowMs: () => nowMs });
    assert.equal(repeats.of('a', one).before, null);
    repeats.of('a', one).keep(3);
    assert.deepEqual(
      [repeats.of('a', one).before, repeats.of('b', one).before, repeats.of('a', other).before],
      [3, null, null],
    );
    nowMs = 6 * 3_600_000;
    assert.equal(repeats.of('a', one).before, 3);
    nowMs = 7 * 3_600_000;
    assert.equal(repeats.of('a', one).before, null);
  });

  test('only so many are known, the oldest go first, and one that is kept again is young again', () => {
    const repeats = createRepeats<number>({ nowMs: () => 0, keptMax: 2 });
    repeats.of('a', one).keep(1);
    repeats.of('a', other).keep(2);
    repeats.of('a', one).keep(1);
    repeats.of('b', one).keep(3);
    assert.deepEqual(
      [repeats.of('a', one).before, repeats.of('a', other).before, repeats.of('b', one).before],
      [1, null, 3],
    );
  });
});
