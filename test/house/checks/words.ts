// The product says the same things in every language: same keys, same arguments, same choices.
import { posix } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import type { Finding, Law } from '../law.ts';
import type { TreeFile } from '../tree.ts';

type Messages = ReadonlyMap<string, string>;
const languages = ['en', 'de'];

export const words: Law = {
  sees: (path) => /^src\/(?:.+\/)?words\/[a-z]{2}(?:-[A-Z]{2})?\.json$/.test(path),
  judge: (files) => [...Map.groupBy(files, (file) => posix.dirname(file.path))].flatMap(judgeFolder),
};

function judgeFolder([folder, files]: readonly [string, readonly TreeFile[]]): readonly Finding[] {
  const read = new Map(
    files.map((file) => [posix.basename(file.path, '.json'), messagesOf(JSON.parse(file.text), '')]),
  );
  const missing = languages.filter((language) => !read.has(language));
  if (missing.length > 0)
    return missing.map((language) => ({ path: `${folder}/${language}.json`, line: 1, says: 'is missing' }));
  const keys = new Set([...read.values()].flatMap((messages) => Array.from(messages.keys())));
  return [...keys].flatMap((key) => judgeKey(folder, key, read));
}

/** Keys of nested objects are joined by dots. */
function messagesOf(value: unknown, path: string): Messages {
  if (typeof value === 'string') return new Map([[path, value]]);
  const entries = Object.entries(Object(value) as Record<string, unknown>);
  return new Map(
    entries.flatMap(([key, inner]) => Array.from(messagesOf(inner, path === '' ? key : `${path}.${key}`))),
  );
}

function judgeKey(folder: string, key: string, read: ReadonlyMap<string, Messages>): readonly Finding[] {
  const wanted = read.get('en')?.get(key);
  return [...read].flatMap(([language, messages]) => {
    const text = messages.get(key);
    const fault = faultOf(text, wanted, language);
    return fault === null ? [] : [{ path: `${folder}/${language}.json`, line: 1, says: `${key} ${fault}` }];
  });
}

function faultOf(text: string | undefined, wanted: string | undefined, language: string): string | null {
  if (text === undefined) return 'is missing';
  if (text.trim() === '') return 'is empty';
  const here = argumentsOf(text, language);
  if (here === null) return 'is no ICU message';
  const there = wanted === undefined ? here : argumentsOf(wanted, 'en');
  if (there === null || here.join(' ') === there.join(' ')) return null;
  return `takes ${here.join(' ') || 'nothing'}, in English ${there.join(' ') || 'nothing'}`;
}

/** A piece of a message, by the parts that matter here. */
type Piece = {
  readonly type: number;
  readonly value?: string;
  readonly children?: readonly Piece[];
  readonly options?: Readonly<Record<string, { readonly value: readonly Piece[] }>>;
};

/** The parser's numbers for pieces. */
const [plainText, choiceByWord, numberSign, tag] = [0, 5, 7, 8];

/** `name`, `<tag>`, and for a choice by word its options too; null when the text does not parse. */
function argumentsOf(text: string, language: string): readonly string[] | null {
  try {
    return [...new Set(new IntlMessageFormat(text, language).getAst().flatMap(namesIn))].toSorted();
  } catch {
    return null;
  }
}

function namesIn(piece: Piece): readonly string[] {
  if (piece.type === plainText || piece.type === numberSign) return [];
  const options = Object.entries(piece.options ?? {});
  const inner = [...(piece.children ?? []), ...options.flatMap(([, option]) => option.value)].flatMap(namesIn);
  const name = piece.value ?? '';
  if (piece.type === tag) return [`<${name}>`, ...inner];
  // Languages have different plural forms; a choice by word has the same words everywhere.
  const choices =
    piece.type === choiceByWord
      ? `(${options
          .map(([word]) => word)
          .toSorted()
          .join('|')})`
      : '';
  return [`${name}${choices}`, ...inner];
}
