import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { createManualClock } from '#kit/clock';
import { openDatabase, type Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { createFacts, type Fact, type StoredFact } from '#kit/facts';
import { openTestDatabase } from '../../../test/database.ts';
import { reasonOf } from './parking.ts';
import { laneOf } from './shapes.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
after(async () => {
  await database.close();
  await close();
});

const clock = createManualClock(Temporal.Instant.from('2026-11-20T08:00:00Z'));
const logged: string[] = [];
const openFacts = () => createFacts({ database, clock, log: (line) => logged.push(line) });
const bodyOf = (fact: StoredFact) => (fact.body as { n: number }).n;

/** Two keys of one lane: what holds one up could hold up the other. */
function neighbours(): readonly [string, string] {
  const one = randomUUID();
  for (;;) {
    const other = randomUUID();
    if (laneOf(other) === laneOf(one)) return [one, other];
  }
}

async function append(...facts: readonly Fact[]): Promise<void> {
  const writer = openFacts();
  for (const fact of facts) await database.tx(async (tx) => writer.append(tx, fact));
}

/** Lets time pass, step by step, so that everything that waits has its next try. */
async function pass(read: { readonly settle: () => Promise<void> }, seconds = 20): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advanceTo(clock.now().add({ seconds: 1 }));
    await read.settle();
  }
}

/** A follower that throws at the facts it is told to. */
function follow(name: string, kind: string) {
  const facts = openFacts();
  const state = { handled: [] as number[], broken: new Set<number>(), tries: 0 };
  facts.follow(name, [kind], async (_tx: Tx, given) => {
    for (const fact of given) {
      if (!state.broken.has(bodyOf(fact))) continue;
      state.tries += 1;
      throw new Error(`cannot bear ${JSON.stringify(fact.body)} of anna@kunde.example`);
    }
    state.handled.push(...given.map(bodyOf));
  });
  return { facts, state };
}

test('a fact that fails five times is parked, its key waits behind it, and other keys of the lane go on', async () => {
  const [bad, good] = neighbours();
  const { facts, state } = follow('parker', 'park');
  state.broken.add(2);
  await append(
    { kind: 'park', key: bad, body: { n: 1 } },
    { kind: 'park', key: bad, body: { n: 2 } },
    { kind: 'park', key: good, body: { n: 3 } },
    { kind: 'park', key: bad, body: { n: 4 } },
  );
  await pass(facts);
  assert.deepEqual(state.handled, [1, 3]);
  await append({ kind: 'park', key: bad, body: { n: 5 } }, { kind: 'park', key: good, body: { n: 6 } });
  await pass(facts, 1);
  assert.deepEqual(state.handled, [1, 3, 6]);
  const parked = (await facts.parked()).filter((one) => one.follower === 'parker');
  assert.deepEqual(
    parked.map(({ key, kind }) => ({ key, kind })),
    [1, 2, 3].map(() => ({ key: bad, kind: 'park' })),
  );
  assert.match(parked[0]?.reason ?? '', /^Error at .*parking\.test\.ts:\d+/);
  assert.doesNotMatch(JSON.stringify([parked, logged]), /anna|cannot bear/, 'an error may quote personal data');
});

test('a fact has five tries by itself, with pauses that grow, and none in between', async () => {
  const key = randomUUID();
  const { facts, state } = follow('patient', 'pauses');
  state.broken.add(1);
  await append({ kind: 'pauses', key, body: { n: 1 } });
  await facts.settle();
  await facts.settle();
  // One try in the batch, one by itself; then it waits.
  assert.equal(state.tries, 2);
  const triesAfter = async (ms: number) => {
    clock.advanceTo(clock.now().add({ milliseconds: ms }));
    await facts.settle();
    return state.tries - 1;
  };
  assert.deepEqual(
    [await triesAfter(99), await triesAfter(1), await triesAfter(499), await triesAfter(1)],
    [1, 2, 2, 3],
  );
  assert.deepEqual([await triesAfter(2_000), await triesAfter(5_000), await triesAfter(60_000)], [4, 5, 5]);
  assert.equal((await facts.parked()).filter((one) => one.follower === 'patient').length, 1);
});

test('retry hands the facts of a key over in order; what comes afterwards is handled as ever', async () => {
  const [bad] = neighbours();
  const { facts, state } = follow('retrier', 'retry');
  state.broken.add(1);
  await append(...[1, 2, 3].map((n) => ({ kind: 'retry', key: bad, body: { n } })));
  await pass(facts);
  assert.deepEqual(state.handled, []);
  state.broken.clear();
  assert.equal(await facts.retry('retrier', bad), 3);
  await append({ kind: 'retry', key: bad, body: { n: 4 } });
  await facts.settle();
  assert.deepEqual(state.handled, [1, 2, 3, 4]);
  assert.equal(await facts.retry('retrier', bad), 0);
  assert.equal(await facts.retry('nobody', bad), 0);
});

test('retry keeps what went well, stops at what fails again, and says why', async () => {
  const [bad] = neighbours();
  const { facts, state } = follow('half', 'half');
  state.broken.add(1);
  await append(...[1, 2, 3].map((n) => ({ kind: 'half', key: bad, body: { n } })));
  await pass(facts);
  state.broken.clear();
  state.broken.add(2);
  assert.equal(await facts.retry('half', bad), 1);
  assert.deepEqual(state.handled, [1]);
  const [first, second] = (await facts.parked()).filter((one) => one.follower === 'half');
  assert.match(first?.reason ?? '', /^Error at /);
  assert.equal(second?.reason, 'waits behind an earlier fact');
});

