import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, run, runMigrations, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Pool } from 'pg';
import type { Tx } from '#kit/database';
import { openPool } from './pool.ts';
import { giveUpDeadWorkers, holdPresence, type Presence } from './presence.ts';
import { attemptsMax, lastOfEachKey, type Job, type JobHandler, type Jobs, type JobsNeeds } from './shapes.ts';

/** More than are worked off at a time: those that wait for the same share its transactions. */
const concurrentJobs = 16;
/** Jobs that are fetched together are worked off before the next are fetched: few, so that what is urgent waits for few. */
const localQueueSize = 32;
const connectionsMax = concurrentJobs + 2;
const pollMs = 1_000;
const sweepMs = 30_000;
/** Jobs of a worker that died are free to be taken ten seconds after they were locked. */
const firstSweepMs = 11_000;
const watchMs = 2_000;
const defaultSilenceMsMax = 10_000;
const restartMs = 2_000;
const stopMsMax = 30_000;
/** A worker that lost the database cannot end in order; its jobs are given free with its presence. */
const giveUpMsMax = 2_000;
const addTriesMax = 3;

const addJobs = `
  select key from graphile_worker.add_jobs(
    (select array_agg(row(g.task, g.payload::json, null, g.due, $5::smallint, g.key, null, null)::graphile_worker.job_spec)
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as g (task, payload, due, key)))`;

type Running = {
  readonly runner: Runner;
  readonly pool: Pool;
  readonly presence: Presence;
  readonly sweepers: readonly NodeJS.Timeout[];
  readonly pulse: Pulse;
};

/** Tells whether a worker still looks for jobs. One that lost the database in its first moment never does again. */
type Pulse = { readonly isLost: () => boolean; readonly workerId: () => string; isEnding: boolean };

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
    const { runner, pulse } = await starting;
    const again = (): void => {
      clearInterval(watcher);
      if (!state.isWanted || state.running !== starting || pulse.isEnding) return;
      needs.log('jobs: the worker looks for no jobs any more; starting it again');
      beginAgain();
    };
    const watcher = setInterval(() => {
      if (pulse.isEnding) clearInterval(watcher);
      else if (pulse.isLost()) again();
    }, watchMs);
    runner.promise.then(again, again);
  };
  const beginAgain = (): void => {
    state.restart = setTimeout(() => {
      endOf(state.running, giveUpMsMax)
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
      await endOf(state.running, stopMsMax);
      state.running = null;
    },
  };
}

async function startWorker(needs: JobsNeeds, handlers: ReadonlyMap<string, JobHandler>): Promise<Running> {
  const taskList: TaskList = Object.fromEntries(
    [...handlers].map(([task, handle]) => [task, (payload: unknown) => runQuietly(handle, readPayload(payload))]),
  );
  const events: WorkerEvents = new EventEmitter();
  const pulse = feelPulse(events, needs.silenceMsMax ?? defaultSilenceMsMax);
  const pool = openPool(needs.url, connectionsMax);
  const runner = await run({
    pgPool: pool,
    taskList,
    crontab: '',
    noHandleSignals: true,
    logger: loggerOf(needs, pulse),
    events,
    concurrency: concurrentJobs,
    pollInterval: pollMs,
    preset: { worker: { localQueue: { size: localQueueSize }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  const sweep = (): void => {
    giveUpDeadWorkers(needs.database).catch(() => needs.log('jobs: cannot look for workers that died'));
  };
  try {
    const presence = await holdPresence({ url: needs.url, worker: pulse.workerId() });
    sweep();
    const sweepers = [setTimeout(sweep, firstSweepMs), setInterval(sweep, sweepMs)];
    return { runner, pool, presence, sweepers, pulse };
  } catch (error) {
    pulse.isEnding = true;
    await endWorker(runner, pool, giveUpMsMax);
    throw error;
  }
}

function feelPulse(events: WorkerEvents, silenceMsMax: number): Pulse {
  let workerId = '';
  let fetchedAt = performance.now();
  let mode = 'POLLING';
  events.on('pool:create', ({ workerPool }) => {
    workerId = workerPool.id;
  });
  events.on('localQueue:init', ({ localQueue }) => watchWhatIsHandedBack(localQueue));
  events.on('localQueue:setMode', ({ localQueue, newMode }) => {
    mode = newMode;
    fetchedAt = performance.now();
    // It tells nobody else when it cannot hand its jobs back, and an error that nobody hears ends the program.
    if (mode === 'RELEASED') localQueue.release().catch(() => {});
  });
  events.on('localQueue:getJobs:complete', () => {
    fetchedAt = performance.now();
  });
  return {
    isLost: () => mode === 'RELEASED' || (mode === 'POLLING' && performance.now() - fetchedAt > silenceMsMax),
    workerId: () => workerId,
    isEnding: false,
  };
}

/**
 * A queue that is released while it holds jobs hands them back, and graphile-worker 0.18.0 refuses to watch that ("already
 * released") after it has begun: it waits for nothing, and when the database is gone an error that nobody hears ends the
 * program. So this is its own `background` without the refusal.
 */
function watchWhatIsHandedBack(localQueue: object): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types hide what they call private
  const queue = localQueue as {
    backgroundCount: number;
    background: (promise: Promise<void>) => void;
    readonly decreaseBackgroundCount: () => void;
    readonly decreaseBackgroundCountWithError: (error: unknown) => void;
  };
  queue.background = (promise) => {
    queue.backgroundCount += 1;
    promise.then(queue.decreaseBackgroundCount, queue.decreaseBackgroundCountWithError);
  };
}

/** A worker that is being stopped complains of what it has to leave; that is given free with its presence. */
function loggerOf(needs: JobsNeeds, pulse: Pulse): Logger {
  return new Logger(() => (level, message) => {
    if (pulse.isEnding || (level !== 'error' && level !== 'warning')) return;
    needs.log(`jobs: ${message.slice(0, 300)}`);
  });
}

async function endOf(running: Promise<Running> | null, msMax: number): Promise<void> {
  const ended = await (running ?? Promise.resolve(null)).catch(() => null);
  if (ended === null) return;
  ended.pulse.isEnding = true;
  for (const sweeper of ended.sweepers) clearTimeout(sweeper);
  await endWorker(ended.runner, ended.pool, msMax);
  await ended.presence.end();
}

/** Lets running jobs end, for as long as anybody can wait. */
async function endWorker(runner: Runner, pool: Pool, msMax: number): Promise<void> {
  const limit = new AbortController();
  const late = sleep(msMax, undefined, { signal: limit.signal, ref: false }).catch(() => {});
  await Promise.race([runner.stop().catch(() => {}), late]);
  await Promise.race([pool.end(), late]);
  limit.abort();
}

/** The tables of the queue are graphile-worker's own, and so are their migrations. */
export async function migrateJobs(url: string): Promise<void> {
  // A pool that the library makes it leaves to end by itself, unheard: a database that stops then would end the process.
  const pool = openPool(url, connectionsMax);
  try {
    await runMigrations({ pgPool: pool, logger: new Logger(() => () => {}) });
  } finally {
    await pool.end();
  }
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
