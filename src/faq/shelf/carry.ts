import { readArticle } from '../content/read-article.ts';
import { isSlug } from '../content/read-head.ts';
import type { Trouble } from '../content/troubles.ts';
import type { ArticleLanguage } from '../content/languages.ts';
import { articlesMax, isSaved, tidied, type Standing } from './edit.ts';
import type { PlacedRow } from './rows.ts';
import type { Edition, Shelved } from './shelf.ts';

/** An entry of a file: an article in one language. */
export type Line = {
  readonly slug: string;
  readonly language: ArticleLanguage;
  readonly source: string;
  readonly published: boolean;
  readonly position: number | null;
  readonly hidden: boolean;
  readonly delivered: boolean;
};

export type Refusal =
  | { readonly no: 'many' | 'slug'; readonly slug: string }
  | { readonly no: 'text'; readonly slug: string; readonly language: string; readonly troubles: readonly Trouble[] };

type Written = Pick<Line, 'slug' | 'language' | 'source' | 'published'> & { readonly revision: number };
type Put = Pick<Line, 'slug' | 'position' | 'hidden'>;

/** What a file changes, in its order. */
export type Carried = {
  readonly written: readonly Written[];
  readonly put: readonly Put[];
  readonly changed: number;
};

/** What stands there before. */
export type Before = {
  readonly shelved: readonly Shelved[];
  readonly placed: readonly PlacedRow[];
};

/** What the whole of a file changes, as if each of its lines were saved and placed by itself; or the line that it stops at. */
export function carriedBy(lines: readonly Line[], before: Before): Carried | Refusal {
  const articles = new Map(before.shelved.map((article) => [article.slug, article]));
  const carrying = createCarrying(articles, before.placed);
  let changed = 0;
  for (const line of lines) {
    const article = articles.get(line.slug);
    const isThere = isAsFiled(editionOf(article, line.language), line);
    const isPlaced = isPlacedAs(article, line);
    const refused = isThere ? null : carrying.write(line);
    if (refused !== null) return refused;
    if (!isPlaced) carrying.put(line);
    if (!isThere || !isPlaced) changed += 1;
  }
  return { written: carrying.written, put: carrying.placed, changed };
}

type Carrying = {
  readonly written: readonly Written[];
  readonly placed: readonly Put[];
  /** Null where it is taken. */
  readonly write: (line: Line) => Refusal | null;
  readonly put: (line: Line) => void;
};

/** Keeps count of revisions and places while lines are taken. */
function createCarrying(articles: ReadonlyMap<string, Shelved>, places: readonly PlacedRow[]): Carrying {
  const own = new Set([...articles.values()].filter(isOwn).map(({ slug }) => slug));
  const standing = new Map<string, Standing>();
  const written: Written[] = [];
  const keep = ({ slug, language, published }: Line, source: string): void => {
    const key = `${slug} ${language}`;
    const stands = standing.get(key) ?? editionOf(articles.get(slug), language) ?? nothingYet;
    if (isSaved(stands, source, published)) return;
    const revision = (stands.saved?.revision ?? 0) + 1;
    const publishedRevision = published ? revision : stands.publishedRevision;
    own.add(slug);
    standing.set(key, { saved: { revision, source }, publishedRevision });
    written.push({ slug, language, source, published, revision });
  };
  return {
    written,
    ...createPlacing(places),
    write: (line) => {
      const { slug, language } = line;
      if (!isSlug(slug)) return { no: 'slug', slug };
      const source = tidied(line.source);
      const read = readArticle(source);
      if ('troubles' in read) return { no: 'text', slug, language, troubles: read.troubles };
      if (!articles.has(slug) && !own.has(slug) && own.size >= articlesMax) return { no: 'many', slug };
      keep(line, source);
      return null;
    },
  };
}

function isOwn({ editions }: Shelved): boolean {
  return editions.some(({ saved }) => saved !== null);
}

function createPlacing(before: readonly PlacedRow[]): Pick<Carrying, 'placed' | 'put'> {
  const places = new Map<string, Omit<Put, 'slug'>>(
    before.map(({ slug, position, hiddenAt }) => [slug, { position, hidden: hiddenAt !== null }]),
  );
  const placed: Put[] = [];
  return {
    placed,
    put: ({ slug, position, hidden }) => {
      const stands = places.get(slug) ?? { position: null, hidden: false };
      if (stands.position === position && stands.hidden === hidden) return;
      places.set(slug, { position, hidden });
      placed.push({ slug, position, hidden });
    },
  };
}

const nothingYet: Standing = { saved: null, publishedRevision: null };

function editionOf(article: Shelved | undefined, language: string): Edition | undefined {
  return article?.editions.find((one) => one.language === language);
}

/** What another program delivered gives way to what this one delivers. */
function isAsFiled(edition: Edition | undefined, { source, published, delivered }: Line): boolean {
  if (edition === undefined) return false;
  if (delivered && edition.by === 'program') return true;
  return (published ? edition.shown : edition.saved?.source) === source;
}

function isPlacedAs(article: Shelved | undefined, { position, hidden }: Line): boolean {
  if (article === undefined) return false;
  return (position === null || article.position === position) && (article.hiddenAt !== null) === hidden;
}
