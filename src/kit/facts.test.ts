import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestDatabase } from '../../test/database.ts';
import { createManualClock, realClock } from './clock.ts';
import { openDatabase, type Database, type Tx } from './database.ts';
import { createFacts, type Fact, type Facts, type StoredFact } from './facts.ts';
import { laneOf } from './facts/shapes.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
after(async () => {
  await database.close();
  await close();
});
await database.rows('create table seen (place bigint generated always as identity, by text, key uuid, seq bigint)', []);

const openFacts = (on: Database = database, clock = realClock): Facts =>
  createFacts({ database: on, clock, log: () => {} });
const fact = (kind: string, key: string, n = 0): Fact => ({ kind, key, body: { n } });

/** A key in a lane of one's own wish. */
function keyIn(lane: number): string {
  for (;;) {
    const key = randomUUID();
    if (laneOf(key) === lane) return key;
  }
}

/** Writes down what is handed over, in the follower's own transaction: its effect. */
function note(by: string) {
  return async (tx: Tx, facts: readonly StoredFact[]): Promise<void> => {
    await tx.rows('insert into seen (by, key, seq) select $1, * from unnest($2::uuid[], $3::bigint[])', [
      by,
      facts.map((one) => one.key),
      facts.map((one) => one.seq),
    ]);
  };
}

async function seenBy(by: string): Promise<readonly { readonly key: string; readonly seq: number }[]> {
  return await database.rows('select key, seq from seen where by = $1 order by place', [by]);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < limit, `never came: ${what}`);
    await sleep(20);
  }
}

let holds = 0;

/** A transaction that has written its facts and has not committed: something else keeps it from that. */
async function heldOpen(facts: Facts, ...these: readonly Fact[]) {
  holds += 1;
  const lock = holds;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: taken, resolve: tellTaken } = Promise.withResolvers<void>();
  const holding = database.tx(async (tx) => {
    await tx.rows('select pg_advisory_xact_lock(42, $1::int)', [lock]);
    tellTaken();
    await released;
  });
  await taken;
  const committed = database.tx(async (tx) => {
    facts.append(tx, ...these);
    tx.withCommit('hold', () => ['select pg_advisory_xact_lock(42, $1::int)', [lock]]);
  });
  await until('its facts are written', async () => (await waiting(lock)) === 1);
  return { release, committed: Promise.all([holding, committed]) };
}

async function waiting(lock: number): Promise<number> {
  const row = await database.one<{ waiting: number }>(
    `select count(*) as waiting from pg_locks
     where locktype = 'advisory' and classid = 42 and objid = $1::int and not granted
       and database = (select oid from pg_database where datname = current_database())`,
    [lock],
  );
  return row?.waiting ?? 0;
}

test('transactions that overlap and commit in reverse lose nothing', async () => {
  const facts = openFacts();
  const heard: string[] = [];
  const follower = facts.follow(
    'reverse',
    ['reverse'],
    async (_tx, given) => void heard.push(...given.map(({ key }) => key)),
  );
  const [first, second] = [keyIn(3), keyIn(4)];
  const slow = await heldOpen(facts, fact('reverse', first));
  await database.tx(async (tx) => facts.append(tx, fact('reverse', second)));
  await follower.readOnce();
  assert.deepEqual(heard, [second], 'the later one is here, the earlier one has not happened yet');
  slow.release();
  await slow.committed;
  await facts.settle();
  assert.deepEqual(heard, [second, first]);
});

test('in one lane the order of the numbers is the order of the commits', async () => {
  const facts = openFacts();
  const heard: StoredFact[] = [];
  facts.follow('one lane', ['one lane'], async (_tx, given) => void heard.push(...given));
  const [first, second] = [keyIn(7), keyIn(7)];
  const slow = await heldOpen(facts, fact('one lane', first));
  let isOver = false;
  const next = (async () => {
    await database.tx(async (tx) => facts.append(tx, fact('one lane', second)));
    isOver = true;
  })();
  await sleep(150);
  assert.equal(isOver, false, 'whoever comes second waits for whoever has the number before');
  await facts.settle();
  assert.deepEqual(heard, []);
  slow.release();
  await Promise.all([slow.committed, next]);
  await facts.settle();
  assert.deepEqual(
    heard.map(({ key }) => key),
    [first, second],
  );
});

