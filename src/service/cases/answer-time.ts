import type { Clock } from '#kit/clock';
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

/** How long a first answer took, in whole minutes of the clock and of opening time. */
export type FirstAnswer = { readonly minutes: number; readonly openMinutes: number | null };

const days = 90;
/** Fewer say nothing. */
const answersMin = 10;
const answersMax = 20_000;
const waitingMax = 2_000;
const minuteMs = 60_000;

/**
 * Median and 90th percentile (nearest rank) of the first answers. A question that waits for longer than a figure counts
 * for it with what it has waited so far: leaving it unanswered makes no figure better.
 * @param waits minutes for which those wait who have no answer yet
 * @returns null below ten answers
 */
export function answerTimeOf(answers: readonly FirstAnswer[], waits: readonly number[]): AnswerTime | null {
  if (answers.length < answersMin) return null;
  const plain = answers.map(({ minutes }) => minutes).toSorted((a, b) => a - b);
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

/** Of sorted figures the smallest that at least so many of a hundred do not exceed. */
function rank(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

/** Of the last 90 days, for a reader of public pages: measured once a minute, however many ask. */
export function createMeasured({ now }: Clock): (queries: Queries, shopId: string) => Promise<AnswerTime | null> {
  const kept = new Map<string, { readonly minute: number; readonly time: AnswerTime | null }>();
  return async (queries, shopId) => {
    const minute = Math.floor(now().epochMilliseconds / minuteMs);
    const before = kept.get(shopId);
    if (before?.minute === minute) return before.time;
    const time = await measure(queries, shopId, now());
    kept.set(shopId, { minute, time });
    return time;
  };
}

async function measure(queries: Queries, shopId: string, now: Temporal.Instant): Promise<AnswerTime | null> {
  const from = now.subtract({ hours: days * 24 });
  const answers = await queries.rows<FirstAnswer>(statements.firstAnswers, [shopId, from, answersMax]);
  if (answers.length < answersMin) return null;
  const waiting = await queries.rows<{ minutes: number }>(statements.waited, [shopId, now, waitingMax]);
  return answerTimeOf(
    answers,
    waiting.map(({ minutes }) => minutes),
  );
}
