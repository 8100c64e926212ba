import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { Privacy } from '#privacy';
import { articleLanguages } from '../content/languages.ts';
import { carriedBy, type Carried, type Refusal } from './carry.ts';
import { revisionsMax } from './edit.ts';
import type { PlacedRow } from './rows.ts';
import type { createShelf } from './shelf.ts';
import { statements } from './store.ts';

const charactersMax = 20_000;
const linesMax = 10_000;

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
    .max(linesMax),
});

export type ArticleFile = z.infer<typeof articleFile>;

export type Imported = { readonly changed: number; readonly unchanged: number } | Refusal;

type Needs = {
  /** Makes what is searched anew, once for all that a file brings. */
  readonly rebuild: (tx: Tx, shopId: string) => Promise<void>;
  readonly database: Database;
  readonly clock: Clock;
  readonly shelf: ReturnType<typeof createShelf>;
  readonly audit: Privacy['audit'];
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

export function createExchange(needs: Needs): Exchange {
  const { database, shelf, rebuild } = needs;
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
    importAll: (shopId, file, actor) =>
      database.tx(async (tx) => {
        await tx.rows(statements.lockArticles, [shopId]);
        const [shelved, placed] = [
          await shelf.all(tx, shopId),
          await tx.rows<PlacedRow>(statements.placed, [shopId, null]),
        ];
        const carried = carriedBy(file.articles, { shelved, placed });
        if ('no' in carried) return carried;
        await keepAll(tx, needs, { shopId, actor, ...carried });
        if (carried.changed > 0) await rebuild(tx, shopId);
        return { changed: carried.changed, unchanged: file.articles.length - carried.changed };
      }),
  };
}

const rowsAtOnce = 500;

/** Many rows a statement: one for each would take minutes. */
async function keepAll(
  tx: Tx,
  { clock, shelf, audit }: Needs,
  { shopId, actor, written, put }: Carried & { readonly shopId: string; readonly actor: string },
): Promise<void> {
  const now = clock.now();
  for (const some of batchesOf(written)) {
    const list = <Of>(of: (one: (typeof some)[number]) => Of): readonly Of[] => some.map(of);
    const editions = [shopId, list(({ slug }) => slug), list(({ language }) => language)];
    const revisions = list(({ revision }) => revision);
    const bases = list(({ slug, language }) => shelf.deliveredOf(slug, language)?.digest ?? null);
    await tx.rows(statements.addRevisions, [...editions, revisions, list(({ source }) => source), bases, now]);
    await tx.rows(statements.publishSome, [...editions, revisions, list(({ published }) => published), now]);
    await tx.rows(statements.pruneSome, [...editions, list(({ revision }) => revision - revisionsMax)]);
    await Promise.all(
      some.map(({ slug, language, published }) =>
        audit(tx, { shopId, actor, verb: published ? 'faq.publish' : 'faq.draft', subject: `${slug} ${language}` }),
      ),
    );
  }
  for (const { slug, position, hidden } of put) {
    await tx.rows(statements.place, [shopId, slug, position, hidden ? now : null]);
    await audit(tx, { shopId, actor, verb: hidden ? 'faq.hide' : 'faq.place', subject: slug });
  }
}

function batchesOf<One>(all: readonly One[]): readonly (readonly One[])[] {
  return Array.from({ length: Math.ceil(all.length / rowsAtOnce) }, (_, at) =>
    all.slice(at * rowsAtOnce, (at + 1) * rowsAtOnce),
  );
}
