import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '#kit/fault';
import type { Log } from '#kit/log';
import { plainErrorPage, problemAnswer, problemOf, type Problem } from './problem.ts';
import { answer, type Answer, type EventFeed, type RequestHead, type Route } from './route.ts';
import type { Streams } from './streams.ts';

export type ErrorPage = (problem: Problem, head: RequestHead) => string;

export type ExitNeeds = {
  readonly streams: Streams;
  readonly log: Log;
  readonly errorPage: ErrorPage;
  readonly hsts: () => string;
};

export type Audience = Route<unknown>['audience'];

export type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly head: RequestHead };

/** The one way out: every answer, good or bad, leaves here with the same headers. */
export type Exit = {
  readonly send: (exchange: Exchange, given: Answer) => void;
  readonly fail: (exchange: Exchange, error: unknown, audience: Audience) => void;
  /** From now on no stream begins, and every answer asks for the connection to be closed. */
  readonly drain: () => void;
};

export function createExit(needs: ExitNeeds): Exit {
  let draining = false;
  const protective = createProtection(needs.hsts);

  const send = ({ reply, head }: Exchange, given: Answer): void => {
    const { body } = given;
    if (isFeed(body) && draining) throw new Fault('unavailable', 'The server is about to stop; try again shortly.');
    const headers = headersOf(given, protective(head.client.scheme));
    if (draining) headers['connection'] = 'close';
    if (isFeed(body) && head.method !== 'HEAD') stream(reply, headers, body, needs.streams);
    else
      reply
        .code(given.status)
        .headers(headers)
        .send(isFeed(body) || body === null ? '' : body);
  };

  const fail = (exchange: Exchange, error: unknown, audience: Audience): void => {
    const { request, head } = exchange;
    const problem = problemOf(error);
    const { status, instance } = problem;
    if (status >= 500) needs.log.error('request failed', error, { ...lineOf(request), status, instance });
    const wantsPage = audience === 'people' && (head.headers['accept'] ?? '').includes('text/html');
    send(exchange, wantsPage ? pageOf(problem, head, needs) : problemAnswer(problem));
  };

  return {
    send,
    fail,
    drain: () => {
      draining = true;
    },
  };
}

/** What the log knows of a request: the route's pattern, never the path itself, for links hold tokens. */
export function lineOf(request: FastifyRequest): { readonly method: string; readonly route: string } {
  return { method: request.method, route: request.routeOptions.url ?? 'none' };
}

function isFeed(body: Answer['body']): body is EventFeed {
  return typeof body === 'object' && body !== null && 'open' in body;
}

function stream(reply: FastifyReply, headers: SentHeaders, feed: EventFeed, streams: Streams): void {
  streams.mayOpen(feed.key);
  reply.hijack();
  reply.raw.writeHead(200, headers);
  streams.run(reply.raw, feed);
}

function pageOf(problem: Problem, head: RequestHead, needs: Pick<ExitNeeds, 'errorPage' | 'log'>): Answer {
  const { status, headers } = problem;
  try {
    return answer.page(needs.errorPage(problem, head), { status, headers });
  } catch (error) {
    needs.log.error('the error page failed', error);
    return answer.page(plainErrorPage(problem), { status, headers });
  }
}

type SentHeaders = Record<string, string | string[]>;

function headersOf({ headers: own }: Answer, protective: Readonly<Record<string, string>>): SentHeaders {
  const headers: SentHeaders = { ...protective };
  for (const name in own) {
    const value = own[name] ?? '';
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  return headers;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()',
  'x-robots-tag': 'noindex, nofollow',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

type Scheme = 'http' | 'https';

/** What every answer carries; made anew only when the stage of HSTS has changed. */
function createProtection(hsts: () => string): (scheme: Scheme) => Readonly<Record<string, string>> {
  let kept = protectionOf(hsts());
  return (scheme) => {
    const now = hsts();
    if (now !== kept.hsts) kept = protectionOf(now);
    return kept[scheme];
  };
}

/** How long to come by https only is told over https alone (RFC 6797 §7.2), whether TLS ends here or at a trusted proxy. */
function protectionOf(hsts: string) {
  return {
    hsts,
    http: { ...always, 'content-security-policy': policy },
    https: {
      ...always,
      'content-security-policy': `${policy}; upgrade-insecure-requests`,
      'strict-transport-security': hsts,
    },
  };
}
