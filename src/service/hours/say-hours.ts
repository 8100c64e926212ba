import { formatTime, formatWeekday } from '#kit/words';
import { dayMinutes, type OpeningHours, type Span } from './hours.ts';
import { clockOf } from './read-hours.ts';

/** Days in a row with the same hours; 0 is Monday. */
export type DayGroup = { readonly first: number; readonly last: number; readonly spans: readonly Span[] };

export function groupedWeek({ week }: Pick<OpeningHours, 'week'>): readonly DayGroup[] {
  const groups: DayGroup[] = [];
  for (const [day, spans] of week.entries()) {
    const before = groups.at(-1);
    if (before !== undefined && JSON.stringify(before.spans) === JSON.stringify(spans)) {
      groups[groups.length - 1] = { ...before, last: day };
    } else groups.push({ first: day, last: day, spans });
  }
  return groups;
}

/** `Mo–Fr 9–12, 13–17; Sa 10–14`: for the line of a mail. Closed days are left out. */
export function shortHours(hours: Pick<OpeningHours, 'week'>, language: string): string {
  return groupedWeek(hours)
    .filter(({ spans }) => spans.length > 0)
    .map(({ first, last, spans }) => {
      const days = first === last ? weekday(language, first, 'short') : daysOf(language, first, last, 'short');
      return `${days} ${spans.map(({ from, until }) => `${short(from)}–${short(until)}`).join(', ')}`;
    })
    .join('; ');
}

function daysOf(language: string, first: number, last: number, style: 'short' | 'long'): string {
  return `${weekday(language, first, style)}–${weekday(language, last, style)}`;
}

function short(minutes: number): string {
  return clockOf(minutes).replace(/^0/, '').replace(':00', '');
}

const monday = Temporal.PlainDate.from('2024-01-01');

/** 0 is Monday. */
export function weekday(language: string, day: number, style: 'short' | 'long'): string {
  return formatWeekday(language, monday.add({ days: day }), style);
}

/** `09:00`, in the hours of the language; `24:00` at the end of a day. */
export function sayClock(language: string, minutes: number): string {
  if (minutes === dayMinutes) return '24:00';
  const left = minutes % dayMinutes;
  return formatTime(language, new Temporal.PlainTime(Math.floor(left / 60), left % 60));
}
