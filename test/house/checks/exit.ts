// One exit: what is sealed is opened by one folder, and whoever can speak with the world outside is known by name.
import type { Finding, Law } from '../law.ts';
import { codeOf, textAt, type Token } from '../source.ts';
import { isCode, isTest, type TreeFile } from '../tree.ts';

/** Words that mark a text as let out, with the files that may say them. */
const openers: Readonly<Record<string, RegExp>> = {
  // A made-up number, with which the host asks whether there would be a request at all.
  nobodys: /^src\/(?:privacy\/|carriers\/host\.ts$)/,
};

/** Ways out of the house, with the files that may make one. What they send of persons, `disclose` has let out. */
const waysOut: Readonly<Record<string, RegExp>> = {
  createEgress: /^src\/(?:house\.ts$|program\/examine\.ts$)/,
  createSmtpTransport: /^src\/(?:house\.ts$|notices\/samples\/)/,
  // Looks at hosts, which carry nothing.
  createVisitor: /^src\/(?:doctor|protection|tls)\//,
  openProber: /^src\/tls\//,
  tryRelay: /^src\/doctor\//,
  // What strangers and browsers run outside of the house, on what it shows to everybody.
  fetch: /^src\/privacy\/verifier\//,
};

export const onlyExit: Law = {
  sees: (path) => path.startsWith('src/') && !path.startsWith('src/kit/') && isCode(path) && !isTest(path),
  judge: (files) => files.flatMap(judgeFile),
};

function judgeFile({ path, text }: TreeFile): readonly Finding[] {
  const tokens = codeOf(text);
  return tokens.flatMap((token, at) => {
    const says = faultAt(path, tokens, token, at);
    return says === null ? [] : [{ path, line: token.line, says }];
  });
}

function faultAt(path: string, tokens: readonly Token[], { kind, text }: Token, at: number): string | null {
  if (kind !== 'word' || textAt(tokens, at - 1) === '.') return null;
  if (isElsewhere(openers, text, path)) return `says ${text}, which calls a text let out`;
  if (text === 'textOf' && isHandedOut(path, tokens, at)) return 'hands out textOf, which opens what is sealed';
  if (!isElsewhere(waysOut, text, path)) return null;
  // A word like any other, unless it is called.
  if (text === 'fetch' && textAt(tokens, at + 1) !== '(') return null;
  return `says ${text}, which is another way out of the house`;
}

/** `export { …, textOf, … }` at the front door: behind it, the folder alone opens what is sealed. */
function isHandedOut(path: string, tokens: readonly Token[], at: number): boolean {
  const opens = tokens.findLastIndex(({ text }, place) => place < at && ['{', '}', ';'].includes(text));
  return path === 'src/privacy/privacy.ts' && textAt(tokens, opens) === '{' && textAt(tokens, opens - 1) === 'export';
}

function isElsewhere(known: Readonly<Record<string, RegExp>>, word: string, path: string): boolean {
  return Object.hasOwn(known, word) && known[word]?.test(path) === false;
}
