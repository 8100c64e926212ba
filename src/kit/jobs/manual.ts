import type { ManualClock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { attemptsMax, lastOfEachKey, pauseSeconds, type Job, type JobHandler, type Jobs } from './shapes.ts';

export type ManualJobs = Jobs & {
  /** The next due time, or null when nothing waits. */
  readonly nextDueAt: () => Temporal.Instant | null;
  /**
   * Runs what is due by now, one after the other, including what those jobs add for now. Answers how many ran.
   * @throws what a job throws; that job waits for its next try
   */
  readonly runDue: () => Promise<number>;
  /** What has not run: to be handed to a real queue when real time goes on. */
  readonly waiting: () => readonly Job[];
};

type Waiting = {
  readonly job: Job;
  readonly dueAt: Temporal.Instant;
  readonly attempts: number;
};

const runsMax = 100_000;

/** Jobs on an injected clock, in memory: nothing runs by itself, and a failing job fails its caller at once. */
export function createManualJobs(needs: { readonly clock: ManualClock }): ManualJobs {
  const handlers = new Map<string, JobHandler>();
  let waiting: readonly Waiting[] = [];

  const put = (job: Job, dueAt: Temporal.Instant, attempts: number): void => {
    if (job.key !== undefined) waiting = waiting.filter((other) => other.job.key !== job.key);
    const before = waiting.findLastIndex((other) => Temporal.Instant.compare(other.dueAt, dueAt) <= 0);
    waiting = waiting.toSpliced(before + 1, 0, { job, dueAt, attempts });
  };
  const takeDue = (): (Waiting & { readonly handle: JobHandler }) | null => {
    const now = needs.clock.now();
    for (const [index, one] of waiting.entries()) {
      if (Temporal.Instant.compare(one.dueAt, now) > 0) return null;
      const handle = handlers.get(one.job.task);
      if (handle === undefined) continue;
      waiting = waiting.toSpliced(index, 1);
      return { ...one, handle };
    }
    return null;
  };
  const putAgain = ({ job, attempts }: Waiting): void => {
    const isReplaced = job.key !== undefined && waiting.some((other) => other.job.key === job.key);
    if (isReplaced || attempts + 1 >= attemptsMax) return;
    put(job, needs.clock.now().add({ seconds: Math.round(pauseSeconds(attempts + 1)) }), attempts + 1);
  };
  return {
    add: async (tx: Tx, ...jobs) =>
      tx.afterCommit(() => {
        for (const job of lastOfEachKey(jobs)) put(job, job.dueAt ?? needs.clock.now(), 0);
      }),
    on: (task, handle) => handlers.set(task, handle),
    start: async () => {},
    stop: async () => {},
    nextDueAt: () => waiting[0]?.dueAt ?? null,
    runDue: async () => {
      for (let ran = 0; ran < runsMax; ran += 1) {
        const next = takeDue();
        if (next === null) return ran;
        try {
          await next.handle(next.job.payload);
        } catch (error) {
          putAgain(next);
          throw error;
        }
      }
      throw new Error(`${runsMax} jobs ran and there are still more for now: they call each other in a circle`);
    },
    waiting: () => waiting.map(({ job, dueAt }) => Object.assign({}, job, { dueAt })),
  };
}
