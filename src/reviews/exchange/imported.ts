import type { Queries } from '#kit/database';
import { statements } from './store.ts';

/** What was brought along from elsewhere, by where from: it stands apart from the shop's own reviews, and counts in no figure. */
export type Imported = { readonly source: string; readonly count: number; readonly mean: number };

export async function importedOf(queries: Queries, shopId: string): Promise<readonly Imported[]> {
  const rows = await queries.rows<{ source: string; count: number; sum: number }>(statements.sources, [shopId]);
  return rows.map(({ source, count, sum }) => ({
    source,
    count,
    mean: Math.floor((200 * sum + count) / (2 * count)) / 100,
  }));
}
