// Product time comes from the clock that was handed in; SQL gets it as a parameter.
import type { Finding, Law } from '../law.ts';
import { codeOf, textAt, type Token } from '../source.ts';
import { sqlTextsOf, sqlTokens, type SqlToken } from '../sql.ts';
import { isCode, type TreeFile } from '../tree.ts';

/** Its own clock is what the file is for. Durations are measured with performance.now(), which tells no time. */
const clockFile = 'src/kit/clock.ts';

export const clock: Law = {
  sees: (path) => path.startsWith('src/') && isCode(path) && path !== clockFile,
  judge: (files) =>
    files.flatMap(({ path, text }) => {
      const tokens = codeOf(text);
      return tokens.flatMap((token, at) => {
        const read = clockReadAt(tokens, at);
        return read === null ? [] : [{ path, line: token.line, says: `reads the system's clock by ${read}` }];
      });
    }),
};

function clockReadAt(tokens: readonly Token[], at: number): string | null {
  if (tokens[at]?.kind !== 'word') return null;
  const word = textAt(tokens, at);
  if (word === 'Date') return dateReadAt(tokens, at);
  const member = textAt(tokens, at + 1) + textAt(tokens, at + 2);
  if (word === 'Temporal' && member === '.Now') return 'Temporal.Now';
  if (word === 'Now' && isTakenFrom(tokens, at, 'Temporal')) return 'Now of Temporal';
  return word === 'setSystemTime' ? word : null;
}

function dateReadAt(tokens: readonly Token[], at: number): string | null {
  const isNew = textAt(tokens, at - 1) === 'new';
  const [next, afterNext] = [textAt(tokens, at + 1), textAt(tokens, at + 2)];
  if (next + afterNext === '.now') return 'Date.now';
  if (next + afterNext === '()') return isNew ? 'new Date()' : 'Date()';
  return isNew && next !== '(' ? 'new Date' : null;
}

/** `const { Now } = Temporal`. */
function isTakenFrom(tokens: readonly Token[], at: number, source: string): boolean {
  const end = tokens.findIndex(({ text }, place) => place > at && text === '}');
  return end > 0 && textAt(tokens, end + 1) === '=' && textAt(tokens, end + 2) === source;
}

const timeWords = new Set(['current_timestamp', 'current_date', 'current_time', 'localtime', 'localtimestamp']);
const timeCalls = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday']);
const timeTexts = new Set(['now', 'today', 'tomorrow', 'yesterday']);

/** The queue below kit/jobs runs on the database's clock; a timer's due time is translated there. */
export const sqlClock: Law = {
  sees: (path) => path.startsWith('src/') && (isCode(path) || path.endsWith('.sql')) && !isJobs(path),
  judge: (files) => files.flatMap(judgeSql),
};

function isJobs(path: string): boolean {
  return path.startsWith('src/kit/jobs') || /\.test\.tsx?$/.test(path);
}

function judgeSql({ path, text }: TreeFile): readonly Finding[] {
  const texts = path.endsWith('.sql') ? [{ text, line: 1 }] : sqlTextsOf(text);
  return texts.flatMap((sql) => {
    const tokens = sqlTokens(sql.text);
    return tokens
      .filter((token, at) => readsTime(tokens, token, at))
      .map((token) => ({ path, line: sql.line + token.line - 1, says: `SQL reads the clock by ${token.text}` }));
  });
}

function readsTime(tokens: readonly SqlToken[], token: SqlToken, at: number): boolean {
  const next = tokens[at + 1]?.text;
  if (token.kind === 'string') return timeTexts.has(token.text.trim().toLowerCase()) && isCast(tokens, at);
  if (token.kind !== 'word' || token.raw.startsWith('"')) return false;
  return timeWords.has(token.text) || (timeCalls.has(token.text) && next === '(');
}

/** `'now'::timestamptz`, `timestamptz 'now'`. */
function isCast(tokens: readonly SqlToken[], at: number): boolean {
  return tokens[at + 1]?.text === '::' || /^(?:timestamp|timestamptz|date|time)$/.test(tokens[at - 1]?.text ?? '');
}
