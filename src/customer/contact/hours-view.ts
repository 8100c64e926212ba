import { formatDay, formatDays } from '#kit/words';
import { dayOf, groupedWeek, sayClock, weekday, type OpeningHours, type Span } from '#service';
import type { Say } from '../words.ts';
import type { ContactTold } from './contact-view.ts';

export type DayRow = {
  readonly days: string;
  readonly spans: readonly string[];
  readonly note: string | null;
  readonly isToday: boolean;
};

/** When somebody is there, in every week and otherwise. */
export type HoursView = {
  readonly week: readonly DayRow[];
  readonly soon: readonly DayRow[];
  /** The town whose time it is. */
  readonly zone: string;
};

const soonDaysMax = 42;
const soonRowsMax = 6;

/** Null where no hours are known. */
export function hoursView(told: ContactTold, say: Say): HoursView | null {
  const { hours } = told.contact;
  if (hours === null) return null;
  return { week: weekOf(hours, told, say), soon: soonOf(hours, told, say), zone: townOf(hours.zone) };
}

/** The town of `America/New_York`, as people say whose time it is. */
export function townOf(zone: string): string {
  return zone.replace(/^.*\//, '').replaceAll('_', ' ');
}

function weekOf(hours: OpeningHours, { language, now }: ContactTold, say: Say): readonly DayRow[] {
  const today = now.toZonedDateTimeISO(hours.zone).dayOfWeek - 1;
  return groupedWeek(hours).map(({ first, last, spans }) => ({
    days:
      first === last
        ? weekday(language, first, 'long')
        : say('contact.hours.range', {
            first: weekday(language, first, 'long'),
            last: weekday(language, last, 'long'),
          }),
    spans: spansOf(spans, language, say),
    isToday: first <= today && today <= last,
    note: null,
  }));
}

function spansOf(spans: readonly Span[], language: string, say: Say): readonly string[] {
  if (spans.length === 0) return [say('contact.closed.word')];
  return spans.map(({ from, until }) => `${sayClock(language, from)}–${sayClock(language, until)}`);
}

type OtherDays = {
  readonly first: Temporal.PlainDate;
  readonly last: Temporal.PlainDate;
  readonly spans: readonly Span[];
  readonly note: string | null;
};

/** The days of the next weeks on which it is otherwise than in every week; those in a row that are alike are one. */
function soonOf(hours: OpeningHours, { language, now }: ContactTold, say: Say): readonly DayRow[] {
  const today = now.toZonedDateTimeISO(hours.zone).toPlainDate();
  const groups: OtherDays[] = [];
  for (let days = 0; days < soonDaysMax; days += 1) {
    const day = otherDay(hours, today.add({ days }), say);
    const before = groups.at(-1);
    if (day === null) continue;
    if (before !== undefined && goesOn(before, day)) groups[groups.length - 1] = { ...before, last: day.last };
    else groups.push(day);
  }
  return groups.slice(0, soonRowsMax).map(({ first, last, spans, note }) => ({
    days: daysText(first, last, language),
    spans: spansOf(spans, language, say),
    note,
    isToday: first.equals(today),
  }));
}

/** Null where it is as in every week. */
function otherDay(hours: OpeningHours, date: Temporal.PlainDate, say: Say): OtherDays | null {
  const { spans, why, note } = dayOf(hours, date);
  if (why === null || !isOther(spans, hours.week[date.dayOfWeek - 1] ?? [])) return null;
  return { first: date, last: date, spans, note: note ?? (why === 'holiday' ? say('contact.holiday') : null) };
}

function goesOn(before: OtherDays, day: OtherDays): boolean {
  return (
    before.note === day.note && !isOther(before.spans, day.spans) && before.last.add({ days: 1 }).equals(day.first)
  );
}

function daysText(first: Temporal.PlainDate, last: Temporal.PlainDate, language: string): string {
  if (first.equals(last)) return formatDay(language, first, { weekday: true });
  return formatDays(language, first, last);
}

function isOther(spans: readonly Span[], usual: readonly Span[]): boolean {
  return JSON.stringify(spans) !== JSON.stringify(usual);
}
