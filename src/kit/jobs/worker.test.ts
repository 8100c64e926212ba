import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '#kit/database';
import { createWorkerJobs, migrateJobs } from '#kit/jobs';
import { openTestDatabase } from '../../../test/database.ts';
import { openPool } from './pool.ts';
import { giveUpDeadWorkers, holdPresence } from './presence.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
after(async () => {
  await database.close();
  await close();
});

const logged: string[] = [];
const openJobs = () => createWorkerJobs({ database, url, log: (line) => logged.push(line), silenceMsMax: 1_000 });

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < limit, `never came: ${what}`);
    await sleep(20);
  }
}

async function lockedBy(task: string): Promise<string | null | undefined> {
  const row = await database.one<{ lockedBy: string | null }>(
    'select locked_by as "lockedBy" from graphile_worker.jobs where task_identifier = $1',
    [task],
  );
  return row === null ? undefined : row.lockedBy;
}

test('the queue’s tables can be brought up again and again, also by two at once', async () => {
  await migrateJobs(url);
  await Promise.all([migrateJobs(url), migrateJobs(url)]);
});

test('a database that ends right after the migration ends nobody', async () => {
  for (let times = 0; times < 20; times += 1) {
    await migrateJobs(url);
    // An error that nobody hears fails the test.
    await database.rows(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name <> 'glasspost'`,
      [],
    );
  }
});

test('stopping lets a running job end and leaves the others for the next start', async () => {
  const jobs = openJobs();
  const state = { begun: 0, ended: 0 };
  const handle = async () => {
    state.begun += 1;
    await sleep(300);
    state.ended += 1;
  };
  jobs.on('slow', handle);
  await jobs.start();
  await database.tx((tx) => jobs.add(tx, ...Array.from({ length: 40 }, () => ({ task: 'slow', payload: {} }))));
  await until('the first to begin', () => state.begun > 0);
  await jobs.stop();
  assert.equal(state.ended, state.begun, 'one was left in the middle');
  assert.ok(state.begun < 40);
  assert.equal(
    (
      await database.one<{ n: number }>(
        `select count(*) as n from graphile_worker.jobs where locked_by is not null`,
        [],
      )
    )?.n,
    0,
  );
  const next = openJobs();
  next.on('slow', handle);
  await next.start();
  await until('the rest', () => state.ended === 40);
  await next.stop();
});

test('what a failed job says is stored and logged without its words', async () => {
  const jobs = openJobs();
  jobs.on('telltale', () => Promise.reject(Object.assign(new TypeError('anna@kunde.example'), { code: 'E_WORDS' })));
  await jobs.start();
  await database.tx((tx) => jobs.add(tx, { task: 'telltale', payload: {} }));
  const stored = () =>
    database.one<{ error: string | null }>(
      `select last_error as error from graphile_worker.jobs where task_identifier = 'telltale'`,
      [],
    );
  await until('the failure', async () => ((await stored())?.error ?? null) !== null);
  await jobs.stop();
  assert.match((await stored())?.error ?? '', /^TypeError \(E_WORDS\)/);
  assert.doesNotMatch(`${(await stored())?.error} ${logged.join(' ')}`, /anna/);
});

const endConnectionsOf = (what: string) =>
  database.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like $1`,
    [what],
  );

test('the worker goes on after all of its connections were ended', async () => {
  const jobs = openJobs();
  const ran: string[] = [];
  jobs.on('after the break', async ({ id = '' }) => void ran.push(id));
  await jobs.start();
  await sleep(300);
  for (const id of ['first', 'second', 'third']) {
    await endConnectionsOf('glasspost %');
    await database.tx((tx) => jobs.add(tx, { task: 'after the break', payload: { id } }));
    await until(`${id} to run`, () => ran.includes(id));
  }
  await jobs.stop();
});

/** The errors that nobody waits for, as they come, until the test ends. */
function hearUnheard(t: TestContext): readonly unknown[] {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on('unhandledRejection', hear);
  t.after(() => process.off('unhandledRejection', hear));
  return unheard;
}

test('a worker that is stopped while it holds jobs and its connections break leaves no error that nobody hears', async (t) => {
  const unheard = hearUnheard(t);
  for (let round = 0; round < 8; round += 1) {
    const jobs = openJobs();
    const state = { begun: 0 };
    jobs.on('held', async () => {
      state.begun += 1;
      await sleep(50);
    });
    await jobs.start();
    await database.tx((tx) => jobs.add(tx, ...Array.from({ length: 100 }, () => ({ task: 'held', payload: {} }))));
    await until('the first to begin', () => state.begun > 0);
    const stopping = jobs.stop();
    for (let time = 0; time < 5; time += 1) await endConnectionsOf('glasspost jobs');
    await stopping;
  }
  assert.deepEqual(unheard, []);
});

test('a worker that is stopped while its connections break again and again gives none back twice', async (t) => {
  const unheard = hearUnheard(t);
  for (let round = 0; round < 6; round += 1) {
    const jobs = openJobs();
    await jobs.start();
    const stopping = jobs.stop();
    for (let time = 0; time < 5; time += 1) await endConnectionsOf('glasspost jobs');
    await stopping;
  }
  assert.deepEqual(unheard, []);
});

test('a connection that was given back and lent again is not taken from whoever has it now', async () => {
  const pool = openPool(url, 1);
  const first = await pool.connect();
  const giveBack = first.release.bind(first);
  giveBack();
  const second = await pool.connect();
  giveBack();
  assert.deepEqual([pool.totalCount, pool.idleCount], [1, 0]);
  second.release();
  await new Promise<void>((done) => {
    pool.connect((_error, _client, release) => {
      release();
      release();
      done();
    });
  });
  assert.equal(pool.idleCount, 1);
  await pool.end();
});

test('a worker that loses the database in its first moment is started again', async () => {
  const jobs = openJobs();
  let ran = 0;
  jobs.on('first moment', async () => void (ran += 1));
  await database.tx(async (tx) => {
    await tx.rows('lock table graphile_worker._private_tasks in access exclusive mode', []);
    await jobs.start();
    await sleep(100);
    await endConnectionsOf('glasspost jobs');
    await sleep(100);
  });
  await database.tx((tx) => jobs.add(tx, { task: 'first moment', payload: {} }));
  await until('the job to run', () => ran > 0);
  assert.ok(logged.some((line) => line.includes('looks for no jobs any more')));
  await jobs.stop();
});

test('jobs of a worker that was killed are given free within moments, those of a living one are not', async () => {
  const jobs = openJobs();
  const lock = async (task: string, worker: string) => {
    await database.tx((tx) => jobs.add(tx, { task, payload: {} }));
    await database.rows(
      `update graphile_worker._private_jobs j set locked_at = now() - interval '1 minute', locked_by = $2, attempts = 1
       from graphile_worker._private_tasks t where t.id = j.task_id and t.identifier = $1`,
      [task, worker],
    );
  };
  await lock('of the dead', 'pool-dead');
  await lock('of the living', 'pool-alive');
  const presence = await holdPresence({ url, worker: 'pool-alive' });
  const ran: string[] = [];
  for (const task of ['of the dead', 'of the living']) jobs.on(task, async () => void ran.push(task));
  await jobs.start();
  await until('the dead one’s job', () => ran.length > 0);
  await giveUpDeadWorkers(database);
  assert.deepEqual(ran, ['of the dead']);
  assert.equal(await lockedBy('of the living'), 'pool-alive');
  await presence.end();
  await until('the server to notice', async () => {
    await giveUpDeadWorkers(database);
    return (await lockedBy('of the living')) !== 'pool-alive';
  });
  await until('the other job', () => ran.length === 2);
  await jobs.stop();
});

async function isHeld(): Promise<boolean> {
  const row = await database.one<{ held: boolean }>(
    `select exists (select from pg_locks where locktype = 'advisory' and classid = 727154
       and objid::bigint = (hashtext('pool-back')::bigint & 4294967295)) as held`,
    [],
  );
  return row?.held === true;
}

test('a worker’s presence comes back after its connection was ended', async () => {
  const presence = await holdPresence({ url, worker: 'pool-back' });
  assert.equal(await isHeld(), true);
  await endConnectionsOf('glasspost presence');
  await until('it to be gone', async () => !(await isHeld()));
  await until('it to be back', isHeld);
  await presence.end();
});
