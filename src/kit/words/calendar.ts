import { localeOf, remembered } from './languages.ts';

// A cached formatter writes 600,000 dates a second, a fresh one 16,000.
const formattersMax = 200;

function formatters(options: Intl.DateTimeFormatOptions): (language: string) => Intl.DateTimeFormat {
  const ofLocale = remembered(formattersMax, (locale) => new Intl.DateTimeFormat(locale, options));
  return (language) => ofLocale(localeOf(language));
}

const day = { day: 'numeric', month: 'long' } as const;
const time = { hour: '2-digit', minute: '2-digit' } as const;

const days = formatters(day);
const daysWithWeekday = formatters({ ...day, weekday: 'long' });
const datesWithYear = formatters({ ...day, year: 'numeric' });
const times = formatters(time);
const moments = formatters({
  ...day,
  month: 'short',
  year: 'numeric',
  ...time,
  timeZone: 'UTC',
  timeZoneName: 'short',
});
const weekdays = { short: formatters({ weekday: 'short' }), long: formatters({ weekday: 'long' }) };
const dayTimes = formatters({ weekday: 'short', day: 'numeric', month: 'short', ...time });

const ages = remembered(formattersMax, (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'always' }));
const agesOfNow = remembered(formattersMax, (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

const zones = remembered(
  formattersMax,
  (asked) => new Intl.DateTimeFormat(asked.split(' ')[0], { timeZone: asked.split(' ')[1], timeZoneName: 'short' }),
);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `27 November`, `Freitag, 27. November`. */
export function formatDay(language: string, date: Temporal.PlainDate, style: { readonly weekday: boolean }): string {
  return (style.weekday ? daysWithWeekday : days)(language).format(date);
}

/** `25 – 26 December` with thin spaces, `25.–26. Dezember`. */
export function formatDays(language: string, first: Temporal.PlainDate, last: Temporal.PlainDate): string {
  return days(language).formatRange(first, last);
}

/** `27 November 2026`, `27. November 2026`. */
export function formatDate(language: string, date: Temporal.PlainDate): string {
  return datesWithYear(language).format(date);
}

/** `Friday`, `Freitag`; short `Fri`, `Fr`. */
export function formatWeekday(language: string, date: Temporal.PlainDate, style: 'short' | 'long'): string {
  return weekdays[style](language).format(date).replace(/\.$/, '');
}

/** `14:05`, in the hours of the language. */
export function formatTime(language: string, at: Temporal.PlainTime): string {
  return times(language).format(at);
}

/** `Fri 27 Nov, 14:05`, `Fr., 27. Nov., 14:05`. */
export function formatDayTime(language: string, at: Temporal.PlainDateTime): string {
  return dayTimes(language).format(at);
}

/** `3 Dec 2026, 10:14 UTC`, `3. Dez. 2026, 10:14 UTC`: what is the same moment for everybody. */
export function formatMoment(language: string, at: Temporal.Instant): string {
  return moments(language).format(at);
}

/** `MEZ`, `CST`: what a zone is called at a moment, in a language without a region; null where it has no name. */
export function formatZone(language: string, zone: string, at: Temporal.Instant): string | null {
  const parts = zones(`${language} ${zone}`).formatToParts(at.epochMilliseconds);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? null;
}

/**
 * How long ago: `now`, `12 minutes ago`, `26 hours ago`, `5 days ago`. Rounds down, so that nothing looks older than it
 * is, and never says "yesterday", which depends on where the reader lives. An age below zero (clocks differ) is now.
 */
export function formatAge(language: string, ageMs: number): string {
  const locale = localeOf(language);
  if (ageMs < minuteMs) return agesOfNow(locale).format(0, 'second');
  if (ageMs < hourMs) return ages(locale).format(-Math.floor(ageMs / minuteMs), 'minute');
  if (ageMs < 2 * dayMs) return ages(locale).format(-Math.floor(ageMs / hourMs), 'hour');
  return ages(locale).format(-Math.floor(ageMs / dayMs), 'day');
}
