import type { AnswerHead, ReadError } from '../contract.ts';
import { at, field, textOf } from '../reading/json.ts';
import { kindOfStatus, secondsToWait } from '../reading/problems.ts';
import { manyOf } from './package.ts';

const messageMax = 300;
const problemsMax = 20;

/** Codes of UPS's lists of errors whose meaning the status of the answer does not say, or says wrongly. */
const kindByCode: ReadonlyMap<string, ReadError['kind']> = new Map([
  // No information about this number, yet or any more.
  ['TW0001', 'not_found'],
  ['151044', 'not_found'],
  ['151045', 'not_found'],
  ['404', 'not_found'],
  ['250002', 'auth'],
  ['250003', 'auth'],
  ['251004', 'auth'],
  ['UJ0001', 'auth'],
  ['10401', 'auth'],
  ['10429', 'rate_limited'],
  ['429', 'rate_limited'],
  ['10004', 'upstream'],
  ['250050', 'upstream'],
  ['VSS100', 'upstream'],
]);

type Problem = { readonly code: string; readonly message: string };

function problemOf(wire: unknown): Problem | null {
  const code = textOf(field(wire, 'code'), 20);
  const message = textOf(field(wire, 'message'), messageMax);
  if (code === null && message === null) return null;
  return { code: code ?? '', message: [code, message].filter((part) => part !== null).join(': ') };
}

function kindOf({ code, message }: Problem, status: number): ReadError['kind'] {
  const known = kindByCode.get(code.toUpperCase());
  if (known !== undefined) return known;
  if (status >= 400) return kindOfStatus(status);
  return /\bnot found\b|\bno (?:tracking )?information\b/i.test(message) ? 'not_found' : 'bad_input';
}

/** `response.errors`, which some of UPS's doors send without the `response` around it. */
export function errorsIn(wire: unknown, head: AnswerHead): readonly ReadError[] {
  const places = [...manyOf(at(wire, 'response', 'errors')), ...manyOf(field(wire, 'errors'))];
  return places.slice(0, problemsMax).flatMap((each) => {
    const problem = problemOf(each);
    if (problem === null) return [];
    const { message } = problem;
    return [
      { kind: kindOf(problem, head.status), message, number: null, retryAfterSeconds: secondsToWait(head.retryAfter) },
    ];
  });
}

/**
 * What stands beside a shipment in an answer that was given: "not found" for its number, else a remark. A remark never means
 * that the account is refused, whatever its code.
 */
export function warningsIn(shipment: unknown, number: string | null): readonly ReadError[] {
  return manyOf(field(shipment, 'warnings'))
    .slice(0, problemsMax)
    .flatMap((each) => {
      const problem = problemOf(each);
      if (problem === null) return [];
      const kind = kindOf(problem, 200) === 'not_found' ? 'not_found' : 'upstream';
      return [{ kind, message: problem.message, number, retryAfterSeconds: null } as const];
    });
}

/** The error that a bad status stands for when its body says nothing. */
export function statusError({ status, retryAfter }: AnswerHead): ReadError {
  return {
    kind: kindOfStatus(status),
    message: `status ${status}`,
    number: null,
    retryAfterSeconds: secondsToWait(retryAfter),
  };
}
