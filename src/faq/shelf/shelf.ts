import assert from 'node:assert/strict';
import type { Queries } from '#kit/database';
import { createMemory } from '#kit/words';
import { digestOf, type Delivered } from '../content/delivered.ts';
import type { Article } from '../content/article.ts';
import { articleLanguages, type ArticleLanguage } from '../content/languages.ts';
import { readArticle } from '../content/read-article.ts';
import type { Entry } from '../search/corpus.ts';
import type { PlacedRow, PublishedRow, RevisionRow } from './rows.ts';
import { statements } from './store.ts';

/** What customers read of an article in one language, and what staff have made beside it. */
export type Edition = {
  readonly language: ArticleLanguage;
  readonly title: string;
  /** What the program delivers. */
  readonly delivered: string | null;
  /** What customers read; null where nothing was published. */
  readonly shown: string | null;
  /** Whose text that is. */
  readonly by: 'program' | 'shop' | null;
  /** The newest text that staff saved; null where nobody has. */
  readonly saved: { readonly revision: number; readonly source: string; readonly at: Temporal.Instant } | null;
  /** Which revision customers read, when it is the shop's. */
  readonly publishedRevision: number | null;
  /** The program delivers another text than the one that the shop's own was made from. */
  readonly deliveredChanged: boolean;
};

/** An article with all its languages, for staff. */
export type Shelved = {
  readonly slug: string;
  readonly topic: string;
  readonly position: number;
  readonly hiddenAt: Temporal.Instant | null;
  readonly isDelivered: boolean;
  readonly editions: readonly Edition[];
  readonly missing: readonly ArticleLanguage[];
};

/** A text that was checked when it was saved; a later program may read it more strictly. */
export function articleOf(source: string): Article | null {
  const read = readArticle(source);
  return 'article' in read ? read.article : null;
}

type HeadOf = Pick<Article, 'title' | 'topic' | 'position'>;

const headsKeptMax = 20_000;
const heads = createMemory<HeadOf>(headsKeptMax);

/** Lists of staff say of each article what its head says; reading thousands of texts again takes seconds. */
function headOf(source: string): HeadOf {
  return heads(digestOf(source), () => {
    const { title, topic, position } = articleOf(source) ?? unreadable;
    return { title, topic, position };
  });
}

/** What a shop shows of what the program delivers and of its own. */
export function createShelf(delivered: readonly Delivered[]): {
  readonly entriesOf: (queries: Queries, shopId: string, language: ArticleLanguage) => Promise<readonly Entry[]>;
  /** What customers read now; null where there is nothing, or it is hidden. */
  readonly entryOf: (
    queries: Queries,
    shopId: string,
    slug: string,
    language: ArticleLanguage,
  ) => Promise<Entry | null>;
  /** By topic and position; one article when its slug is given. */
  readonly all: (queries: Queries, shopId: string, slug?: string) => Promise<readonly Shelved[]>;
  readonly deliveredOf: (slug: string, language: string) => Delivered | null;
  readonly digest: string;
} {
  const bySlug = new Map(delivered.map((one) => [`${one.slug} ${one.language}`, one]));
  const deliveredOf = (slug: string, language: string): Delivered | null => bySlug.get(`${slug} ${language}`) ?? null;
  return {
    digest: digestOf(delivered.map(({ slug, language, digest }) => `${slug} ${language} ${digest}`).join('\n')),
    deliveredOf,
    entriesOf: async (queries, shopId, language) => {
      const [published, placed] = await Promise.all([
        queries.rows<PublishedRow>(statements.published, [shopId, null]),
        queries.rows<PlacedRow>(statements.placed, [shopId, null]),
      ]);
      const places = new Map(placed.map((row) => [row.slug, row]));
      const own = published.filter((row) => row.language === language);
      const ownSlugs = new Set(own.map(({ slug }) => slug));
      const others = delivered.filter((one) => one.language === language && !ownSlugs.has(one.slug));
      return [...own, ...others].flatMap(({ slug, source }) => shownEntry(slug, source, places.get(slug)));
    },
    entryOf: async (queries, shopId, slug, language) => {
      const [own, placed] = await Promise.all([
        queries.one<PublishedRow>(statements.publishedOf, [shopId, slug, language]),
        queries.one<PlacedRow>(statements.placed, [shopId, slug]),
      ]);
      const source = own?.source ?? deliveredOf(slug, language)?.source;
      return source === undefined ? null : (shownEntry(slug, source, placed ?? undefined)[0] ?? null);
    },
    all: async (queries, shopId, slug) => {
      const [published, placed, newest] = await Promise.all([
        queries.rows<PublishedRow>(statements.published, [shopId, slug ?? null]),
        queries.rows<PlacedRow>(statements.placed, [shopId, slug ?? null]),
        queries.rows<RevisionRow>(statements.newest, [shopId, slug ?? null]),
      ]);
      const slugs = new Set([...delivered, ...newest].map((one) => one.slug));
      const wanted = slug === undefined ? slugs : new Set([slug].filter((one) => slugs.has(one)));
      const rows: Rows = {
        published: new Map(published.map((row) => [`${row.slug} ${row.language}`, row])),
        newest: new Map(newest.map((row) => [`${row.slug} ${row.language}`, row])),
        placed: new Map(placed.map((row) => [row.slug, row])),
      };
      return [...wanted]
        .map((one) => shelvedOf(one, rows, deliveredOf))
        .toSorted((one, other) => one.position - other.position || (one.slug < other.slug ? -1 : 1));
    },
  };
}

