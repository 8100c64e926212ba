import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '#kit/log';
import { createHopsReader, type ReadClient } from '../client.ts';
import { isPlainTarget } from '../incoming.ts';
import type { Client } from '../route.ts';
import { isLoop, type Asked } from './headers.ts';
import { createLine, frontLimits, hasBody, type FrontLimits, type Line } from './lines.ts';
import type { Why } from './refusal.ts';
import { createPasser } from './requests.ts';
import { createTunnels, type Tunnels } from './tunnels.ts';
import type { Front } from './upstream.ts';

export type FrontNeeds = {
  readonly fronts: readonly Front[];
  readonly trustedProxies: readonly string[];
  readonly readClient: ReadClient;
  readonly scheme: 'http' | 'https';
  readonly hsts: ((front: string) => string) | null;
  readonly log: Log;
  readonly limits?: Partial<FrontLimits>;
  /** Who vouches for https servers behind, besides the usual authorities. */
  readonly caPem?: string;
};

/**
 * Stands before the house: requests for the names of the shop's own server are passed on to it, and no other is touched.
 * A body is asked for progress, like a file that is uploaded; limits of requests do not count, those of connections do.
 */
export type FrontDoor = {
  /** For the options of the server: where a WebSocket may be opened. Any other upgrade is an ordinary request. */
  readonly shouldUpgradeCallback: (request: IncomingMessage) => boolean;
  /** @param house what answers every other name. @param upload hears of a body that streams */
  readonly standBefore: (
    server: Server,
    house: RequestListener,
    upload: (request: IncomingMessage) => void,
  ) => RequestListener;
  /** From now on connections close with their next answer; tunnels end. */
  readonly drain: () => void;
};

type Found = { readonly line: Line; readonly asked: Asked };

export function createFront(needs: FrontNeeds): FrontDoor {
  const limits = { ...frontLimits, ...needs.limits };
  const lines = new Map(needs.fronts.map((front) => [front.name, createLine(front, limits, needs.caPem ?? null)]));
  let draining = false;
  const passing = {
    limits,
    log: needs.log,
    isFront: (name: string) => lines.has(name),
    isDraining: () => draining,
    hstsOf: ({ scheme, host }: Client) => (scheme === 'https' ? (needs.hsts?.(nameIn(host)) ?? null) : null),
  };
  const passer = createPasser(passing);
  const tunnels = createTunnels(passing);
  const find = createFinder(needs, lines);

  return {
    shouldUpgradeCallback: (request) =>
      request.method === 'GET' &&
      request.headers.upgrade?.toLowerCase() === 'websocket' &&
      !hasBody(request) &&
      find(request) !== null,
    standBefore: (server, house, upload) => {
      const listen = createListener(passer, find, upload);
      server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
        if (listen(request, response, true)) return;
        response.writeContinue();
        house(request, response);
      });
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const found = draining ? null : find(request);
        if (found !== null && socket instanceof Socket) enter(tunnels, request, head, { ...found, socket });
        else socket.destroy();
      });
      return (request, response) => {
        if (!listen(request, response, false)) house(request, response);
      };
    },
    drain: () => {
      draining = true;
      tunnels.endAll();
    },
  };
}

/** Answers whether it took the request. */
function createListener(
  passer: ReturnType<typeof createPasser>,
  find: (request: IncomingMessage) => Found | null,
  upload: (request: IncomingMessage) => void,
): (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => boolean {
  /** Connections on which something could not be read: what comes behind it may be part of it. */
  const shut = new WeakSet<Socket>();
  return (request, response, awaitsContinue) => {
    if (shut.has(request.socket)) return true;
    const found = find(request);
    if (found === null) return false;
    if (hasBody(request)) upload(request);
    const why = whyNot(request);
    if (why === null) passer.pass({ request, response, ...found, awaitsContinue });
    else {
      shut.add(request.socket);
      passer.refuse({ request, response, ...found }, why);
    }
    return true;
  };
}

function enter(tunnels: Tunnels, request: IncomingMessage, head: Buffer, tunnel: Found & { socket: Socket }): void {
  const why = whyNot(request);
  if (why === null) tunnels.open(request, head, tunnel);
  else tunnels.refuse(tunnel.socket, why);
}

function createFinder(
  { trustedProxies, readClient, scheme }: FrontNeeds,
  lines: ReadonlyMap<string, Line>,
): (request: IncomingMessage) => Found | null {
  const readHops = createHopsReader(trustedProxies);
  return ({ headers, socket }) => {
    const address = socket.remoteAddress ?? '';
    const client = readClient({ address, scheme }, plain(headers));
    const line = lines.get(nameIn(client.host));
    if (line === undefined) return null;
    return { line, asked: { client, hops: readHops(address, one(headers['x-forwarded-for'])) } };
  };
}

function nameIn(host: string): string {
  return host.replace(/:\d+$/, '');
}

function plain({ host, ...headers }: IncomingMessage['headers']): Readonly<Record<string, string | undefined>> {
  const names = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];
  return { host, ...Object.fromEntries(names.map((name) => [name, one(headers[name])])) };
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(', ');
}

/** What two servers might read in two ways is passed on in none (RFC 9112 §11.2). */
function whyNot({ headers, httpVersion, rawHeaders, url = '' }: IncomingMessage): Why | null {
  if (!isPlainTarget(rawHeaders, url)) return 'unreadable';
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && httpVersion !== '1.1') return 'unreadable';
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 'coding';
  return isLoop(headers) ? 'loop' : null;
}
