import type { VNode } from 'preact';
import { MeanStars } from '../../parts/mean-stars.tsx';
import type { Say } from '../../words.ts';

/** A mean and of how many it is; null where there are none. */
export type Mean = { readonly mean: number | null; readonly count: number };

/** “★★★★☆ 4.6 of 5 from 213 reviews”: one line, a drawing and a text; nothing where there are no reviews. */
export function RatingLine(props: {
  readonly rating: Mean;
  readonly say: Say;
  /** Of the stars, in pixels. */
  readonly height?: number;
}): VNode | null {
  const { rating, say, height = 20 } = props;
  if (rating.mean === null) return null;
  return (
    <span class="rating-line">
      <MeanStars mean={rating.mean} label={null} height={height} />{' '}
      {say('reviews.line', { mean: rating.mean, count: rating.count })}
    </span>
  );
}

/** Whole stars of one review. */
export function Stars({ stars, label }: { readonly stars: number; readonly label: string }): VNode {
  return (
    <span class="stars">
      <b aria-hidden="true">{'★'.repeat(stars)}</b>
      <i aria-hidden="true">{'★'.repeat(5 - stars)}</i>
      <span class="unseen">{label}</span>
    </span>
  );
}
