import type { Clock } from '#kit/clock';
import { sayText } from '#kit/words';
import type { Database, Queries, Tx } from '#kit/database';
import { forgetIn, type HeldRow, type Privacy, type Whose } from '#privacy';
import { createAnswers, type Answers, type AnswersNeeds } from './ask.ts';
import type { ShownBlock, Situation } from './content/article.ts';
import { deliveredArticles, type Delivered } from './content/delivered.ts';
import { readArticle } from './content/read-article.ts';
import { sayArticleTrouble, type Trouble } from './content/troubles.ts';
import { createCounting, type Counting } from './counting/counting.ts';
import { forgettingCounts } from './counting/store.ts';
import { faqTables } from './persons/tables.ts';
import { createCorpora } from './search/corpus.ts';
import { createEditing, type Editing } from './shelf/edit.ts';
import { createExchange, type Exchange } from './shelf/exchange.ts';
import { createShelf, type Shelved } from './shelf/shelf.ts';
import { forgettingArticles, statements } from './shelf/store.ts';
import { shownBlocks, valuesOf } from './show.ts';

export type { Found, Shown } from './ask.ts';
export type { ShownBlock, Situation, Target, Topic } from './content/article.ts';
export { targets, topics, variables } from './content/article.ts';
export { articleLanguages, type ArticleLanguage } from './content/languages.ts';
export { isSlug } from './content/read-head.ts';
export type { Day, Tally } from './counting/counting.ts';
export { faqData } from './retention/data-map.ts';
export { faqSweeps } from './retention/sweeps.ts';
export { articleFile, type Imported } from './shelf/exchange.ts';
export type { Saved } from './shelf/edit.ts';
export type { Edition, Shelved } from './shelf/shelf.ts';
export { dayJson, foundJson, shelvedJson, stateOf, textsJson } from './json.ts';
export type { ShopValues } from './show.ts';
export { faqTables, sayArticleTrouble };
export type { Trouble };

/** A text as a reader beside a parcel would see it, before it is saved. */
export type Previewed =
  | { readonly title: string; readonly summary: string; readonly blocks: readonly ShownBlock[] }
  | { readonly troubles: readonly Trouble[] };

export type Revision = { readonly language: string; readonly revision: number; readonly madeAt: Temporal.Instant };

/** Answers that know the parcel. No person stands in it: neither in articles, nor in what is counted. */
export type Faq = Answers &
  Counting &
  Editing &
  Exchange & {
    /** For staff: all articles by position, the program's and the shop's. */
    readonly shelf: (queries: Queries, shopId: string) => Promise<readonly Shelved[]>;
    readonly shelved: (queries: Queries, shopId: string, slug: string) => Promise<Shelved | null>;
    /** The last thirty texts of each language, newest first. */
    readonly revisions: (queries: Queries, shopId: string, slug: string) => Promise<readonly Revision[]>;
    /** Null when there is no such revision. */
    readonly revision: (
      queries: Queries,
      edition: { readonly shopId: string; readonly slug: string; readonly language: string; readonly revision: number },
    ) => Promise<{ readonly source: string } | null>;
    readonly preview: (
      queries: Queries,
      asked: {
        readonly shopId: string;
        readonly language: string;
        readonly source: string;
        readonly situation: Situation | null;
      },
    ) => Promise<Previewed>;
    readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
    readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
    readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
  };

export type FaqNeeds = {
  readonly privacy: Privacy;
  readonly database: Database;
  readonly clock: Clock;
  /** What articles may say of a shop, in the reader's language; null when there is no such shop. */
  readonly valuesOf: AnswersNeeds['valuesOf'];
  /** What the program delivers, unless others are given. */
  readonly delivered?: readonly Delivered[];
};

export function createFaq(needs: FaqNeeds): Faq {
  const { privacy, database, clock } = needs;
  const shelf = createShelf(needs.delivered ?? deliveredArticles());
  const corpora = createCorpora({ database, clock, digest: shelf.digest, entriesOf: shelf.entriesOf });
  const editingNeeds = { database, clock, shelf, corpora, audit: privacy.audit };
  return {
    ...createAnswers({ corpora, valuesOf: needs.valuesOf }),
    ...createCounting({ clock }),
    ...createEditing(editingNeeds),
    ...createExchange({ ...editingNeeds, rebuild: corpora.rebuild }),
    shelf: (queries, shopId) => shelf.all(queries, shopId),
    shelved: async (queries, shopId, slug) => (await shelf.all(queries, shopId, slug))[0] ?? null,
    revisions: (queries, shopId, slug) => queries.rows<Revision>(statements.revisions, [shopId, slug]),
    revision: (queries, { shopId, slug, language, revision }) =>
      queries.one<{ source: string }>(statements.revision, [shopId, slug, language, revision]),
    preview: async (queries, { shopId, language, source, situation }) => {
      const read = readArticle(source);
      if ('troubles' in read) return read;
      const shop = await needs.valuesOf(queries, shopId, language);
      if (shop === null) return { troubles: [] };
      const values = valuesOf(shop, situation);
      const [title, summary] = [read.article.title, read.article.summary].map((text) =>
        sayText(language, text, values),
      );
      return {
        title: title ?? '',
        summary: summary ?? '',
        blocks: shownBlocks(read.article, { language, values, situation }),
      };
    },
    held: (queries, whose) => privacy.heldIn(queries, faqTables, whose),
    forget: (tx, whose) => forgetIn(tx, faqTables, whose),
    forgetShop: async (tx, shopId) => {
      await corpora.drop(tx, shopId);
      for (const statement of [...forgettingArticles, ...forgettingCounts]) await tx.rows(statement, [shopId]);
    },
  };
}
