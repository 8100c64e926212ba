import type { AnswerHead, ReadError } from '../contract.ts';
import { secondsToWait } from '../reading/problems.ts';
import { type Node, attribute, firstOf } from './tree.ts';

type Kind = ReadError['kind'];

/** DHL's answer codes, by its documentation of the interface. Codes that are not here are trouble at DHL. */
const said: ReadonlyMap<string, readonly [Kind, string]> = new Map<string, readonly [Kind, string]>([
  ['-1000', ['upstream', 'Technical error']],
  ['-3', ['upstream', 'Unknown request type']],
  ['-2', ['upstream', 'Internal error']],
  ['-1', ['upstream', 'No connection to the database']],
  ['5', ['auth', 'Login failed']],
  ['6', ['rate_limited', 'Too many invalid logins']],
  ['41', ['bad_input', 'The number’s check digit is wrong']],
  ['45', ['bad_input', 'No number was given']],
  ['57', ['bad_input', 'Nothing is known for this postcode']],
  ['58', ['bad_input', 'The customer number is missing']],
  ['59', ['bad_input', 'No number was given']],
  ['60', ['bad_input', 'Too many kinds of numbers were given']],
  ['61', ['not_found', 'No shipment is known for this order']],
  ['62', ['auth', 'Not authorised']],
  ['63', ['upstream', 'The archive is away']],
  ['64', ['bad_input', 'Numbers without check digit may not be asked']],
  ['100', ['not_found', 'No data found']],
  ['200', ['not_found', 'No electronic shipment data available']],
]);

const notOurs: readonly [Kind, string] = ['bad_input', 'This account may not ask about this number'];

const messageMax = 300;

/** What stands in the question never comes back in a message: credentials travel in it. */
export function withoutQuestion(message: string): string {
  const cut = message
    .replaceAll(/(?:[?&]|\b)xml=\S*/gi, '…')
    .replaceAll(/(?:%3C|<)[?]?\s*(?:data|xml)\b.*/gi, '…')
    .replaceAll(/\b(?:app-?name|password|piece-code|authorization)\b\s*(?:[=:]|%3D).*/gi, '…')
    .trim();
  return cut === '' ? '…' : cut;
}

const isGood = (code: string | null): boolean => code === null || /^0+$/.test(code);

function errorOf([kind, words]: readonly [Kind, string], own: string | null, number: string | null, head: AnswerHead) {
  const message = withoutQuestion((own ?? words).slice(0, messageMax));
  return { kind, message, number, retryAfterSeconds: kind === 'rate_limited' ? secondsToWait(head.retryAfter) : null };
}

const unheardOf = (code: string): readonly [Kind, string] => ['upstream', `DHL answers with code ${code.slice(0, 20)}`];

/** The answer's own code, of its list or of its root: it is about the whole question. */
export function answerError(node: Node, head: AnswerHead): ReadError | null {
  const code = firstOf(node, ['code', 'error-status'], 20);
  if (code === null || isGood(code)) return null;
  const own = firstOf(node, ['error', 'error-text', 'error-message'], messageMax);
  return errorOf(said.get(code) ?? unheardOf(code), own, attribute(node, '_piece-code', 60), head);
}

/** The code of one piece. That a foreign parcel may not be asked about says nothing about the account. */
export function pieceError(piece: Node, number: string | null, head: AnswerHead): ReadError | null {
  const code = attribute(piece, 'error-status', 20);
  if (code === null || isGood(code)) return null;
  const meant = said.get(code) ?? unheardOf(code);
  const own = firstOf(piece, ['error', 'error-text', 'status'], messageMax);
  return errorOf(meant[0] === 'auth' ? notOurs : meant, meant[0] === 'auth' ? null : own, number, head);
}
