import type { Queries } from '#kit/database';
import type { ArticleLanguage } from '../content/languages.ts';
import type { Corpus } from './corpus.ts';
import { dictionaryOf, tokensOf, type Token } from './fold.ts';
import { beginAlike, gramsOf, slipsBetween, slipsMax } from './near.ts';
import { otherWordsOf, wordsToStem, type Other, type OtherWords } from './other-words.ts';
import { statements } from './store.ts';

/** An article as lists show it, before variables are filled in. */
export type EntryRow = {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly topic: string;
  readonly position: number;
  /** Of which parcels it speaks, a line for each clause. */
  readonly condition: string;
};

export type Ranked = EntryRow & { readonly score: number };

/** What was found in one language. */
export type Ranking = {
  /** Best first. */
  readonly ranked: readonly Ranked[];
  /** How much of the question is words of this language as articles have them: 0 to 1. */
  readonly understood: number;
};

const wordsMax = 24;
const charactersMax = 200;
const strayedMax = 4;
const postingsMax = 6_000;
const shortestAlike = 4;
/** Letters of a half that is known where the other is not. */
const halfMin = 5;
/** How far apart two words may stand that a longer one is made of. */
const apartMax = 2;

const factors = {
  itself: 1,
  joined: 0.9,
  split: 0.7,
  begun: 0.7,
  same: 0.8,
  other: 0.6,
  oneSlip: 0.6,
  twoSlips: 0.4,
} as const;

/** A lexeme that may be meant by a word of the question. */
type Meant = { readonly part: number; readonly lexeme: string; readonly factor: number; readonly articles: number };
type MeantRow = {
  readonly id: number;
  readonly isStop: boolean;
  readonly lexeme: string | null;
  readonly articles: number;
};
type NearRow = { readonly id: number; readonly word: string; readonly lexeme: string; readonly articles: number };

/** What a question that is asked in the dictionary's words stands for. */
type Guess = {
  readonly token: Token;
  readonly parts: readonly number[];
  readonly factor: number;
  readonly pair: number;
};

/**
 * The articles that answer what somebody typed, best first, at most 100. Each word stands for itself, for others of the same
 * meaning, for what it is made of or part of (`Paketverfolgung`, `Paket verfolgen`), the last one for all that begin with
 * it, and one that nobody wrote for those that look like it. What was typed is not kept.
 */
export async function rankedIn(queries: Queries, corpus: Corpus, typed: string): Promise<Ranking> {
  const tokens = tokensOf(typed.slice(0, charactersMax), wordsMax);
  if (tokens.length === 0 || corpus.articles === 0) return nothing;
  const { meant, words } = await meantBy(queries, corpus, tokens);
  const asked = telling(meant, corpus.articles);
  if (asked.length === 0) return nothing;
  const ranked = await queries.rows<Ranked>(statements.found, [
    corpus.corpusId,
    asked.map(({ part }) => part),
    asked.map(({ lexeme }) => lexeme),
    asked.map(({ factor, articles }) => factor * Math.log(1 + corpus.articles / articles)),
    new Set(asked.map(({ part }) => part)).size,
  ]);
  return { ranked, understood: understoodOf(meant, words) };
}

function understoodOf(meant: readonly Meant[], words: number): number {
  const parts = Map.groupBy(meant, ({ part }) => part);
  const sum = [...parts.values()].reduce((total, list) => total + Math.max(...list.map(({ factor }) => factor)), 0);
  return sum / Math.max(words, parts.size);
}

const nothing: Ranking = { ranked: [], understood: 0 };

/**
 * Words that stand nearly everywhere tell nothing apart, and cost most: left out while others are there. Of the rest those
 * that tell most are looked for, as far as their postings go.
 */
function telling(meant: readonly Meant[], articles: number): readonly Meant[] {
  const rare = meant.filter((one) => one.articles * 3 <= articles);
  const some = articles > 200 && rare.length > 0 ? rare : meant;
  let postings = 0;
  return some
    .map((one) => ({ one, tells: one.factor * Math.log(1 + articles / one.articles) }))
    .toSorted((one, other) => other.tells - one.tells)
    .filter(({ one }) => (postings += one.articles) <= postingsMax || postings === one.articles)
    .map(({ one }) => one);
}

