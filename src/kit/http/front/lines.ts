import { Agent as HttpAgent, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { ProxyTargetDetailed } from 'httpxy';
import type { Why } from './refusal.ts';
import type { Front } from './upstream.ts';

export type FrontLimits = {
  readonly connectTimeoutMs: number;
  /** From the last byte of a request to the first of its answer. */
  readonly answerTimeoutMs: number;
  /** Of an answer or a tunnel that has begun, where nothing moves. */
  readonly idleTimeoutMs: number;
  /** Requests and tunnels under way to one server; those beyond are answered 503 at once. */
  readonly underWayMax: number;
  readonly keptConnectionsMax: number;
  /** Shorter than servers keep a connection on which nothing is asked, or a request meets one that is closing. */
  readonly keptMs: number;
  /** So long the rest of a body is read that nobody wants, so that its sender comes to hear the answer. */
  readonly lingerMs: number;
};

export const frontLimits: FrontLimits = {
  connectTimeoutMs: 5_000,
  answerTimeoutMs: 60_000,
  idleTimeoutMs: 120_000,
  underWayMax: 2_000,
  keptConnectionsMax: 256,
  keptMs: 4_000,
  lingerMs: 30_000,
};

/** The way to the server behind one name. */
export type Line = {
  readonly front: Front;
  readonly target: ProxyTargetDetailed;
  /** Whose connections are kept for the next request, and whose are not. */
  readonly kept: HttpAgent;
  readonly fresh: HttpAgent;
  underWay: number;
};

/** @param caPem who vouches for https servers besides the usual authorities */
export function createLine(front: Front, limits: FrontLimits, caPem: string | null): Line {
  const { scheme, hostname, port } = front.upstream;
  const agent = (keepAlive: boolean): HttpAgent => {
    const { keptConnectionsMax: maxFreeSockets, keptMs: timeout } = limits;
    const options = keepAlive ? { keepAlive, maxFreeSockets, timeout } : { keepAlive };
    if (scheme === 'http') return new HttpAgent(options);
    const ca = caPem === null ? {} : { ca: caPem };
    // A server at an address shows the certificate of the name it serves.
    return new HttpsAgent({ ...options, ...ca, servername: isIP(hostname) === 0 ? hostname : front.name });
  };
  const target = { protocol: `${scheme}:`, host: hostname, hostname, port };
  return { front, target, kept: agent(true), fresh: agent(false), underWay: 0 };
}

class Slow extends Error {
  readonly code = 'GLASSPOST_SLOW';
}

/** Ends a request to the server that is not connected, or not answered, in time; `isHeld` is true while we let it wait. */
export function keepTime(outgoing: ClientRequest, limits: FrontLimits, isHeld: () => boolean): void {
  const late = setTimeout(() => outgoing.destroy(new Slow()), limits.connectTimeoutMs);
  const isThere = (): void => clearTimeout(late);
  outgoing.once('close', isThere);
  const watch = (socket: Socket): void => {
    if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', isThere);
    else isThere();
  };
  if (outgoing.socket === null) outgoing.once('socket', watch);
  else watch(outgoing.socket);
  outgoing.setTimeout(limits.answerTimeoutMs);
  outgoing.on('timeout', () => {
    if (!isHeld()) outgoing.destroy(new Slow());
  });
}

export function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

export function whyOf(error: Error): Why {
  const code = codeOf(error);
  if (code === 'GLASSPOST_SLOW' || code === 'ETIMEDOUT') return 'slow';
  if (code === 'ERR_UNESCAPED_CHARACTERS' || code === 'ERR_INVALID_CHAR') return 'unreadable';
  return /^(?:ECONNRESET|EPIPE|HPE_)/.test(code) ? 'broken' : 'refused';
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
