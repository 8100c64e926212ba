import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestDatabase } from '../../test/database.ts';
import { createManualClock, realClock } from './clock.ts';
import { openDatabase } from './database.ts';
import { createManualJobs, createWorkerJobs, type Job, type Jobs } from './jobs.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
after(async () => {
  await database.close();
  await close();
});

/** A kind of jobs, made to do what is due: by its own loop, or by hand. */
type Kind = {
  readonly name: string;
  readonly open: (prepare: (jobs: Jobs) => void) => Promise<{
    readonly jobs: Jobs;
    readonly inAnHour: () => Temporal.Instant;
    /** Lets the jobs run until this is so, or until nothing is left that could make it so. */
    readonly runUntil: (isSo: () => boolean) => Promise<void>;
  }>;
};

const worker: Kind = {
  name: 'the worker',
  open: async (prepare) => {
    const jobs = createWorkerJobs({ database, url, log: () => {} });
    prepare(jobs);
    await jobs.start();
    after(jobs.stop);
    return {
      jobs,
      inAnHour: () => realClock.now().add({ hours: 1 }),
      runUntil: async (isSo) => {
        for (let waited = 0; waited < 10_000 && !isSo(); waited += 20) await sleep(20);
        await sleep(150);
      },
    };
  },
};

const manual: Kind = {
  name: 'the injected clock',
  open: async (prepare) => {
    const clock = createManualClock(Temporal.Instant.from('2026-11-20T08:00:00Z'));
    const jobs = createManualJobs({ clock });
    prepare(jobs);
    await jobs.start();
    return {
      jobs,
      inAnHour: () => clock.now().add({ hours: 1 }),
      runUntil: async (isSo) => {
        for (let step = 0; step < 20 && !isSo(); step += 1) {
          await jobs.runDue().catch(() => 0);
          if (!isSo()) clock.advanceTo(clock.now().add({ seconds: 1 }));
        }
      },
    };
  },
};

let count = 0;
/** A name that no other test uses. */
const fresh = (what: string): string => `${what}.${(count += 1)}`;