/** What each word of a question may mean; `words` is how many of them are more than filling. */
type Understood = { readonly meant: readonly Meant[]; readonly words: number };

async function meantBy(queries: Queries, corpus: Corpus, tokens: readonly Token[]): Promise<Understood> {
  const last = tokens.length - 1;
  const guesses = [...tokens.map(itself), ...joinedOf(tokens, corpus.language)];
  const [rows, begun, others] = await Promise.all([
    lookUp(queries, corpus, guesses),
    begunBy(queries, corpus, tokens[last], last),
    otherWordsIn(queries, corpus.language),
  ]);
  const stops = new Set(rows.filter(({ row }) => row.isStop).flatMap(({ guess }) => guess.parts));
  const sure = [
    ...rows.flatMap(({ guess, row }) => meantOf(guess, row)),
    ...(last > 0 && stops.has(last) ? [] : begun),
  ];
  const known = new Set(sure.map(({ part }) => part));
  const words = wordsOf(tokens, rows, others);
  const isStrayed = ({ part, also }: Word): boolean => !known.has(part) && !stops.has(part) && also.length === 0;
  const strayed = words
    .filter((word) => isStrayed(word) && !word.isFiller)
    .slice(0, strayedMax)
    .map(({ part, token }) => [part, token] as const);
  const alike = strayed.flatMap(([part, token]) => alikeTo(part, token, others));
  const [also, split, near] = await Promise.all([
    alsoMeant(queries, corpus, [...words, ...alike]),
    splitOf(queries, corpus, strayed),
    nearTo(queries, corpus, strayed),
  ]);
  const filling = new Set(words.filter(({ part, isFiller }) => isFiller || stops.has(part)).map(({ part }) => part));
  const meant = [...asCommon(sure, also), ...also, ...split, ...near];
  // A word that is mostly left out may still be one that somebody means: `weg`.
  const told = meant.filter(({ part }) => !filling.has(part) || words[part]?.also.length !== 0);
  const more = told.filter(({ part }) => words[part]?.isFiller !== true);
  return {
    meant: [more, told].find((list) => list.length > 0) ?? meant,
    words: words.filter(({ part }) => !filling.has(part)).length,
  };
}

/** A word of the question, with what it also stands for. */
type Word = {
  readonly part: number;
  readonly token: Token;
  readonly also: readonly Other[];
  /** Of how it was typed. */
  readonly factor: number;
  readonly isFiller: boolean;
};

function wordsOf(tokens: readonly Token[], rows: readonly LookedUp[], others: OtherWords): readonly Word[] {
  return tokens.map((token, part) => {
    const own = rows.find(({ guess }) => guess.token === token)?.row.lexeme ?? token.word;
    const keys = [...new Set([token.word, own])];
    const also = /\d{8}/u.test(token.word) ? others.number : keys.flatMap((key) => others.of.get(key) ?? []);
    const isFiller = keys.some((key) => others.fillers.has(key));
    return { part, token, also, factor: 1, isFiller };
  });
}

/** What those that look like a word stand for, where it was typed amiss. */
function alikeTo(part: number, token: Token, others: OtherWords): readonly Word[] {
  const max = slipsMax(token.word);
  if (max === 0) return [];
  return [...others.of].flatMap(([key, also]) => {
    if (key.length < shortestAlike || !beginAlike(token.word, key)) return [];
    const slips = slipsBetween(token.word, key, max);
    if (slips > max) return [];
    const factor = slips < 2 ? factors.oneSlip : factors.twoSlips;
    return [{ part, token, also, factor, isFiller: false }];
  });
}

const otherWords = new Map<ArticleLanguage, OtherWords>();