test('what a rolled back transaction appended never happened, and leaves no hole', async () => {
  const facts = openFacts();
  const key = randomUUID();
  const heard: number[] = [];
  facts.follow('rolled back', ['rolled back'], async (_tx, given) => void heard.push(...given.map(({ seq }) => seq)));
  await database.tx(async (tx) => facts.append(tx, fact('rolled back', key)));
  await assert.rejects(
    database.tx(async (tx) => {
      facts.append(tx, fact('rolled back', key));
      tx.withCommit('then fail', () => {
        throw new Error('no');
      });
    }),
    /^Error: no$/,
  );
  await database.tx(async (tx) => facts.append(tx, fact('rolled back', key)));
  await facts.settle();
  assert.equal((heard[1] ?? 0) - (heard[0] ?? 0), 1);
});

test('facts that are appended while a transaction commits are written too', async () => {
  const facts = openFacts();
  const heard: unknown[] = [];
  facts.follow('late', ['late'], async (_tx, given) => void heard.push(...given.map(({ body }) => body)));
  const key = randomUUID();
  await database.tx(async (tx) => {
    facts.append(tx, fact('late', key, 1), fact('late', key, 2));
    tx.withCommit('later', () => {
      facts.append(tx, fact('late', key, 3));
      return null;
    });
  });
  await facts.settle();
  assert.deepEqual(heard, [{ n: 1 }, { n: 2 }, { n: 3 }]);
});

/** Checks that every fact came once, and those of a key in the order of their numbers. */
async function assertAllOnce(by: string, expected: number): Promise<void> {
  await until(`${by} has read ${expected}`, async () => (await seenBy(by)).length >= expected);
  await sleep(200);
  const seen = await seenBy(by);
  assert.equal(seen.length, expected);
  const lastOf = new Map<string, number>();
  for (const { key, seq } of seen) {
    assert.ok(seq > (lastOf.get(key) ?? 0), 'a fact came twice or out of order');
    lastOf.set(key, seq);
  }
}

/** Eight writers at once, five hundred facts each, in transactions of one to ten facts over keys that all share. */
async function writeMuch(facts: Facts, kind: string): Promise<number> {
  const keys = Array.from({ length: 40 }, () => randomUUID());
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let done = 0, size = 1; done < 500; done += size) {
        size = Math.min(1 + ((writer * 7 + done * 3) % 10), 500 - done);
        const from = writer * 500 + done;
        await database.tx(async (tx) => {
          for (let n = from; n < from + size; n += 1) facts.append(tx, fact(kind, keys[(n * 13) % 40] ?? '', n));
        });
      }
    }),
  );
  return 4_000;
}

test('eight writers at once: each fact comes once, to whoever followed before and to whoever comes after', async () => {
  const facts = openFacts();
  facts.follow('before', ['many'], note('before'));
  await facts.start();
  const written = await writeMuch(facts, 'many');
  await assertAllOnce('before', written);
  await facts.stop();
  const later = openFacts();
  later.follow('after', ['many'], note('after'));
  await later.start();
  await assertAllOnce('after', written);
  await later.stop();
});

test('two processes that follow under one name share the work, and double nothing', async () => {
  const other = openDatabase({ url });
  const counts = [0, 0];
  const processes = [openFacts(), openFacts(other)];
  for (const [index, facts] of processes.entries()) {
    facts.follow('shared', ['shared work'], async (tx, given) => {
      counts[index] = (counts[index] ?? 0) + given.length;
      await note('shared')(tx, given);
    });
    await facts.start();
  }
  const written = await writeMuch(openFacts(), 'shared work');
  await assertAllOnce('shared', written);
  assert.ok(
    counts.every((count) => count > 0),
    `one did it all: ${counts.join(' and ')}`,
  );
  await Promise.all(processes.map((facts) => facts.stop()));
  await other.close();
});

