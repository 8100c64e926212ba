import type { ReadArrival } from '../contract.ts';
import { type ReadTime, readTime } from '../reading/times.ts';
import { type Node, attribute } from './tree.ts';

const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?(?: Uhr)?)?$/;
const clock = /^(\d{1,2})[:.](\d\d)(?::\d\d)?(?: Uhr)?$/;

const two = (digits = '00') => digits.padStart(2, '0');

/** `18.03.2016 10:02` on the clock of the place, without offset; ISO 8601 is read as well. */
export function readLocal(text: string | null): ReadTime | null {
  const [whole, day, month, year, hours, minutes, seconds] = german.exec(text ?? '') ?? [];
  if (whole === undefined) return readTime(text);
  const date = `${year}-${two(month)}-${two(day)}`;
  return readTime(hours === undefined ? date : `${date}T${two(hours)}:${two(minutes)}:${two(seconds)}`);
}

/** An end of the window: a time of its own, or a clock time on the day. */
function endOf(text: string | null, day: string): ReadTime | null {
  const [whole, hours, minutes] = clock.exec(text ?? '') ?? [];
  return whole === undefined ? readLocal(text) : readTime(`${day}T${two(hours)}:${two(minutes)}:00`);
}

const written = (time: ReadTime) => time.localTime + (time.offset ?? '');
const hasClock = (time: ReadTime | null): time is ReadTime => time !== null && time.localTime.length > 10;

/** When DHL says it will arrive: needs a right of its own, so most answers say nothing. */
export function readArrival(piece: Node): ReadArrival | null {
  const date = readLocal(attribute(piece, 'delivery-date', 40));
  const day = date?.localTime.slice(0, 10) ?? '';
  const from = endOf(attribute(piece, 'delivery-timeframe-from', 40), day);
  const until = endOf(attribute(piece, 'delivery-timeframe-to', 40), day);
  if (hasClock(from) && hasClock(until) && from.localTime <= until.localTime && from.offset === until.offset) {
    return { from: written(from), until: written(until), kind: 'window' };
  }
  if (date === null) return null;
  // Midnight is how a system writes a day.
  if (!hasClock(date) || date.localTime.endsWith('T00:00:00')) return { from: day, until: day, kind: 'date' };
  return { from: written(date), until: written(date), kind: 'commit' };
}
