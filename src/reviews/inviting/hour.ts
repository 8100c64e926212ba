import { zoneOfPlace } from '#carriers';

const firstHour = 10;
const endHour = 19;
const homeZone = 'Europe/Berlin';
/** Of countries with several zones, one from which no part of it is asked at night. */
const middleZones: Readonly<Partial<Record<string, string>>> = {
  US: 'America/Chicago',
  CA: 'America/Winnipeg',
  AU: 'Australia/Adelaide',
};

/**
 * The next moment, this one included, at which somebody there may be asked something that can wait: between 10 and 19 by
 * their clocks, on no Sunday, in Germany and where nobody knows on no public holiday.
 * @param country ISO 3166-1 alpha-2 of whoever receives; null when nobody knows
 */
export function sensibleTime(at: Temporal.Instant, country: string | null): Temporal.Instant {
  let local = at.toZonedDateTimeISO(zoneOf(country));
  if (local.hour < firstHour) local = morningOf(local);
  if (local.hour >= endHour) local = morningOf(local.add({ days: 1 }));
  while (isRestDay(local.toPlainDate(), country)) local = morningOf(local.add({ days: 1 }));
  return local.toInstant();
}

function zoneOf(country: string | null): string {
  if (country === null) return homeZone;
  return zoneOfPlace({ name: '', country })?.zone ?? middleZones[country] ?? homeZone;
}

function morningOf(local: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return local.withPlainTime({ hour: firstHour });
}

function isRestDay(day: Temporal.PlainDate, country: string | null): boolean {
  return day.dayOfWeek === 7 || ((country === null || country === 'DE') && isGermanHoliday(day));
}

const fixedHolidays: ReadonlySet<string> = new Set(['01-01', '05-01', '10-03', '12-25', '12-26']);
/** Good Friday, Easter Monday, Ascension Day, Whit Monday: days from Easter Sunday. */
const movingHolidays: readonly number[] = [-2, 1, 39, 50];

/** Those of all German states. */
function isGermanHoliday(day: Temporal.PlainDate): boolean {
  if (fixedHolidays.has(day.toString().slice(5))) return true;
  const easter = easterOf(day.year);
  return movingHolidays.some((days) => easter.add({ days }).equals(day));
}

/** Easter Sunday by the Gregorian calendar (the anonymous computus, Meeus: Astronomical Algorithms, chapter 8). */
export function easterOf(year: number): Temporal.PlainDate {
  const golden = year % 19;
  const [century, rest] = [Math.floor(year / 100), year % 100];
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - epact - (rest % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const count = epact + weekday - 7 * late + 114;
  return Temporal.PlainDate.from({ year, month: Math.floor(count / 31), day: (count % 31) + 1 });
}
