import type { Found } from './ask.ts';
import type { Day, Tally } from './counting/counting.ts';
import type { Edition, Shelved } from './shelf/shelf.ts';

/** In JSON, as the API and the command line give it. */
export function shelvedJson(article: Shelved, tallies: readonly Tally[]) {
  const { slug, topic, position, hiddenAt, isDelivered, missing, editions } = article;
  return {
    slug,
    topic,
    position,
    hidden: hiddenAt !== null,
    delivered: isDelivered,
    missing: [...missing],
    languages: editions.map((edition) => editionJson(edition, slug, tallies)),
  };
}

const noTally = { views: 0, helped: 0, notHelped: 0 };

function editionJson(edition: Edition, slug: string, tallies: readonly Tally[]) {
  const { language, title, by, saved, publishedRevision, deliveredChanged } = edition;
  const tally = tallies.find((one) => one.slug === slug && one.language === language) ?? noTally;
  return {
    language,
    title,
    state: stateOf(edition),
    by,
    revision: saved?.revision ?? 0,
    published_revision: publishedRevision,
    saved_at: saved?.at.toString() ?? null,
    delivered_changed: deliveredChanged,
    views: tally.views,
    helped: tally.helped,
    not_helped: tally.notHelped,
  };
}

/** `changes`: customers read one text, and a newer one waits as a draft. */
type EditionState = 'delivered' | 'own' | 'draft' | 'changes';

export function stateOf({ shown, by, saved, publishedRevision }: Edition): EditionState {
  if (shown === null) return 'draft';
  const isNewer = saved !== null && saved.revision !== publishedRevision && saved.source !== shown;
  if (isNewer) return 'changes';
  return by === 'shop' ? 'own' : 'delivered';
}

export function textsJson({ editions }: Shelved) {
  return editions.map(({ language, shown, saved, delivered }) => ({
    language,
    shown,
    saved: saved?.source ?? null,
    delivered,
  }));
}

export function foundJson({ slug, language, title, summary, topic, fits }: Found) {
  return { slug, language, title, summary, topic, fits };
}

export function dayJson({ day, searches, withoutHit, offered, opened, written }: Day) {
  return { day: day.toString(), searches, without_hit: withoutHit, offered, opened, written };
}
