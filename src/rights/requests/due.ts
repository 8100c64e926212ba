import { isPublicHoliday } from './holidays.ts';

/** Where the shop sits: whose days the period is counted in. */
export const homeZone = 'Europe/Berlin';

const saturday = 6;

/**
 * The end of a period of months from when a request came (GDPR art. 12(3), Regulation (EEC, Euratom) 1182/71 art. 3(2)(c)):
 * the last hour of the day with the same number, or of the month's last day where it has no such day; where that is a
 * Saturday, a Sunday or a public holiday, of the next working day (art. 3(4); EDPB guidelines 01/2022, section 5.3).
 * @param months 1, or 3 where it was extended
 * @returns the first moment at which it is over
 */
export function dueAfter(receivedAt: Temporal.Instant, months: number): Temporal.Instant {
  let last = receivedAt.toZonedDateTimeISO(homeZone).toPlainDate().add({ months });
  while (!isWorkingDay(last)) last = last.add({ days: 1 });
  return last.add({ days: 1 }).toZonedDateTime(homeZone).toInstant();
}

function isWorkingDay(day: Temporal.PlainDate): boolean {
  return day.dayOfWeek < saturday && !isPublicHoliday(day);
}

export const firstMonths = 1;
/** Two further ones, where the person was told why within the first. */
export const extendedMonths = 3;

/** What is due in so many days is brought to mind. */
export const soonDays = 7;

export type Urgency = 'overdue' | 'soon' | 'open' | 'ended';

export function urgencyOf(
  request: { readonly dueAt: Temporal.Instant; readonly endedAt: Temporal.Instant | null },
  now: Temporal.Instant,
): Urgency {
  if (request.endedAt !== null) return 'ended';
  if (Temporal.Instant.compare(now, request.dueAt) >= 0) return 'overdue';
  return Temporal.Instant.compare(now.add({ hours: soonDays * 24 }), request.dueAt) >= 0 ? 'soon' : 'open';
}
