import { formatAge, formatDayTime } from '#kit/words';
import type { Moment } from '../view.ts';

/** Where the shop's people sit. */
const homeZone = 'Europe/Berlin';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A moment as staff read it: how far away, and when by the clock on the wall. */
export function momentOf(language: string, at: Temporal.Instant, now: Temporal.Instant): Moment {
  const ageMs = now.epochMilliseconds - at.epochMilliseconds;
  return {
    age: ageMs < -minuteMs ? formatWait(language, -ageMs) : formatAge(language, ageMs),
    at: formatDayTime(language, at.toZonedDateTimeISO(homeZone).toPlainDateTime()),
    iso: at.round('second').toString(),
  };
}

const waits = new Map<string, Intl.RelativeTimeFormat>();

/** `in 12 minutes`, `in 26 hours`, `in 5 days`: what is still to come. */
function formatWait(language: string, waitMs: number): string {
  const format = waits.get(language) ?? new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  waits.set(language, format);
  if (waitMs < hourMs) return format.format(Math.floor(waitMs / minuteMs), 'minute');
  if (waitMs < 2 * dayMs) return format.format(Math.floor(waitMs / hourMs), 'hour');
  return format.format(Math.floor(waitMs / dayMs), 'day');
}
