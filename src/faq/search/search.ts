import type { Queries } from '#kit/database';
import type { ArticleLanguage } from '../content/languages.ts';
import type { Corpus } from './corpus.ts';
import { dictionaryOf, tokensOf, type Token } from './fold.ts';
import { gramsOf, slipsBetween, slipsMax } from './near.ts';
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

const wordsMax = 8;
const charactersMax = 200;
const strayedMax = 4;
/** How far apart two words may stand that a longer one is made of. */
const apartMax = 2;

const factors = { itself: 1, joined: 0.9, split: 0.7, begun: 0.7, oneSlip: 0.6, twoSlips: 0.4 } as const;

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
 * The articles that answer what somebody typed, best first, at most 100. Each word stands for itself, for what it is made
 * of or part of (`Paketverfolgung`, `Paket verfolgen`), the last one for all that begin with it, and one that nobody
 * wrote for those that look like it. What was typed is not kept.
 */
export async function rankedIn(queries: Queries, corpus: Corpus, typed: string): Promise<readonly Ranked[]> {
  const tokens = tokensOf(typed.slice(0, charactersMax), wordsMax);
  if (tokens.length === 0 || corpus.articles === 0) return [];
  const meant = await meantBy(queries, corpus, tokens);
  const asked = telling(meant, corpus.articles);
  if (asked.length === 0) return [];
  const parts = new Set(asked.map(({ part }) => part)).size;
  return await queries.rows<Ranked>(statements.found, [
    corpus.corpusId,
    asked.map(({ part }) => part),
    asked.map(({ lexeme }) => lexeme),
    asked.map(({ factor, articles }) => factor * Math.log(1 + corpus.articles / articles)),
    parts,
  ]);
}

/** Words that stand nearly everywhere tell nothing apart, and cost most: left out while others are there. */
function telling(meant: readonly Meant[], articles: number): readonly Meant[] {
  const rare = meant.filter((one) => one.articles * 3 <= articles);
  return articles > 200 && rare.length > 0 ? rare : meant;
}

async function meantBy(queries: Queries, corpus: Corpus, tokens: readonly Token[]): Promise<readonly Meant[]> {
  const last = tokens.length - 1;
  const guesses = [...tokens.map(itself), ...joinedOf(tokens, corpus.language)];
  const [rows, begun] = await Promise.all([
    lookUp(queries, corpus, guesses),
    begunBy(queries, corpus, tokens[last], last),
  ]);
  const sure = [...rows.flatMap(({ guess, row }) => meantOf(guess, row)), ...begun];
  const known = new Set(sure.map(({ part }) => part));
  const stops = new Set(rows.filter(({ row }) => row.isStop).flatMap(({ guess }) => guess.parts));
  const strayed = [...tokens.entries()].filter(([part]) => !known.has(part) && !stops.has(part)).slice(0, strayedMax);
  if (strayed.length === 0) return sure;
  const [split, near] = await Promise.all([splitOf(queries, corpus, strayed), nearTo(queries, corpus, strayed)]);
  return [...sure, ...split, ...near];
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

/** Both halves must be words that articles are written in. */
async function splitOf(queries: Queries, corpus: Corpus, strayed: Strayed): Promise<readonly Meant[]> {
  const guesses = strayed.flatMap(([part, token]) => splitsOf(part, token, corpus.language));
  if (guesses.length === 0) return [];
  const found = (await lookUp(queries, corpus, guesses)).filter(({ row }) => row.articles > 0 && !row.isStop);
  const halves = new Set(found.map(({ guess }) => `${guess.parts.join(' ')} ${guess.pair}`));
  const isWhole = ({ parts, pair }: Guess): boolean =>
    halves.has(`${parts.join(' ')} ${pair % 2 === 0 ? pair + 1 : pair - 1}`);
  return found.filter(({ guess }) => isWhole(guess)).flatMap(({ guess, row }) => meantOf(guess, row));
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
  const measured = rows.map((row) => ({ ...row, slips: slipsBetween(word, row.word, max) }));
  const least = Math.min(...measured.map(({ slips }) => slips));
  if (least > max) return [];
  return measured
    .filter(({ slips }) => slips === least)
    .map(({ lexeme, articles }) => ({
      part,
      lexeme,
      articles,
      factor: least < 2 ? factors.oneSlip : factors.twoSlips,
    }));
}
