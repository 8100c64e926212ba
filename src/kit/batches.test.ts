import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatches, createLookUps } from '#kit/batches';

function open(work: (entries: readonly number[]) => Promise<void>, sizeMax = 10, waitingMax = 100) {
  return createBatches<number>({ sizeMax, waitingMax, sizeOf: (entry) => entry, work });
}

test('what comes while a batch runs becomes the next one, in order and not larger than it may be', async () => {
  const batches: (readonly number[])[] = [];
  const first = Promise.withResolvers<void>();
  const add = open(async (entries) => {
    batches.push(entries);
    if (batches.length === 1) await first.promise;
  });
  const begun = add(1);
  await new Promise((resolve) => setImmediate(resolve));
  const others = [4, 4, 4, 30, 1].map(add);
  first.resolve();
  await Promise.all([begun, ...others]);
  assert.deepEqual(batches, [[1], [4, 4], [4], [30], [1]]);
});

test('what comes in the same turn goes together', async () => {
  const batches: (readonly number[])[] = [];
  const add = open(async (entries) => void batches.push(entries));
  await Promise.all([add(1), add(2), add(3)]);
  await add(4);
  assert.deepEqual(batches, [[1, 2, 3], [4]]);
});

test('one that is bad fails alone', async () => {
  const add = open(async (entries) => {
    if (entries.includes(2)) throw new Error('bad');
  });
  const outcomes = await Promise.allSettled([add(1), add(2), add(3)]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('too much at once is refused and what was taken goes on', async () => {
  const first = Promise.withResolvers<void>();
  const add = open(() => first.promise, 10, 20);
  const taken = [add(10), add(9)];
  await assert.rejects(add(10), { code: 'unavailable' });
  first.resolve();
  await Promise.all(taken);
});

test('what is looked up in one moment is looked up once, and never answered by what was read before it was asked', async () => {
  const asked: (readonly string[])[] = [];
  const stored = new Map([['a', 1]]);
  const read = Promise.withResolvers<void>();
  const find = createLookUps(async (keys) => {
    asked.push(keys);
    const found = new Map(stored);
    if (asked.length === 1) await read.promise;
    return found;
  });
  const early = [find('a'), find('b'), find('a')];
  await new Promise((resolve) => setImmediate(resolve));
  stored.delete('a');
  const late = find('a');
  read.resolve();
  assert.deepEqual(await Promise.all(early), [1, null, 1]);
  assert.equal(await late, null, 'it was gone before this question');
  assert.deepEqual(asked, [['a', 'b'], ['a']]);
});

test('a look-up that fails fails once for all who asked in it, and for nobody after', async () => {
  let tried = 0;
  const find = createLookUps<number>(async (keys) => {
    tried += 1;
    if (tried === 1) throw new Error('away');
    return new Map(keys.map((key) => [key, 7]));
  });
  const outcomes = await Promise.allSettled([find('a'), find('b')]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(tried, 1);
  assert.equal(await find('a'), 7);
});
