import type { Queries, Value } from '#kit/database';
import { createMemory, sayText, type Values } from '#kit/words';
import type { Article, ShownBlock, Situation, Topic, When } from './content/article.ts';
import { topics } from './content/article.ts';
import { digestOf } from './content/delivered.ts';
import { articleLanguages, languagesFor, type ArticleLanguage } from './content/languages.ts';
import { isSlug } from './content/read-head.ts';
import { closeness, readClause } from './content/when.ts';
import type { Corpora, Corpus } from './search/corpus.ts';
import { tokensOf } from './search/fold.ts';
import { rankedIn, type EntryRow, type Ranked, type Ranking } from './search/search.ts';
import { statements } from './search/store.ts';
import { articleOf } from './shelf/shelf.ts';
import { knownIn, shownBlocks, valuesOf, type ShopValues } from './show.ts';

/** An article as lists show it; `rank` is greater for what fits better, and only compares within one answer. */
export type Found = {
  readonly slug: string;
  readonly language: ArticleLanguage;
  readonly title: string;
  readonly summary: string;
  readonly topic: Topic;
  readonly rank: number;
  /** It speaks of the reader's parcel. */
  readonly fits: boolean;
};

/** An article as it is read. */
export type Shown = {
  readonly slug: string;
  /** Of the text, which may be another than the reader's where nobody has written it in theirs. */
  readonly language: ArticleLanguage;
  readonly title: string;
  readonly summary: string;
  readonly topic: Topic;
  readonly blocks: readonly ShownBlock[];
  readonly related: readonly Found[];
};

type Reader = { readonly shopId: string; readonly language: string };

/** Who asks, beside which parcel. */
export type Asking = Reader & { readonly situation: Situation | null; readonly limit: number };

/** What customers read. Nothing of it is kept. */
export type Answers = {
  /**
   * Articles that answer what somebody typed, those that speak of their parcel first. Slips are forgiven, umlauts may be
   * written `ae`, the last word may be unfinished. In the reader's language, else in one that has an answer.
   */
  readonly search: (queries: Queries, asking: Asking & { readonly words: string }) => Promise<readonly Found[]>;
  /** Those that speak of this parcel, the closest first; without a parcel the first of all. */
  readonly situated: (queries: Queries, asking: Asking) => Promise<readonly Found[]>;
  /** All in their order, each in the reader's language where it is written in it. */
  readonly all: (queries: Queries, reader: Reader) => Promise<readonly Found[]>;
  /** Null when there is none, or the shop hides it. */
  readonly article: (
    queries: Queries,
    asked: Reader & { readonly slug: string; readonly situation: Situation | null },
  ) => Promise<Shown | null>;
};

export type AnswersNeeds = {
  readonly corpora: Corpora;
  /** In the reader's language; null when there is no such shop. */
  readonly valuesOf: (queries: Queries, shopId: string, language: string) => Promise<ShopValues | null>;
};

const listedMax = 500;
const titleWordsMax = 20;
const conditionsMax = 20;
/** A question of which this much is understood in the reader's language is asked in it. */
const understoodFrom = 0.55;
/** One in another language has to be understood better by this much. */
const foreignFrom = 0.15;
/** What speaks of the reader’s parcel stands first where it says at least this much about the words, of what the best says. */
const fitsFrom = 0.25;
/** What says less than this of what the best says answers another question. */
const toldFrom = 0.2;
/** What is said of every parcel is no reason to stand first. */
const closeFrom = 1;

type Reading = {
  readonly shopId: string;
  readonly corpora: ReadonlyMap<ArticleLanguage, Corpus>;
  readonly values: Values;
  readonly situation: Situation | null;
  readonly language: string;
  readonly languages: readonly ArticleLanguage[];
};

