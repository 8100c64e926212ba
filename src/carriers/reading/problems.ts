import type { AnswerHead, ReadError } from '../contract.ts';
import { at, field, textOf } from './json.ts';

const messageMax = 300;
const waitMaxSeconds = 7 * 86_400;

/** What an HTTP status says about a question, for carriers that use the statuses in their ordinary meaning. */
export function kindOfStatus(status: number): ReadError['kind'] {
  if (status === 404 || status === 410) return 'not_found';
  if (status === 401 || status === 403 || status === 407) return 'auth';
  if (status === 429) return 'rate_limited';
  return status >= 400 && status < 500 && status !== 408 ? 'bad_input' : 'upstream';
}

/** Seconds of a `Retry-After`; a date in it would need a clock and counts as not said. */
export function secondsToWait(retryAfter: string | null): number | null {
  const text = retryAfter?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), waitMaxSeconds) : null;
}

type Problem = { readonly status: number | null; readonly message: string; readonly number: string | null };

/** The members of a problem document (RFC 9457) that say something. */
export function readProblem(value: unknown): Problem | null {
  const status = Number(textOf(field(value, 'status'), 5) ?? Number.NaN);
  const parts = [field(value, 'title'), field(value, 'detail') ?? field(value, 'message')];
  const said = parts.map((part) => textOf(part, messageMax)).filter((part) => part !== null);
  if (said.length === 0) return null;
  return { status: Number.isInteger(status) ? status : null, message: said.join(': '), number: numberOf(value) };
}

function numberOf(problem: unknown): string | null {
  const instance = textOf(at(problem, 'instance'), messageMax) ?? '';
  return /\/shipments?\/(\w{4,40})$|[?&]trackingNumber=(\w{4,40})/.exec(instance)?.slice(1).find(Boolean) ?? null;
}

/** The error that a problem document or a bad status stands for. The answer's own status counts more than the document's. */
export function errorOf(problem: Problem | null, head: AnswerHead): ReadError {
  const bad = head.status >= 400 ? head.status : problem?.status;
  return {
    kind: kindOfStatus(bad ?? 500),
    message: problem?.message ?? `status ${head.status}`,
    number: problem?.number ?? null,
    retryAfterSeconds: secondsToWait(head.retryAfter),
  };
}
