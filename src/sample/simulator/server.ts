import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Answer } from './answers.ts';
import type { Call } from './routes.ts';

const bodyBytesMax = 64 * 1024;
const requestTimeoutMs = 10_000;

export type CarrierServer = { readonly port: number; readonly stop: () => Promise<void> };

/** An HTTPS server on loopback that ends TLS for the carriers' host names. The host of a call stands in its address. */
export async function serveCarrier(needs: {
  readonly hosts: readonly string[];
  readonly certPem: string;
  readonly keyPem: string;
  readonly answer: (call: Call) => Answer;
  readonly failed: (error: unknown) => void;
}): Promise<CarrierServer> {
  const server = createServer(
    { cert: needs.certPem, key: needs.keyPem, minVersion: 'TLSv1.2', requestTimeout: requestTimeoutMs },
    (request, response) => {
      respond(needs, request, response).catch((error: unknown) => {
        needs.failed(error);
        response.destroy();
      });
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('an HTTPS server listens on a port');
  return {
    port: address.port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  needs: { readonly hosts: readonly string[]; readonly answer: (call: Call) => Answer },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (!needs.hosts.includes(host)) return send(response, misdirected);
  const body = await readBody(request);
  if (body === null) return send(response, tooLarge);
  const url = new URL(request.url ?? '/', `https://${host}`);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
  return send(response, needs.answer({ method: request.method ?? '', url, headers, body }));
}

const misdirected: Answer = { status: 421, body: { status: 421, title: 'Misdirected Request' } };
const tooLarge: Answer = { status: 413, body: { status: 413, title: 'Payload Too Large' } };

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const pieces: AsyncIterable<Uint8Array> = request;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > bodyBytesMax) return null;
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function textOf({ body, type }: Answer): string {
  if (body === null) return '';
  return type !== undefined && typeof body === 'string' ? body : JSON.stringify(body);
}

function send(response: ServerResponse, answer: Answer): void {
  const text = textOf(answer);
  const type = answer.type ?? (answer.status >= 400 ? 'application/problem+json' : 'application/json');
  response.writeHead(answer.status, {
    ...(text === '' ? {} : { 'content-type': type }),
    'content-length': Buffer.byteLength(text),
    ...(answer.retryAfterSeconds === undefined ? {} : { 'retry-after': `${answer.retryAfterSeconds}` }),
    ...(answer.status === 413 ? { connection: 'close' } : {}),
  });
  response.end(text);
}
