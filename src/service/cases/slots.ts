/** A time in which the shop's people are there, with its beginning and without its end. */
export type Span = { readonly from: Temporal.Instant; readonly until: Temporal.Instant };

/** When a shop is open, exceptions and holidays applied. */
export type Hours = {
  /** IANA time zone of the shop. */
  readonly zone: string;
  /** Of one day of the shop's zone, in their order, none of them touching another. */
  readonly spansOn: (day: Temporal.PlainDate) => readonly Span[];
};

/** A question that waits for longer has waited for too long, whatever the hours. */
const daysMax = 400;

/**
 * Whole minutes of opening time between two moments. What waits beyond 400 days is counted up to there.
 */
export function openMinutesBetween({ zone, spansOn }: Hours, from: Temporal.Instant, until: Temporal.Instant): number {
  const last = until.toZonedDateTimeISO(zone).toPlainDate();
  // A span of the day before may go on over midnight.
  let day = from.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 1 });
  let ms = 0;
  for (let turn = 0; turn < daysMax && Temporal.PlainDate.compare(day, last) <= 0; turn += 1) {
    for (const span of spansOn(day)) {
      const begins = Math.max(span.from.epochMilliseconds, from.epochMilliseconds);
      const ends = Math.min(span.until.epochMilliseconds, until.epochMilliseconds);
      ms += Math.max(0, ends - begins);
    }
    day = day.add({ days: 1 });
  }
  return Math.floor(ms / 60_000);
}

/** Two hours in which somebody is called; fewer where the shop closes before. */
export type Slot = { readonly startsAt: Temporal.Instant; readonly endsAt: Temporal.Instant };

const slotMinutes = 120;
/** Less is no time to call anybody. */
const slotMinutesMin = 60;
/** Who picks a slot should not have missed it when staff read it. */
const leadMinutes = 60;
const openDaysMax = 5;
/** A shop that is closed for longer offers no calls. */
const lookAheadDays = 21;

/**
 * The slots of the next five open days from now: two hours each from when the shop opens; what is left of a day counts from
 * an hour on. The earliest begins an hour from now.
 */
export function slotsAfter({ zone, spansOn }: Hours, now: Temporal.Instant): readonly Slot[] {
  const earliest = now.add({ minutes: leadMinutes });
  const slots: Slot[] = [];
  let openDays = 0;
  let day = now.toZonedDateTimeISO(zone).toPlainDate();
  for (let turn = 0; turn < lookAheadDays && openDays < openDaysMax; turn += 1) {
    const ofDay = spansOn(day)
      .flatMap(slotsIn)
      .filter(({ startsAt }) => Temporal.Instant.compare(startsAt, earliest) >= 0);
    if (ofDay.length > 0) openDays += 1;
    slots.push(...ofDay);
    day = day.add({ days: 1 });
  }
  return slots;
}

function slotsIn({ from, until }: Span): readonly Slot[] {
  const slots: Slot[] = [];
  let startsAt = from;
  while (minutesBetween(startsAt, until) >= slotMinutesMin && slots.length < 24) {
    const endsAt = startsAt.add({ minutes: Math.min(slotMinutes, minutesBetween(startsAt, until)) });
    slots.push({ startsAt, endsAt });
    startsAt = endsAt;
  }
  return slots;
}

function minutesBetween(from: Temporal.Instant, until: Temporal.Instant): number {
  return Math.floor((until.epochMilliseconds - from.epochMilliseconds) / 60_000);
}
