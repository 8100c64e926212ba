// A house over TLS that fronts a shop's server, and what asks it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { createAuthority, type Issued } from '#kit/certificate';
import { answer, anyone, createHttp, readFronts, type Front } from '#kit/http';
import { createLog } from '#kit/log';

export const shopHost = 'shop.example';
export const houseHost = 'track.shop.example';
export const authority = createAuthority('Test authority');

type HttpNeeds = Parameters<typeof createHttp>[0];

/** A server that listens on loopback. */
export async function listening(server: NetServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function startShop(context: TestContext, answers: RequestListener): Promise<Server & { port: number }> {
  const server = createServer(answers);
  const port = await listening(server);
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(server, { port });
}

export function frontsOf(...texts: readonly string[]): readonly Front[] {
  const fronts = readFronts(texts);
  assert.ok(!('no' in fronts));
  return fronts;
}

/** `swap` has another certificate shown from the next handshake on. */
export async function serveFront(
  context: TestContext,
  fronts: readonly Front[],
  more: Partial<HttpNeeds> & { readonly trustedProxies?: readonly string[] } = {},
) {
  const issue = (): Map<string, Issued> =>
    new Map([houseHost, ...fronts.map(({ name }) => name)].map((name) => [name, authority.issue([name])]));
  let pairs = issue();
  const lines: string[] = [];
  const http = createHttp({
    settings: {
      host: '127.0.0.1',
      port: 0,
      tls: {
        from: {
          pairFor: (host) => pairs.get(host) ?? null,
          proofFor: () => Promise.resolve(null),
          stateOf: (host) => (pairs.has(host) ? 'ready' : 'unknown'),
        },
        redirectPort: 0,
      },
      trustedProxies: more.trustedProxies ?? [],
      publicUrl: `https://${houseHost}`,
      fronts,
    },
    log: createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }),
    ready: () => Promise.resolve(true),
    proofFor: () => Promise.resolve('proof'),
    ...more,
  });
  http.route({
    method: 'POST',
    path: '/own',
    audience: 'machines',
    admit: anyone,
    takes: 'bytes',
    handle: ({ bytes }) => answer.text(`own ${bytes.length}`),
  });
  http.route({
    method: 'GET',
    path: '/own',
    audience: 'machines',
    admit: anyone,
    takes: 'nothing',
    handle: () => answer.text('own'),
  });
  const { port, redirectPort } = await http.listen();
  context.after(() => http.close());
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  context.after(() => agent.destroy());
  return {
    http,
    port,
    redirectPort: redirectPort ?? 0,
    lines,
    agent,
    swap: () => {
      pairs = issue();
    },
    ask: (path: string, asked: Ask = {}) => ask(port, path, asked),
    raw: (bytes: string, host = shopHost) => rawAnswer(port, bytes, host),
  };
}

type Ask = {
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
};

export type Asked = IncomingMessage & { readonly text: string };

function ask(port: number, path: string, { host = shopHost, agent, ...asked }: Ask): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const out = request(
      {
        port,
        host: '127.0.0.1',
        servername: host,
        ca: authority.caPem,
        path,
        agent: agent ?? false,
        method: asked.method ?? 'GET',
        headers: { host, ...(asked.headers as Record<string, string>) },
      },
      (incoming) => {
        text(incoming).then((got) => resolve(Object.assign(incoming, { text: got })), reject);
      },
    );
    out.on('error', reject);
    out.end(asked.body);
  });
}

export async function tlsTo(port: number, host = shopHost): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: host, ca: authority.caPem });
  await once(socket, 'secureConnect');
  return socket;
}

/** What comes back to these bytes until the server closes, or says nothing for a while. */
async function rawAnswer(port: number, bytes: string, host: string): Promise<string> {
  const socket = await tlsTo(port, host);
  let got = '';
  socket.on('data', (part: Buffer) => (got += part.toString('latin1')));
  socket.on('error', () => {});
  socket.setTimeout(250, () => socket.destroy());
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return got;
}
