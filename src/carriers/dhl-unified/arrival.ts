import type { ReadArrival } from '../contract.ts';
import { at, textOf } from '../reading/json.ts';
import { type ReadTime, readTime } from '../reading/times.ts';

const timeMax = 40;

function timeAt(wire: unknown, ...path: readonly string[]): ReadTime | null {
  return readTime(textOf(at(wire, ...path), timeMax));
}

function dayOf(time: ReadTime): string {
  return time.localTime.slice(0, 10);
}

function clockOf(time: ReadTime): string {
  return time.localTime.slice(11);
}

/** DHL writes a day as its midnight, in UTC or without a zone: that is a day, and no delivery at night. */
function isDay(time: ReadTime): boolean {
  const clock = clockOf(time);
  return clock === '' || (clock === '00:00:00' && (time.offset === null || time.offset === '+00:00'));
}

/** The end of a day: midnight in central Europe is 22:00 or 23:00 in UTC. */
function isEndOfDay(time: ReadTime): boolean {
  const clock = clockOf(time);
  return isDay(time) || clock.startsWith('23:59') || (time.offset === '+00:00' && /^2[23]:00:00$/.test(clock));
}

function written(time: ReadTime): string {
  return time.localTime + (time.offset ?? '');
}

function frame(from: ReadTime | null, until: ReadTime | null): ReadArrival | null {
  if (from === null || until === null) return null;
  if (isDay(from) && isEndOfDay(until)) {
    const [first, last] = [dayOf(from), dayOf(until)];
    return first > last ? null : { from: first, until: last, kind: 'date' };
  }
  const [start, end] = [written(from), written(until)];
  return from.localTime > until.localTime && from.offset === until.offset
    ? null
    : { from: start, until: end, kind: 'window' };
}

function single(time: ReadTime | null): ReadArrival | null {
  if (time === null) return null;
  if (isDay(time)) return { from: dayOf(time), until: dayOf(time), kind: 'date' };
  return { from: written(time), until: written(time), kind: 'commit' };
}

/**
 * When DHL says it will arrive. `from` and `until` are days (`2026-11-21`), or local times with the offset that was sent
 * (`2026-11-21T10:00:00+01:00`; none when none was sent). A single time is the latest one that DHL names.
 */
export function readArrival(wire: unknown): ReadArrival | null {
  const from = timeAt(wire, 'estimatedDeliveryTimeFrame', 'estimatedFrom');
  const until = timeAt(wire, 'estimatedDeliveryTimeFrame', 'estimatedThrough');
  return frame(from, until) ?? single(timeAt(wire, 'estimatedTimeOfDelivery')) ?? single(until ?? from);
}
