// Every setting is written down for operators, and nothing is written down that the program does not read.
import type { Finding, Law } from '../law.ts';
import { tokensOf } from '../source.ts';
import type { TreeFile } from '../tree.ts';

const reader = 'src/settings.ts';
/** Rows that stand together may have a file of their own beside it. */
const rowFile = /^src\/settings\/[a-z-]+-rows\.ts$/;
const pages = ['README.md', 'docs/settings.md'];
/** Whole names: `GLASSPOST_TEST_` is what the tests' own variables begin with. */
const variable = /\bGLASSPOST_[A-Z0-9_]*[A-Z0-9]\b/g;

export const settings: Law = {
  sees: (path) => path === reader || rowFile.test(path) || pages.includes(path),
  judge: (files) => {
    const source = files.find((file) => file.path === reader);
    if (source === undefined) return [{ path: reader, line: 1, says: 'is missing' }];
    const readers = files.filter((file) => file === source || rowFile.test(file.path));
    const read = readers.flatMap((file) => variablesOf(codeTextOf(file), file.path));
    const told = files.filter((file) => !readers.includes(file)).flatMap((file) => variablesOf(file.text, file.path));
    if (read.length === 0) return [{ path: reader, line: 1, says: 'reads no GLASSPOST_ variable' }];
    return [
      ...missingIn(told, read, `stands neither in ${pages.join(' nor in ')}`),
      ...missingIn(read, told, `is not read by ${reader}`),
    ];
  },
};

type Mention = { readonly name: string; readonly path: string; readonly line: number };

/** Words and strings, one line of text per line of the file; comments read no variable. */
function codeTextOf(file: TreeFile): string {
  const lines = file.text.split('\n').map(() => '');
  for (const token of tokensOf(file.text)) {
    if (token.kind !== 'comment') lines[token.line - 1] += ` ${token.text}`;
  }
  return lines.join('\n');
}

function variablesOf(text: string, path: string): readonly Mention[] {
  return text
    .split('\n')
    .flatMap((content, at) => [...content.matchAll(variable)].map(([name]) => ({ name, path, line: at + 1 })));
}

function missingIn(known: readonly Mention[], mentioned: readonly Mention[], says: string): readonly Finding[] {
  const names = new Set(known.map(({ name }) => name));
  const first = new Map(mentioned.toReversed().map((mention) => [mention.name, mention]));
  return [...first.values()]
    .filter(({ name }) => !names.has(name))
    .toSorted((a, b) => a.line - b.line)
    .map(({ name, path, line }) => ({ path, line, says: `${name} ${says}` }));
}
