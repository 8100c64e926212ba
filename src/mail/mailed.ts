import type { Queries } from '#kit/database';
import { statements } from './store.ts';

/** Of one shop, or of all of them. */
type Window = { readonly shopId: string | null; readonly from: Temporal.Instant; readonly until: Temporal.Instant };

const pageMax = 1_000;

export async function mailed(
  queries: Queries,
  { shopId, from, until, after, limit }: Window & { readonly after: string | null; readonly limit: number },
): Promise<readonly { readonly personId: string; readonly shopId: string }[]> {
  return await queries.rows(statements.mailed, [shopId, from, until, after, Math.min(limit, pageMax)]);
}

export async function countMailed(
  queries: Queries,
  { shopId, from, until }: Window,
): Promise<readonly { readonly shopId: string; readonly persons: number }[]> {
  return await queries.rows(statements.countMailed, [shopId, from, until]);
}
