import { showId } from '#kit/ids';
import type { Figures, Rating, StatedReview } from '#reviews';

type Told = {
  readonly shop: string;
  /** Where the ledger is that all of it can be recounted from. */
  readonly ledger: string;
  readonly figures: Figures;
  readonly states: readonly StatedReview[];
  /** Whether there may be more of them. */
  readonly isFull: boolean;
};

/**
 * What the page tells, for machines, with every review that was ever received: what is published whole, of the others how
 * they stand. `next` is what the next page is asked for by (`?after=`). See docs/decisions/0032 for the digests.
 */
export function shownJson({ shop, ledger, figures, states, isFull }: Told): object {
  const last = states.at(-1);
  return {
    shop,
    what: 'reviews of orders with this shop, each by a link for one order, collected by the shop itself; every step stands in its ledger',
    ledger,
    figures: {
      delivered: figures.delivered,
      invited: figures.invited,
      planned: figures.planned,
      not_invited: figures.passedOver,
      received: figures.received,
      published: figures.published,
      waiting: figures.waiting,
      withdrawn: figures.withdrawn,
      withheld: figures.withheld,
      withheld_stars: figures.withheldStars,
      shop: ratingJson(figures.shop),
      delivery: ratingJson(figures.delivery),
    },
    reviews: states.map(({ reviewId, state, reason, shop: stars, delivery, digest, ledgerIndex, content, answer }) => ({
      review: showId('rev', reviewId),
      state,
      reason,
      shop: stars,
      delivery,
      digest,
      ledger_index: ledgerIndex,
      content,
      answer,
    })),
    next: isFull && last !== undefined ? showId('rev', last.reviewId) : null,
  };
}

function ratingJson({ count, mean, spread }: Rating): object {
  return { count, mean, spread };
}
