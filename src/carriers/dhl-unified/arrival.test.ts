import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArrival } from './arrival.ts';

const frame = (estimatedFrom: unknown, estimatedThrough: unknown, estimatedTimeOfDelivery?: unknown) => ({
  estimatedDeliveryTimeFrame: { estimatedFrom, estimatedThrough },
  estimatedTimeOfDelivery,
});

test('midnight in UTC is a day and no time', () => {
  const day = { from: '2026-08-03', until: '2026-08-03', kind: 'date' };
  assert.deepEqual(readArrival({ estimatedTimeOfDelivery: '2026-08-03T00:00:00Z' }), day);
  assert.deepEqual(readArrival({ estimatedTimeOfDelivery: '2026-08-03' }), day);
  assert.deepEqual(readArrival(frame('2026-08-03T00:00:00Z', '2026-08-03T22:00:00Z')), day);
  assert.deepEqual(readArrival(frame('2026-08-03T00:00:00', '2026-08-03T23:59:59')), day);
});

test('a time frame is a window with the offsets that came, or with none', () => {
  assert.deepEqual(
    readArrival(frame('2026-11-20T10:00:00+01:00', '2026-11-20T14:00:00+01:00', '2026-11-20T00:00:00Z')),
    {
      from: '2026-11-20T10:00:00+01:00',
      until: '2026-11-20T14:00:00+01:00',
      kind: 'window',
    },
  );
  assert.deepEqual(readArrival(frame('2026-11-20T10:00', '2026-11-20T14:00')), {
    from: '2026-11-20T10:00:00',
    until: '2026-11-20T14:00:00',
    kind: 'window',
  });
});

test('a single time is the latest one that is promised', () => {
  assert.deepEqual(readArrival({ estimatedTimeOfDelivery: '2026-11-20T18:00:00+01:00' }), {
    from: '2026-11-20T18:00:00+01:00',
    until: '2026-11-20T18:00:00+01:00',
    kind: 'commit',
  });
});

test('what cannot be read, or runs backwards, is left out, and the rest counts', () => {
  const broken = [
    {},
    null,
    frame({}, []),
    frame('soon', '12'),
    { estimatedTimeOfDelivery: '2026-13-45' },
    frame(null, null),
  ];
  for (const wire of broken) assert.equal(readArrival(wire), null);
  assert.equal(readArrival(frame('2026-11-20T14:00:00', '2026-11-20T10:00:00', 'x'))?.kind, 'commit');
  assert.equal(readArrival(frame('soon', 'later', '2026-11-21'))?.from, '2026-11-21');
});
