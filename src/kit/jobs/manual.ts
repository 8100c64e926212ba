import type { ManualClock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Job, JobHandler, Jobs } from '../jobs.ts';

export type ManualJobs = Jobs & {
  /** The next due time, or null when nothing waits. */
  readonly nextDueAt: () => Temporal.Instant | null;
  /** Runs what is due by now, one after the other, including what those jobs add for now. Answers how many ran. */
  readonly runDue: () => Promise<number>;
  /** What has not run: to be handed to a real queue when real time goes on. */
  readonly waiting: () => readonly Job[];
};

type Waiting = { readonly job: Job; readonly dueAt: Temporal.Instant; readonly place: number };

const runsMax = 100_000;

/** Jobs on an injected clock, in memory: nothing runs by itself, and a failing job fails its caller at once. */
export function createManualJobs(needs: { readonly clock: ManualClock }): ManualJobs {
  const handlers = new Map<string, JobHandler>();
  let waiting: Waiting[] = [];
  let place = 0;

  const put = (job: Job): void => {
    if (job.key !== undefined) waiting = waiting.filter((other) => other.job.key !== job.key);
    waiting.push({ job, dueAt: job.dueAt ?? needs.clock.now(), place: (place += 1) });
    waiting.sort((a, b) => Temporal.Instant.compare(a.dueAt, b.dueAt) || a.place - b.place);
  };
  const takeDue = (): Waiting | undefined => {
    const first = waiting[0];
    if (first === undefined || Temporal.Instant.compare(first.dueAt, needs.clock.now()) > 0) return undefined;
    waiting = waiting.slice(1);
    return first;
  };
  return {
    add: async (tx: Tx, ...jobs) => tx.afterCommit(() => jobs.forEach(put)),
    on: (task, handle) => handlers.set(task, handle),
    start: async () => {},
    stop: async () => {},
    nextDueAt: () => waiting[0]?.dueAt ?? null,
    runDue: async () => {
      let ran = 0;
      for (let next = takeDue(); next !== undefined && ran < runsMax; next = takeDue()) {
        await handlers.get(next.job.task)?.(next.job.payload);
        ran += 1;
      }
      return ran;
    },
    waiting: () => waiting.map(({ job, dueAt }) => ({ ...job, dueAt })),
  };
}
