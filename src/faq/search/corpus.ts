import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import { digestOf } from '../content/delivered.ts';
import type { Article } from '../content/article.ts';
import { articleLanguages, type ArticleLanguage } from '../content/languages.ts';
import { writeWhen } from '../content/when.ts';
import { dictionaryOf } from './fold.ts';
import { droppingCorpora, statements } from './store.ts';
import { weighedTokens } from './texts.ts';

/** An article that customers may read, in one language. */
export type Entry = {
  readonly slug: string;
  readonly source: string;
  readonly article: Article;
  readonly position: number;
};

/** What is searched in one language of a shop. */
export type Corpus = { readonly corpusId: string; readonly language: ArticleLanguage; readonly articles: number };

export type CorpusNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  /** Of the delivered articles. */
  readonly digest: string;
  /** All that customers of a shop may read in a language. */
  readonly entriesOf: (queries: Queries, shopId: string, language: ArticleLanguage) => Promise<readonly Entry[]>;
};

/** What is searched is made anew when the way it is made changes. */
const format = '1';
const batchMax = 50;
/** Which corpora a shop has hardly ever changes; another process may have made them anew. */
const keptFor = { seconds: 2 };
const shopsKeptMax = 1_000;

type Remembered = { readonly corpora: ReadonlyMap<ArticleLanguage, Corpus>; readonly until: Temporal.Instant };

type CorpusRow = {
  readonly language: string;
  readonly corpusId: string;
  readonly articles: number;
  readonly fingerprint: string;
};

