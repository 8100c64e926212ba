import type { Tx } from '#kit/database';
import { forgetIn, type Whose } from '#privacy';
import type { Tools } from '../needs.ts';
import { reviewsTables } from '../persons/tables.ts';
import type { ReviewOf } from '../shapes.ts';
import { stand, type Stands } from '../shown/stand.ts';
import { statements } from '../store.ts';
import { hashOfToken } from '../writing/token.ts';
import { lockedReview } from './locked.ts';

/** Its author takes a review back by the link they wrote it with, for as long as it is there. */
export async function withdraw(tools: Tools, tx: Tx, token: string): Promise<boolean> {
  const target = token.length > 100 ? null : await tx.one<ReviewOf>(statements.token, [hashOfToken(token)]);
  if (target === null || (await tools.privacy.lockPerson(tx, target.personId)) === null) return false;
  const own = await tx.rows<ReviewOf>(statements.ofPersons, [[target.personId]]);
  const of = own.find(({ reviewId }) => tools.tokenOf(reviewId) === token);
  if (of === undefined || (await lockedReview(tx, of.reviewId)) === null) return false;
  await stand(tx, await takeOut(tools, tx, of, 'by the author'));
  await tx.rows(statements.dropReview, [of.personId, of.reviewId]);
  await tx.rows(statements.useToken, [hashOfToken(token), tools.clock.now()]);
  return true;
}

/** Leaves the page, and says so in the ledger; nothing for what was never written, or is out already. */
async function takeOut(
  tools: Tools,
  tx: Tx,
  of: ReviewOf,
  reason: 'erased' | 'by the author',
): Promise<readonly Stands[]> {
  const { shopId, reviewId } = of;
  const standing = await tx.one<{ state: string }>(statements.stateOf, [shopId, reviewId]);
  if (standing === null || standing.state === 'invited' || standing.state === 'withdrawn') return [];
  await tools.enter(tx, of, { kind: 'review withdrawn', shown: { reason } });
  await tx.rows(statements.dropProducts, [shopId, reviewId]);
  return [{ shopId, reviewId, state: 'withdrawn', reason }];
}

/** Everything of somebody; what they wrote is shown no more. Their key must still be there, or the ledger is told nothing. */
export async function forgetPersons(tools: Tools, tx: Tx, whose: Whose): Promise<void> {
  const out: Stands[] = [];
  for (const of of await tx.rows<ReviewOf>(statements.ofPersons, [whose.personIds])) {
    out.push(...(await takeOut(tools, tx, of, 'erased')));
  }
  await stand(tx, out);
  await forgetIn(tx, reviewsTables, whose);
}
