import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { answerTimeOf, type FirstAnswer } from './answer-time.ts';
import { newNumber, plainText, readEmail, readNumber, readPhone, withoutLinks } from './case.ts';
import { openMinutesBetween, slotsAfter, type Hours } from './slots.ts';

const zone = 'Europe/Berlin';
const at = (text: string): Temporal.Instant => Temporal.Instant.from(text);
const monday = at('2026-11-30T06:00:00Z');

/** Ten to five on working days, closed on 2 December. */
const hours: Hours = {
  zone,
  spansOn: (day) => {
    if (day.dayOfWeek > 5 || day.toString() === '2026-12-02') return [];
    const on = (time: string): Temporal.Instant =>
      day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).toInstant();
    return [{ from: on('10:00'), until: on('17:00') }];
  },
};

test('calls are offered in two hours of opening time within five open days, none in an exception, none at once', () => {
  const slots = slotsAfter(hours, monday);
  const days = new Set(slots.map(({ startsAt }) => startsAt.toZonedDateTimeISO(zone).toPlainDate().toString()));
  assert.deepEqual([...days], ['2026-11-30', '2026-12-01', '2026-12-03', '2026-12-04', '2026-12-07']);
  assert.deepEqual(
    slots.slice(0, 4).map(({ startsAt, endsAt }) => [startsAt.toString(), endsAt.toString()]),
    [
      ['2026-11-30T09:00:00Z', '2026-11-30T11:00:00Z'],
      ['2026-11-30T11:00:00Z', '2026-11-30T13:00:00Z'],
      ['2026-11-30T13:00:00Z', '2026-11-30T15:00:00Z'],
      ['2026-11-30T15:00:00Z', '2026-11-30T16:00:00Z'],
    ],
  );
  const [first] = slotsAfter(hours, at('2026-11-30T10:01:00Z'));
  assert.equal(first?.startsAt.toString(), '2026-11-30T13:00:00Z', 'an hour ahead at least');
  assert.deepEqual(slotsAfter({ zone, spansOn: () => [] }, monday), []);
});

test('opening time is counted as a minute-by-minute clock counts it', () => {
  const minute = fc.integer({ min: 0, max: 8 * 24 * 60 });
  fc.assert(
    fc.property(minute, fc.integer({ min: 0, max: 4 * 24 * 60 }), (start, length) => {
      const from = monday.add({ minutes: start });
      const until = from.add({ minutes: length });
      let naive = 0;
      for (let step = 0; step < length; step += 1) {
        const local = from.add({ minutes: step }).toZonedDateTimeISO(zone);
        const isOpen = local.dayOfWeek <= 5 && local.toPlainDate().toString() !== '2026-12-02';
        if (isOpen && local.hour >= 10 && local.hour < 17) naive += 1;
      }
      assert.equal(openMinutesBetween(hours, from, until), naive);
    }),
    { numRuns: 8 },
  );
});

test('the time to answer is what a naive count says, and no question that waits makes it better', () => {
  const minutes = fc.integer({ min: 0, max: 20_000 });
  fc.assert(
    fc.property(
      fc.array(minutes, { minLength: 10, maxLength: 60 }),
      fc.array(minutes, { maxLength: 10 }),
      (took, waits) => {
        const answers = took.map((length): FirstAnswer => ({ minutes: length, openMinutes: length }));
        const rank = (all: readonly number[], share: number): number =>
          all
            .toSorted((a, b) => a - b)
            .find((one) => all.filter((other) => other <= one).length >= all.length * share) ?? 0;
        const alone = answerTimeOf(answers, []);
        assert.equal(alone?.medianMinutes, rank(took, 0.5));
        assert.equal(alone?.p90Minutes, rank(took, 0.9));
        assert.equal(alone?.openP90Minutes, rank(took, 0.9));
        const withWaiting = answerTimeOf(answers, waits);
        assert.ok((withWaiting?.medianMinutes ?? 0) >= rank(took, 0.5));
        assert.ok((withWaiting?.p90Minutes ?? 0) >= rank(took, 0.9));
      },
    ),
    { numRuns: 50 },
  );
  const one: FirstAnswer = { minutes: 5, openMinutes: null };
  assert.equal(
    answerTimeOf(
      Array.from({ length: 9 }, () => one),
      [],
    ),
    null,
  );
  assert.equal(
    answerTimeOf(
      Array.from({ length: 10 }, () => one),
      [],
    )?.openMedianMinutes,
    null,
  );
});

test('a number is read however it is copied, and nothing else is one', () => {
  for (let turn = 0; turn < 20; turn += 1) {
    const number = newNumber();
    assert.equal(readNumber(number), number);
    assert.equal(readNumber(number.toLowerCase().replaceAll('-', ' ')), number);
    assert.equal(readNumber(number.slice(2)), number);
  }
  assert.equal(readNumber('C-O1IL-0000'), 'C-0111-0000');
  for (const none of ['', 'C-', 'C-1234', 'C-1234-567U', 'C-1234-56789', '../..', "C-1234-567'"]) {
    assert.equal(readNumber(none), null, none);
  }
});

test('no text, address or phone number that is read can write a header or turn the text around it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.doesNotMatch(plainText(text), /[^\P{Cc}\n\t]|[\u202d\u202e]/u);
      assert.doesNotMatch(readEmail(text) ?? '', /\s/);
      assert.doesNotMatch(readPhone(text) ?? '', /[\r\n]/);
      readNumber(text);
      withoutLinks(text, '[link]');
    }),
  );
  for (const wrong of [
    'a@b',
    'a b@c.example',
    'a@b.example\r\nBcc: x@y.example',
    '<a@b.example>',
    'a@b.example,c@d.example',
  ]) {
    assert.equal(readEmail(wrong), null, wrong);
  }
  assert.equal(readEmail(' jörg@müller.example '), 'jörg@müller.example');
  assert.equal(readPhone('+49 (0)30 / 123 45-67'), '+49 (0)30 / 123 45-67');
  for (const wrong of ['', '12', 'call me', '+49 30 1234567 ext', '1'.repeat(16)]) assert.equal(readPhone(wrong), null);
  assert.equal(plainText('שלום\u202e\r\n\n\n\n\n\u0007ok '), 'שלום\n\n\nok');
});

test('what a stranger writes carries no link to others', () => {
  const text =
    'See https://evil.example/x?y=1, www.evil.example or evil.example/buy, mail me@evil.example. Size 3.5 cm.';
  const shown = withoutLinks(text, '[link]');
  assert.doesNotMatch(shown, /evil/);
  assert.match(shown, /Size 3\.5 cm\./);
  for (const link of [
    'Evil.Com',
    'eviL.coM/buy',
    'evil．example',
    'evil。example',
    'evil.Example/buy',
    '192.0.2.7/buy',
  ]) {
    assert.equal(withoutLinks(link, '[link]'), '[link]', link);
  }
  assert.equal(withoutLinks('Kaputt.Ich warte bis 3.12.', '[link]'), 'Kaputt.Ich warte bis 3.12.');
});
