import { EventEmitter } from 'node:events';
import { Logger, run, runMigrations, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Tx } from '#kit/database';
import { giveUpDeadWorkers, holdPresence, type Presence } from './presence.ts';
import { attemptsMax, lastOfEachKey, type Job, type JobHandler, type Jobs, type JobsNeeds } from './shapes.ts';

const concurrentJobs = 8;
const localQueueSize = 200;
const pollMs = 1_000;
const sweepMs = 30_000;
const restartMs = 2_000;
const addTriesMax = 3;

const addJobs = `
  select key from graphile_worker.add_jobs(
    (select array_agg(row(g.task, g.payload::json, null, g.due, $5::smallint, g.key, null, null)::graphile_worker.job_spec)
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as g (task, payload, due, key)))`;

type Running = { readonly runner: Runner; readonly presence: Presence; readonly sweeper: NodeJS.Timeout };

/** Jobs on graphile-worker: product time is real time here, so a due time goes in as it is. */
export function createWorkerJobs(needs: JobsNeeds): Jobs {
  const handlers = new Map<string, JobHandler>();
  const state: { isWanted: boolean; running: Promise<Running> | null; restart: NodeJS.Timeout | undefined } = {
    isWanted: false,
    running: null,
    restart: undefined,
  };
  const begin = async (): Promise<void> => {
    const starting = startWorker(needs, handlers);
    state.running = starting;
    const { runner } = await starting;
    const again = (): void => {
      if (!state.isWanted || state.running !== starting) return;
      needs.log('jobs: the worker ended by itself; starting it again');
      beginAgain();
    };
    runner.promise.then(again, again);
  };
  const beginAgain = (): void => {
    state.restart = setTimeout(() => {
      endOf(state.running)
        .then(() => (state.isWanted ? begin() : undefined))
        .catch(() => {
          needs.log('jobs: the worker does not start; trying again');
          if (state.isWanted) beginAgain();
        });
    }, restartMs);
  };
  return {
    add: addInto,
    on: (task, handle) => handlers.set(task, handle),
    start: async () => {
      state.isWanted = true;
      await begin();
    },
    stop: async () => {
      state.isWanted = false;
      clearTimeout(state.restart);
      await endOf(state.running);
      state.running = null;
    },
  };
}

async function startWorker(needs: JobsNeeds, handlers: ReadonlyMap<string, JobHandler>): Promise<Running> {
  const logger = new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') needs.log(`jobs: ${message.slice(0, 300)}`);
  });
  const taskList: TaskList = Object.fromEntries(
    [...handlers].map(([task, handle]) => [task, (payload: unknown) => runQuietly(handle, readPayload(payload))]),
  );
  const events: WorkerEvents = new EventEmitter();
  let worker = '';
  events.on('pool:create', ({ workerPool }) => {
    worker = workerPool.id;
  });
  const runner = await run({
    connectionString: needs.url,
    taskList,
    crontab: '',
    noHandleSignals: true,
    logger,
    events,
    concurrency: concurrentJobs,
    pollInterval: pollMs,
    preset: { worker: { localQueue: { size: localQueueSize }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  const sweep = (): void => {
    giveUpDeadWorkers(needs.database).catch(() => needs.log('jobs: cannot look for workers that died'));
  };
  try {
    const presence = await holdPresence({ url: needs.url, worker });
    sweep();
    return { runner, presence, sweeper: setInterval(sweep, sweepMs) };
  } catch (error) {
    await runner.stop().catch(() => {});
    throw error;
  }
}

async function endOf(running: Promise<Running> | null): Promise<void> {
  const ended = await (running ?? Promise.resolve(null)).catch(() => null);
  if (ended === null) return;
  clearInterval(ended.sweeper);
  await ended.runner.stop().catch(() => {});
  await ended.presence.end();
}

/** The tables of the queue are graphile-worker's own, and so are their migrations. */
export async function migrateJobs(url: string): Promise<void> {
  await runMigrations({ connectionString: url, logger: new Logger(() => () => {}) });
}

/**
 * A job that begins between the two halves of the queue's own statement swallows the one that is added under its key; so
 * what did not come back as added is added again.
 */
async function addInto(tx: Tx, ...jobs: readonly Job[]): Promise<void> {
  let left = lastOfEachKey(jobs);
  for (let tried = 0; left.length > 0; tried += 1) {
    if (tried === addTriesMax) throw new Error('a job could not be added: another of its key begins again and again');
    const rows = await tx.rows<{ key: string | null }>(addJobs, [
      left.map((job) => job.task),
      left.map((job) => JSON.stringify(job.payload)),
      left.map((job) => job.dueAt ?? null),
      left.map((job) => job.key ?? null),
      attemptsMax,
    ]);
    const added = new Set(rows.map((row) => row.key));
    left = left.filter((job) => job.key !== undefined && !added.has(job.key));
  }
}

/** The queue stores what a failed job says. An error's own words may quote personal data, so only its kind and place go. */
async function runQuietly(handle: JobHandler, payload: Readonly<Record<string, string>>): Promise<void> {
  try {
    await handle(payload);
  } catch (error) {
    throw withoutWords(error);
  }
}

function withoutWords(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('something that is no error was thrown');
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const quiet = new Error(`${error.name}${code}`);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  quiet.stack = [quiet.message, ...frames.slice(0, 12)].join('\n');
  return quiet;
}

function readPayload(payload: unknown): Readonly<Record<string, string>> {
  if (typeof payload !== 'object' || payload === null) return {};
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
}