test('a parked fact that has been dropped since does not keep its key for ever', async () => {
  const [bad] = neighbours();
  const { facts, state } = follow('gone', 'gone');
  state.broken.add(1);
  await append(...[1, 2].map((n) => ({ kind: 'gone', key: bad, body: { n } })));
  await pass(facts);
  await database.rows(`delete from facts.fact where key = $1 and body = '{"n": 1}'`, [bad]);
  assert.equal((await facts.parked()).find((one) => one.key === bad)?.kind, null);
  assert.equal(await facts.retry('gone', bad), 1);
  await append({ kind: 'gone', key: bad, body: { n: 3 } });
  await facts.settle();
  assert.deepEqual(state.handled, [2, 3]);
});

test('a fact that comes while its key is retried is neither lost nor parked for ever', async () => {
  const [bad] = neighbours();
  const { facts, state } = follow('while', 'while');
  state.broken.add(1);
  await append({ kind: 'while', key: bad, body: { n: 1 } });
  await pass(facts);
  state.broken.clear();
  const more = Array.from({ length: 20 }, (_, index) => ({ kind: 'while', key: bad, body: { n: index + 2 } }));
  const reading = (async () => {
    for (const fact of more) {
      await append(fact);
      await facts.settle();
    }
  })();
  await facts.retry('while', bad);
  await reading;
  await facts.settle();
  await facts.retry('while', bad);
  assert.deepEqual(
    state.handled,
    Array.from({ length: 21 }, (_, index) => index + 1),
  );
  assert.deepEqual(
    (await facts.parked()).filter((one) => one.follower === 'while'),
    [],
  );
});

test('a retry waits for whoever reads the lane, so that nothing is parked behind its back', async () => {
  const [bad, good] = neighbours();
  const { facts, state } = follow('behind', 'behind');
  state.broken.add(1);
  await append({ kind: 'behind', key: bad, body: { n: 1 } });
  await pass(facts);
  state.broken.clear();
  await append({ kind: 'behind', key: bad, body: { n: 2 } }, { kind: 'behind', key: good, body: { n: 3 } });
  const blocked = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  // It has parked the second fact behind the first and has not committed.
  const reading = openFacts()
    .follow('behind', ['behind'], async () => {
      entered.resolve();
      await blocked.promise;
    })
    .readOnce();
  await entered.promise;
  const retrying = facts.retry('behind', bad);
  await new Promise((resolve) => setTimeout(resolve, 150));
  blocked.resolve();
  await reading;
  assert.equal(await retrying, 2);
  assert.deepEqual(state.handled, [1, 2]);
  assert.deepEqual(
    (await facts.parked()).filter((one) => one.follower === 'behind'),
    [],
  );
});

test('a database that goes away is not the handler’s failure', async () => {
  const facts = openFacts();
  const state = { goAway: 8, handled: 0 };
  const follower = facts.follow('away', ['away'], async (tx, given) => {
    state.goAway -= 1;
    if (state.goAway >= 0) await tx.rows('select pg_terminate_backend(pg_backend_pid())', []);
    state.handled += given.length;
  });
  await append({ kind: 'away', key: randomUUID(), body: {} });
  const failures: unknown[] = [];
  while (state.goAway > 0) {
    // The server lets go of a dead connection's locks a moment later: until then there is nothing to read.
    assert.equal(await follower.readOnce().catch((error: unknown) => failures.push(error) > 0 && false), false);
  }
  assert.equal(failures.length, 8);
  assert.ok(failures.every((error) => error instanceof Fault && error.code === 'unavailable'));
  assert.equal(state.handled, 0);
  assert.equal(await database.one(`select from facts.attempt where follower = 'away'`, []), null);
  for (let waited = 0; waited < 100 && state.handled === 0; waited += 1) {
    await facts.settle();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(state.handled, 1);
  assert.deepEqual(
    (await facts.parked()).filter((one) => one.follower === 'away'),
    [],
  );
});

test('an error of the handler’s own that looks like a lost connection is the handler’s failure', async () => {
  const facts = openFacts();
  const key = randomUUID();
  facts.follow('lookalike', ['lookalike'], () =>
    Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' })),
  );
  await append({ kind: 'lookalike', key, body: {} });
  await pass(facts);
  assert.equal((await facts.parked()).find((one) => one.key === key)?.reason.startsWith('Error ENOENT'), true);
});

test('a process that fails late does not turn back what another has read since', async () => {
  const [key] = neighbours();
  const { promise: blocked, resolve: unblock } = Promise.withResolvers<void>();
  const slow = openFacts();
  const slowFollower = slow.follow('race', ['race'], async () => {
    await blocked;
    throw new Error('late');
  });
  const quick = follow('race', 'race');
  await append({ kind: 'race', key, body: { n: 1 } });
  const failing = slowFollower.readOnce();
  unblock();
  await Promise.all([failing, quick.facts.settle()]);
  await append({ kind: 'race', key, body: { n: 2 } });
  await pass(quick.facts, 10);
  assert.deepEqual(quick.state.handled, [1, 2]);
});

test('what is said of an error is its kind, its code and its place, and a Fault’s public words', () => {
  assert.equal(
    reasonOf(new Fault('conflict', 'Once is enough.', { internal: 'anna@kunde.example' })),
    'conflict: Once is enough.',
  );
  assert.match(
    reasonOf(new TypeError('anna\n    at anna@kunde.example')),
    /^TypeError at .*parking\.test\.ts:\d+:\d+$/,
  );
  assert.equal(reasonOf('anna'), 'something that is no error was thrown');
});
