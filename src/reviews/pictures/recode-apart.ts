import { Worker } from 'node:worker_threads';
import type { PictureHead } from './heads/head.ts';
import { recodeInSteps, type Recoded } from './recode.ts';

const timeoutMs = 20_000;
const waitingMax = 24;
const waitingOfOneMax = 4;
const thread = new URL('recode-thread.ts', import.meta.url);
/** What JavaScript may take; the decoder's own memory is bounded by the pixels that are let in. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/** @param whose those of one order wait for each other, and nobody for all of theirs */
export type RecodeApart = (head: PictureHead, whose: string) => Promise<Recoded | null | 'busy'>;

type Waiting = { readonly begin: () => Promise<void> };

/**
 * One picture after the other, so that a machine never holds two, and one of each order in turn; each in a thread of its
 * own with a time limit. A process under Node's permission model may not start threads, which would be outside of it: there
 * the pictures are recoded step by step between requests, which wait up to a second for the largest.
 * @returns null for what cannot be decoded, or not in time; `busy` where too many wait, of this order or in all
 */
export function createRecodeApart(): RecodeApart {
  const lines = new Map<string, Waiting[]>();
  let waiting = 0;
  let isRunning = false;
  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    for (let [next] = lines; next !== undefined; [next] = lines) {
      const [whose, line] = next;
      const one = line.shift();
      if (line.length === 0) lines.delete(whose);
      waiting -= 1;
      await one?.begin();
      // Whoever has more, or sent more meanwhile, goes behind all others.
      const rest = lines.get(whose);
      lines.delete(whose);
      if (rest !== undefined) lines.set(whose, rest);
    }
    isRunning = false;
  };
  return async (head, whose) => {
    const line = lines.get(whose) ?? [];
    if (waiting >= waitingMax || line.length >= waitingOfOneMax) return 'busy';
    return await new Promise((resolve, reject) => {
      const work = process.permission === undefined ? inThread : inTurn;
      line.push({ begin: () => work(head).then(resolve, reject) });
      lines.set(whose, line);
      waiting += 1;
      void run();
    });
  };
}

async function inTurn(head: PictureHead): Promise<Recoded | null> {
  const steps = recodeInSteps(head);
  for (;;) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const step = steps.next();
    if (step.done === true) return step.value;
  }
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
