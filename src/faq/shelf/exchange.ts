import { z } from 'zod';
import type { Database, Tx } from '#kit/database';
import { articleLanguages } from '../content/languages.ts';
import type { Trouble } from '../content/troubles.ts';
import type { Editing } from './edit.ts';
import type { createShelf, Edition, Shelved } from './shelf.ts';

const charactersMax = 20_000;
const articlesMax = 10_000;

/** All articles of a shop as one JSON file: an entry per article and language, in the text that staff edit. */
export const articleFile = z.strictObject({
  format: z.literal('glasspost-articles'),
  version: z.literal(1),
  articles: z
    .array(
      z.strictObject({
        slug: z.string().max(80),
        language: z.enum(articleLanguages),
        source: z.string().max(charactersMax),
        /** A draft is read by nobody yet. */
        published: z.boolean(),
        /** Where the article itself does not say; null leaves that to it. */
        position: z.int().min(0).max(9_999).nullable(),
        hidden: z.boolean(),
        /** The program's own text, as it was there. */
        delivered: z.boolean().default(false),
      }),
    )
    .max(articlesMax),
});

export type ArticleFile = z.infer<typeof articleFile>;

export type Imported =
  | { readonly changed: number; readonly unchanged: number }
  | { readonly no: 'many' | 'slug'; readonly slug: string }
  | { readonly no: 'text'; readonly slug: string; readonly language: string; readonly troubles: readonly Trouble[] };

type Needs = {
  /** Makes what is searched anew, once for all that a file brings. */
  readonly rebuild: (tx: Tx, shopId: string) => Promise<void>;
  readonly database: Database;
  readonly shelf: ReturnType<typeof createShelf>;
  /** Leaves what is searched as it is. */
  readonly editing: Editing;
};

export type Exchange = {
  /** What customers read, and the drafts beside it. */
  readonly exportAll: (shopId: string) => Promise<ArticleFile>;
  /**
   * All of it or nothing. What is as it stands there already stays untouched, so that an export that is brought back changes
   * nothing; what the file does not name stays as well.
   */
  readonly importAll: (shopId: string, file: ArticleFile, actor: string) => Promise<Imported>;
};

export function createExchange({ database, shelf, editing, rebuild }: Needs): Exchange {
  return {
    exportAll: async (shopId) => {
      const all = await shelf.all(database, shopId);
      const articles = all.flatMap(({ slug, position, hiddenAt, editions }) =>
        editions.flatMap(({ language, shown, by, saved, publishedRevision }) => {
          const place = { slug, language, position, hidden: hiddenAt !== null };
          const read =
            shown === null ? [] : [{ ...place, source: shown, published: true, delivered: by === 'program' }];
          const isDraft = saved !== null && saved.revision !== publishedRevision && saved.source !== shown;
          return isDraft ? [...read, { ...place, source: saved.source, published: false, delivered: false }] : read;
        }),
      );
      return { format: 'glasspost-articles', version: 1, articles };
    },
    importAll: async (shopId, file, actor) => {
      try {
        return await database.tx(async (tx) => {
          const imported = await importIn(tx, { shelf, editing }, shopId, file, actor);
          if (imported.changed > 0) await rebuild(tx, shopId);
          return imported;
        });
      } catch (error) {
        if (error instanceof Refused) return error.why;
        throw error;
      }
    },
  };
}

/** Takes back what of a file was written already. */
class Refused extends Error {
  readonly why: Extract<Imported, { readonly no: string }>;
  constructor(why: Extract<Imported, { readonly no: string }>) {
    super('the file was refused');
    this.why = why;
  }
}

type Line = ArticleFile['articles'][number];

async function importIn(
  tx: Tx,
  { shelf, editing }: Pick<Needs, 'shelf' | 'editing'>,
  shopId: string,
  file: ArticleFile,
  actor: string,
): Promise<{ readonly changed: number; readonly unchanged: number }> {
  const before = new Map((await shelf.all(tx, shopId)).map((article) => [article.slug, article]));
  const newest = new Map<string, number>();
  const saveLine = async ({ slug, language, source, published }: Line): Promise<void> => {
    const key = `${slug} ${language}`;
    const after = newest.get(key) ?? editionOf(before.get(slug), language)?.saved?.revision ?? 0;
    const saved = await editing.saveIn(tx, { shopId, slug, language, source, after, isPublished: published, actor });
    if ('no' in saved) throw new Refused(refusal(saved, slug, language));
    newest.set(key, saved.revision);
  };
  let changed = 0;
  for (const line of file.articles) {
    const article = before.get(line.slug);
    const { slug, position, hidden } = line;
    const [isThere, isPlaced] = [isAsFiled(editionOf(article, line.language), line), isPlacedAs(article, line)];
    if (!isThere) await saveLine(line);
    if (!isPlaced) await editing.placeIn(tx, { shopId, slug, position, isHidden: hidden, actor });
    if (!isThere || !isPlaced) changed += 1;
  }
  return { changed, unchanged: file.articles.length - changed };
}

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

function refusal(
  saved: Extract<Awaited<ReturnType<Editing['saveIn']>>, { readonly no: string }>,
  slug: string,
  language: string,
): Extract<Imported, { readonly no: string }> {
  if (saved.no === 'text') return { no: 'text', slug, language, troubles: saved.troubles };
  return { no: saved.no === 'many' ? 'many' : 'slug', slug };
}
