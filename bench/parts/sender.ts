// A process that sends requests over kept connections, one after the other on each, from bytes made before the clock starts.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { startChild, answerParent, type Child } from './child.ts';

const task = z.object({
  port: z.int(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  bodies: z.array(z.string()),
  connections: z.int().min(1),
});
export type SendTask = z.output<typeof task>;

const sentShape = z.object({ seconds: z.number(), ms: z.array(z.number()) });
/** How long all of it took, and each request. */
export type AllSent = z.output<typeof sentShape>;

export type Sender = Pick<Child, 'end'> & { readonly send: (task: SendTask) => Promise<AllSent> };

export function startSender(): Sender {
  const child = startChild(new URL(import.meta.url));
  return { end: child.end, send: async (given) => sentShape.parse(await child.ask(given)) };
}

/** Throws at the first answer that is not 2xx: what is counted was acknowledged. */
async function sendAll(given: SendTask): Promise<AllSent> {
  const lines = await Promise.all(Array.from({ length: given.connections }, () => openSocket(given.port)));
  const shares = lines.map((_line, of) => requestsOf(given, of));
  const begun = performance.now();
  const ms = await Promise.all(lines.map((line, at) => sendOn(line, shares[at] ?? [])));
  const seconds = (performance.now() - begun) / 1_000;
  for (const line of lines) line.destroy();
  return { seconds, ms: ms.flat() };
}

/** Each connection comes from an address of its own behind the proxy, so that no limit for one address is measured. */
function requestsOf({ path, headers, bodies, connections }: SendTask, of: number): readonly Buffer[] {
  const address = `198.51.${100 + (of >> 6)}.${1 + (of & 63)}`;
  const head = Object.entries({ ...headers, host: 'paket.nordlicht.example', 'x-forwarded-for': address })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return bodies
    .filter((_body, at) => at % connections === of)
    .map((body) =>
      Buffer.from(`POST ${path} HTTP/1.1\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
    );
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function sendOn(socket: Socket, requests: readonly Buffer[]): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const ms: number[] = [];
    let begun = 0;
    let got = '';
    const next = (): void => {
      const request = requests[ms.length];
      if (request === undefined) {
        resolve(ms);
        return;
      }
      begun = performance.now();
      socket.write(request);
    };
    socket.on('data', (part: Buffer) => {
      got += part.toString('latin1');
      if (!isWhole(got)) return;
      if (!got.startsWith('HTTP/1.1 2')) reject(new Error(`answered ${got.slice(0, 2_000)}`));
      got = '';
      ms.push(performance.now() - begun);
      next();
    });
    socket.once('close', () => reject(new Error('the connection was closed')));
    next();
  });
}

function isWhole(got: string): boolean {
  const headEnd = got.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(got)?.[1] ?? '0';
  return got.length >= headEnd + 4 + Number(length);
}

if (process.send !== undefined && process.argv[1]?.endsWith('sender.ts') === true) {
  answerParent(async (question) => await sendAll(task.parse(question)));
}
