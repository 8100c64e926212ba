import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { dayMinutes, dayOf, openAt, type OpeningHours, type Span } from './hours.ts';
import { easterOf, isHoliday } from './holidays.ts';
import { readExceptions, readSpans, writeExceptions, writeSpans } from './read-hours.ts';
import { shortHours } from './say-hours.ts';

const at = (text: string): Temporal.Instant => Temporal.Instant.from(text);
const spans = (text: string): readonly Span[] => readSpans(text) ?? assert.fail(`no hours: ${text}`);
const weekdaysAt = (text: string): readonly (readonly Span[])[] => [...repeated(5, text), [], []];
const repeated = (days: number, text: string) => Array.from({ length: days }, () => spans(text));
const hours = (more: Partial<OpeningHours> = {}): OpeningHours => ({
  zone: 'Europe/Berlin',
  week: weekdaysAt('9-12, 13-17'),
  exceptions: [],
  holidays: null,
  ...more,
});

function told(given: OpeningHours, moment: string): string {
  const { open, until, opensAt } = openAt(given, at(moment));
  const shown = (until ?? opensAt)?.toPlainDateTime().toString({ smallestUnit: 'minute' }) ?? 'never';
  return `${open ? 'open until' : 'closed until'} ${shown}`;
}

suite('open now', () => {
  const cases: readonly (readonly [string, Partial<OpeningHours>, string, string])[] = [
    ['in the morning', {}, '2026-11-27T10:00:00Z', 'open until 2026-11-27T12:00'],
    ['at the break', {}, '2026-11-27T11:00:00Z', 'closed until 2026-11-27T13:00'],
    ['at the first minute', {}, '2026-11-27T12:00:00Z', 'open until 2026-11-27T17:00'],
    ['over the weekend', {}, '2026-11-27T16:00:00Z', 'closed until 2026-11-30T09:00'],
    ['before a holiday', { holidays: 'DE' }, '2026-12-24T18:00:00Z', 'closed until 2026-12-28T09:00'],
    ['never', { week: weekdaysAt('') }, '2026-11-27T16:00:00Z', 'closed until never'],
    ['around the clock', { week: repeated(7, '0-24') }, '2026-11-27T16:00:00Z', 'open until never'],
    ['after midnight', { week: weekdaysAt('20-2') }, '2026-11-28T00:30:00Z', 'open until 2026-11-28T02:00'],
    ['in another zone', { zone: 'America/New_York' }, '2026-11-27T14:00:00Z', 'open until 2026-11-27T12:00'],
    [
      'in the night that leaves out 2 to 3',
      { week: repeated(7, '2:30-6') },
      '2026-03-29T01:00:00Z',
      'open until 2026-03-29T06:00',
    ],
    [
      'in the night that has 2 to 3 twice',
      { week: repeated(7, '20-2:30') },
      '2026-10-25T00:45:00Z',
      'closed until 2026-10-25T20:00',
    ],
  ];
  for (const [name, more, moment, says] of cases) {
    test(name, () => assert.equal(told(hours(more), moment), says));
  }

  test('the first exception that fits wins, over holidays too, and its note is kept', () => {
    const exceptions = readExceptions('24.12. 9-11 # Heiligabend\n2026-12-20..2026-12-31 closed\n2026-12-25 10-11');
    assert.ok(!('line' in exceptions));
    const given = hours({ exceptions, holidays: 'DE-SH' });
    assert.equal(told(given, '2026-12-24T09:00:00Z'), 'open until 2026-12-24T11:00');
    assert.equal(told(given, '2027-12-24T09:00:00Z'), 'open until 2027-12-24T11:00');
    assert.equal(told(given, '2026-12-25T09:30:00Z'), 'closed until 2027-01-04T09:00');
    assert.deepEqual(dayOf(given, Temporal.PlainDate.from('2026-12-24')).note, 'Heiligabend');
    assert.equal(dayOf(given, Temporal.PlainDate.from('2027-01-01')).why, 'holiday');
    const overNewYear = readExceptions('24.12.-6.1. closed');
    assert.ok(!('line' in overNewYear));
    assert.equal(writeExceptions(overNewYear), '24.12. – 06.01. closed');
    const away = hours({ exceptions: overNewYear });
    assert.equal(told(away, '2026-12-23T18:00:00Z'), 'closed until 2027-01-07T09:00');
    assert.equal(told(away, '2028-01-06T09:00:00Z'), 'closed until 2028-01-07T09:00');
  });

  const clock = fc.integer({ min: 0, max: dayMinutes / 15 - 1 }).map((quarter) => quarter * 15);
  const day = fc
    .uniqueArray(clock, { minLength: 0, maxLength: 4 })
    .map((ends) => ends.toSorted((a, b) => a - b))
    .map((ends) =>
      ends.flatMap((from, place) =>
        place % 2 === 1 || place + 1 === ends.length ? [] : [{ from, until: ends[place + 1] ?? 0 }],
      ),
    );
  const overnight = fc
    .tuple(clock, clock)
    .map(([from, until]) => [{ from, until: until > from ? until : until + dayMinutes }]);
  const someHours = fc.record({
    zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
    week: fc.array(fc.oneof(day, overnight), { minLength: 7, maxLength: 7 }),
    exceptions: fc.constant([{ from: '2026-03-28', until: '2026-03-28', spans: [], note: null }]),
    holidays: fc.constantFrom(null, 'DE-SH' as const),
  });
  const starts = [
    '2026-03-28T20:00:00Z',
    '2026-10-24T20:00:00Z',
    '2026-03-07T22:00:00Z',
    '2026-10-31T22:00:00Z',
    '2026-10-03T08:00:00Z',
  ];

  test('it is what somebody sees who looks at the clock on the wall every minute', () => {
    fc.assert(
      fc.property(someHours, fc.constantFrom(...starts), (given, from) => {
        const walked = walk(given, at(from), 14 * 60);
        for (let minute = 0; minute < walked.length; minute += 7) {
          const moment = at(from).add({ minutes: minute });
          const answered = openAt(given, moment);
          assert.equal(answered.open, walked[minute], `${moment.toString()} in ${given.zone}`);
          const change = answered.until ?? answered.opensAt;
          const turn = walked.findIndex((open, later) => later > minute && open !== walked[minute]);
          const said = change === null ? Infinity : at(from).until(change.toInstant()).total('minutes');
          if (turn === -1) assert.ok(said >= walked.length || change === null);
          else assert.equal(said, turn);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/**
 * Minute by minute from two days before: a day's opening begins when the clock first shows its time or a later one, and
 * ends in the same way. Nothing is computed but which time the clock shows.
 */
function walk(given: OpeningHours, from: Temporal.Instant, minutes: number): readonly boolean[] {
  const before = 2 * dayMinutes;
  const today = from.toZonedDateTimeISO(given.zone).toPlainDate();
  const events = [-2, -1, 0, 1, 2].flatMap((days) => {
    const date = today.add({ days });
    return dayOf(given, date).spans.map((span) => ({
      from: onClock(date, span.from),
      until: onClock(date, span.until),
      opened: false,
      closed: false,
    }));
  });
  const seen: boolean[] = [];
  for (let minute = -before; minute < minutes; minute += 1) {
    const shown = from
      .add({ minutes: minute })
      .toZonedDateTimeISO(given.zone)
      .toPlainDateTime()
      .toString({ smallestUnit: 'minute' });
    for (const event of events) {
      if (!event.opened && shown >= event.from) event.opened = true;
      if (!event.closed && shown >= event.until) event.closed = true;
    }
    if (minute >= 0) seen.push(events.some(({ opened, closed }) => opened && !closed));
  }
  return seen;
}

function onClock(date: Temporal.PlainDate, minutes: number): string {
  const time = { hour: Math.floor((minutes % dayMinutes) / 60), minute: minutes % 60 };
  return date
    .add({ days: Math.floor(minutes / dayMinutes) })
    .toPlainDateTime(time)
    .toString({ smallestUnit: 'minute' });
}

suite('hours as people write them', () => {
  test('many ways are one, and what is none is refused', () => {
    for (const text of [
      '9-12,13:30-17',
      ' 09.00 – 12 Uhr; 13.30—17:00 Uhr',
      '13:30 bis 17 und 9 to 12',
      '9h-12h / 13h30 à 17 h',
      '9am–12pm & 1:30 p.m. to 5 PM',
    ]) {
      assert.equal(writeSpans(spans(text)), '09:00–12:00, 13:30–17:00', text);
    }
    assert.deepEqual([readSpans(''), readSpans('closed'), readSpans('Geschlossen')], [[], [], []]);
    assert.equal(writeSpans(spans('0-24')), '00:00–24:00');
    assert.equal(writeSpans(spans('20–2')), '20:00–02:00');
    for (const text of [
      '9',
      '9-9',
      '25-26',
      '9-12:60',
      '9-12, 11-13',
      '20-10, 9-12',
      '24-3',
      '1-2,3-4,5-6,7-8,9-10',
      '9-5pm',
      '9am-17',
      '0am-1pm',
      '13pm-2pm',
      'x',
      '9--12',
    ]) {
      assert.equal(readSpans(text), null, text);
    }
  });

  test('exceptions name the line that cannot be read', () => {
    for (const line of [
      '2026-02-30 closed',
      '24.12',
      '2026-12-24 9',
      '2027-01-02 - 2026-12-24 closed',
      '24.12. - 2026-12-26 closed',
      '--13-01',
      `2026-12-24 closed # ${'x'.repeat(81)}`,
    ]) {
      assert.deepEqual(readExceptions(`2026-12-24\n\n${line}`), { line: 3 }, line);
    }
    assert.deepEqual(readExceptions('24.12.\n'.repeat(61)), { line: 61 });
  });

  test('any text is read without an error, and what was written is read the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.:\- –#bis,\n]*$/)), (text) => {
        const read = readExceptions(text);
        if (!('line' in read)) assert.deepEqual(readExceptions(writeExceptions(read)), read);
        const day = readSpans(text);
        if (day !== null) assert.deepEqual(readSpans(writeSpans(day)), day);
      }),
    );
  });

  test('the week has one line', () => {
    const week = [...weekdaysAt('9-12, 13:30-17').slice(0, 5), spans('10-14'), []];
    assert.equal(shortHours({ week }, 'de'), 'Mo–Fr 9–12, 13:30–17; Sa 10–14');
    assert.equal(shortHours({ week }, 'en'), 'Mon–Fri 9–12, 13:30–17; Sat 10–14');
  });
});

test('Easter and what hangs on it fall where the calendars of the years say', () => {
  const easters = ['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2030-04-21', '2038-04-25'];
  for (const day of easters) assert.equal(easterOf(Number(day.slice(0, 4))).toString(), day);
  const is = (region: Parameters<typeof isHoliday>[0], day: string): boolean =>
    isHoliday(region, Temporal.PlainDate.from(day));
  const kept = 'DE-SN 2026-11-18, DE-BY 2026-06-04, AT 2026-05-14, DE 2026-04-03, FR 2026-07-14, CH 2026-08-01';
  const others = 'PL 2026-12-24, NL 2026-04-27, NL 2031-04-26, DK 2026-04-02, IT 2027-10-04';
  const none = 'DE-SH 2026-11-18, AT 2026-04-03, CH 2026-12-26, NL 2031-04-27, FR 2026-12-26';
  for (const one of [kept, others, none].join(', ').split(', ')) {
    const [region = '', day = ''] = one.split(' ');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows above
    assert.equal(is(region as Parameters<typeof isHoliday>[0], day), !none.includes(one), one);
  }
});