type Rows = {
  readonly published: ReadonlyMap<string, PublishedRow>;
  readonly newest: ReadonlyMap<string, RevisionRow>;
  readonly placed: ReadonlyMap<string, PlacedRow>;
};

function shownEntry(slug: string, source: string, placed: PlacedRow | undefined): readonly Entry[] {
  const article = articleOf(source);
  if (article === null || (placed?.hiddenAt ?? null) !== null) return [];
  return [{ slug, source, article, position: placed?.position ?? article.position }];
}

function shelvedOf(
  slug: string,
  rows: Rows,
  deliveredOf: (slug: string, language: string) => Delivered | null,
): Shelved {
  const editions = articleLanguages.flatMap((language) => {
    const key = `${slug} ${language}`;
    const [own, saved] = [rows.published.get(key), rows.newest.get(key)];
    const given = deliveredOf(slug, language);
    const source = own?.source ?? given?.source ?? saved?.source;
    return source === undefined ? [] : [editionOf(language, source, { own, saved, given })];
  });
  const [first] = editions;
  assert(first !== undefined, 'an article without a text');
  const head = headOf(first.shown ?? first.saved?.source ?? '');
  const placed = rows.placed.get(slug) ?? unplaced;
  const there = new Set(editions.filter(({ shown }) => shown !== null).map(({ language }) => language));
  return {
    slug,
    topic: head.topic,
    position: placed.position ?? head.position,
    hiddenAt: placed.hiddenAt,
    isDelivered: editions.some(({ delivered }) => delivered !== null),
    editions,
    missing: articleLanguages.filter((language) => !there.has(language)),
  };
}

/** Of a text that this program can no longer read. */
const unreadable = { title: '', topic: 'parcel', position: 0 } as const;
const unplaced = { position: null, hiddenAt: null } as const;

type Texts = {
  readonly own: PublishedRow | undefined;
  readonly saved: RevisionRow | undefined;
  readonly given: Delivered | null;
};

function editionOf(language: ArticleLanguage, source: string, { own, saved, given }: Texts): Edition {
  const delivered = given?.source ?? null;
  return {
    language,
    title: headOf(source).title,
    delivered,
    saved: saved === undefined ? null : { revision: saved.revision, source: saved.source, at: saved.madeAt },
    ...(own === undefined
      ? ({ shown: delivered, by: delivered === null ? null : 'program', ...unpublished } as const)
      : ({ shown: own.source, by: 'shop', ...publishedOf(own, given) } as const)),
  };
}

const unpublished = { publishedRevision: null, deliveredChanged: false } as const;

function publishedOf(
  { revision, base }: PublishedRow,
  given: Delivered | null,
): Pick<Edition, 'publishedRevision' | 'deliveredChanged'> {
  return { publishedRevision: revision, deliveredChanged: given !== null && base !== given.digest };
}
