import { isHoliday, type HolidayRegion } from './holidays.ts';

/** Minutes since midnight on the clock of the shop's zone; `until` counts on past 1,440 where it is open over midnight. */
export type Span = { readonly from: number; readonly until: number };

/** A day or several in a row, both included, on which the week does not count; no spans: closed. */
export type Exception = {
  /** `2026-12-24`, or `--12-24` for every year (ISO 8601: a month and a day). */
  readonly from: string;
  readonly until: string;
  readonly spans: readonly Span[];
  readonly note: string | null;
};

export type OpeningHours = {
  /** IANA name. */
  readonly zone: string;
  /** Monday first; seven days, in order and without overlaps each. */
  readonly week: readonly (readonly Span[])[];
  /** The first that fits a day counts. */
  readonly exceptions: readonly Exception[];
  /** Closed on this region's public holidays, unless an exception says otherwise. */
  readonly holidays: HolidayRegion | null;
};

export type Opened = {
  readonly open: boolean;
  /** When it closes; null while it is closed, and where it is open around the clock. */
  readonly until: Temporal.ZonedDateTime | null;
  /** When it opens next; null while it is open, and where it does not within a year. */
  readonly opensAt: Temporal.ZonedDateTime | null;
};

type Interval = { readonly from: Temporal.Instant; readonly until: Temporal.Instant };

export const dayMinutes = 1_440;
/** Longer than this without a closed minute is around the clock. */
const openDaysMax = 9;
const closedDaysMax = 366;

/**
 * Whether it is open at a moment, until when, and when next. A time on the clock that a change to summer time leaves out
 * is the moment of the change; one that happens twice is meant the first time.
 */
export function openAt(hours: OpeningHours, at: Temporal.Instant): Opened {
  const today = at.toZonedDateTimeISO(hours.zone).toPlainDate();
  for (let days = -1; days <= closedDaysMax; days += 1) {
    const next = intervalsOf(hours, today.add({ days })).find(({ until }) => Temporal.Instant.compare(until, at) > 0);
    if (next === undefined) continue;
    const isOpen = Temporal.Instant.compare(next.from, at) <= 0;
    return isOpen ? openUntil(hours, today.add({ days }), next) : opensLater(hours, next);
  }
  return { open: false, until: null, opensAt: null };
}

/** What follows without a closed minute is one opening, over midnight too. */
function openUntil(hours: OpeningHours, date: Temporal.PlainDate, first: Interval): Opened {
  let { until } = first;
  for (let days = 0; days <= openDaysMax; days += 1) {
    for (const next of intervalsOf(hours, date.add({ days }))) {
      const follows = Temporal.Instant.compare(next.from, until) <= 0;
      if (follows && Temporal.Instant.compare(next.until, until) > 0) ({ until } = next);
    }
    const midnight = momentOf(hours.zone, date.add({ days }), dayMinutes);
    if (Temporal.Instant.compare(until, midnight) < 0) {
      return { open: true, until: until.toZonedDateTimeISO(hours.zone), opensAt: null };
    }
  }
  return { open: true, until: null, opensAt: null };
}

function opensLater({ zone }: OpeningHours, { from }: Interval): Opened {
  return { open: false, until: null, opensAt: from.toZonedDateTimeISO(zone) };
}

/** When it is open on a day, and why it is not as in every week. */
export function dayOf(
  hours: OpeningHours,
  date: Temporal.PlainDate,
): { readonly spans: readonly Span[]; readonly why: 'exception' | 'holiday' | null; readonly note: string | null } {
  const exception = hours.exceptions.find((one) => fits(one, date));
  if (exception !== undefined) return { spans: exception.spans, why: 'exception', note: exception.note };
  if (hours.holidays !== null && isHoliday(hours.holidays, date)) return { spans: [], why: 'holiday', note: null };
  return { spans: hours.week[date.dayOfWeek - 1] ?? [], why: null, note: null };
}

function fits({ from, until }: Exception, date: Temporal.PlainDate): boolean {
  const day = date.toString();
  const shown = from.startsWith('--') ? `-${day.slice(4)}` : day;
  // `24.12. - 6.1.` goes on over New Year.
  return from <= until ? from <= shown && shown <= until : from <= shown || shown <= until;
}

/** The same as moments, those that go on over midnight to their end; by the clock of the shop's zone. */
export function intervalsOf(hours: OpeningHours, date: Temporal.PlainDate): readonly Interval[] {
  return dayOf(hours, date)
    .spans.map(({ from, until }) => ({
      from: momentOf(hours.zone, date, from),
      until: momentOf(hours.zone, date, until),
    }))
    .filter(({ from, until }) => Temporal.Instant.compare(from, until) < 0);
}

function momentOf(zone: string, date: Temporal.PlainDate, minutes: number): Temporal.Instant {
  const days = Math.floor(minutes / dayMinutes);
  const left = minutes % dayMinutes;
  const wanted = date.add({ days }).toPlainDateTime({ hour: Math.floor(left / 60), minute: left % 60 });
  const found = wanted.toZonedDateTime(zone, { disambiguation: 'compatible' });
  if (found.toPlainDateTime().equals(wanted)) return found.toInstant();
  // The clock never shows it: the shop's people open when the clock has passed it.
  return (found.getTimeZoneTransition('previous') ?? found).toInstant();
}
