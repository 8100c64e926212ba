import type { Database, Tx } from '#kit/database';

export { createWorkerJobs, migrateJobs } from './jobs/worker.ts';
export { createManualJobs, type ManualJobs } from './jobs/manual.ts';

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
 * and again with growing pauses when its handler throws (25 times over about 3 days).
 */
export type Jobs = {
  readonly add: (tx: Tx, ...jobs: readonly Job[]) => Promise<void>;
  readonly on: (task: string, handle: JobHandler) => void;
  readonly start: () => Promise<void>;
  /** Lets running jobs end; what was not begun stays for the next start. */
  readonly stop: () => Promise<void>;
};

export type JobsNeeds = {
  readonly database: Database;
  readonly url: string;
  readonly log: (line: string) => void;
};

export const attemptsMax = 25;
