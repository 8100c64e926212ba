import type { Article } from '../content/article.ts';
import { textsOf } from '../content/read-article.ts';
import { tokensOf, type Token } from './fold.ts';

/** A word of an article, and how much the article says about it. */
export type WeighedToken = Token & { readonly weight: number };

const weights = { title: 8, keywords: 6, summary: 2.5 } as const;
const wordsMax = 4_000;

/** Texts in ICU MessageFormat hold names in braces; what is searched are the words around them. */
function plainOf(text: string): string {
  return text.replaceAll(/\{\s*\w+\s*(?:,\s*(?:plural|select|selectordinal|number)\s*,?)?/gu, ' ');
}

/** Title before keywords before summary before text; a word that the text repeats weighs a little more. */
export function weighedTokens(article: Article): readonly WeighedToken[] {
  const weighed = new Map<string, WeighedToken>();
  const add = (text: string, weightOf: (count: number) => number): void => {
    const counted = Map.groupBy(tokensOf(plainOf(text), wordsMax), ({ raw }) => raw);
    for (const [raw, all] of counted) {
      const [first] = all;
      if (first === undefined) continue;
      const before = weighed.get(raw)?.weight ?? 0;
      weighed.set(raw, { ...first, weight: before + weightOf(all.length) });
    }
  };
  add(article.title, () => weights.title);
  add(article.keywords.join(' '), () => weights.keywords);
  add(article.summary, () => weights.summary);
  add(article.blocks.flatMap(textsOf).join('\n'), (count) => 1 + Math.min(Math.log(count), 1.5));
  return [...weighed.values()];
}
