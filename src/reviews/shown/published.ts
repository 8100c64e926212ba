import type { Queries } from '#kit/database';
import { digestOf } from '../content.ts';
import { ratingOf } from '../figures.ts';
import type { Tools } from '../needs.ts';
import type { PublishedReview, Rating } from '../shapes.ts';
import { shownOf } from './states.ts';
import { statements } from './store.ts';

const pageMax = 100;

export type Page = {
  /** The last review of the page before. */
  readonly before: string | null;
  readonly limit: number;
  /** Only those that rate this product, by its sku. */
  readonly product?: string;
  /** Only those that give so many: to the shop, or to the product where one is named. */
  readonly stars?: number;
};

/** What everybody reads, the newest first; of whoever was erased in this moment nothing. */
export async function published(
  tools: Pick<Tools, 'privacy' | 'seals'>,
  queries: Queries,
  shopId: string,
  page: Page,
): Promise<readonly PublishedReview[]> {
  const chosen = await choose(queries, shopId, page);
  const ids = chosen.map(({ reviewId }) => reviewId);
  const shown = await shownOf(tools, queries, shopId, ids);
  return chosen.flatMap(({ reviewId, at }): readonly PublishedReview[] => {
    const { content, answer, answeredAt, digest, ledgerIndex } = shown.get(reviewId) ?? {};
    if (content === undefined || digest === undefined) return [];
    const said = answer === null || answer === undefined ? null : answer;
    return [
      {
        ...content,
        reviewId,
        at,
        digest,
        answer: said === null || !answeredAt ? null : { ...said, at: answeredAt, digest: digestOf(said) },
        ledgerIndex: ledgerIndex ?? null,
      },
    ];
  });
}

type Chosen = { readonly reviewId: string; readonly at: Temporal.Instant };

const afterAll = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;

async function choose(queries: Queries, shopId: string, page: Page): Promise<readonly Chosen[]> {
  const { before, limit, product, stars } = page;
  const from = before === null ? null : await queries.one<Pick<Chosen, 'at'>>(statements.shownAt, [shopId, before]);
  if (before !== null && from === null) return [];
  const place = from === null || before === null ? afterAll : [from.at, before];
  const values = [shopId, ...place, Math.min(limit, pageMax)];
  if (product === undefined) {
    return stars === undefined
      ? await queries.rows<Chosen>(statements.newest, values)
      : await queries.rows<Chosen>(statements.newestByStars, [...values, stars]);
  }
  return stars === undefined
    ? await queries.rows<Chosen>(statements.newestOfProduct, [...values, product])
    : await queries.rows<Chosen>(statements.newestOfProductByStars, [...values, product, stars]);
}

export async function productFigures(queries: Queries, shopId: string, sku: string): Promise<Rating> {
  return ratingOf(await queries.rows<{ stars: number; count: number }>(statements.productFigures, [shopId, sku]));
}
