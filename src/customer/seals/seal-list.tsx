import type { VNode } from 'preact';
import { readingText, type ShownSeal } from '#evidence';
import type { Say } from '../words.ts';
import { dayOf } from '../parts/home-day.ts';

/** The day as it is in the shop's country. */

/**
 * Seals and ratings that others gave a shop, in words: no picture, no script and no request of theirs before somebody
 * follows the link. What ended is not among them. Null when there is none. Its sheet is `seals.css`.
 */
export function SealList(props: {
  readonly seals: readonly ShownSeal[];
  readonly language: string;
  readonly say: Say;
  /** Below what they stand. */
  readonly heading: 'h2' | 'h3';
}): VNode | null {
  const { seals } = props;
  if (seals.length === 0) return null;
  return (
    <ul class="seals">
      {seals.map((seal) => (
        <SealBadge key={seal.id} seal={seal} {...props} />
      ))}
    </ul>
  );
}

function SealBadge(props: {
  readonly seal: ShownSeal;
  readonly language: string;
  readonly say: Say;
  readonly heading: 'h2' | 'h3';
}): VNode {
  const { seal, language, say, heading: Heading } = props;
  const { issuer, name, kind, grade, scale, count, label, checkedAt, isStale, certificateUrl } = seal;
  const day = dayOf(language, checkedAt);
  const graded = readingText(language, { grade, scale, count: null });
  return (
    <li class={isStale ? 'seal stale' : 'seal'}>
      <Heading>
        <bdi>{name}</bdi>
      </Heading>
      <p class="small soft">{say(`seals.of.${kind}`, { issuer })}</p>
      {graded === '' ? null : (
        <p>
          <b class="grade">{graded}</b> {count === null ? null : <small>{say('seals.count', { count })}</small>}
        </p>
      )}
      {label === null ? null : (
        <p>
          <bdi>{label}</bdi>
        </p>
      )}
      <p class="small">{isStale ? say('seals.stale', { day }) : say('seals.checked', { issuer, day })}</p>
      <p class="small">
        <a href={certificateUrl} rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
          {say(`seals.see.${kind}`)}
          <span class="unseen"> {name}</span>
        </a>
      </p>
    </li>
  );
}
