/** A thread that recodes one picture and ends, with all the memory that it took. */
import { parentPort, workerData } from 'node:worker_threads';
import { recode } from './recode.ts';

// oxlint-disable-next-line typescript/no-unsafe-argument, unicorn/require-post-message-target-origin -- no window; `recode-apart.ts` alone starts it, with a head that it has read
parentPort?.postMessage(recode(workerData));
