import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createRepeats } from './repeats.ts';

const one = Buffer.from('one');
const other = Buffer.from('other');

suite('exact repetitions', () => {
  test('the same bytes of the same sender are known for seven hours', () => {
    let nowMs = 0;
    const repeats = createRepeats<number>({ nowMs: () => nowMs });
    assert.equal(repeats.before('a', one), null);
    repeats.keep('a', one, 3);
    assert.deepEqual([repeats.before('a', one), repeats.before('b', one), repeats.before('a', other)], [3, null, null]);
    nowMs = 6 * 3_600_000;
    assert.equal(repeats.before('a', one), 3);
    nowMs = 7 * 3_600_000;
    assert.equal(repeats.before('a', one), null);
  });

  test('only so many are known, the oldest go first, and one that is kept again is young again', () => {
    const repeats = createRepeats<number>({ nowMs: () => 0, keptMax: 2 });
    repeats.keep('a', one, 1);
    repeats.keep('a', other, 2);
    repeats.keep('a', one, 1);
    repeats.keep('b', one, 3);
    assert.deepEqual([repeats.before('a', one), repeats.before('a', other), repeats.before('b', one)], [1, null, 3]);
  });
});
