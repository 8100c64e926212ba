import { Logger, run, runMigrations, type Runner, type TaskList } from 'graphile-worker';
import type { Tx } from '#kit/database';
import { attemptsMax, type Job, type JobHandler, type Jobs, type JobsNeeds } from '../jobs.ts';

const concurrentJobs = 8;
const localQueueSize = 200;
const pollMs = 1_000;

const addJobs = `
  select count(*) from graphile_worker.add_jobs(
    (select array_agg(row(g.task, g.payload::json, null, g.due, $5::smallint, g.key, null, null)::graphile_worker.job_spec)
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as g (task, payload, due, key)))`;

/** Jobs on graphile-worker: product time is real time here, so a due time goes in as it is. */
export function createWorkerJobs(needs: JobsNeeds): Jobs {
  const handlers = new Map<string, JobHandler>();
  let runner: Runner | null = null;
  const logger = new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') needs.log(`jobs: ${message.slice(0, 300)}`);
  });
  return {
    add: (tx, ...jobs) => addInto(tx, jobs),
    on: (task, handle) => handlers.set(task, handle),
    start: async () => {
      const taskList: TaskList = Object.fromEntries(
        [...handlers].map(([task, handle]) => [task, (payload: unknown) => handle(readPayload(payload))]),
      );
      runner = await run({
        connectionString: needs.url,
        taskList,
        crontab: '',
        noHandleSignals: true,
        logger,
        concurrency: concurrentJobs,
        pollInterval: pollMs,
        preset: {
          worker: { localQueue: { size: localQueueSize }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
        },
      });
      runner.promise.catch((error: unknown) => needs.log(`jobs stopped: ${String(error)}`));
    },
    stop: async () => {
      await runner?.stop();
      runner = null;
    },
  };
}

/** The tables of the queue are graphile-worker's own, and so are their migrations. */
export async function migrateJobs(url: string): Promise<void> {
  await runMigrations({ connectionString: url, logger: new Logger(() => () => {}) });
}

async function addInto(tx: Tx, jobs: readonly Job[]): Promise<void> {
  if (jobs.length === 0) return;
  await tx.rows(addJobs, [
    jobs.map((job) => job.task),
    jobs.map((job) => JSON.stringify(job.payload)),
    jobs.map((job) => job.dueAt ?? null),
    jobs.map((job) => job.key ?? null),
    attemptsMax,
  ]);
}

function readPayload(payload: unknown): Readonly<Record<string, string>> {
  if (typeof payload !== 'object' || payload === null) return {};
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
}
