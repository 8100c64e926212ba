import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { dueAfter, urgencyOf } from './due.ts';
import { easterOf, isPublicHoliday } from './holidays.ts';

const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[Europe/Berlin]`).toInstant();

test('a month ends with the last hour of the same day of the next one, or of its last day, or of the working day after', () => {
  const rows: readonly (readonly [received: string, months: number, due: string])[] = [
    // EDPB, guidelines 01/2022 on the right of access, examples after paragraph 157.
    ['2026-03-05T09:00', 1, '2026-04-08T00:00'], // 5 April 2026 is Easter Sunday
    ['2026-03-03T09:00', 1, '2026-04-08T00:00'], // Good Friday
    ['2026-11-24T09:00', 1, '2026-12-25T00:00'],
    ['2026-11-25T09:00', 1, '2026-12-29T00:00'], // Friday and Saturday are Christmas
    ['2026-12-01T09:00', 1, '2027-01-05T00:00'], // New Year is a Friday
    ['2026-04-14T09:00', 1, '2026-05-16T00:00'], // Ascension is a Thursday
    ['2026-04-25T09:00', 1, '2026-05-27T00:00'], // Whit Monday
    ['2027-03-05T23:59', 1, '2027-04-06T00:00'],
    ['2026-08-31T00:00', 1, '2026-10-01T00:00'],
    ['2026-01-31T12:00', 1, '2026-03-03T00:00'], // 28 February 2026 is a Saturday
    ['2028-01-31T12:00', 1, '2028-03-01T00:00'],
    ['2026-12-31T12:00', 1, '2027-02-02T00:00'],
    ['2026-03-05T09:00', 3, '2026-06-06T00:00'],
    ['2026-11-30T09:00', 3, '2027-03-02T00:00'], // 28 February 2027 is a Sunday
    // In Berlin it is the next day already.
    ['2026-05-31T23:30+00:00', 1, '2026-07-02T00:00'],
  ];
  for (const [received, months, due] of rows) {
    const moment = received.includes('+') ? Temporal.Instant.from(received) : at(received);
    assert.equal(dueAfter(moment, months).toString(), at(due).toString(), received);
  }
});

test('nobody is given less than 28 days, nor more than a month, four days off and the hour of summer time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 * 366 * 24 * 60 }), (minutes) => {
      const received = Temporal.Instant.from('2020-01-01T00:00:00Z').add({ minutes });
      const due = dueAfter(received, 1);
      const hours = received.until(due).total('hours');
      assert.ok(hours > 28 * 24 && hours <= 36 * 24 + 1, `${received.toString()} ${due.toString()}`);
      assert.ok(due.toZonedDateTimeISO('Europe/Berlin').hour === 0);
      const last = due.toZonedDateTimeISO('Europe/Berlin').toPlainDate().subtract({ days: 1 });
      assert.ok(last.dayOfWeek < 6 && !isPublicHoliday(last), last.toString());
      assert.ok(Temporal.Instant.compare(due, dueAfter(received, 3)) < 0);
    }),
  );
});

test('Easter is where the calendars have it, and nine days of a year are holidays in all of Germany', () => {
  // Meeus, Astronomical Algorithms, chapter 8, and the earliest and latest that there is.
  const sundays = ['1818-03-22', '1991-03-31', '2000-04-23', '2026-04-05', '2027-03-28', '2038-04-25', '2285-03-22'];
  for (const day of sundays) assert.equal(easterOf(Number(day.slice(0, 4))).toString(), day);
  const first = Temporal.PlainDate.from('2026-01-01');
  const days = Array.from({ length: 365 }, (_, count) => first.add({ days: count })).filter(isPublicHoliday);
  assert.deepEqual(
    days.map((day) => day.toString().slice(5)),
    ['01-01', '04-03', '04-06', '05-01', '05-14', '05-25', '10-03', '12-25', '12-26'],
  );
});

test('what is over is overdue, what is over within a week is due soon, what has ended is neither', () => {
  const dueAt = at('2026-04-07T00:00');
  const rows = [
    ['2026-03-30T23:59', null, 'open'],
    ['2026-03-31T00:00', null, 'soon'],
    ['2026-04-06T23:59', null, 'soon'],
    ['2026-04-07T00:00', null, 'overdue'],
    ['2026-05-07T00:00', '2026-04-01T00:00', 'ended'],
  ] as const;
  for (const [now, ended, is] of rows) {
    assert.equal(urgencyOf({ dueAt, endedAt: ended === null ? null : at(ended) }, at(now)), is, now);
  }
});
