// A load on a web server from a process of its own: connections that stay open, one request at a time on each, answers
// counted by their Content-Length. `node load.ts PORT CONNECTIONS MS REQUESTS TIMES` takes its requests from a file of JSON
// strings, each so many times at the most, and writes one line of JSON.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

/** What a load saw: answers within the time, bytes of all of them, and how many were not 200. */
export type Load = {
  readonly answers: number;
  readonly bytes: number;
  readonly refused: number;
  readonly seconds: number;
};

const readBytes = 256 * 1024;
const headEnd = Buffer.from('\r\n\r\n');

/** Counts whole answers in what one connection reads. */
export function createCounter(done: (status: number) => void): (bytes: Buffer) => void {
  let left = 0;
  let status = 0;
  let head = Buffer.alloc(0);
  return (bytes) => {
    if (left > 0) {
      left -= bytes.length;
      if (left === 0) done(status);
      return;
    }
    const whole = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
    const end = whole.indexOf(headEnd);
    if (end < 0) {
      head = Buffer.from(whole);
      return;
    }
    head = Buffer.alloc(0);
    const text = whole.toString('latin1', 0, end).toLowerCase();
    const at = text.indexOf('\r\ncontent-length: ');
    if (at < 0) throw new Error('an answer does not say how long it is');
    status = Number(text.slice(9, 12));
    left = Number.parseInt(text.slice(at + 18), 10) - (whole.length - end - 4);
    if (left === 0) done(status);
  };
}

type Asked = { readonly requests: readonly Buffer[]; readonly times: number };

async function run(port: number, connections: number, ms: number, asked: Asked): Promise<Load> {
  const { requests, times } = asked;
  const seen = { answers: 0, bytes: 0, refused: 0 };
  let next = 0;
  let ending = false;
  const begun = performance.now();
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const ask = (): void => {
        const request = requests[next++ % requests.length];
        if (request !== undefined) socket.write(request);
      };
      const count = createCounter((status) => {
        seen.answers += 1;
        if (status !== 200) seen.refused += 1;
        if (next >= requests.length * times) ending = true;
        if (ending) socket.destroy();
        else ask();
      });
      const buffer = Buffer.allocUnsafe(readBytes);
      const callback = (size: number): boolean => {
        seen.bytes += size;
        count(buffer.subarray(0, size));
        return true;
      };
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
      socket.once('connect', ask);
      socket.once('error', reject);
      socket.once('close', () => (ending ? resolve() : reject(new Error('the server closed a connection'))));
    });
  setTimeout(() => (ending = true), ms);
  await Promise.all(Array.from({ length: connections }, work));
  return { ...seen, seconds: (performance.now() - begun) / 1_000 };
}

if (import.meta.main) {
  const [port, connections, ms, file = '', times] = process.argv.slice(2);
  const requests = (JSON.parse(readFileSync(file, 'utf8')) as readonly string[]).map((text) => Buffer.from(text));
  process.stdout.write(
    JSON.stringify(await run(Number(port), Number(connections), Number(ms), { requests, times: Number(times) })),
  );
}
