import type { ReadArrival } from '#carriers';
import { formatAge, formatDay, formatDayTime, formatTime } from '#kit/words';
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

/** A day stays a day, a window keeps both of its ends; null when the carrier's time cannot be read. */
export function arrivalText(language: string, { from, until }: ReadArrival): string | null {
  try {
    const [start, end] = [from, until].map((time) => sayTime(language, time));
    if (start === undefined || end === undefined) return null;
    if (start.day !== end.day) return `${start.whole} – ${end.whole}`;
    return start.clock === null || end.clock === null || from === until ? end.whole : `${start.whole}–${end.clock}`;
  } catch {
    return null;
  }
}

/** A carrier's local time, or its day; the offset behind it changes nothing about what the clock at the door says. */
function sayTime(language: string, time: string): { day: string; clock: string | null; whole: string } {
  const day = formatDay(language, Temporal.PlainDate.from(time.slice(0, 10)), { weekday: true });
  const clock = time.includes('T') ? formatTime(language, Temporal.PlainTime.from(time.slice(11, 16))) : null;
  return { day, clock, whole: clock === null ? day : `${day}, ${clock}` };
}
