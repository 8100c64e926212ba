import { dayMinutes, type Exception, type Span } from './hours.ts';

const spansMax = 4;
const exceptionLinesMax = 60;
const noteCharactersMax = 80;
const rangeDaysMax = 366;

const time = String.raw`(\d{1,2})(?:\s?[:.h]\s?(\d{2}))?\s?(uhr|h|[ap]\.?m\.?)?`;
const spanShape = new RegExp(`^${time}\\s?(?:[-–—]|to|bis|à)\\s?${time}$`, 'i');
const closedWords: ReadonlySet<string> = new Set(['closed', 'geschlossen', 'zu', 'fermé', '-', '–', '']);

/**
 * `9-12, 13:30–17 Uhr`, `9h30-12h`, `9am-5pm`, `closed`, or nothing, which is closed too. Null for what is none of it, and
 * for `9-5pm`, which half of its readers read otherwise. Total.
 */
export function readSpans(text: string): readonly Span[] | null {
  const plain = text.trim().toLowerCase();
  if (closedWords.has(plain)) return [];
  const parts = plain.split(/[,;+&/]|\bund\b|\band\b|\bet\b/);
  if (parts.length > spansMax) return null;
  const spans: Span[] = [];
  for (const part of parts) {
    const span = readSpan(part.trim());
    if (span === null) return null;
    spans.push(span);
  }
  const ordered = spans.toSorted((a, b) => a.from - b.from);
  return ordered.every((span, at) => isApart(span, ordered[at + 1], ordered[0])) ? ordered : null;
}

function readSpan(text: string): Span | null {
  const found = spanShape.exec(text);
  if (found === null) return null;
  const [, fromHours, fromMinutes, fromHalf = '', endHours, endMinutes, endHalf = ''] = found;
  if (isHalf(fromHalf) !== isHalf(endHalf)) return null;
  const from = minutesOf(fromHours, fromMinutes, fromHalf);
  const end = minutesOf(endHours, endMinutes, endHalf);
  if (from === null || end === null || from === dayMinutes || from === end) return null;
  return { from, until: end > from ? end : end + dayMinutes };
}

function isHalf(word: string): boolean {
  return /^[ap]/.test(word);
}

/** @param half of the day, `am` or `pm`; anything else is a clock of 24 hours */
function minutesOf(hours = '', minutes = '0', half = ''): number | null {
  const whole = isHalf(half) ? hoursOfHalf(Number(hours), half) : Number(hours);
  const all = whole * 60 + Number(minutes);
  return Number(minutes) < 60 && all <= dayMinutes ? all : null;
}

/** `12am` is midnight, `12pm` noon; not a number for `13pm`. */
function hoursOfHalf(hours: number, half: string): number {
  if (hours < 1 || hours > 12) return Number.NaN;
  return (hours % 12) + (half.startsWith('p') ? 12 : 0);
}

/** Ends before the next begins; the last may go over midnight, but not into the first of the same hours. */
function isApart(span: Span, next: Span | undefined, first: Span | undefined): boolean {
  return next === undefined ? span.until <= (first?.from ?? 0) + dayMinutes : span.until <= next.from;
}

/** `09:00–12:00, 13:30–17:00`; nothing for closed. */
export function writeSpans(spans: readonly Span[]): string {
  return spans.map(({ from, until }) => `${clockOf(from)}–${clockOf(until)}`).join(', ');
}

/** `24:00` at the end of a day, `02:00` after it. */
export function clockOf(minutes: number): string {
  const left = minutes > dayMinutes ? minutes - dayMinutes : minutes;
  return `${String(Math.floor(left / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`;
}

/**
 * Lines of `2026-12-24 closed # Christmas Eve`, `24.12. 9-12` and `24.12. - 6.1. closed` (every year), `2026-12-27 -
 * 2027-01-02 closed`: days, hours, and after `#` what customers read beside them. Total.
 * @returns the number of the first line that is none, counted from 1
 */
export function readExceptions(text: string): readonly Exception[] | { readonly line: number } {
  const exceptions: Exception[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const exception = exceptions.length < exceptionLinesMax ? readException(line.trim()) : null;
    if (exception === null) return { line: at + 1 };
    exceptions.push(exception);
  }
  return exceptions;
}

const date = String.raw`(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.(?:\d{4})?|--\d{2}-\d{2})`;
const lineShape = new RegExp(`^${date}(?:\\s?(?:[-–—]|to|bis|\\.\\.)\\s?${date})?:?(?:\\s+([^#]*))?(?:#(.*))?$`, 'i');

function readException(line: string): Exception | null {
  const found = lineShape.exec(line);
  if (found === null) return null;
  const [, first = '', last = first, hours = '', said = ''] = found;
  const range = readRange(first, last);
  const spans = readSpans(hours);
  const note = said.trim();
  if (range === null || spans === null || Array.from(note).length > noteCharactersMax) return null;
  return { ...range, spans, note: note === '' ? null : note };
}

function readRange(first: string, last: string): Pick<Exception, 'from' | 'until'> | null {
  const [from, until] = [readDate(first), readDate(last)];
  return from !== null && until !== null && isRange(from, until) ? { from, until } : null;
}

function isRange(from: string, until: string): boolean {
  if (from === until) return true;
  // Every year, over New Year too.
  if (from.startsWith('--') || until.startsWith('--')) return from.startsWith('--') && until.startsWith('--');
  const days = Temporal.PlainDate.from(from).until(until, { largestUnit: 'days' }).days;
  return days > 0 && days <= rangeDaysMax;
}

function readDate(text: string): string | null {
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(text);
  const iso = german === null ? text : isoOf(german[3], german[2], german[1]);
  try {
    return iso.startsWith('--') ? checkedMonthDay(iso) : Temporal.PlainDate.from(iso).toString();
  } catch {
    // No such day.
    return null;
  }
}

function isoOf(year: string | undefined, month = '', day = ''): string {
  return `${year === undefined ? '-' : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function checkedMonthDay(text: string): string {
  Temporal.PlainMonthDay.from(text.slice(2), { overflow: 'reject' });
  return text;
}

/** `24.12.` for every year. */
function writeDay(day: string): string {
  return day.startsWith('--') ? `${day.slice(5)}.${day.slice(2, 4)}.` : day;
}

/** Each in the one way it is kept, a line each. */
export function writeExceptions(exceptions: readonly Exception[]): string {
  return exceptions
    .map(({ from, until, spans, note }) => {
      const days = from === until ? writeDay(from) : `${writeDay(from)} – ${writeDay(until)}`;
      return `${days} ${spans.length === 0 ? 'closed' : writeSpans(spans)}${note === null ? '' : ` # ${note}`}`;
    })
    .join('\n');
}
