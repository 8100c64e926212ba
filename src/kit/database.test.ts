import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestDatabase } from '../../test/database.ts';
import { isDatabaseAway, openDatabase, type Database, type Tx, type Value } from './database.ts';
import { Fault, type FaultCode } from './fault.ts';

const { url, close } = await openTestDatabase();
const logged: string[] = [];
const database = openDatabase({ url, log: (line) => logged.push(line) });
const staff = openDatabase({ url });
after(async () => {
  await Promise.all([database.close(), staff.close()]);
  await close();
});
await database.rows('create table box (id int primary key, n int not null)', []);
await database.rows('insert into box select id, 0 from generate_series(1, 9) as id', []);

const isFault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;
const add = (id: number) => [`update box set n = n + 1 where id = $1`, [id]] as const;
const inBox = async (id: number) => (await staff.one<{ n: number }>('select n from box where id = $1', [id]))?.n;

/** Ends the connections of `database`, as an operator or a failing server would. */
async function endConnections(): Promise<void> {
  const others = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'glasspost' and pid <> pg_backend_pid()`;
  await staff.rows(others, []);
}

async function same(type: string, value: Value): Promise<unknown> {
  return (await database.one<{ value: unknown }>(`select $1::${type} as value`, [value]))?.value;
}

test('values come back as they went in, alone and in lists, with nulls in between', async () => {
  const instant = Temporal.Instant.from('2026-10-25T00:30:00.123456Z');
  const day = Temporal.PlainDate.from('0987-02-28');
  const bytes = Buffer.from([0, 1, 254, 255, 92, 34]);
  const text = 'a "b" \\ {c},null NULL 😀\n';
  const pairs: readonly (readonly [string, Exclude<Value, readonly unknown[]>])[] = [
    ['timestamptz', instant],
    ['date', day],
    ['bytea', bytes],
    ['int8', 9_007_199_254_740_991],
    ['int4', -1],
    ['boolean', false],
    ['text', text],
    ['text', ''],
    ['uuid', '019a9f5e-1b00-7000-8000-00000000000a'],
    ['float8', 0.1],
  ];
  for (const [type, value] of pairs) {
    assert.deepEqual(await same(type, value), value, type);
    assert.deepEqual(await same(`${type}[]`, [value, null, value]), [value, null, value], `${type}[]`);
    assert.equal(await same(type, null), null);
    assert.deepEqual(await same(`${type}[]`, []), []);
  }
  assert.deepEqual(await same('jsonb', JSON.stringify({ a: [1, null] })), { a: [1, null] });
  assert.equal(await same('int8', 12n), 12);
  assert.deepEqual(await same('bytea', new Uint8Array([1, 2]).subarray(1)), Buffer.from([2]));
  assert.deepEqual((await same('timestamptz', '2026-11-20 09:00+01'))?.toString(), '2026-11-20T08:00:00Z');
});

test('times come back the same whatever the server’s own style and zone', async () => {
  const [row] = await staff.rows<{ name: string }>('select current_database() as name', []);
  await staff.rows(`alter database ${row?.name} set datestyle = 'SQL, DMY'`, []);
  await staff.rows(`alter database ${row?.name} set timezone = 'Asia/Kolkata'`, []);
  const other = openDatabase({ url });
  const times = await other.one<{ at: Temporal.Instant; day: Temporal.PlainDate }>(
    `select timestamptz '2026-02-03T04:05:06Z' as at, date '2026-02-03' as day`,
    [],
  );
  assert.equal(`${times?.at.toString()} ${times?.day.toString()}`, '2026-02-03T04:05:06Z 2026-02-03');
  await other.close();
});

test('a transaction that fails leaves nothing, and nothing that should follow it runs', async () => {
  let followed = 0;
  const failing = database.tx(async (tx) => {
    tx.afterCommit(() => (followed += 1));
    await tx.rows(...add(1));
    throw new Error('changed my mind');
  });
  await assert.rejects(failing, /^Error: changed my mind$/);
  const late = database.tx(async (tx) => {
    tx.afterCommit(() => (followed += 1));
    tx.withCommit('late', () => {
      throw new Error('at the last moment');
    });
    await tx.rows(...add(1));
  });
  await assert.rejects(late, /at the last moment/);
  const refused = database.tx(async (tx) => {
    tx.afterCommit(() => (followed += 1));
    tx.withCommit('first', () => add(1));
    tx.withCommit('broken', () => ['select 1 / $1::int', [0]]);
    tx.withCommit('behind', () => add(1));
    await tx.rows('select 1', []);
  });
  await assert.rejects(refused, /division by zero/);
  assert.equal(await inBox(1), 0);
  assert.equal(followed, 0);
});

test('what travels with the commit is made once per key, last, and again when it is asked for once more', async () => {
  const order: string[] = [];
  await database.tx(async (tx) => {
    const note = (what: string) => () => {
      order.push(what);
      return add(7);
    };
    tx.withCommit('a', note('a'));
    tx.withCommit('a', note('a again'));
    tx.withCommit('b', () => {
      tx.withCommit('a', note('a once more'));
      return null;
    });
    tx.afterCommit(() => order.push('after'));
    await tx.rows('select 1', []);
    order.push('work');
  });
  assert.deepEqual(order, ['work', 'a', 'a once more', 'after']);
  assert.equal(await inBox(7), 2);
});

test('a transaction by key is planned once for all values, and leaves the next one as it was', async () => {
  const mode = (tx: Tx) => tx.one<{ readonly mode: string }>(`select current_setting('plan_cache_mode') as mode`, []);
  const one = openDatabase({ url, limits: { connectionsMax: 1 } });
  assert.equal((await one.tx(mode, { byKey: true }))?.mode, 'force_generic_plan');
  assert.equal((await one.tx(mode))?.mode, 'auto');
  await assert.rejects(
    one.tx((tx) => tx.rows('select 1 / $1::int', [0]), { byKey: true }),
    /division by zero/,
  );
  assert.equal((await one.tx(mode))?.mode, 'auto');
  await one.close();
});

test('what follows a commit cannot undo it, and one that breaks keeps no other from running', async () => {
  let followed = 0;
  await database.tx(async (tx) => {
    await tx.rows(...add(2));
    tx.afterCommit(() => {
      throw new Error('a bug');
    });
    tx.afterCommit(() => (followed += 1));
  });
  assert.equal(await inBox(2), 1);
  assert.equal(followed, 1);
  assert.ok(logged.some((line) => line.startsWith('what follows a commit failed')));
});

test('a deadlock is tried again until both have done their work', async () => {
  let tries = 0;
  let holding = 0;
  const both = Promise.withResolvers<void>();
  const lockTwo = (first: number, second: number) =>
    database.tx(async (tx) => {
      tries += 1;
      await tx.rows(`set local deadlock_timeout = '50ms'`, []);
      await tx.rows(...add(first));
      holding += 1;
      if (holding === 2) both.resolve();
      await both.promise;
      await tx.rows(...add(second));
    });
  await Promise.all([lockTwo(3, 4), lockTwo(4, 3)]);
  assert.ok(tries >= 3, 'there was no deadlock');
  assert.deepEqual([await inBox(3), await inBox(4)], [2, 2]);
});

test('a transaction whose failed statement was passed over says so instead of seeming to be committed', async () => {
  let followed = 0;
  const work = database.tx(async (tx) => {
    tx.afterCommit(() => (followed += 1));
    await tx.rows(...add(5));
    await tx.rows('insert into box values (5, 0)', []).catch(() => {});
  });
  await assert.rejects(work, /nothing was committed/);
  assert.equal(await inBox(5), 0);
  assert.equal(followed, 0);
});

test('nothing can be asked in a transaction that has ended', async () => {
  const kept = await database.tx((tx) => Promise.resolve(tx));
  await assert.rejects(kept.rows('select 1', []), /has ended/);
});

test('a key that exists already is a conflict, and its values stay out of the words', async () => {
  await assert.rejects(database.rows('insert into box values ($1, 0)', [7]), (error: unknown) => {
    assert.ok(error instanceof Fault && error.code === 'conflict');
    assert.doesNotMatch(`${error.message} ${error.publicText}`, /7|box/);
    return true;
  });
});

test('a connection that breaks between two statements fails the transaction and not the program', async () => {
  const work = database.tx(async (tx) => {
    await tx.rows(...add(6));
    await endConnections();
    await sleep(100);
    await tx.rows(...add(6));
  });
  await assert.rejects(work, isFault('unavailable'));
  assert.equal(await inBox(6), 0);
  await database.tx((tx) => tx.rows(...add(6)));
  assert.equal(await inBox(6), 1);
});

test('a connection that breaks under a statement is unavailable, and the pool recovers by itself', async () => {
  const running = [database.rows('select pg_sleep(30)', []), database.tx((tx) => tx.rows('select pg_sleep(30)', []))];
  const failures = running.map((each) => assert.rejects(each, isFault('unavailable')));
  await sleep(200);
  await endConnections();
  await Promise.all(failures);
  assert.deepEqual(await database.rows('select 1 as one', []), [{ one: 1 }]);
});

test('connections that break while they lie idle are replaced', async () => {
  await Promise.all(Array.from({ length: 6 }, () => database.rows('select pg_sleep(0.05)', [])));
  await endConnections();
  await sleep(200);
  const answers = await Promise.all(Array.from({ length: 6 }, () => database.one<{ n: number }>('select 1 as n', [])));
  assert.deepEqual(new Set(answers.map((row) => row?.n)), new Set([1]));
});

/** What a database that cannot be used says when it is asked. */
async function refusalOf(on: Database): Promise<Fault> {
  try {
    await on.tx((tx) => tx.rows('select 1', []));
  } catch (error) {
    assert.ok(error instanceof Fault);
    assert.equal(error.code, 'unavailable');
    assert.equal(isDatabaseAway(error), true);
    return error;
  } finally {
    await on.close();
  }
  throw new Error('it answered');
}

test('a database that cannot be used is unavailable, with a sentence for whoever runs this', async () => {
  assert.match((await refusalOf(openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' }))).publicText, /away/);
  assert.match((await refusalOf(openDatabase({ url: 'postgres://u@/none?host=/nowhere' }))).publicText, /away/);
  const elsewhere = new URL(url);
  elsewhere.pathname = '/there_is_none';
  assert.match((await refusalOf(openDatabase({ url: elsewhere.href }))).publicText, /no database of the name/);
  const stranger = new URL(url);
  stranger.username = 'somebody_else';
  stranger.password = 'wrong';
  assert.match((await refusalOf(openDatabase({ url: stranger.href }))).publicText, /refuses the user/);
});

test('a statement that takes too long, or waits too long, is given up, and only that one', async () => {
  const hasty = openDatabase({ url, limits: { statementTimeoutMs: 100 } });
  await assert.rejects(hasty.rows('select pg_sleep(5)', []), (error: unknown) => {
    assert.ok(isFault('unavailable')(error));
    assert.equal(isDatabaseAway(error), false, 'the database is well: whoever asks this again and again is not');
    return true;
  });
  const waiting = hasty.tx(async (tx) => {
    await tx.rows(`set local lock_timeout = '50ms'`, []);
    await staff.tx(async (other) => {
      await other.rows(...add(8));
      await tx.rows(...add(8));
    });
  });
  await assert.rejects(waiting, isFault('unavailable'));
  assert.equal((await hasty.one<{ n: number }>('select 1 as n', []))?.n, 1);
  await hasty.close();
});

test('too many at once wait for a connection, and no longer than they may', async () => {
  const narrow = openDatabase({ url, limits: { connectionsMax: 2, connectTimeoutMs: 1_200 } });
  // Two at a time: the second pair comes to its turn in the middle of the wait, the third long after it.
  const sleeps = Array.from({ length: 6 }, () => narrow.rows('select pg_sleep(0.7)', []));
  const outcomes = await Promise.allSettled(sleeps);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  assert.ok(outcomes.every((one) => one.status === 'fulfilled' || isFault('unavailable')(one.reason)));
  await narrow.close();
  await narrow.close();
});

test('a listener hears, listens again after its connection was ended, and then says that it may have missed some', async () => {
  const heard: string[] = [];
  const unlisten = await database.listen('news "of" the day', (payload) => heard.push(payload));
  const tell = (text: string) => staff.rows('select pg_notify($1, $2)', ['news "of" the day', text]);
  await tell('one');
  await sleep(100);
  assert.deepEqual(heard, ['one']);
  const listeners = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'glasspost listen'`;
  await staff.rows(listeners, []);
  await sleep(1_400);
  assert.deepEqual(heard, ['one', '']);
  await tell('two');
  await sleep(100);
  assert.deepEqual(heard, ['one', '', 'two']);
  await unlisten();
  await tell('three');
  await sleep(100);
  assert.deepEqual(heard, ['one', '', 'two']);
});

test('a listener that never comes about fails at once and leaves nothing behind', async () => {
  const nowhere = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
  await assert.rejects(
    nowhere.listen('x', () => {}),
    isFault('unavailable'),
  );
  await nowhere.close();
});
