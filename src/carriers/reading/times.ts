/** A time as a carrier sent it. `offset` is null when none was sent: nothing is added to what came. */
export type ReadTime = {
  /** `2026-11-20T08:54:00`, or `2026-11-20` when no time of day was sent. */
  readonly localTime: string;
  readonly offset: string | null;
};

const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(?:[.,]\d{1,9})?\s?(z|[+-]\d\d(?::?\d\d)?)?)?$/i;

// Systems write 0001-01-01 or 1970-01-01 where they have no time, and 9999-12-31 for never.
const yearMin = 1990;
const yearMax = 2100;

/** Local time and offset of an ISO 8601 text; null for everything that is no possible time. */
export function readTime(text: string | null): ReadTime | null {
  const match = form.exec(text ?? '');
  const [, day, minutes, seconds = '00', zone] = match ?? [];
  if (day === undefined || !isPossible(day, minutes)) return null;
  if (minutes === undefined) return { localTime: day, offset: null };
  return { localTime: `${day}T${minutes}:${seconds === '60' ? '59' : seconds}`, offset: readOffset(zone) };
}

function isPossible(day: string, minutes: string | undefined): boolean {
  const year = Number(day.slice(0, 4));
  if (year < yearMin || year > yearMax) return false;
  try {
    Temporal.PlainDateTime.from(minutes === undefined ? day : `${day}T${minutes}`);
    return true;
  } catch {
    return false;
  }
}

function readOffset(zone: string | undefined): string | null {
  if (zone === undefined) return null;
  if (zone.toUpperCase() === 'Z') return '+00:00';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  return hours > 14 || minutes > 59 ? null : `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/**
 * The instant, in milliseconds, that a local time is taken for when scans are put in order. In the hour that the clocks go
 * through twice it is the first one; in the hour they skip it is the time after it.
 */
export function orderingMs(time: ReadTime, zone: string): number {
  const local = Temporal.PlainDateTime.from(time.localTime);
  return local.toZonedDateTime(time.offset ?? zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** The zone, when a clock in it shows this local time at this offset; `Z` with a place in Rome names no zone. */
export function zoneThatFits(time: ReadTime, zone: string | null): string | null {
  if (zone === null || time.offset === null) return zone;
  const instant = Temporal.Instant.from(`${time.localTime}${time.offset}`);
  return instant.toZonedDateTimeISO(zone).offset === time.offset ? zone : null;
}
