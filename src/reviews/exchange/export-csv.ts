import type { Queries } from '#kit/database';
import { showId } from '#kit/ids';
import { harmless } from '#shops';
import { published } from '../shown/published.ts';
import type { Tools } from '../needs.ts';
import type { PublishedReview } from '../shapes.ts';

const pageMax = 100;

/** The columns of an export; an import reads those of them that it knows. */
const exportColumns = [
  'review',
  'published_at',
  'stars',
  'delivery_stars',
  'title',
  'text',
  'by',
  'language',
  'products',
  'answer',
  'answered_at',
  'digest',
  'ledger_index',
] as const;

/**
 * Everything published as CSV (RFC 4180, UTF-8), the newest first, piece by piece. No cell is a formula in a spreadsheet.
 * @param reviewsMax after so many it ends
 */
export async function* exportCsv(
  tools: Tools,
  queries: Queries,
  shopId: string,
  reviewsMax: number,
): AsyncGenerator<string> {
  yield `${exportColumns.join(',')}\r\n`;
  let before: string | null = null;
  for (let count = 0; count < reviewsMax; count += pageMax) {
    const limit = Math.min(pageMax, reviewsMax - count);
    const page: readonly PublishedReview[] = await published(tools, queries, shopId, { before, limit });
    if (page.length === 0) return;
    yield page.map((review) => `${cellsOf(review).map(harmless).join(',')}\r\n`).join('');
    before = page.at(-1)?.reviewId ?? null;
    if (page.length < limit) return;
  }
}

function cellsOf(review: PublishedReview): readonly string[] {
  const { reviewId, at, shop, delivery, title, text, by, language, products, answer, digest, ledgerIndex } = review;
  return [
    showId('rev', reviewId),
    at.toString(),
    String(shop),
    delivery === null ? '' : String(delivery),
    title,
    text,
    by,
    language,
    products.map(({ name, sku, stars }) => `${sku ?? name}: ${stars}`).join('\n'),
    answer?.text ?? '',
    answer === null ? '' : answer.at.toString(),
    digest,
    ledgerIndex === null ? '' : String(ledgerIndex),
  ];
}
