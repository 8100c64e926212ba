import { Worker } from 'node:worker_threads';
import { Fault } from '#kit/fault';
import type { PictureHead } from './heads/head.ts';
import { recode, type Recoded } from './recode.ts';

const timeoutMs = 20_000;
const waitingMax = 12;
const thread = new URL('recode-thread.ts', import.meta.url);
/** What JavaScript may take; the decoder's own memory is bounded by the pixels that are let in. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

export type RecodeApart = (head: PictureHead) => Promise<Recoded | null>;

/**
 * One picture after the other, so that a machine never holds two; each in a thread of its own with a time limit. A process
 * under Node's permission model may not start threads, which would be outside of it: there the pictures are recoded in
 * turns between requests, which wait up to a second or two for a large one.
 * @returns null for what cannot be decoded, or not in time; throws Fault('unavailable') when too many wait
 */
export function createRecodeApart(): RecodeApart {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (head) => {
    if (waiting >= waitingMax) throw new Fault('unavailable', 'Too many pictures come in at the moment: try again.');
    waiting += 1;
    const turn = last.then(async () => await (process.permission === undefined ? inThread(head) : inTurn(head)));
    last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      waiting -= 1;
    }
  };
}

async function inTurn(head: PictureHead): Promise<Recoded | null> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  return recode(head);
}

async function inThread(head: PictureHead): Promise<Recoded | null> {
  const worker = new Worker(thread, { workerData: head, resourceLimits, execArgv: [], env: {}, stderr: true });
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs, null);
      worker.once('message', (recoded: Recoded | null) => resolve(recoded));
      // A decoder that fell, or took more than it may have, has no picture to show.
      worker.once('error', () => resolve(null));
      worker.once('exit', () => {
        clearTimeout(timer);
        resolve(null);
      });
    });
  } finally {
    await worker.terminate();
  }
}