export function createAnswers(needs: AnswersNeeds): Answers {
  /** Null when there is no such shop. */
  const readingOf = async (queries: Queries, { shopId, language }: Reader, situation: Situation | null) => {
    const shop = await needs.valuesOf(queries, shopId, language);
    if (shop === null) return null;
    const corpora = await needs.corpora.of(queries, shopId);
    const languages = languagesFor(language, shop.language);
    return { shopId, corpora, values: valuesOf(shop, situation), situation, language, languages };
  };
  return {
    search: async (queries, { words, limit, situation, ...reader }) => {
      const reading = await readingOf(queries, reader, situation);
      return reading === null ? [] : await searched(queries, reading, words, limit);
    },
    situated: async (queries, { limit, situation, ...reader }) => {
      const reading = await readingOf(queries, reader, situation);
      if (reading === null) return [];
      if (situation !== null) return await fitting(queries, reading, limit);
      return (await listed(queries, reading, limit * reading.languages.length)).slice(0, limit);
    },
    all: async (queries, reader) => {
      const reading = await readingOf(queries, reader, null);
      return reading === null ? [] : await listed(queries, reading, listedMax);
    },
    article: async (queries, { slug, situation, ...reader }) => {
      const reading = await readingOf(queries, reader, situation);
      return reading === null ? null : await shown(queries, reading, slug);
    },
  };
}

async function searched(queries: Queries, reading: Reading, words: string, limit: number): Promise<readonly Found[]> {
  let best: (Ranking & { readonly language: ArticleLanguage }) | null = null;
  for (const language of reading.languages) {
    const corpus = reading.corpora.get(language);
    if (corpus === undefined) continue;
    const found = await rankedIn(queries, corpus, words);
    const least = best === null ? 0 : best.understood + foreignFrom;
    if (found.ranked.length > 0 && found.understood > least) best = { ...found, language };
    if (best !== null && best.understood >= understoodFrom) break;
  }
  if (best === null) return [];
  const found = situationFirst(best.ranked, { words, language: best.language, limit }, reading);
  return best.language === reading.languages[0] ? found : await inReadersLanguage(queries, found, reading);
}

/** Asked in another language than the page's: what answers is shown as it will be read. */
async function inReadersLanguage(
  queries: Queries,
  found: readonly Found[],
  reading: Reading,
): Promise<readonly Found[]> {
  const rows = await list(queries, statements.bySlugs, [reading.shopId, found.map(({ slug }) => slug)], reading);
  return found.map((one) => {
    const row = rows.find(({ slug }) => slug === one.slug);
    return row === undefined ? one : foundOf(row, row.language, reading, one.rank);
  });
}

async function fitting(queries: Queries, reading: Reading, limit: number): Promise<readonly Found[]> {
  const conditions = await fittingConditions(queries, reading);
  const rows = await list(queries, statements.fitting, [reading.shopId, conditions, limit], reading);
  return rows
    .map((row) => foundOf(row, row.language, reading, closenessOf(row, reading)))
    .toSorted((one, other) => other.rank - one.rank)
    .slice(0, limit);
}

async function listed(queries: Queries, reading: Reading, rowsMax: number): Promise<readonly Found[]> {
  const rows = await list(queries, statements.listed, [reading.shopId, rowsMax], reading);
  return rows.map((row) => foundOf(row, row.language, reading, 0));
}

async function shown(queries: Queries, reading: Reading, slug: string): Promise<Shown | null> {
  if (!isSlug(slug)) return null;
  const rows = await queries.rows<LanguageRow & { source: string }>(statements.bySlugs, [reading.shopId, [slug]]);
  const [row] = inOneLanguage(rows, reading.languages);
  const article = row === undefined ? null : readKept(row.source);
  if (row === undefined || article === null) return null;
  const related = await list(queries, statements.bySlugs, [reading.shopId, article.related], reading);
  return {
    ...foundOf(row, row.language, reading, 0),
    blocks: shownBlocks(article, { ...reading, language: localOf(reading.language, row.language) }),
    related: article.related.flatMap((other) =>
      related.filter((one) => one.slug === other).map((one) => foundOf(one, one.language, reading, 0)),
    ),
  };
}

async function list(queries: Queries, sql: string, values: readonly Value[], { languages }: Reading) {
  return inOneLanguage(await queries.rows<LanguageRow>(sql, values), languages);
}

