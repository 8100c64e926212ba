import type { Queries, Tx } from '#kit/database';
import { forgetIn, type HeldRow, type Privacy, type Whose } from '#privacy';
import { reviewsTables } from './persons/tables.ts';

export { reviewsData } from './retention/data-map.ts';
export { reviewsSweeps } from './retention/sweeps.ts';
export { reviewsTables };

/** Ratings of delivered orders: invited, written, published or withheld, each step in the ledger. */
export type Reviews = {
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type ReviewsNeeds = { readonly privacy: Privacy };

export function createReviews(needs: ReviewsNeeds): Reviews {
  return {
    held: (queries, whose) => needs.privacy.heldIn(queries, reviewsTables, whose),
    forget: (tx, whose) => forgetIn(tx, reviewsTables, whose),
    forgetShop: () => Promise.resolve(),
  };
}
