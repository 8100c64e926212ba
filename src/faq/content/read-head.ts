import { topics, type Article, type Term } from './article.ts';
import { trouble, type Trouble } from './troubles.ts';
import { readClause } from './when.ts';

/** A line of a text with its number, counted from 1. */
export type Line = { readonly at: number; readonly text: string };

export type Head = Omit<Article, 'blocks'>;

const titleMax = 120;
const summaryMax = 300;
const keywordsMax = 40;
const keywordMax = 60;
const relatedMax = 6;
const clausesMax = 5;
/** Where no position is said: behind all that say one. */
const lastPosition = 1_000;

/** A short name in addresses, such as `parcel-late`. */
export function isSlug(text: string): boolean {
  return text.length <= 80 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(text);
}

const names = ['title', 'summary', 'keywords', 'topic', 'when', 'related', 'position'] as const;
type Name = (typeof names)[number];

type Field = Line & { readonly name: Name };

/** The head of an article: a field a line, `when` up to five times. */
export function readHead(lines: readonly Line[]): { readonly head: Head; readonly troubles: readonly Trouble[] } {
  const troubles: Trouble[] = [];
  const fields = lines.filter(({ text }) => text.trim() !== '').flatMap((line) => fieldOf(line, troubles));
  const first = (name: Name): Line => fields.find((field) => field.name === name) ?? { at: 1, text: '' };
  for (const [index, { name, at }] of fields.entries()) {
    const isAgain = name !== 'when' && fields.findIndex((field) => field.name === name) < index;
    if (isAgain) troubles.push(trouble(at, 'twice', name));
  }
  const [title, summary, topicLine] = [first('title'), first('summary'), first('topic')];
  if (!isBetween(title.text, titleMax)) troubles.push(trouble(title.at, 'title'));
  if (!isBetween(summary.text, summaryMax)) troubles.push(trouble(summary.at, 'summary'));
  const topic = topics.find((one) => one === topicLine.text);
  if (topic === undefined) troubles.push(trouble(topicLine.at, 'topic', topicLine.text));
  const head: Head = {
    title: title.text,
    summary: summary.text,
    topic: topic ?? 'parcel',
    keywords: keywordsOf(first('keywords'), troubles),
    when: clausesOf(
      fields.filter(({ name }) => name === 'when'),
      troubles,
    ),
    related: relatedOf(first('related'), troubles),
    position: positionOf(first('position'), troubles),
  };
  return { head, troubles };
}

function isBetween(text: string, max: number): boolean {
  return text.length > 0 && text.length <= max;
}

function fieldOf({ at, text }: Line, troubles: Trouble[]): readonly Field[] {
  const colon = text.indexOf(':');
  const name = names.find((one) => one === text.slice(0, colon).trim().toLowerCase());
  if (colon > 0 && name !== undefined) return [{ at, name, text: text.slice(colon + 1).trim() }];
  troubles.push(trouble(at, 'head', text));
  return [];
}

function listOf(text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  return [...new Set(items.filter((item) => item !== ''))];
}

function keywordsOf({ at, text }: Line, troubles: Trouble[]): readonly string[] {
  const items = listOf(text);
  if (items.length <= keywordsMax && items.every(({ length }) => length <= keywordMax)) return items;
  troubles.push(trouble(at, 'keywords'));
  return [];
}

function relatedOf({ at, text }: Line, troubles: Trouble[]): readonly string[] {
  const items = listOf(text);
  if (items.length <= relatedMax && items.every(isSlug)) return items;
  troubles.push(trouble(at, 'related', text));
  return [];
}

function positionOf({ at, text }: Line, troubles: Trouble[]): number {
  if (text === '') return lastPosition;
  if (/^\d{1,4}$/u.test(text)) return Number(text);
  troubles.push(trouble(at, 'position', text));
  return lastPosition;
}

/** Conditions, one a line, any of which is enough. */
export function clausesOf(lines: readonly Line[], troubles: Trouble[]): readonly (readonly Term[])[] {
  const tooMany = lines[clausesMax];
  if (tooMany !== undefined) troubles.push(trouble(tooMany.at, 'when_many'));
  return lines.slice(0, clausesMax).flatMap(({ at, text }) => {
    const clause = readClause(text);
    if (clause !== null) return [clause];
    troubles.push(trouble(at, 'when', text));
    return [];
  });
}
