// A load over TLS from a process of its own: connections that stay open, one request at a time on each.
import { connect } from 'node:tls';
import { z } from 'zod';
import { createCounter } from '../pages/load.ts';
import { percentile } from '../parts/figures.ts';
import { answerParent, startChild } from '../parts/child.ts';

const taskShape = z.object({
  port: z.int(),
  name: z.string(),
  caPem: z.string(),
  request: z.string(),
  connections: z.int(),
  ms: z.number(),
});
const loadShape = z.object({
  answers: z.int(),
  /** Other than 200. */
  failed: z.int(),
  bytes: z.int(),
  seconds: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});
type Task = z.output<typeof taskShape>;
export type Load = z.output<typeof loadShape>;

export function startLoad(): { readonly run: (task: Task) => Promise<Load>; readonly end: () => void } {
  const child = startChild(new URL(import.meta.url));
  return { run: async (task) => loadShape.parse(await child.ask(task)), end: child.end };
}

async function run({ port, name, caPem, request, connections, ms }: Task): Promise<Load> {
  const seen = { failed: 0, bytes: 0 };
  const times: number[] = [];
  const asked = Buffer.from(request, 'latin1');
  let ending = false;
  let begun = 0;
  const open = (): Promise<() => Promise<void>> =>
    new Promise((ready, reject) => {
      // One cipher for both servers.
      const options = { ciphers: 'TLS_AES_256_GCM_SHA384', ecdhCurve: 'X25519', servername: name, ca: caPem };
      const socket = connect({ ...options, port, host: '127.0.0.1' }, () => ready(work));
      socket.setNoDelay(true);
      socket.once('error', reject);
      const work = (): Promise<void> =>
        new Promise((resolve, broken) => {
          let at = performance.now();
          const ask = (): void => {
            at = performance.now();
            socket.write(asked);
          };
          const count = createCounter((status) => {
            times.push(performance.now() - at);
            if (status !== 200) seen.failed += 1;
            if (ending) socket.destroy();
            else ask();
          });
          socket.on('data', (bytes: Buffer) => {
            seen.bytes += bytes.length;
            count(bytes);
          });
          socket.once('close', () => (ending ? resolve() : broken(new Error('the server closed a connection'))));
          ask();
        });
    });
  const works = await Promise.all(Array.from({ length: connections }, open));
  setTimeout(() => (ending = true), ms);
  begun = performance.now();
  await Promise.all(works.map((work) => work()));
  const seconds = (performance.now() - begun) / 1_000;
  return { ...seen, answers: times.length, seconds, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
}

if (process.send !== undefined && process.argv[1]?.endsWith('front/load.ts') === true) {
  answerParent(async (question) => await run(taskShape.parse(question)));
}
