import { once } from 'node:events';
import { createServer as createPlain, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createAuthority } from '#kit/certificate';
import { realClock } from '#kit/clock';
import type { Caa, Lookup } from '#kit/egress';
import { scanSite, type SiteScan, type SiteScanned } from '#tls';
import { tlsServerOptions } from '../../../src/kit/http/tls.ts';

export type Asked = { readonly host: string; readonly path: string; readonly method: string; readonly origin: string };
export type Reply = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
};

/** What DNS says; a name that is not here does not exist, and null is a question that nobody answers. */
export type Records = {
  readonly texts: Readonly<Record<string, readonly string[] | null>>;
  readonly exchanges: readonly string[];
  readonly four: readonly string[] | null;
  readonly six: readonly string[];
  readonly authorities: Readonly<Record<string, readonly Caa[]>>;
};

/** A shop's host as the outside sees it: two doors, and what DNS says. `at` is the address of this machine that was asked. */
export type Setup = {
  readonly http: (asked: Asked, at: string) => Reply;
  readonly https: (asked: Asked, at: string) => Reply;
  readonly records: Records;
  readonly scan: Partial<SiteScan>;
};

export type Host = {
  readonly scan: (setup: Setup) => Promise<SiteScanned>;
  readonly ports: { readonly http: number; readonly https: number };
  readonly caPem: string;
  readonly close: () => Promise<void>;
};

export const shop = 'shop.example';
const addresses = ['127.0.0.1', '::1'];
/** Nobody who scans asks for a page over HTTP/2; that it is offered is enough. */
const served = { ...tlsServerOptions, ALPNProtocols: ['h2', 'http/1.1'] };

/** Serves one set-up after the other on loopback, over IPv4 and IPv6. */
export async function openHost(): Promise<Host> {
  const authority = createAuthority('Zoo');
  const { certPem: cert, keyPem: key } = authority.issue([shop, `*.${shop}`]);
  let current: Setup | null = null;
  const answering =
    (door: 'http' | 'https'): RequestListener =>
    (request, response) => {
      const { status = 200, headers = {}, body = '' } = replyTo(request, current, door);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.writeHead(status).end(body);
    };
  const plain = await listenOnBoth(() => createPlain(answering('http')));
  const secure = await listenOnBoth(() => createSecure({ ...served, cert, key }, answering('https')));
  const ports = { http: plain.port, https: secure.port };
  const { caPem } = authority;
  return {
    ports,
    caPem,
    scan: async (setup) => {
      current = setup;
      const given = { host: shop, port: ports.https, plainPort: ports.http, paths: [], caPem, clock: realClock };
      const may = { allowPrivate: true, allowPublic: false };
      return await scanSite({ ...given, ...may, resolve: lookupIn(setup.records), ...setup.scan });
    },
    close: async () => {
      for (const server of [...plain.servers, ...secure.servers]) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

function replyTo(request: IncomingMessage, setup: Setup | null, door: 'http' | 'https'): Reply {
  const { host = '', origin = '' } = request.headers;
  const asked = { host, path: request.url ?? '', method: request.method ?? '', origin };
  return setup?.[door](asked, request.socket.localAddress ?? '') ?? {};
}

async function listenOnBoth(create: () => Server): Promise<{ port: number; servers: readonly Server[] }> {
  const servers: Server[] = [];
  let port = 0;
  for (const address of addresses) {
    const server = create();
    server.listen(port, address);
    await once(server, 'listening');
    const bound = server.address();
    port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    servers.push(server);
  }
  return { port, servers };
}

export function lookupIn({ texts, exchanges, four, six, authorities }: Records): Lookup {
  const found = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
    Object.hasOwn(table, name) ? table[name] : undefined;
  return {
    texts: async (name) => (found(texts, name) === undefined ? [] : (found(texts, name) ?? null)),
    exchanges: async () => exchanges,
    addresses: async (name, family) => {
      if (name === 'gone.example') return [];
      return family === 4 ? four : six;
    },
    authorities: async (name) => found(authorities, name) ?? [],
  };
}