test('under a load that does not end every lane has its turn', async () => {
  const facts = openFacts();
  const lanes = new Set<number>();
  const follower = facts.follow('turns', ['turns'], async (_tx, given) => {
    for (const { lane } of given) lanes.add(lane);
  });
  const keys = Array.from({ length: 64 }, (_, lane) => keyIn(lane));
  const writeAll = () => database.tx(async (tx) => facts.append(tx, ...keys.map((key) => fact('turns', key))));
  await facts.settle();
  for (let turn = 0; turn < 4; turn += 1) {
    await writeAll();
    await follower.readOnce();
  }
  assert.equal(lanes.size, 64);
});

test('facts that were dropped before anybody read them hold nobody up', async () => {
  const facts = openFacts();
  const key = keyIn(9);
  await database.tx(async (tx) => facts.append(tx, fact('dropped', key)));
  await database.rows('delete from facts.fact where lane = 9', []);
  const follower = facts.follow('late comer', ['dropped'], () => Promise.resolve());
  for (let turn = 0; turn < 20 && (await follower.readOnce()); turn += 1);
  assert.equal(await follower.readOnce(), false, 'it would turn for ever');
  const [cursor] = await database.rows<{ isThere: boolean }>(
    `select c.seq = l.seq as "isThere" from facts.cursor c join facts.lane l using (lane)
     where c.follower = 'late comer' and lane = 9`,
    [],
  );
  assert.equal(cursor?.isThere, true);
});

test('who listens to the tail hears what is new, and nothing old; one that breaks hurts no other', async () => {
  const facts = openFacts();
  await database.tx(async (tx) => facts.append(tx, fact('tail', randomUUID(), 1)));
  const heard: unknown[] = [];
  await facts.start();
  facts.tail(['tail'], () => {
    throw new Error('a page that breaks');
  });
  const unhear = facts.tail(['tail'], (given) => heard.push(...given.map(({ body }) => body)));
  const elsewhere = openDatabase({ url });
  await elsewhere.tx(async (tx) =>
    openFacts(elsewhere).append(tx, fact('tail', randomUUID(), 2), fact('other', randomUUID())),
  );
  await until('the tail', async () => heard.length > 0);
  assert.deepEqual(heard, [{ n: 2 }]);
  unhear();
  await database.tx(async (tx) => facts.append(tx, fact('tail', randomUUID(), 3)));
  await sleep(300);
  assert.deepEqual(heard, [{ n: 2 }]);
  await facts.stop();
  await elsewhere.close();
});

test('another process is told at once, not with its next beat', async () => {
  const other = openDatabase({ url });
  const facts = openFacts(other);
  let heardAt = 0;
  facts.follow('at once', ['at once'], async () => {
    heardAt = performance.now();
  });
  await facts.start();
  await until(
    'the first turn',
    async () => (await database.one(`select from facts.cursor where follower = 'at once'`, [])) !== null,
  );
  await sleep(300);
  const writtenAt = performance.now();
  const writer = openFacts();
  await database.tx(async (tx) => writer.append(tx, fact('at once', randomUUID())));
  await until('the news', async () => heardAt > 0);
  assert.ok(heardAt - writtenAt < 500, `${Math.round(heardAt - writtenAt)} ms`);
  await facts.stop();
  await other.close();
});

test('stopping takes no longer than what is being handled', async () => {
  const facts = openFacts();
  for (const name of ['stop a', 'stop b', 'stop c']) facts.follow(name, ['stop'], () => Promise.resolve());
  await facts.start();
  await sleep(100);
  const begun = performance.now();
  await facts.stop();
  assert.ok(performance.now() - begun < 500, `${Math.round(performance.now() - begun)} ms`);
});

test('time comes from the clock that was handed in', async () => {
  const clock = createManualClock(Temporal.Instant.from('2026-01-02T03:04:05Z'));
  const facts = openFacts(database, clock);
  const heard: string[] = [];
  facts.follow(
    'time',
    ['time'],
    async (_tx, given) => void heard.push(...given.map((one) => one.appendedAt.toString())),
  );
  await database.tx(async (tx) => facts.append(tx, fact('time', randomUUID())));
  await facts.settle();
  assert.deepEqual(heard, ['2026-01-02T03:04:05Z']);
});
