import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { easterOf, sensibleTime } from './hour.ts';

const at = (text: string) => Temporal.Instant.from(text);

test('nobody is asked at night, on a Sunday or on a German holiday, and by the clocks of where they are', () => {
  const rows: readonly (readonly [at: string, country: string | null, asked: string])[] = [
    ['2026-11-20T12:00:00+01:00', 'DE', '2026-11-20T12:00:00+01:00'],
    ['2026-11-20T03:00:00+01:00', 'DE', '2026-11-20T10:00:00+01:00'],
    ['2026-11-20T19:00:00+01:00', 'DE', '2026-11-21T10:00:00+01:00'],
    ['2026-11-21T19:30:00+01:00', 'DE', '2026-11-23T10:00:00+01:00'],
    ['2026-12-24T20:00:00+01:00', 'DE', '2026-12-28T10:00:00+01:00'],
    ['2026-12-25T12:00:00+01:00', 'FR', '2026-12-25T12:00:00+01:00'],
    ['2027-03-26T12:00:00+01:00', null, '2027-03-27T10:00:00+01:00'],
    ['2026-11-20T12:00:00+01:00', 'US', '2026-11-20T10:00:00-06:00'],
    ['2026-11-20T12:00:00+01:00', 'JP', '2026-11-21T10:00:00+09:00'],
    ['2026-11-20T12:00:00+01:00', '??', '2026-11-20T12:00:00+01:00'],
  ];
  for (const [when, country, asked] of rows) {
    assert.equal(sensibleTime(at(when), country).toString(), at(asked).toString(), `${when} ${country}`);
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), (hours) => {
      const from = at('2026-01-01T00:30:00Z').add({ hours });
      const asked = sensibleTime(from, 'DE').toZonedDateTimeISO('Europe/Berlin');
      const later = asked.toInstant().epochMilliseconds - from.epochMilliseconds;
      return asked.hour >= 10 && asked.hour < 19 && asked.dayOfWeek !== 7 && later >= 0 && later < 5 * 86_400_000;
    }),
    { numRuns: 300 },
  );
});

test('Easter is when it is', () => {
  const known = ['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16', '2038-04-25', '2285-03-22'];
  for (const day of known) assert.equal(easterOf(Number(day.slice(0, 4))).toString(), day);
});
