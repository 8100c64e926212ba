import type { Tx } from '#kit/database';
import type { ReviewOf, ReviewState } from '../shapes.ts';
import { statements } from '../store.ts';

/** A review that nobody else changes until the transaction ends. */
export type LockedReview = ReviewOf & {
  readonly orderId: string;
  readonly latestId: string;
  readonly shownId: string | null;
  readonly state: ReviewState;
  readonly changedAt: Temporal.Instant;
  readonly answer: Buffer | null;
};

/** Its person is locked before it, by whoever asks: an erasure takes them in the same order. */
export async function lockedReview(tx: Tx, reviewId: string): Promise<LockedReview | null> {
  return await tx.one<LockedReview>(statements.lockReview, [reviewId]);
}
