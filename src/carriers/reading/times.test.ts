import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderingMs, readTime, zoneThatFits } from './times.ts';

const read: readonly (readonly [string, string, string | null])[] = [
  ['2026-08-10T08:54:00', '2026-08-10T08:54:00', null],
  ['2026-08-10T08:54', '2026-08-10T08:54:00', null],
  ['2026-08-10 08:54:07', '2026-08-10T08:54:07', null],
  ['2026-08-10T08:54:00Z', '2026-08-10T08:54:00', '+00:00'],
  ['2026-08-10T08:54:00.123+02:00', '2026-08-10T08:54:00', '+02:00'],
  ['2026-08-10T08:54:00+0200', '2026-08-10T08:54:00', '+02:00'],
  ['2026-08-10T08:54:00-05', '2026-08-10T08:54:00', '-05:00'],
  ['2026-08-10T08:54:00+99:00', '2026-08-10T08:54:00', null],
  ['2026-08-10', '2026-08-10', null],
];

for (const [sent, localTime, offset] of read) {
  test(`${sent} is kept as it was sent`, () => {
    assert.deepEqual(readTime(sent), { localTime, offset });
  });
}

test('what is no possible time is null', () => {
  const impossible = [
    null,
    '',
    'soon',
    '2026-02-30',
    '2026-08-10T25:00',
    '0001-01-01T00:00:00',
    '9999-12-31T00:00:00',
    '20260810',
  ];
  for (const sent of impossible) assert.equal(readTime(sent), null, String(sent));
});

const inBerlin = (localTime: string) => orderingMs({ localTime, offset: null }, 'Europe/Berlin');

test('in the nights when the clocks change a local time still has its place in the order', () => {
  assert.ok(inBerlin('2026-03-29T01:59:00') < inBerlin('2026-03-29T02:30:00'));
  assert.ok(inBerlin('2026-03-29T02:30:00') < inBerlin('2026-03-29T03:31:00'));
  assert.ok(inBerlin('2026-10-25T02:30:00') < inBerlin('2026-10-25T03:00:00'));
});

test('a zone is named only when its clocks show the time that was sent', () => {
  const utc = { localTime: '2026-07-01T12:00:00', offset: '+00:00' };
  assert.equal(zoneThatFits(utc, 'Europe/Berlin'), null);
  assert.equal(zoneThatFits({ ...utc, offset: '+02:00' }, 'Europe/Berlin'), 'Europe/Berlin');
  assert.equal(zoneThatFits({ ...utc, offset: null }, 'Europe/Berlin'), 'Europe/Berlin');
  assert.equal(zoneThatFits(utc, null), null);
});
