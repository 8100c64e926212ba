import type { VNode } from 'preact';
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
      <MeanStars mean={rating.mean} height={height} /> {say('reviews.line', { mean: rating.mean, count: rating.count })}
    </span>
  );
}

const star =
  'M12 2.500 14.900 8.800 21.800 9.600 16.700 14.300 18 21.100 12 17.700 6 21.100 7.300 14.300 2.200 9.600 9.100 8.800Z';

/** Five stars, filled as far as the mean goes. A text says the same, so that nobody has to see them. */
export function MeanStars({ mean, height = 20 }: { readonly mean: number; readonly height?: number }): VNode {
  const width = (mean / 5) * 120;
  return (
    <svg class="mean-stars" viewBox="0 0 120 24" width={height * 5} height={height} aria-hidden="true">
      <Five name="empty" />
      <svg width={width} height="24" viewBox={`0 0 ${width} 24`}>
        <Five name="full" />
      </svg>
    </svg>
  );
}

function Five({ name }: { readonly name: string }): VNode {
  return (
    <g class={name}>
      {[0, 24, 48, 72, 96].map((x) => (
        <path key={x} d={star} transform={`translate(${x})`} />
      ))}
    </g>
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
