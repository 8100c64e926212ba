import { Fault } from '#kit/fault';

/** Hands something to the next batch; comes back when that batch is done. @throws what its work threw */
export type Batches<T> = (entry: T) => Promise<void>;

type Waiting<T> = { readonly entry: T; readonly done: () => void; readonly failed: (error: unknown) => void };

/**
 * Group commit without a timer: what comes while nothing runs is worked off at once, and what comes while a batch runs
 * becomes the next one. So a batch is as large as the load makes it, and nobody waits for a clock.
 *
 * When a batch of several fails, each of its entries is tried by itself, so that a bad one fails nobody else.
 *
 * @param needs.sizeOf how much of `sizeMax` an entry takes; one that is larger makes a batch of its own
 * @throws Fault('unavailable') when more than `waitingMax` would have to wait
 */
export function createBatches<T>(needs: {
  readonly sizeMax: number;
  readonly waitingMax: number;
  readonly sizeOf: (entry: T) => number;
  readonly work: (entries: readonly T[]) => Promise<void>;
}): Batches<T> {
  let queue: Waiting<T>[] = [];
  let waiting = 0;
  let isRunning = false;

  const next = (): readonly Waiting<T>[] => {
    let size = 0;
    const end = queue.findIndex(({ entry }, index) => {
      size += needs.sizeOf(entry);
      return index > 0 && size > needs.sizeMax;
    });
    const batch = end < 0 ? queue : queue.slice(0, end);
    queue = end < 0 ? [] : queue.slice(end);
    for (const { entry } of batch) waiting -= needs.sizeOf(entry);
    return batch;
  };
  const run = async (): Promise<void> => {
    for (let batch = next(); batch.length > 0; batch = next()) await workOff(needs.work, batch);
    isRunning = false;
  };
  return (entry) =>
    new Promise((done, failed) => {
      if (queue.length > 0 && waiting + needs.sizeOf(entry) > needs.waitingMax) {
        failed(new Fault('unavailable', 'Too much has come at once. Nothing of this was taken; try again shortly.'));
        return;
      }
      queue.push({ entry, done, failed });
      waiting += needs.sizeOf(entry);
      if (isRunning) return;
      isRunning = true;
      // What came in the same turn of the loop goes together.
      setImmediate(() => void run());
    });
}

async function workOff<T>(work: (entries: readonly T[]) => Promise<void>, batch: readonly Waiting<T>[]): Promise<void> {
  try {
    await work(batch.map(({ entry }) => entry));
    for (const { done } of batch) done();
  } catch (error) {
    if (batch.length === 1) batch[0]?.failed(error);
    else for (const one of batch) await workOff(work, [one]);
  }
}

const keysPerLookUpMax = 1_000;
const keysWaitingMax = 100_000;

/**
 * Looks up together what is asked for in the same moment, each key once: what comes while a look-up runs goes into the
 * next, so no answer is older than its question. A look-up that fails fails for all who asked in it.
 *
 * @param find the things that exist, by their keys
 */
export function createLookUps<Found>(
  find: (keys: readonly string[]) => Promise<ReadonlyMap<string, Found>>,
): (key: string) => Promise<Found | null> {
  type Asked = { readonly key: string; found: ReturnType<typeof find> | null };
  const ask = createBatches<Asked>({
    sizeMax: keysPerLookUpMax,
    waitingMax: keysWaitingMax,
    sizeOf: () => 1,
    work: async (asked) => {
      const found = find([...new Set(asked.map(({ key }) => key))]);
      for (const one of asked) one.found = found;
      await found.catch(() => {});
    },
  });
  return async (key) => {
    const asked: Asked = { key, found: null };
    await ask(asked);
    return (await asked.found)?.get(key) ?? null;
  };
}

/** Lets so many work at once; the others wait their turn in the order in which they came, and hear how long they did. */
export function createGate(most: number): <T>(work: (waitedMs: number) => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    const begun = performance.now();
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work(performance.now() - begun);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
