import { askedIn } from '#kit/words';
import { variables, type Article, type Block, type When } from './article.ts';
import { readBlocks, type PlacedBlock } from './read-blocks.ts';
import { readHead, type Head, type Line } from './read-head.ts';
import { trouble, type Trouble } from './troubles.ts';
import { certainIn } from './when.ts';

export type ReadArticle = { readonly article: Article } | { readonly troubles: readonly Trouble[] };

const charactersMax = 20_000;
const troublesMax = 20;
const separator = /^-{3,}\s*$/u;
// What turns text around or cannot be seen has no place in what many people read.
const unwanted = /[\p{Cc}\u200B\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/u;

/**
 * Reads an article as docs/articles.md describes it, and checks it: whoever reads it is shown no brace and no empty place.
 * Total; at most 20 troubles.
 */
export function readArticle(source: string): ReadArticle {
  if (source.length > charactersMax) return { troubles: [trouble(1, 'long')] };
  const lines = source
    .replace(/^\uFEFF/u, '')
    .normalize('NFC')
    .split(/\r\n|\r|\n/u)
    .map((text, index): Line => ({ at: index + 1, text: text.replaceAll('\t', ' ').trimEnd() }));
  const odd = lines.find(({ text }) => unwanted.test(text));
  if (odd !== undefined) return { troubles: [trouble(odd.at, 'character')] };
  const between = lines.findIndex(({ text }) => separator.test(text));
  if (between < 0) return { troubles: [trouble(1, 'separator')] };
  const { head, troubles: ofHead } = readHead(lines.slice(0, between));
  const { blocks, troubles: ofBlocks } = readBlocks(lines.slice(between + 1));
  const troubles = [...ofHead, ...ofBlocks, ...troublesOfTexts(head, lines, blocks)];
  if (troubles.length > 0) {
    return { troubles: troubles.toSorted((one, other) => one.line - other.line).slice(0, troublesMax) };
  }
  return { article: { ...head, blocks: blocks.map(({ block }) => block) } };
}

function troublesOfTexts(head: Head, lines: readonly Line[], blocks: readonly PlacedBlock[]): readonly Trouble[] {
  const lineOf = (name: string): number => lines.find(({ text }) => text.startsWith(`${name}:`))?.at ?? 1;
  return [
    ...troublesOf(lineOf('title'), head.title, []),
    ...troublesOf(lineOf('summary'), head.summary, []),
    ...troublesOf(lineOf('keywords'), head.keywords.join(', '), []),
    ...blocks.flatMap(({ at, block }) => textsOf(block).flatMap((text) => troublesOf(at, text, block.when))),
  ];
}

/** All texts of a block. */
export function textsOf(block: Block): readonly string[] {
  return 'items' in block ? block.items : [block.text];
}

function troublesOf(at: number, text: string, when: When): readonly Trouble[] {
  const asked = askedIn(text);
  if (asked === null) return [trouble(at, 'message', text)];
  const certain = certainIn(when);
  const found = asked.flatMap(({ name, isNumber }): readonly Trouble[] => {
    const variable = variables.find((one) => one === name);
    if (variable === undefined) return [trouble(at, 'variable', name)];
    if (isNumber && variable !== 'parcels') return [trouble(at, 'number', name)];
    return certain.has(variable) ? [] : [trouble(at, 'uncertain', name)];
  });
  return found.slice(0, 3);
}
