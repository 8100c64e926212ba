import type { Tx } from '#kit/database';
import { statements } from '../store.ts';
import type { Stars } from '../shapes.ts';

/** How a review stands from now on, as the ledger says it. */
export type Stands = { readonly shopId: string; readonly reviewId: string } & (
  | { readonly state: 'invited' | 'withdrawn'; readonly reason?: string }
  | {
      readonly state: 'waiting' | 'withheld';
      readonly reason?: string;
      readonly shop: Stars | null;
      readonly delivery: Stars | null;
    }
  | {
      readonly state: 'published';
      readonly shop: Stars;
      readonly delivery: Stars | null;
      readonly shownAt: Temporal.Instant;
    }
);

/**
 * Writes down how reviews stand, and counts them. Once in a transaction, with all that it changes: counts are locked in one
 * order, which a second call would break. Whoever calls has locked their persons.
 */
export async function stand(tx: Tx, all: readonly Stands[]): Promise<void> {
  if (all.length === 0) return;
  await tx.rows(statements.setStandings, [
    all.map(({ shopId }) => shopId),
    all.map(({ reviewId }) => reviewId),
    all.map(({ state }) => state),
    all.map((one) => ('reason' in one ? (one.reason ?? null) : null)),
    all.map((one) => ('shop' in one ? one.shop : null)),
    all.map((one) => ('shop' in one ? one.delivery : null)),
    all.map((one) => ('shownAt' in one ? one.shownAt : null)),
  ]);
}