/** The words are the program's, and their stems those of PostgreSQL's dictionary: made once. */
async function otherWordsIn(queries: Queries, language: ArticleLanguage): Promise<OtherWords> {
  const before = otherWords.get(language);
  if (before !== undefined) return before;
  const rows = await queries.rows<{ word: string; lexeme: string | null }>(statements.stems, [
    dictionaryOf(language),
    wordsToStem(language),
  ]);
  const stems = rows.flatMap(({ word, lexeme }) => (lexeme === null ? [] : [[word, lexeme] as const]));
  const made = otherWordsOf(language, new Map(stems));
  otherWords.set(language, made);
  return made;
}

/** Those of the other words that articles are written in. What stands for each other is as common as the commonest of it. */
async function alsoMeant(queries: Queries, corpus: Corpus, words: readonly Word[]): Promise<readonly AlsoMeant[]> {
  const lexemes = [...new Set(words.flatMap(({ also }) => also.map(({ lexeme }) => lexeme)))];
  if (lexemes.length === 0) return [];
  const rows = await queries.rows<{ lexeme: string; articles: number }>(statements.counts, [corpus.corpusId, lexemes]);
  const counts = new Map(rows.map(({ lexeme, articles }) => [lexeme, articles]));
  return words.flatMap(({ part, also, factor }) => {
    const there = also.flatMap(({ lexeme, isSame }) => {
      const articles = counts.get(lexeme);
      return articles === undefined ? [] : [{ lexeme, isSame, articles }];
    });
    const most = Math.max(0, ...there.filter(({ isSame }) => isSame).map(({ articles }) => articles));
    return there.map(({ lexeme, isSame, articles }) => ({
      part,
      lexeme,
      isSame,
      factor: factor * (isSame ? factors.same : factors.other),
      articles: isSame ? most : articles,
    }));
  });
}

type AlsoMeant = Meant & { readonly isSame: boolean };

function asCommon(sure: readonly Meant[], also: readonly AlsoMeant[]): readonly Meant[] {
  const same = new Map(also.filter(({ isSame }) => isSame).map(({ part, articles }) => [part, articles]));
  return sure.map((one) => ({ ...one, articles: Math.max(one.articles, same.get(one.part) ?? 0) }));
}

function itself(token: Token, part: number): Guess {
  return { token, parts: [part], factor: factors.itself, pair: -1 };
}

function tokenOf(word: string): Token {
  return { raw: word, word };
}

/** What German puts between the parts of a word. */
const links: Readonly<Record<ArticleLanguage, readonly string[]>> = { de: ['', 's', 'n', 'en'], en: [''] };

/** The longer words that two of these make, in either order. */
function joinedOf(tokens: readonly Token[], language: ArticleLanguage): readonly Guess[] {
  return tokens.flatMap((one, at) =>
    tokens.flatMap((other, behind) => {
      const isNear = at !== behind && Math.abs(at - behind) <= apartMax;
      if (!isNear || one.word.length < 3 || other.word.length < 3) return [];
      return links[language].map((link): Guess => ({
        token: tokenOf(`${one.word}${link}${other.word}`),
        parts: [at, behind],
        factor: factors.joined,
        pair: -1,
      }));
    }),
  );
}

/** The two words that one may be made of. The right half has the odd number of its pair. */
function splitsOf(part: number, { word }: Token, language: ArticleLanguage): readonly Guess[] {
  const guesses: Guess[] = [];
  for (let cut = 3; cut <= word.length - 3; cut += 1) {
    const [left, right] = [word.slice(0, cut), word.slice(cut)];
    for (const link of links[language]) {
      const kept = left.length - link.length;
      if (kept >= 3 && left.endsWith(link)) guesses.push(halfOf(part, left.slice(0, kept), cut * 2));
    }
    guesses.push(halfOf(part, right, cut * 2 + 1));
  }
  return guesses;
}

function halfOf(part: number, text: string, pair: number): Guess {
  return { token: tokenOf(text), parts: [part], factor: factors.split, pair };
}

type LookedUp = { readonly guess: Guess; readonly row: MeantRow };

