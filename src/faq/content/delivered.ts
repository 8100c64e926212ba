import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import type { Article } from './article.ts';
import { articleLanguages, type ArticleLanguage } from './languages.ts';
import { readArticle } from './read-article.ts';

/** An article that comes with the program, in one language. */
export type Delivered = {
  readonly slug: string;
  readonly language: ArticleLanguage;
  readonly source: string;
  /** Of the source: what a shop's own text was made from. */
  readonly digest: string;
  readonly article: Article;
};

/** SHA-256 in hexadecimal, its first half. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Reads a folder of `<slug>.<language>.md`; a file that is no article is a bug of this program. */
function readDelivered(folder: URL): readonly Delivered[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => {
      const [, slug, tag] = /^([a-z0-9-]+)\.([a-z]{2})\.md$/u.exec(file) ?? [];
      const language = articleLanguages.find((one) => one === tag);
      if (slug === undefined || language === undefined) return [];
      const source = readFileSync(new URL(file, folder), 'utf8');
      const read = readArticle(source);
      assert('article' in read, `${file} is no article: ${'troubles' in read ? JSON.stringify(read.troubles[0]) : ''}`);
      return [{ slug, language, source, digest: digestOf(source), article: read.article }];
    });
}

let kept: readonly Delivered[] | null = null;

/** What this program delivers, read once. */
export function deliveredArticles(): readonly Delivered[] {
  return (kept ??= readDelivered(new URL('../articles/', import.meta.url)));
}
