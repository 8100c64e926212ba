import type { Database, Tx } from '#kit/database';

/** Work for later. The payload holds ids only: it lies in the queue unsealed. */
export type Job = {
  readonly task: string;
  readonly payload: Readonly<Record<string, string>>;
  /** A later job with the same key takes the place of one that has not begun: a timer that is set anew. */
  readonly key?: string;
  /** Product time; now when it is missing. */
  readonly dueAt?: Temporal.Instant;
};

export type JobHandler = (payload: Readonly<Record<string, string>>) => Promise<void>;

/**
 * Jobs and timers. A job is added in the transaction of what it belongs to; it runs at least once, after the commit,
 * and again with growing pauses when its handler throws (25 times over about 3 days), unless one with its key has come
 * in the meantime. A job whose task nobody handles waits.
 */
export type Jobs = {
  readonly add: (tx: Tx, ...jobs: readonly Job[]) => Promise<void>;
  /** Before `start`. */
  readonly on: (task: string, handle: JobHandler) => void;
  readonly start: () => Promise<void>;
  /** Lets running jobs end; what was not begun stays for the next start. */
  readonly stop: () => Promise<void>;
};

export type JobsNeeds = {
  readonly database: Database;
  readonly url: string;
  readonly log: (line: string) => void;
  /** A worker that has not looked for jobs for so long is started again; 10 seconds when it is missing. */
  readonly silenceMsMax?: number;
};

export const attemptsMax = 25;

/** Seconds until the n-th try after a failure. */
export function pauseSeconds(attempts: number): number {
  return Math.exp(Math.min(10, attempts));
}

/** Of several jobs with one key the last counts; in the order of keys, so that two writers never wait in a circle. */
export function lastOfEachKey(jobs: readonly Job[]): readonly Job[] {
  const keyed = new Map<string, Job>();
  for (const job of jobs) if (job.key !== undefined) keyed.set(job.key, job);
  const inOrder = [...keyed].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, job]) => job);
  return [...jobs.filter((job) => job.key === undefined), ...inOrder];
}
