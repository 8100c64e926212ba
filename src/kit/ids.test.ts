import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createManualClock, realClock, type Clock } from './clock.ts';
import { firstIdAt, newId, readId, showId, timeOfId, type IdKind } from './ids.ts';

const start = Temporal.Instant.from('2026-11-20T08:00:00Z');
const kinds: readonly IdKind[] = ['shp', 'per', 'ord', 'par', 'ntc', 'cns', 'dsc', 'key', 'ses', 'acc', 'aud'];

const sorted = (ids: readonly string[]) => ids.toSorted((a, b) => (a < b ? -1 : 1));

test('ids of one clock ascend, also when a hundred thousand are made while it stands still', () => {
  const clock = createManualClock(start);
  const ids = Array.from({ length: 100_000 }, () => newId(clock));
  assert.deepEqual(ids, sorted(ids));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(
    timeOfId(ids.at(-1) ?? '')
      .since(start)
      .total('milliseconds') < 100,
    'they keep close to their time',
  );
});

test('ids of the real clock ascend', () => {
  const ids = Array.from({ length: 20_000 }, () => newId(realClock));
  assert.deepEqual(ids, sorted(ids));
});

test('a clock that is set back a little keeps the order; one that is set back far is believed', () => {
  const times = [0, 5, 3, -400, 6, -3_600_000];
  let now = start;
  const clock: Clock = { now: () => now };
  const ids = times.map((ms) => {
    now = start.add({ milliseconds: ms });
    return newId(clock);
  });
  assert.deepEqual(ids.slice(0, 5), sorted(ids.slice(0, 5)));
  assert.equal(timeOfId(ids[5] ?? '').toString(), start.subtract({ hours: 1 }).toString());
});

test('clocks do not disturb each other: a past that is played next to the present keeps its own time', () => {
  const past = createManualClock(start);
  const present = createManualClock(start.add({ hours: 24 }));
  newId(present);
  assert.equal(timeOfId(newId(past)).toString(), start.toString());
});

test('every id is a version 7 uuid and tells its time', () => {
  const instants = fc
    .integer({ min: 0, max: 4_102_444_800_000 })
    .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
  fc.assert(
    fc.property(instants, (instant) => {
      const id = newId(createManualClock(instant));
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(timeOfId(id).epochMilliseconds, instant.epochMilliseconds);
      assert.ok(firstIdAt(instant) < id && id < firstIdAt(instant.add({ milliseconds: 1 })));
    }),
  );
});

test('a shown id reads back as the id, sorts like it, and is of its kind only', () => {
  const clock = createManualClock(start);
  const ids = Array.from({ length: 500 }, () => {
    clock.advanceTo(clock.now().add({ milliseconds: 7 }));
    return newId(clock);
  });
  const shown = ids.map((id) => showId('par', id));
  assert.deepEqual(shown, sorted(shown));
  for (const [index, text] of shown.entries()) {
    assert.match(text, /^par_[0-9a-hjkmnp-tv-z]{26}$/);
    assert.equal(readId('par', text), ids[index]);
    assert.equal(readId('ord', text), null);
  }
});

test('whatever text comes in, an id is read or it is not; nothing throws', () => {
  const shownLike = fc
    .tuple(fc.constantFrom(...kinds), fc.string({ unit: 'binary', minLength: 24, maxLength: 28 }))
    .map(([kind, rest]) => `${kind}_${rest}`);
  const nearly = fc
    .tuple(fc.uuid(), fc.nat(29), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([id, at, put]) => showId('par', id).slice(0, at) + put + showId('par', id).slice(at + 1));
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.oneof(fc.string({ unit: 'binary' }), shownLike, nearly), (kind, text) => {
      const id = readId(kind, text);
      if (id !== null) assert.equal(showId(kind, id), text);
    }),
    { numRuns: 2_000 },
  );
  assert.equal(readId('par', `par_${'z'.repeat(26)}`), null, 'more than 128 bits');
});
