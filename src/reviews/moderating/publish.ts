import type { Tx } from '#kit/database';
import type { SubjectKey } from '#privacy';
import type { Tools } from '../needs.ts';
import type { Content, ReviewOf, Settings } from '../shapes.ts';
import { stand } from '../shown/stand.ts';
import { statements } from '../store.ts';
import { lockedReview, type LockedReview } from './locked.ts';

const publishTask = 'reviews.publish';
/** While somebody's data is only kept (GDPR, art. 18) nothing of theirs is published; it is looked at again each day. */
const restrictedHours = 24;

type Planned = ReviewOf & {
  readonly revisionId: string;
  readonly at: Temporal.Instant;
  readonly settings: Pick<Settings, 'publishDays'>;
};

/** What nobody judges until then is published: silence cannot suppress. */
export async function planPublication({ jobs }: Pick<Tools, 'jobs'>, tx: Tx, planned: Planned): Promise<void> {
  const { personId, reviewId, revisionId, at, settings } = planned;
  await jobs.add(tx, {
    task: publishTask,
    payload: { personId, reviewId, revisionId },
    key: `${publishTask}/${reviewId}`,
    dueAt: at.add({ hours: settings.publishDays * 24 }),
  });
}

/** Before the house starts. */
export function startPublishing(tools: Tools): void {
  tools.jobs.on(publishTask, async ({ personId = '', reviewId = '', revisionId = '' }) => {
    await tools.database.tx(async (tx) => {
      const key = await tools.privacy.lockPerson(tx, personId);
      const review = key === null ? null : await lockedReview(tx, reviewId);
      if (key === null || review === null || review.latestId !== revisionId) return;
      // Judged in the meantime: withheld, or shown already.
      if (review.state === 'withheld' || review.shownId === revisionId) return;
      const dueAt = tools.clock.now().add({ hours: restrictedHours });
      if ((await publish(tools, tx, review, key)) === 'restricted') {
        const payload = { personId, reviewId, revisionId };
        await tools.jobs.add(tx, { task: publishTask, payload, key: `${publishTask}/${reviewId}`, dueAt });
      }
    });
  });
}

type RevisionRow = { readonly revisionId: string; readonly digest: string; readonly content: Buffer };

/** Shows the newest revision from now on. */
export async function publish(
  tools: Tools,
  tx: Tx,
  review: LockedReview,
  key: SubjectKey,
): Promise<'published' | 'restricted' | 'unchanged'> {
  const { shopId, personId, reviewId } = review;
  if (review.state === 'published' && review.shownId === review.latestId) return 'unchanged';
  if ((await tools.privacy.restrictionsOf(tx, personId)).restricted !== null) return 'restricted';
  const revision = await tx.one<RevisionRow>(statements.revision, [personId, review.latestId]);
  if (revision === null) return 'unchanged';
  const content = tools.seals.content(key, revision.revisionId, revision.content);
  const entryId = await tools.enter(tx, review, { kind: 'review published', shown: { digest: revision.digest } });
  const now = tools.clock.now();
  const shown = await tx.one<{ at: Temporal.Instant }>(statements.show, [personId, reviewId, now, entryId]);
  const shownAt = shown?.at ?? now;
  const { shop, delivery } = content;
  await stand(tx, [{ shopId, reviewId, state: 'published', shop, delivery, shownAt }]);
  await setProducts(tx, review, content, shownAt);
  return 'published';
}

async function setProducts(
  tx: Tx,
  { shopId, reviewId }: ReviewOf,
  { products }: Content,
  shownAt: Temporal.Instant,
): Promise<void> {
  await tx.rows(statements.dropProducts, [shopId, reviewId]);
  const rated = products.flatMap(({ sku, stars }, place) => (sku === null ? [] : [{ sku, stars, place }]));
  if (rated.length === 0) return;
  await tx.rows(statements.addProducts, [
    shopId,
    reviewId,
    rated.map(({ place }) => place),
    rated.map(({ sku }) => sku),
    rated.map(({ stars }) => stars),
    shownAt,
  ]);
}