for (const kind of [manual, worker]) {
  test(`${kind.name}: a job runs after the commit, with what it was given; never when its transaction fails`, async () => {
    const task = fresh('commit');
    const ran: string[] = [];
    const { jobs, runUntil } = await kind.open((each) => each.on(task, async ({ id = '' }) => void ran.push(id)));
    const failing = database.tx(async (tx) => {
      await jobs.add(tx, { task, payload: { id: 'never' } });
      throw new Error('no');
    });
    await assert.rejects(failing, /no/);
    await database.tx(async (tx) => {
      await jobs.add(tx, { task, payload: { id: 'one' } }, { task, payload: { id: 'two' } });
      await sleep(100);
      assert.deepEqual(ran, []);
    });
    await runUntil(() => ran.length >= 2);
    assert.deepEqual(ran.toSorted(), ['one', 'two']);
  });

  test(`${kind.name}: nothing to add is nothing`, async () => {
    const { jobs } = await kind.open(() => {});
    await database.tx((tx) => jobs.add(tx));
  });

  test(`${kind.name}: a job with the same key takes the place of one that has not begun`, async () => {
    const task = fresh('key');
    const ran: string[] = [];
    const { jobs, runUntil, inAnHour } = await kind.open((each) =>
      each.on(task, async ({ id = '' }) => void ran.push(id)),
    );
    const timer = (id: string, at: { readonly dueAt?: Temporal.Instant } = {}): Job =>
      Object.assign({ task, payload: { id }, key: task }, at);
    await database.tx((tx) => jobs.add(tx, timer('late', { dueAt: inAnHour() })));
    await database.tx((tx) =>
      jobs.add(tx, timer('later', { dueAt: inAnHour() }), { task, payload: { id: 'free' } }, timer('last')),
    );
    await runUntil(() => ran.length >= 2);
    assert.deepEqual(ran.toSorted(), ['free', 'last']);
  });

  test(`${kind.name}: a job waits for its time`, async () => {
    const task = fresh('due');
    const ran: string[] = [];
    const { jobs, runUntil, inAnHour } = await kind.open((each) =>
      each.on(task, async ({ id = '' }) => void ran.push(id)),
    );
    const past = inAnHour().subtract({ hours: 2 });
    await database.tx((tx) =>
      jobs.add(
        tx,
        { task, payload: { id: 'later' }, dueAt: inAnHour() },
        { task, payload: { id: 'past' }, dueAt: past },
      ),
    );
    await runUntil(() => ran.length > 0);
    assert.deepEqual(ran, ['past']);
  });

  test(`${kind.name}: a timer that sets itself anew goes on`, async () => {
    const task = fresh('again');
    let ran = 0;
    const { jobs, runUntil } = await kind.open((each) =>
      each.on(task, async () => {
        ran += 1;
        if (ran < 3) await database.tx((tx) => each.add(tx, { task, payload: {}, key: task }));
      }),
    );
    await database.tx((tx) => jobs.add(tx, { task, payload: {}, key: task }));
    await runUntil(() => ran >= 3);
    assert.equal(ran, 3);
  });

  test(`${kind.name}: a job that fails is tried again, and holds up no other`, async () => {
    const task = fresh('fail');
    const ran: string[] = [];
    const { jobs, runUntil } = await kind.open((each) =>
      each.on(task, async ({ id = '' }) => {
        ran.push(id);
        if (id === 'bad' && ran.filter((one) => one === 'bad').length === 1) throw new Error('not yet');
      }),
    );
    await database.tx((tx) => jobs.add(tx, { task, payload: { id: 'bad' } }, { task, payload: { id: 'good' } }));
    await runUntil(() => ran.length >= 3);
    assert.deepEqual(ran.toSorted(), ['bad', 'bad', 'good']);
  });

  test(`${kind.name}: a job that fails after another took its key is not tried again`, async () => {
    const task = fresh('replaced');
    const ran: string[] = [];
    const { jobs, runUntil } = await kind.open((each) =>
      each.on(task, async ({ id = '' }) => {
        ran.push(id);
        if (id !== 'old') return;
        await database.tx((tx) => each.add(tx, { task, payload: { id: 'new' }, key: task }));
        throw new Error('too late');
      }),
    );
    await database.tx((tx) => jobs.add(tx, { task, payload: { id: 'old' }, key: task }));
    await runUntil(() => ran.length >= 2);
    await runUntil(() => true);
    assert.deepEqual(ran, ['old', 'new']);
  });

  test(`${kind.name}: a job that nobody handles waits, and the others run`, async () => {
    const task = fresh('known');
    let ran = 0;
    const { jobs, runUntil } = await kind.open((each) => each.on(task, async () => void (ran += 1)));
    await database.tx((tx) => jobs.add(tx, { task: fresh('unknown'), payload: {} }, { task, payload: {} }));
    await runUntil(() => ran > 0);
    assert.equal(ran, 1);
  });
}

test('the injected clock: a failing job fails its caller at once, and what runs in a circle is found', async () => {
  const clock = createManualClock(Temporal.Instant.from('2026-11-20T08:00:00Z'));
  const jobs = createManualJobs({ clock });
  jobs.on('fails', () => Promise.reject(new Error('at once')));
  jobs.on('circle', () => database.tx((tx) => jobs.add(tx, { task: 'circle', payload: {} })));
  await database.tx((tx) => jobs.add(tx, { task: 'fails', payload: {} }));
  await assert.rejects(jobs.runDue(), /^Error: at once$/);
  assert.equal(jobs.nextDueAt()?.toString(), '2026-11-20T08:00:03Z');
  assert.deepEqual(
    jobs.waiting().map(({ task }) => task),
    ['fails'],
  );
});
