import type { Reading } from './reading/read-page.ts';

/** One check, as it is kept. */
export type Check = {
  readonly checkId: string;
  readonly at: Temporal.Instant;
  readonly outcome: 'valid' | 'ended' | 'failed';
  /** Why it ended, or why nothing was learned. */
  readonly reason: CheckReason | null;
  /** Of a valid one. */
  readonly reading: Reading | null;
  readonly tookMs: number;
};

/** The first five are the issuer's word, the others say why there was none. */
export const checkReasons = [
  ...(['expired', 'withdrawn', 'not_named', 'not_valid', 'gone'] as const),
  ...([
    'unreachable',
    'tls',
    'timeout',
    'too_large',
    'moved',
    'refused',
    'busy',
    'broken',
    'changed',
    'not_allowed',
  ] as const),
] as const;
export type CheckReason = (typeof checkReasons)[number];

/** `unchecked`: never verified. `stale`: not verified lately, and still shown. `lost`: for too long. */
export type SealStanding =
  | { readonly state: 'unchecked' }
  | { readonly state: 'valid' | 'stale'; readonly good: Check; readonly reading: Reading }
  | { readonly state: 'lost'; readonly since: Temporal.Instant }
  | { readonly state: 'ended'; readonly reason: CheckReason; readonly since: Temporal.Instant };

const staleAfter = { hours: 36 };
const lostAfter = { hours: 72 };

/**
 * How a seal stands now, from its checks, newest first. What is not valid by the issuer's own word is hidden at once, and
 * what expired by its own date even before anybody asks; an issuer that does not answer takes nothing away for 72 hours.
 */
export function standingOf(checks: readonly Check[], now: Temporal.Instant): SealStanding {
  const last = checks.find(({ outcome }) => outcome !== 'failed');
  if (last === undefined) return { state: 'unchecked' };
  const { at, reason, reading } = last;
  if (last.outcome === 'ended' || reading === null) return { state: 'ended', reason: reason ?? 'not_valid', since: at };
  const until = reading.validUntil;
  if (until !== null && !isBefore(now, until)) return { state: 'ended', reason: 'expired', since: until };
  if (!isBefore(now, at.add(lostAfter))) return { state: 'lost', since: at };
  return { state: isBefore(now, at.add(staleAfter)) ? 'valid' : 'stale', good: last, reading };
}

export function isShown({ state }: SealStanding): boolean {
  return state === 'valid' || state === 'stale';
}

const nightHour = 3;
const jitterMinutes = 55;
/** A page that is away for an hour answers as one that is gone for good. */
const justEndedMinutes = 60;
const againMinutes = [15, 60, 120, 240, 480] as const;
const laterHoursMax = 24;

/**
 * When it is checked next: in the night of the shop; sooner after a failure or an end, and just after the day on which it
 * ends.
 *
 * @param lot from 0 to below 1: spreads the checks of the night
 * @param failures how many there were in a row, the last one included
 * @param hasJustEnded whether the check before said that it was valid, and this one not
 */
export function nextCheckAt({
  zone,
  now,
  lot,
  failures,
  retryAfterSeconds,
  validUntil,
  hasJustEnded,
}: {
  readonly zone: string;
  readonly now: Temporal.Instant;
  readonly lot: number;
  readonly failures: number;
  readonly retryAfterSeconds: number | null;
  readonly validUntil: Temporal.Instant | null;
  readonly hasJustEnded: boolean;
}): Temporal.Instant {
  if (hasJustEnded) return now.add({ minutes: justEndedMinutes });
  if (failures > 0) {
    const minutes = againMinutes[Math.min(failures, againMinutes.length) - 1] ?? 480;
    const asked = Math.min((retryAfterSeconds ?? 0) / 60, laterHoursMax * 60);
    return now.add({ seconds: Math.round(Math.max(minutes, asked) * 60 + lot * 60) });
  }
  const local = now.toZonedDateTimeISO(zone);
  const night = local.withPlainTime({ hour: nightHour }).add({ minutes: Math.floor(lot * jitterMinutes) });
  const next = (
    Temporal.ZonedDateTime.compare(night, local.add({ hours: 1 })) > 0 ? night : night.add({ days: 1 })
  ).toInstant();
  const end = validUntil?.add({ minutes: 1 }) ?? next;
  return isBefore(end, next) && isBefore(now, end) ? end : next;
}

/** What a careful shop wants to know although it is shown as it was read. */
export function isImplausible(before: Reading, after: Reading): boolean {
  const isHalved =
    before.count !== null && before.count >= 20 && after.count !== null && after.count * 2 < before.count;
  const [was, is] = [shareOf(before), shareOf(after)];
  return isHalved || (was !== null && is !== null && Math.abs(was - is) > 0.2);
}

function shareOf({ grade, scale }: Reading): number | null {
  return grade === null || scale === null ? null : grade / scale;
}

function isBefore(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) < 0;
}
