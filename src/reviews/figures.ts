import type { Queries } from '#kit/database';
import {
  passedOverReasons,
  reasons,
  undeliveredReasons,
  type Figures,
  type PassedOver,
  type Rating,
  type Reason,
} from './shapes.ts';
import { statements } from './store.ts';

type Counted = { readonly stars: number | null; readonly count: number };

/** Pure. Two decimals, half up, worked out in whole numbers. */
export function ratingOf(all: readonly Counted[]): Rating {
  const spread = spreadOf(all);
  const count = spread.reduce((total, one) => total + one, 0);
  const stars = spread.reduce((total, one, at) => total + one * (at + 1), 0);
  return { count, mean: count === 0 ? null : Math.floor((200 * stars + count) / (2 * count)) / 100, spread };
}

function spreadOf(all: readonly Counted[]): Rating['spread'] {
  const of = (stars: number): number =>
    all.reduce((total, one) => (one.stars === stars ? total + one.count : total), 0);
  return [of(1), of(2), of(3), of(4), of(5)];
}

type Row = {
  readonly what: 'review' | 'passed over' | 'planned';
  readonly word: string;
  readonly reason: string | null;
  readonly shop: number | null;
  readonly delivery: number | null;
  readonly count: number;
};

export async function figuresOf(queries: Queries, shopId: string): Promise<Figures> {
  return figuresIn(await queries.rows<Row>(statements.figures, [shopId]));
}

/** Pure. */
function figuresIn(rows: readonly Row[]): Figures {
  const reviews = rows.filter(({ what }) => what === 'review');
  const inState = (...words: readonly string[]): readonly Row[] => reviews.filter(({ word }) => words.includes(word));
  const published = inState('published');
  const withheld = inState('withheld');
  const planned = sum(rows.filter(({ what }) => what === 'planned'));
  const passed = rows.filter(({ what }) => what === 'passed over');
  const passedOver = counted<PassedOver>(passedOverReasons, passed, ({ word }) => word);
  const undelivered: readonly string[] = undeliveredReasons;
  const delivered = passed.filter(({ word }) => !undelivered.includes(word));
  return {
    delivered: sum(reviews) + planned + sum(delivered),
    invited: sum(reviews),
    planned,
    passedOver,
    received: sum(reviews) - sum(inState('invited')),
    published: sum(published),
    withheld: counted<Reason>(reasons, withheld, ({ reason }) => reason),
    withheldStars: spreadOf(withheld.map(({ shop, count }) => ({ stars: shop, count }))),
    waiting: sum(inState('waiting')),
    withdrawn: sum(inState('withdrawn')),
    shop: ratingOf(published.map(({ shop, count }) => ({ stars: shop, count }))),
    delivery: ratingOf(published.map(({ delivery: stars, count }) => ({ stars, count }))),
  };
}

function sum(rows: readonly Pick<Row, 'count'>[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}

function counted<Word extends string>(
  words: readonly Word[],
  rows: readonly Row[],
  wordOf: (row: Row) => string | null,
): readonly { readonly reason: Word; readonly count: number }[] {
  return words
    .map((reason) => ({ reason, count: sum(rows.filter((row) => wordOf(row) === reason)) }))
    .filter(({ count }) => count > 0);
}
