// Reads SQL as far as the house's laws need it: its words and marks, and where in a program it stands.
import { tokensOf } from './source.ts';

export type SqlToken = {
  /** `hole` is a `${…}` of the program. */
  readonly kind: 'word' | 'string' | 'mark' | 'parameter' | 'hole';
  /** Words in lower case; strings without their quotes. */
  readonly text: string;
  readonly raw: string;
  readonly line: number;
};

type Shape = SqlToken['kind'] | 'comment' | 'space';

const shapes: readonly (readonly [Shape, RegExp])[] = [
  ['space', /\s+/y],
  ['comment', /--[^\n]*|\/\*[^]*?\*\//y],
  ['hole', /\$\{\}/y],
  ['parameter', /\$\d+|\d[\w.]*/y],
  // Function bodies are read like the rest.
  ['space', /\$\w*\$/y],
  ['string', /[eE]?'(?:''|[^'])*'/y],
  ['word', /"(?:""|[^"])*"|[\p{ID_Start}_][\p{ID_Continue}$]*/uy],
  ['mark', /::|[^]/y],
];

function piecesOf(sql: string): readonly { readonly shape: Shape; readonly raw: string; readonly line: number }[] {
  const pieces = [];
  let line = 1;
  for (let at = 0; at < sql.length;) {
    for (const [shape, pattern] of shapes) {
      pattern.lastIndex = at;
      const raw = pattern.exec(sql)?.[0];
      if (raw === undefined) continue;
      pieces.push({ shape, raw, line });
      line += raw.split('\n').length - 1;
      at += raw.length;
      break;
    }
  }
  return pieces;
}

export function sqlTokens(sql: string): readonly SqlToken[] {
  return piecesOf(sql).flatMap(({ shape, raw, line }) => {
    if (shape === 'space' || shape === 'comment') return [];
    const text = shape === 'word' || shape === 'string' ? raw.replaceAll(/^[eE]?['"]|['"]$/g, '') : raw;
    return [{ kind: shape, text: shape === 'word' ? text.toLowerCase() : text, raw, line }];
  });
}

export function sqlComments(sql: string): readonly { readonly text: string; readonly line: number }[] {
  return piecesOf(sql).flatMap(({ shape, raw, line }) => (shape === 'comment' ? [{ text: raw, line }] : []));
}

const verbs =
  'select|insert into|update|delete from|with|merge into|create|alter|drop|truncate|copy|lock table|comment on|values|listen|notify|do|grant|refresh';
/** A sentence begins with one capital, SQL with none or with all. */
const beginsLikeSql = new RegExp(`^\\s*(?:${verbs}|${verbs.toUpperCase()})\\s+\\S`);
/** What a statement has and a sentence has not: a clause, a cast, a parameter, a name with its schema. */
const looksLikeSql =
  /\$\d|::\w|\(\)|\b(?:from|into|update|join|table|schema|index|on|type|sequence)\s+(?:if (?:not )?exists\s+)?[a-z_]+\.[a-z_]+|^\s*(?:select|with)\s[^]*\b(?:from|as)\b|^\s*(?:create|alter|drop|truncate)\s+(?:table|schema|index|unique|type|view)\b/i;
const fragment = /\b(?:from|join|into|update|table)\s+[a-z_]+\.[a-z_]+/i;

/** The SQL texts of a TypeScript file, with the line where each begins. */
export function sqlTextsOf(source: string): readonly { readonly text: string; readonly line: number }[] {
  return tokensOf(source)
    .filter((token) => token.kind === 'string' || token.kind === 'template')
    .filter(({ text }) => fragment.test(text) || (beginsLikeSql.test(text) && looksLikeSql.test(text)))
    .map(({ text, line }) => ({ text, line }));
}
