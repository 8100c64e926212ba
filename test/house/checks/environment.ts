// One file reads the environment; everything else is handed plain values.
import type { Law } from '../law.ts';
import { codeOf, textAt, type Token } from '../source.ts';
import { isCode, isTest } from '../tree.ts';

const reader = 'src/settings.ts';

export const environment: Law = {
  sees: (path) => /^(?:src|bench)\//.test(path) && isCode(path) && path !== reader && !isTest(path),
  judge: (files) =>
    files.flatMap(({ path, text }) => {
      const tokens = codeOf(text);
      return tokens
        .filter((_, at) => readsEnvironment(tokens, at))
        .map(({ line }) => ({ path, line, says: `reads the environment, which only ${reader} does` }));
    }),
};

function readsEnvironment(tokens: readonly Token[], at: number): boolean {
  const text = textAt(tokens, at);
  if (text === 'loadEnvFile') return true;
  return text === 'env' && (isMemberOfProcess(tokens, at) || isTakenFromProcess(tokens, at));
}

/** `process.env`, `process?.env`, `process['env']`. */
function isMemberOfProcess(tokens: readonly Token[], at: number): boolean {
  const owner = tokens.findLastIndex(({ text }, place) => place < at && !['.', '?', '['].includes(text));
  return owner < at - 1 && textAt(tokens, owner) === 'process';
}

/** `import { env } from 'node:process'`, `const { env } = process`. */
function isTakenFromProcess(tokens: readonly Token[], at: number): boolean {
  const opens = tokens.findLastIndex(({ text }, place) => place < at && ['{', '}', ';'].includes(text));
  const closes = tokens.findIndex(({ text }, place) => place > at && text === '}');
  const isClause = textAt(tokens, opens) === '{' && ['from', '='].includes(textAt(tokens, closes + 1));
  return isClause && /^(?:node:)?process$/.test(textAt(tokens, closes + 2));
}
