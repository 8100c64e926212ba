import assert from 'node:assert/strict';
import { test } from 'node:test';

const [one, other] = [Temporal.Instant.from('2026-11-20T08:00:00Z'), Temporal.Instant.from('2026-11-20T08:00:01Z')];

test('different times are different wherever they stand', () => {
  for (const wrap of [(at: unknown) => at, (at: unknown) => [{ at }], (at: unknown) => new Map([['at', at]])]) {
    assert.deepEqual(wrap(one), wrap(Temporal.Instant.from(one.toString())));
    assert.throws(() => assert.deepEqual(wrap(one), wrap(other)), assert.AssertionError);
    assert.throws(() => assert.deepStrictEqual(wrap(one), wrap(other)), assert.AssertionError);
  }
  const day = Temporal.PlainDate.from('2026-11-20');
  assert.throws(() => assert.deepEqual({ day }, { day: day.add({ days: 1 }) }), assert.AssertionError);
});
