// Names: files and folders in kebab-case, nothing named after what everything is, the product's word for each thing.
import type { Finding, Law } from '../law.ts';
import { codeOf, textAt, type Token } from '../source.ts';
import { sqlTokens } from '../sql.ts';
import { isCode, isTest, type TreeFile } from '../tree.ts';

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/;
const saysNothing = /^(?:utils?|helpers?|managers?|data|info|common|misc|shared)$/;
const endsInNothing = /-(?:utils?|helpers?|managers?|info|service|services|impl)$/;

export const fileNames: Law = {
  sees: (path) => /^(?:src|test|scripts|bench)\//.test(path) && !path.includes('/samples/'),
  judge: (files) => files.flatMap(judgePath),
};

function judgePath({ path }: TreeFile): readonly Finding[] {
  const parts = path.split('/');
  const file = parts.at(-1) ?? '';
  const names = [...parts.slice(1, -1), file.split('.')[0] ?? ''];
  const shaped = file === 'README.md' || path === 'bench/RESULTS.md' || kebab.test(file);
  const folders = parts.slice(1, -1).every((name) => kebab.test(`${name}.x`));
  const empty = names.find((name) => saysNothing.test(name) || endsInNothing.test(name));
  return [
    ...(shaped && folders ? [] : [{ path, line: 1, says: 'is not named in kebab-case' }]),
    ...(empty === undefined ? [] : [{ path, line: 1, says: `"${empty}" says nothing about what is inside` }]),
  ];
}

/** `service` means customer service; the others are words for code that has no word of the product. */
const pattern = /^(?:create)?[A-Z]\w*(?:Service|Manager|Helper|Helpers|Util|Utils|Impl)$/;
const declares = new Set(['class', 'type', 'interface', 'function', 'const', 'let']);

export const declaredNames: Law = {
  sees: (path) => /^(?:src|test|scripts|bench)\//.test(path) && isCode(path),
  judge: (files) => files.flatMap(judgeDeclarations),
};

function judgeDeclarations({ path, text }: TreeFile): readonly Finding[] {
  const tokens = codeOf(text);
  return tokens.flatMap((token, at) => {
    const says =
      faultOf(path, token.text, textAt(tokens, at - 1), textAt(tokens, at + 1)) ?? leftOutAt(path, tokens, at);
    return token.kind === 'word' && says !== null ? [{ path, line: token.line, says }] : [];
  });
}

function faultOf(path: string, word: string, before: string, next: string): string | null {
  if (declares.has(before) && pattern.test(word)) return `declares ${word}, a pattern and not a thing`;
  return isDefaultExport(word, before, next) && path !== 'test/reporter.ts' ? 'exports a default' : null;
}

const leavesOut = /^(?:test|it|describe|suite)\.(?:only|skip|todo)\($/;

/** A test that finds on its way that it cannot run says why by `context.skip('reason')`. */
function leftOutAt(path: string, tokens: readonly Token[], at: number): string | null {
  const call = [-2, -1, 0, 1].map((step) => textAt(tokens, at + step)).join('');
  const word = textAt(tokens, at);
  return isTest(path) && leavesOut.test(call) ? `calls .${word}(): say { skip: 'reason' } or do it` : null;
}

function isDefaultExport(word: string, before: string, next: string): boolean {
  return word === 'default' && (before === 'export' || (before === 'as' && (next === '}' || next === ',')));
}

const foreignWords = /shipment|courier|tenant|merchant|consignment/i;
/** Wire formats keep the words of those who speak them: carriers, shop systems, the simulator of a carrier, and tests. */
const speaksForeign = /^src\/(?:carriers\/|shops\/[^/]+\/|sample\/[^/]*(?:carrier|simulator)|.*\.test\.ts$)/;

/** One word for one thing: parcel, carrier, shop. */
export const productWords: Law = {
  sees: (path) => path.startsWith('src/') && (isCode(path) || path.endsWith('.sql')) && !speaksForeign.test(path),
  judge: (files) => files.flatMap(judgeWords),
};

function judgeWords({ path, text }: TreeFile): readonly Finding[] {
  const words = (path.endsWith('.sql') ? sqlTokens(text) : codeOf(text)).filter((token) => token.kind === 'word');
  return [
    ...(foreignWords.test(path) ? [{ path, line: 1, says: `is named with a word that is not the product's` }] : []),
    ...words
      .filter((token) => foreignWords.test(token.text))
      .map((token) => ({ path, line: token.line, says: `${token.text} is not the product's word` })),
  ];
}