async function lookUp(queries: Queries, corpus: Corpus, guesses: readonly Guess[]): Promise<readonly LookedUp[]> {
  const rows = await queries.rows<MeantRow>(statements.meant, [
    corpus.corpusId,
    dictionaryOf(corpus.language),
    guesses.map((_, id) => id),
    guesses.map(({ token }) => token.raw),
    guesses.map(({ token }) => token.word),
  ]);
  return rows.flatMap((row) => {
    const guess = guesses[row.id];
    return guess === undefined ? [] : [{ guess, row }];
  });
}

function meantOf({ parts, factor }: Guess, { isStop, lexeme, articles }: MeantRow): readonly Meant[] {
  if (isStop || lexeme === null || articles === 0) return [];
  return parts.map((part) => ({ part, lexeme, factor, articles }));
}

async function begunBy(
  queries: Queries,
  corpus: Corpus,
  token: Token | undefined,
  part: number,
): Promise<readonly Meant[]> {
  if (token === undefined || token.word.length < 2) return [];
  const rows = await queries.rows<{ lexeme: string; articles: number }>(statements.begun, [
    corpus.corpusId,
    token.word,
  ]);
  return rows.map(({ lexeme, articles }) => ({ part, lexeme, articles, factor: factors.begun }));
}

type Strayed = readonly (readonly [part: number, token: Token])[];

/** Both halves, or else the longest that is known, must be words that articles are written in. */
async function splitOf(queries: Queries, corpus: Corpus, strayed: Strayed): Promise<readonly Meant[]> {
  const guesses = strayed.flatMap(([part, token]) => splitsOf(part, token, corpus.language));
  if (guesses.length === 0) return [];
  const found = (await lookUp(queries, corpus, guesses)).filter(({ row }) => row.articles > 0 && !row.isStop);
  const halves = new Set(found.map(({ guess }) => `${guess.parts.join(' ')} ${guess.pair}`));
  const isWhole = ({ parts, pair }: Guess): boolean =>
    halves.has(`${parts.join(' ')} ${pair % 2 === 0 ? pair + 1 : pair - 1}`);
  const whole = found.filter(({ guess }) => isWhole(guess));
  const known = whole.length > 0 || corpus.language !== 'de' ? whole : longestOf(found);
  return known.flatMap(({ guess, row }) => meantOf(guess, row));
}

/** Of `Widerrufsformular` what articles know. */
function longestOf(found: readonly LookedUp[]): readonly LookedUp[] {
  const lengthOf = ({ guess }: LookedUp): number => guess.token.word.length;
  const most = Math.max(...found.map(lengthOf));
  return most < halfMin ? [] : found.filter((one) => lengthOf(one) === most);
}

async function nearTo(queries: Queries, corpus: Corpus, strayed: Strayed): Promise<readonly Meant[]> {
  const grams = strayed
    .filter(([, { word }]) => slipsMax(word) > 0)
    .flatMap(([part, { word }]) => gramsOf(word).map((gram) => [part, gram] as const));
  if (grams.length === 0) return [];
  const rows = await queries.rows<NearRow>(statements.near, [
    corpus.corpusId,
    grams.map(([part]) => part),
    grams.map(([, gram]) => gram),
  ]);
  return strayed.flatMap(([part, { word }]) =>
    nearest(
      part,
      word,
      rows.filter(({ id }) => id === part),
    ),
  );
}

/** Of the words that share letters with one, those with the fewest slips between. */
function nearest(part: number, word: string, rows: readonly NearRow[]): readonly Meant[] {
  const max = slipsMax(word);
  const measured = rows
    .filter((row) => beginAlike(word, row.word))
    .map((row) => ({ row, slips: slipsBetween(word, row.word, max) }));
  const least = Math.min(...measured.map(({ slips }) => slips));
  if (least > max) return [];
  return measured
    .filter(({ slips }) => slips === least)
    .map(({ row: { lexeme, articles } }) => ({
      part,
      lexeme,
      articles,
      factor: least < 2 ? factors.oneSlip : factors.twoSlips,
    }));
}
