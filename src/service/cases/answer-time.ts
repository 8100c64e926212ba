import type { Queries } from '#kit/database';
import { statements } from './store.ts';

/** How long customers wait for the first answer. */
export type AnswerTime = {
  readonly medianMinutes: number;
  readonly p90Minutes: number;
  /** The same in minutes of opening time; null where the shop's hours were not known for all of them. */
  readonly openMedianMinutes: number | null;
  readonly openP90Minutes: number | null;
  /** First answers within the days. */
  readonly answered: number;
  readonly days: 90;
};

export type FirstAnswer = {
  readonly askedAt: Temporal.Instant;
  readonly answeredAt: Temporal.Instant;
  readonly openMinutes: number | null;
};

const days = 90;
/** Fewer say nothing. */
const answersMin = 10;
const answersMax = 20_000;
const waitingMax = 2_000;

/**
 * Median and 90th percentile (nearest rank) of the first answers. A question that waits for longer than a figure counts
 * for it with what it has waited so far: leaving it unanswered makes no figure better.
 * @returns null below ten answers
 */
export function answerTimeOf(
  answers: readonly FirstAnswer[],
  waitingSince: readonly Temporal.Instant[],
  now: Temporal.Instant,
): AnswerTime | null {
  if (answers.length < answersMin) return null;
  const plain = answers.map(({ askedAt, answeredAt }) => minutesFrom(askedAt, answeredAt)).toSorted((a, b) => a - b);
  const waits = waitingSince.map((since) => minutesFrom(since, now));
  const open = answers.flatMap(({ openMinutes }) => openMinutes ?? []).toSorted((a, b) => a - b);
  const isWhole = open.length === answers.length;
  return {
    medianMinutes: rankWith(waits, plain, 50),
    p90Minutes: rankWith(waits, plain, 90),
    openMedianMinutes: isWhole ? rank(open, 50) : null,
    openP90Minutes: isWhole ? rank(open, 90) : null,
    answered: answers.length,
    days,
  };
}

function rankWith(waits: readonly number[], sorted: readonly number[], percent: number): number {
  const alone = rank(sorted, percent);
  const longer = waits.filter((minutes) => minutes > alone);
  return rank(
    [...sorted, ...longer].toSorted((a, b) => a - b),
    percent,
  );
}

function minutesFrom(from: Temporal.Instant, until: Temporal.Instant): number {
  return Math.max(0, Math.floor((until.epochMilliseconds - from.epochMilliseconds) / 60_000));
}

/** Of sorted figures the smallest that at least so many of a hundred do not exceed. */
function rank(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

/** Measured now, of the last 90 days. */
export async function measureAnswerTime(
  queries: Queries,
  shopId: string,
  now: Temporal.Instant,
): Promise<AnswerTime | null> {
  const from = now.subtract({ hours: days * 24 });
  const answers = await queries.rows<FirstAnswer>(statements.firstAnswers, [shopId, from, answersMax]);
  if (answers.length < answersMin) return null;
  const waiting = await queries.rows<{ since: Temporal.Instant }>(statements.waitingSince, [shopId, waitingMax]);
  return answerTimeOf(
    answers,
    waiting.map(({ since }) => since),
    now,
  );
}
