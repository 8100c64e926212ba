/** `any` day; `delivery` Monday to Saturday; `office` Monday to Friday; the last two without the fixed holidays. */
export type DayKind = 'any' | 'delivery' | 'office';

/** When a step of a parcel's way may happen. */
export type Slot = {
  readonly on: DayKind;
  /** On the clock of `zone`. */
  readonly at: Temporal.PlainTime;
  /** How long after `at` it may still happen on the same day, when the step before came late. */
  readonly openMinutes: number;
  readonly zone: string;
  /** At least this many days after the step before. */
  readonly waitDays: number;
};

const holidays = new Set(['01-01', '05-01', '10-03', '12-25', '12-26']);
const saturday = 6;
const sunday = 7;
/** Two steps of one parcel are never closer than this. */
const gapMinutes = 12;

export function isDay(kind: DayKind, day: Temporal.PlainDate): boolean {
  if (kind === 'any') return true;
  if (holidays.has(day.toString().slice(5)) || day.dayOfWeek === sunday) return false;
  return kind === 'delivery' || day.dayOfWeek !== saturday;
}

const on = (slot: Slot, day: Temporal.PlainDate) =>
  day.toZonedDateTime({ timeZone: slot.zone, plainTime: slot.at }).toInstant();

const dayAt = (instant: Temporal.Instant, zone: string) => instant.toZonedDateTimeISO(zone).toPlainDate();

const isBefore = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) < 0;

/** The last time the slot came round, not after `latest` and not on a later day than `latestDay`. */
function lastTime(slot: Slot, latest: Temporal.Instant, latestDay: Temporal.PlainDate): Temporal.Instant {
  let day = Temporal.PlainDate.compare(dayAt(latest, slot.zone), latestDay) < 0 ? dayAt(latest, slot.zone) : latestDay;
  while (!isDay(slot.on, day) || isBefore(latest, on(slot, day))) day = day.subtract({ days: 1 });
  return on(slot, day);
}

/** The first time the slot comes round, or is still open, not before `earliest` and not on an earlier day than `earliestDay`. */
function firstTime(slot: Slot, earliest: Temporal.Instant, earliestDay: Temporal.PlainDate): Temporal.Instant {
  const today = dayAt(earliest, slot.zone);
  let day = Temporal.PlainDate.compare(today, earliestDay) > 0 ? today : earliestDay;
  const closes = () => on(slot, day).add({ minutes: slot.openMinutes });
  while (!isDay(slot.on, day) || isBefore(closes(), earliest)) day = day.add({ days: 1 });
  const usual = on(slot, day);
  return isBefore(usual, earliest) ? earliest.round({ smallestUnit: 'minute', roundingMode: 'ceil' }) : usual;
}

/**
 * When each step of a way happens, so that step `reached` is the last one by `now`: it takes the last fitting time
 * before `until`, the steps before it the last fitting times before that, the steps after it the first fitting times
 * from `resumeAt` on. With `reached` -1 nothing has happened yet. Pure; the result ascends.
 */
export function timesOf(
  slots: readonly Slot[],
  when: { readonly reached: number; readonly until: Temporal.Instant; readonly resumeAt: Temporal.Instant },
): readonly Temporal.Instant[] {
  const times: Temporal.Instant[] = [];
  const last = slots[when.reached];
  if (last !== undefined) times[when.reached] = lastTime(last, when.until, dayAt(when.until, last.zone));
  for (let place = when.reached - 1; place >= 0; place -= 1) {
    const [slot, next, after] = [slots[place], slots[place + 1], times[place + 1]];
    if (slot === undefined || next === undefined || after === undefined) continue;
    const latestDay = dayAt(after, next.zone).subtract({ days: next.waitDays });
    times[place] = lastTime(slot, after.subtract({ minutes: gapMinutes }), latestDay);
  }
  for (let place = when.reached + 1; place < slots.length; place += 1) {
    const slot = slots[place];
    if (slot === undefined) continue;
    const before = times[place - 1] ?? when.resumeAt;
    const after = before.add({ minutes: gapMinutes });
    const earliest = isBefore(after, when.resumeAt) ? when.resumeAt : after;
    times[place] = firstTime(slot, earliest, dayAt(before, slot.zone).add({ days: slot.waitDays }));
  }
  return times;
}