const articlesKeptMax = 2_000;
const articles = createMemory<Article | null>(articlesKeptMax);

function readKept(source: string): Article | null {
  return articles(digestOf(source), () => articleOf(source));
}

/** The reader's own region where the text is in their language, else the text's language. */
function localOf(asked: string, written: ArticleLanguage): string {
  return languagesFor(asked, asked)[0] === written ? asked : written;
}

type LanguageRow = EntryRow & { readonly language: string };

/** Each article once, in the first of the languages that it is written in; the order stays. */
function inOneLanguage<Row extends LanguageRow>(
  rows: readonly Row[],
  languages: readonly ArticleLanguage[],
): readonly (Row & { readonly language: ArticleLanguage })[] {
  const best = new Map<string, Row & { readonly language: ArticleLanguage }>();
  for (const row of rows) {
    const language = articleLanguages.find((one) => one === row.language);
    if (language === undefined) continue;
    const before = best.get(row.slug);
    const isBetter = before === undefined || languages.indexOf(language) < languages.indexOf(before.language);
    if (isBetter) best.set(row.slug, { ...row, language });
  }
  return [...best.values()].toSorted((one, other) => one.position - other.position);
}

/** Of one text again and again: what is kept of it is small. */
const conditionsKept = createMemory<When>(articlesKeptMax);

/** How closely what is said speaks of the reader's parcel; 0 when it does not. */
function closenessOf({ condition }: Pick<EntryRow, 'condition'>, { situation, values }: Reading): number {
  const when = conditionsKept(condition, () =>
    condition
      .split('\n')
      .map(readClause)
      .filter((clause) => clause !== null),
  );
  return closeness(when, situation, knownIn(values));
}

/** Many articles have the same condition: the closest are looked for first, and then the articles under them. */
async function fittingConditions(queries: Queries, reading: Reading): Promise<readonly string[]> {
  const rows = await queries.rows<{ condition: string }>(statements.conditions, [reading.shopId]);
  return rows
    .map(({ condition }) => ({ condition, close: closenessOf({ condition }, reading) }))
    .filter(({ close }) => close > 0)
    .toSorted((one, other) => other.close - one.close)
    .slice(0, conditionsMax)
    .map(({ condition }) => condition);
}

function foundOf(row: EntryRow, language: ArticleLanguage, reading: Reading, rank: number): Found {
  const say = (text: string): string => sayText(language, text, reading.values);
  return {
    slug: row.slug,
    language,
    title: say(row.title),
    summary: say(row.summary),
    topic: topics.find((topic) => topic === row.topic) ?? 'parcel',
    rank,
    fits: closenessOf(row, reading) > 0,
  };
}

/** How much more an article says about the words when its title is these very words, or has them in this order. */
const titleIs = 3;
const titleHas = 1.5;

function scoreOf({ title, score }: Ranked, asked: string): number {
  const own = plainTitle(title);
  if (own === asked) return score * titleIs;
  return asked.includes(' ') && ` ${own} `.includes(` ${asked} `) ? score * titleHas : score;
}

function plainTitle(text: string): string {
  return tokensOf(text, titleWordsMax)
    .map(({ word }) => word)
    .join(' ');
}

type Typed = { readonly words: string; readonly language: ArticleLanguage; readonly limit: number };

function situationFirst(rows: readonly Ranked[], typed: Typed, reading: Reading): readonly Found[] {
  const asked = plainTitle(typed.words);
  const ranked = rows.map((row) => ({ row, score: scoreOf(row, asked) }));
  const best = Math.max(...ranked.map(({ score }) => score));
  return ranked
    .filter(({ score }) => score >= best * toldFrom)
    .map(({ row, score }) => {
      const close = closenessOf(row, reading);
      const isFirst = score >= best * fitsFrom && close >= closeFrom;
      return { row, rank: isFirst ? best + score * (1 + close / 2) : score };
    })
    .toSorted((one, other) => other.rank - one.rank)
    .slice(0, typed.limit)
    .map(({ row, rank }) => foundOf(row, typed.language, reading, rank));
}
