import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createWords, directionOf, formatAge, formatDay, formatDayTime, formatTime } from '#kit/words';

const words = createWords({
  en: {
    hello: 'Hello {name}',
    parcels: '{count, plural, =0 {No parcel} one {# parcel} other {# parcels}} of {total, number}',
    who: '{gender, select, female {Her} other {Their}} parcel',
    less: 'a < b',
  },
  de: {
    hello: 'Hallo {name}',
    parcels: '{count, plural, =0 {Kein Paket} one {# Paket} other {# Pakete}} von {total, number}',
    who: '{gender, select, female {Ihr} other {Deren}} Paket',
    less: 'a < b',
  },
});

test('words speak the language that was asked for, then its parent, then English', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['de', 'Hallo Ana'],
    ['de-AT', 'Hallo Ana'],
    ['de_CH', 'Hallo Ana'],
    ['de-Latn-DE-u-nu-latn', 'Hallo Ana'],
    ['DE', 'Hallo Ana'],
    ['en-US', 'Hello Ana'],
    ['fr', 'Hello Ana'],
    ['', 'Hello Ana'],
    ['nonsense!', 'Hello Ana'],
    ['deutsch', 'Hello Ana'],
  ];
  for (const [language, said] of cases) assert.equal(words.say(language, 'hello', { name: 'Ana' }), said, language);
});

test('plurals and numbers follow the language of the text, numbers also its region', () => {
  assert.equal(words.say('en', 'parcels', { count: 1, total: 1234.5 }), '1 parcel of 1,234.5');
  assert.equal(words.say('de', 'parcels', { count: 2, total: 1234.5 }), '2 Pakete von 1.234,5');
  assert.equal(words.say('de-CH', 'parcels', { count: 0, total: 1234.5 }), "Kein Paket von 1'234.5");
  // French counts 1.5 as one; the English text that is spoken instead must not.
  assert.equal(words.say('fr', 'parcels', { count: 1.5, total: 2 }), '1.5 parcels of 2');
});

test('a missing value throws and is never shown', () => {
  assert.throws(() => words.say('en', 'hello'), /name/);
  assert.throws(() => words.say('en', 'hello', { nam: 'Ana' }), /name/);
  assert.throws(() => words.say('en', 'parcels', { count: Number.NaN, total: 2 }), /count/);
  const undefinedName = JSON.parse('{}') as { name: string };
  assert.throws(() => words.say('en', 'hello', { name: undefinedName.name }), /name/);
});

test('a word that does not exist is a bug', () => {
  assert.throws(() => words.say('en', 'nowhere' as 'hello'), /no words for nowhere/);
});

test('texts are plain: an angle bracket is a character and values are not read as messages', () => {
  assert.equal(words.say('en', 'less'), 'a < b');
  assert.equal(words.say('en', 'hello', { name: '{total} <b>' }), 'Hello {total} <b>');
  assert.equal(words.say('de', 'who', { gender: 'female' }), 'Ihr Paket');
});

test('a value of the other direction is isolated, others are left as they are', () => {
  assert.equal(words.say('en', 'hello', { name: 'ليلى حداد' }), 'Hello \u2068ليلى حداد\u2069');
  assert.equal(words.say('en', 'hello', { name: 'Zoë 15' }), 'Hello Zoë 15');
});

test('no value can leave a direction behind', () => {
  const characters = fc.constantFrom(
    'a',
    'ש',
    'ع',
    '1',
    ' ',
    '\u202E',
    '\u2066',
    '\u2068',
    '\u2069',
    '\u202A',
    '{',
    "'",
  );
  fc.assert(
    fc.property(fc.array(characters, { maxLength: 20 }), (parts) => {
      const said = words.say('en', 'hello', { name: parts.join('') });
      const opened = said.match(/[\u202A-\u202E\u2066-\u2068]/gu)?.length ?? 0;
      const closed = said.match(/[\u2069\u202C]/gu)?.length ?? 0;
      assert.equal(opened, closed);
      assert.ok(opened <= 1);
    }),
  );
});

test('keys and languages are listed', () => {
  assert.deepEqual(words.keys, ['hello', 'parcels', 'who', 'less']);
  assert.deepEqual(words.languages, ['en', 'de']);
});

test('directions are known', () => {
  assert.deepEqual(['de', 'en-US', 'ar', 'he-IL', 'fa', ''].map(directionOf), [
    'ltr',
    'ltr',
    'rtl',
    'rtl',
    'rtl',
    'ltr',
  ]);
});

test('days and times are written as people of the language write them', () => {
  const date = Temporal.PlainDate.from('2026-11-27');
  const at = date.toPlainDateTime('14:05');
  assert.equal(formatDay('de', date, { weekday: true }), 'Freitag, 27. November');
  assert.equal(formatDay('de-AT', date, { weekday: false }), '27. November');
  assert.equal(formatDay('en', date, { weekday: true }), 'Friday 27 November');
  assert.equal(formatDay('en-US', date, { weekday: true }), 'Friday, November 27');
  assert.equal(formatTime('de', at.toPlainTime()), '14:05');
  assert.equal(formatTime('en', Temporal.PlainTime.from('08:05')), '08:05');
  assert.match(formatTime('en-US', at.toPlainTime()), /^0?2:05\sPM$/u);
  assert.equal(formatDayTime('de', at), 'Fr., 27. Nov., 14:05');
  assert.equal(formatDayTime('en', at), 'Fri 27 Nov, 14:05');
});

test('an age rounds down and never reaches into the future', () => {
  const hourMs = 3_600_000;
  const cases: readonly (readonly [number, string, string])[] = [
    [-5_000, 'now', 'jetzt'],
    [59_999, 'now', 'jetzt'],
    [60_000, '1 minute ago', 'vor 1 Minute'],
    [hourMs - 1, '59 minutes ago', 'vor 59 Minuten'],
    [3 * hourMs, '3 hours ago', 'vor 3 Stunden'],
    [48 * hourMs - 1, '47 hours ago', 'vor 47 Stunden'],
    [5 * 24 * hourMs, '5 days ago', 'vor 5 Tagen'],
  ];
  for (const [ageMs, en, de] of cases) {
    assert.equal(formatAge('en', ageMs), en);
    assert.equal(formatAge('de', ageMs), de);
  }
});
