import type { VNode } from 'preact';

const starsMax = 5;
const starWidth = 20;
const five = Array.from(
  { length: starsMax },
  (_, at) => `M${at * starWidth + 10} 1l2.7 6 6.3.7-4.7 4.3 1.3 6.3-5.6-3.2-5.6 3.2 1.3-6.3-4.7-4.3 6.3-.7z`,
).join('');

/**
 * Five stars, filled as far as the mean goes; their colours come from the page (`.off`, `.on`).
 * @param label what is heard in their place; null where words beside them say the same
 */
export function MeanStars(props: {
  readonly mean: number;
  readonly label: string | null;
  /** In pixels; missing where the page's style says so. */
  readonly height?: number;
}): VNode {
  const { mean, label, height } = props;
  const filled = Math.round(Math.min(Math.max(mean, 0), starsMax) * starWidth);
  const size = height === undefined ? {} : { width: height * starsMax, height };
  const heard = label === null ? { 'aria-hidden': true } : ({ role: 'img', 'aria-label': label } as const);
  return (
    <svg class="mean-stars" viewBox="0 0 100 20" {...size} {...heard}>
      <path class="off" d={five} />
      <svg width={filled} height="20" viewBox={`0 0 ${filled} 20`}>
        <path class="on" d={five} />
      </svg>
    </svg>
  );
}
