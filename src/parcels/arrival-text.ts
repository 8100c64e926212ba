import type { ReadArrival } from '#carriers';
import { formatDay, formatTime } from '#kit/words';

/** When it will arrive, in words: a day stays a day, a window keeps both of its ends. Null when the carrier's time cannot be read. */
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
