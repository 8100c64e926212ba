import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createWords } from '#kit/words';
import { problemAnswer, Refusal } from '../problem.ts';
import { answer, type Answer } from '../route.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

/** Why the shop's server did not answer, or was not asked. */
export type Why = 'refused' | 'broken' | 'slow' | 'busy' | 'loop' | 'unreadable' | 'coding';

const words = createWords({ en, de });

const table: Readonly<Record<Why, readonly [status: number, says: keyof typeof en, detail: string]>> = {
  refused: [502, 'later', 'The server behind this address cannot be reached.'],
  broken: [502, 'later', 'The server behind this address broke off.'],
  slow: [504, 'later', 'The server behind this address does not answer in time.'],
  busy: [503, 'later', 'Too many requests wait for the server behind this address.'],
  loop: [508, 'loop', 'This request has been here before.'],
  unreadable: [400, 'unreadable', 'The request cannot be read.'],
  coding: [501, 'unreadable', 'Bodies may be chunked, and coded in no other way for the transfer.'],
};
const retryAfterSeconds = 10;

export function statusOf(why: Why): number {
  return table[why][0];
}

/** A page for people, in their language; a problem for machines. */
export function refusalOf(why: Why, headers: IncomingHttpHeaders): Answer {
  const [status, says, detail] = table[why];
  const more = { 'cache-control': 'no-store', ...(says === 'later' ? { 'retry-after': `${retryAfterSeconds}` } : {}) };
  if (!(headers.accept ?? '').includes('text/html')) {
    return problemAnswer(new Refusal(status, why, detail, more).problem);
  }
  const language = /^de\b/i.test(headers['accept-language'] ?? '') ? 'de' : 'en';
  const page = pageOf(language, words.say(language, 'title'), words.say(language, says));
  return answer.page(page, { status, headers: { ...more, 'content-security-policy': policy } });
}

const style = 'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}';
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** It stands alone: whatever else this host serves comes from the server that does not answer. */
function pageOf(language: string, title: string, text: string): string {
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${title}</title><style>${style}</style><h1>${title}</h1><p>${text}</p></html>`;
}
