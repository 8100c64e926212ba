import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { ProxyServer } from 'httpxy';
import type { Log } from '#kit/log';
import type { Client } from '../route.ts';
import { requestHeaders, responseHeaders, type Asked } from './headers.ts';
import { codeOf, hasBody, keepTime, whyOf, type FrontLimits, type Line } from './lines.ts';
import { refusalOf, statusOf, type Why } from './refusal.ts';

export type PassNeeds = {
  readonly limits: FrontLimits;
  readonly log: Log;
  readonly isFront: (name: string) => boolean;
  /** What this client is told; null where it did not come over TLS, or this process does not end it. */
  readonly hstsOf: (client: Client) => string | null;
  /** Whether connections are to be closed with their next answer. */
  readonly isDraining: () => boolean;
};

export type Passed = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly asked: Asked;
  readonly line: Line;
  /** The client waits for a word of the server before it sends its body (RFC 9110 §10.1.1). */
  readonly awaitsContinue: boolean;
};

type UnderWay = Passed & {
  readonly began: number;
  /** What was asked for, before the headers became the server's. */
  readonly given: IncomingMessage['headers'];
  outgoing: ClientRequest | null;
  mayClientSend: boolean;
  wasRepeated: boolean;
};

/** Asked again without harm (RFC 9110 §9.2.1), where the connection that was kept has just been closed. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Passes requests on, streaming both ways. The library makes the request, pipes both bodies, ends the one side when the
 * other has gone and destroys an answer that was cut off; what it lets through of headers, times and repeats is set here.
 */
export function createPasser(needs: PassNeeds): {
  readonly pass: (passed: Passed) => void;
  readonly refuse: Refuse;
} {
  const proxy = new ProxyServer();
  const underWay = new WeakMap<IncomingMessage, UnderWay>();
  const refuse = createRefuse(needs);

  proxy.on('proxyReq', (outgoing, request, response) => {
    const one = underWay.get(request);
    if (one === undefined) return;
    one.outgoing = outgoing;
    if (one.awaitsContinue) awaitWord(one, outgoing);
    keepTime(outgoing, needs.limits, () => response.writableNeedDrain);
  });
  proxy.on('proxyRes', (incoming, request) => {
    const one = underWay.get(request);
    if (one !== undefined) hear(one, incoming, needs);
  });
  proxy.on('error', (error, request) => {
    const one = request === undefined ? undefined : underWay.get(request);
    // An answer that has begun is cut off by the library where its end is missing.
    if (one === undefined || one.response.headersSent || one.response.destroyed) return;
    const hasClosed = one.outgoing?.reusedSocket === true && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
    if (hasClosed && !one.wasRepeated) {
      one.wasRepeated = true;
      send(proxy, one);
    } else fail(one, whyOf(error), needs.log, refuse);
  });

  return {
    refuse,
    pass: (passed) => {
      const { request, response, asked, line } = passed;
      const given = request.headers;
      const began = performance.now();
      const one = { ...passed, began, given, outgoing: null, mayClientSend: false, wasRepeated: false };
      if (line.underWay >= needs.limits.underWayMax) {
        fail(one, 'busy', needs.log, refuse);
        return;
      }
      line.underWay += 1;
      response.once('close', () => (line.underWay -= 1));
      underWay.set(request, one);
      request.headers = requestHeaders(given, asked, false);
      send(proxy, one);
    },
  };
}

/** A request that must not be sent twice never meets a connection that the server is just closing. */
function send(proxy: ProxyServer, { request, response, line, wasRepeated }: UnderWay): void {
  const isKept = !wasRepeated && safeMethods.has(request.method ?? '') && !hasBody(request);
  const options = { target: line.target, agent: isKept ? line.kept : line.fresh, prependPath: false };
  proxy.web(request, response, options).catch(() => response.destroy());
}

/** The server's answer has begun. */
function hear(one: UnderWay, incoming: IncomingMessage, needs: PassNeeds): void {
  const { limits, isFront } = needs;
  const { client } = one.asked;
  const isUnsent = one.awaitsContinue && !one.mayClientSend;
  one.outgoing?.setTimeout(limits.idleTimeoutMs);
  incoming.headers = responseHeaders(incoming.headers, {
    client,
    upstream: one.line.front.upstream,
    isFront,
    hsts: needs.hstsOf(client),
    close: isUnsent || needs.isDraining() || /\bclose\b/i.test(one.given.connection ?? ''),
  });
  one.response.once('finish', () => linger(one.request, limits.lingerMs));
}

type Refuse = (passed: Omit<Passed, 'line' | 'awaitsContinue'>, why: Why) => void;

function createRefuse({ limits, hstsOf }: PassNeeds): Refuse {
  return ({ request, response, asked }, why) => {
    const { status, headers, body } = refusalOf(why, request.headers);
    const bytes = Buffer.from(typeof body === 'string' ? body : '');
    for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') response.setHeader(name, value);
    const hsts = hstsOf(asked.client);
    if (hsts !== null) response.setHeader('strict-transport-security', hsts);
    // What cannot be read may go on in any way.
    if (status < 502) response.setHeader('connection', 'close');
    response.once('finish', () => linger(request, limits.lingerMs));
    response.writeHead(status, { 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    request.resume();
  };
}

function fail(one: UnderWay, why: Why, log: Log, refuse: Refuse): void {
  const ms = Math.round(performance.now() - one.began);
  log.warn('front', { host: one.line.front.name, status: statusOf(why), why, ms });
  one.request.headers = one.given;
  refuse(one, why);
}

/** The client's question goes to the server, and the server's word to the client; the body follows by itself. */
function awaitWord(one: UnderWay, outgoing: ClientRequest): void {
  outgoing.setHeader('expect', '100-continue');
  outgoing.once('continue', () => {
    one.mayClientSend = true;
    one.response.writeContinue();
  });
  outgoing.flushHeaders();
}

/** Reads what still comes of a body after its answer, for a while. */
function linger(request: IncomingMessage, ms: number): void {
  if (request.complete || request.destroyed) return;
  const last = setTimeout(() => request.destroy(), ms).unref();
  request.once('close', () => clearTimeout(last));
}
