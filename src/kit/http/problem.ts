import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { Fault, type FaultCode, type FieldError } from '#kit/fault';
import { answer, type Answer } from './route.ts';

/** What went wrong, for whoever asked (RFC 9457); `code` is stable, `detail` one sentence, `instance` names this one time. */
export type Problem = {
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  /** Stands in our log beside the cause; only where the fault is ours. */
  readonly instance: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** A "no" of HTTP itself, beyond the six codes of a Fault. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.name = 'Refusal';
    this.problem = problem(status, code, detail, { headers });
  }
}

/** A Fault('limit') that says when to come back; `headers` go with its answer. */
export function limitReached(retryAfterSeconds: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return new Fault('limit', `Too many requests; try again in ${retryAfterSeconds} s.`, {
    cause: new LimitReached(retryAfterSeconds, headers),
  });
}

class LimitReached extends Error {
  readonly retryAfterSeconds: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(retryAfterSeconds: number, headers: Readonly<Record<string, string>>) {
    super('limit reached');
    this.retryAfterSeconds = retryAfterSeconds;
    this.headers = headers;
  }
}

const statuses: Readonly<Record<FaultCode, number>> = {
  invalid: 400,
  unauthorized: 401,
  not_found: 404,
  conflict: 409,
  limit: 429,
  unavailable: 503,
};

const retryAfterSecondsUsually = { limit: 60, unavailable: 5 };

/** Total: whatever was thrown has an answer, and nothing of an unknown error's text is in it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem;
  if (error instanceof Fault) return problemOfFault(error);
  return problemOfServer(error) ?? ours();
}

function problemOfFault(fault: Fault): Problem {
  const { code, publicText, errors } = fault;
  const status = code === 'invalid' && errors.length > 0 ? 422 : statuses[code];
  switch (code) {
    case 'invalid':
    case 'not_found':
    case 'conflict':
      return problem(status, code, publicText, { errors });
    case 'unauthorized':
      return problem(status, code, publicText, { headers: { 'www-authenticate': 'Bearer' } });
    case 'limit':
    case 'unavailable': {
      const seconds = retryAfterOf(fault) ?? retryAfterSecondsUsually[code];
      return problem(status, code, publicText, { headers: { 'retry-after': `${seconds}`, ...headersIn(fault) } });
    }
  }
}

function headersIn({ cause }: Fault): Readonly<Record<string, string>> {
  return cause instanceof LimitReached ? cause.headers : {};
}

function retryAfterOf(fault: Fault): number | null {
  const { cause } = fault;
  if (typeof cause !== 'object' || cause === null || !('retryAfterSeconds' in cause)) return null;
  return typeof cause.retryAfterSeconds === 'number' ? Math.max(1, Math.ceil(cause.retryAfterSeconds)) : null;
}

/** Errors that Fastify throws before a route is reached, by their codes. */
const ofServer: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too_large', 'The body is larger than this address accepts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'media_type', 'The content type cannot be read.'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'too_long', 'The address is too long.'],
};

function problemOfServer(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const known = Object.hasOwn(ofServer, error.code) ? ofServer[error.code] : undefined;
  if (known !== undefined) return problem(...known);
  if (!('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  return error.statusCode === 400 ? problem(400, 'invalid', 'The request cannot be read.') : null;
}

function ours(): Problem {
  return problem(500, 'internal', 'Something broke on our side.', { instance: `urn:uuid:${randomUUID()}` });
}

function problem(
  status: number,
  code: string,
  detail: string,
  more: Partial<Pick<Problem, 'errors' | 'instance' | 'headers'>> = {},
): Problem {
  const title = STATUS_CODES[status] ?? 'Problem';
  return { status, title, code, detail, errors: [], instance: null, headers: {}, ...more };
}

/** `type` is left out: it is `about:blank`, the status itself (RFC 9457 §4.2.1). */
export function problemAnswer(of: Problem): Answer {
  const { status, title, code, detail, errors, instance, headers } = of;
  const body = {
    title,
    status,
    code,
    detail,
    ...(errors.length === 0 ? {} : { errors }),
    ...(instance === null ? {} : { instance }),
  };
  return answer.json(body, { status, headers: { ...headers, 'content-type': 'application/problem+json' } });
}

/** The page that is shown when nobody gave a better one. */
export function plainErrorPage(of: Problem): string {
  const reference = of.instance === null ? '' : `<p>Reference: ${of.instance}</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${of.status} ${of.title}</title><h1>${of.title}</h1><p>${escapeHtml(of.detail)}</p>${reference}</html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
