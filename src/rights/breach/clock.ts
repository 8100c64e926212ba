import type { BreachStep } from './case.ts';

const hoursToTell = 72;

export type BreachClock = {
  /** When the authority must have been told, at the latest. */
  readonly dueAt: Temporal.Instant;
  /** When it was; null while it was not. */
  readonly toldAt: Temporal.Instant | null;
  readonly isClosed: boolean;
  /** `waits` and `late` while the authority was not told and the case is open. */
  readonly state: 'waits' | 'late' | 'told' | 'told late' | 'closed untold';
};

/**
 * Art. 33(1) GDPR: 72 hours after having become aware, whatever days they fall on. By Art. 3(1) of Regulation (EEC, Euratom)
 * 1182/71 the hour in which that happened does not count, and by Art. 3(2)(a) the last one counts to its end.
 */
export function dueAfter(awareAt: Temporal.Instant): Temporal.Instant {
  const hour = 3_600_000;
  const begun = Math.floor(awareAt.epochMilliseconds / hour) * hour;
  return Temporal.Instant.fromEpochMilliseconds(begun + hour).add({ hours: hoursToTell });
}

export function clockOf(awareAt: Temporal.Instant, steps: readonly BreachStep[], now: Temporal.Instant): BreachClock {
  const dueAt = dueAfter(awareAt);
  const toldAt = steps.find(({ kind }) => kind === 'authority_told')?.at ?? null;
  const last = steps.findLast(({ kind }) => kind === 'closed' || kind === 'reopened');
  const isClosed = last?.kind === 'closed';
  const isPast = (at: Temporal.Instant): boolean => Temporal.Instant.compare(at, dueAt) > 0;
  if (toldAt !== null) return { dueAt, toldAt, isClosed, state: isPast(toldAt) ? 'told late' : 'told' };
  if (isClosed) return { dueAt, toldAt, isClosed, state: 'closed untold' };
  return { dueAt, toldAt, isClosed, state: isPast(now) ? 'late' : 'waits' };
}