/** Keeps what is searched in step with the articles. */
export type Corpora = {
  /** By language; made first where there is none, or where it was made by another program. */
  readonly of: (queries: Queries, shopId: string) => Promise<ReadonlyMap<ArticleLanguage, Corpus>>;
  /** One article in one language as it is read from now on; null when it no longer is. */
  readonly put: (tx: Tx, shopId: string, language: ArticleLanguage, slug: string, entry: Entry | null) => Promise<void>;
  readonly rebuild: (tx: Tx, shopId: string) => Promise<void>;
  readonly drop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createCorpora(needs: CorpusNeeds): Corpora {
  const making = createMaking(needs);
  const remembered = new Map<string, Remembered>();
  const forget = (tx: Tx, shopId: string): void => tx.afterCommit(() => remembered.delete(shopId));
  return {
    of: async (queries, shopId) => {
      const kept = remembered.get(shopId);
      const now = needs.clock.now();
      if (kept !== undefined && Temporal.Instant.compare(now, kept.until) < 0) return kept.corpora;
      const corpora = byLanguage(await making.sound(queries, shopId));
      if (remembered.size >= shopsKeptMax) remembered.clear();
      remembered.set(shopId, { corpora, until: now.add(keptFor) });
      return corpora;
    },
    rebuild: async (tx, shopId) => {
      await making.rebuild(tx, shopId);
      forget(tx, shopId);
    },
    put: async (tx, shopId, language, slug, entry) => {
      await putOne(tx, { shopId, language }, slug, entry);
      forget(tx, shopId);
    },
    drop: async (tx, shopId) => {
      await dropAll(tx, shopId);
      forget(tx, shopId);
    },
  };
}

/** Makes what is searched, where there is none or where another program or database made it. */
function createMaking(needs: CorpusNeeds): {
  readonly sound: (queries: Queries, shopId: string) => Promise<readonly CorpusRow[]>;
  readonly rebuild: (tx: Tx, shopId: string) => Promise<void>;
} {
  // Two programs of different versions that run side by side each make it once, and not again and again.
  const made = new Set<string>();
  let version: Promise<number> | null = null;
  // The dictionaries change with PostgreSQL.
  const fingerprint = async (): Promise<string> =>
    digestOf(`${format} ${needs.digest} ${await (version ??= needs.database.version())}`);

  const rebuild = async (tx: Tx, shopId: string): Promise<void> => {
    await tx.rows(statements.lockShop, [shopId]);
    await dropAll(tx, shopId);
    for (const language of articleLanguages) {
      const corpusId = newId(needs.clock);
      await tx.rows(statements.putCorpus, [shopId, language, corpusId, await fingerprint(), needs.clock.now()]);
      const entries = await needs.entriesOf(tx, shopId, language);
      for (let from = 0; from < entries.length; from += batchMax) {
        await putEntries(tx, { corpusId, language }, from + 1, entries.slice(from, from + batchMax));
      }
      await tx.rows(statements.countLexemes, [corpusId]);
      await tx.rows(statements.countEntries, [corpusId]);
    }
  };
  return {
    rebuild,
    sound: async (queries, shopId) => {
      const found = await read(queries, shopId);
      const wanted = await fingerprint();
      const isReadable = found.length === articleLanguages.length;
      if (isSound(found, wanted) || (isReadable && made.has(shopId))) return found;
      await needs.database.tx(async (tx) => {
        // While somebody makes it anew, the old one answers.
        const lock = isReadable ? statements.tryLockShop : statements.lockShop;
        const locked = await tx.one<{ isMine?: boolean }>(lock, [shopId]);
        if (locked?.isMine !== false && !isSound(await read(tx, shopId), wanted)) await rebuild(tx, shopId);
      });
      made.add(shopId);
      return await read(needs.database, shopId);
    },
  };
}

function isSound(rows: readonly CorpusRow[], wanted: string): boolean {
  return rows.length === articleLanguages.length && rows.every((row) => row.fingerprint === wanted);
}

function read(queries: Queries, shopId: string): Promise<readonly CorpusRow[]> {
  return queries.rows<CorpusRow>(statements.corpora, [shopId]);
}

function byLanguage(rows: readonly CorpusRow[]): ReadonlyMap<ArticleLanguage, Corpus> {
  const pairs = rows.flatMap(({ language: tag, corpusId, articles }) => {
    const language = articleLanguages.find((one) => one === tag);
    return language === undefined ? [] : [[language, { corpusId, language, articles }] as const];
  });
  return new Map(pairs);
}

async function dropAll(tx: Tx, shopId: string): Promise<void> {
  for (const statement of droppingCorpora) await tx.rows(statement, [shopId]);
}

async function putOne(
  tx: Tx,
  { shopId, language }: { readonly shopId: string; readonly language: ArticleLanguage },
  slug: string,
  entry: Entry | null,
): Promise<void> {
  await tx.rows(statements.lockShop, [shopId]);
  const corpus = await tx.one<{ corpusId: string }>(statements.corpus, [shopId, language]);
  // Where nothing was searched yet, all of it is made when somebody first does.
  if (corpus === null) return;
  const { corpusId } = corpus;
  const before = await tx.one<{ number: number }>(statements.numberOf, [corpusId, slug]);
  if (before !== null) await tx.rows(statements.dropEntry, [corpusId, before.number]);
  if (entry !== null) {
    const last = await tx.one<{ number: number }>(statements.lastNumber, [corpusId]);
    const number = (last?.number ?? 0) + 1;
    await putEntries(tx, { corpusId, language }, number, [entry]);
    await tx.rows(statements.countLexemesOf, [corpusId, number]);
  }
  await tx.rows(statements.countEntries, [corpusId]);
}

async function putEntries(
  tx: Tx,
  { corpusId, language }: Omit<Corpus, 'articles'>,
  from: number,
  entries: readonly Entry[],
): Promise<void> {
  const list = <Of>(of: (entry: Entry, index: number) => Of): readonly Of[] => entries.map(of);
  await tx.rows(statements.putEntries, [
    corpusId,
    list((_, index) => from + index),
    list(({ slug }) => slug),
    list(({ article }) => article.title),
    list(({ article }) => article.summary),
    list(({ article }) => article.topic),
    list(({ position }) => position),
    list(({ article }) => writeWhen(article.when).join('\n')),
    list(({ source }) => source),
  ]);
  const words = entries.flatMap(({ article }, index) =>
    weighedTokens(article).map(({ raw, word, weight }) => ({ raw, word, weight, number: from + index })),
  );
  await tx.rows(statements.putWords, [
    corpusId,
    dictionaryOf(language),
    words.map(({ number }) => number),
    words.map(({ raw }) => raw),
    words.map(({ word }) => word),
    words.map(({ weight }) => weight),
  ]);
}
