import type { Database } from '#kit/database';
import type { Orders, Shop } from '#orders';
import { reviewInput, type Reviews } from '#reviews';
import type { SampleOrder } from './world.ts';

type Needs = {
  readonly database: Database;
  readonly orders: Pick<Orders, 'find'>;
  readonly reviews: Pick<Reviews, 'unwritten' | 'submit' | 'moderate' | 'answer'>;
};

const actor = 'staff';

/** Those who were asked meanwhile write what they have to say, and the shop's people act on it, by the ordinary doors. */
export async function writeReviews(needs: Needs, { shopId }: Shop, orders: readonly SampleOrder[]): Promise<void> {
  const { database, reviews } = needs;
  const asked = new Map((await reviews.unwritten(database, shopId)).map(({ orderId, token }) => [orderId, token]));
  if (asked.size === 0) return;
  for (const { number, review, body } of orders) {
    if (review === null) continue;
    const order = await needs.orders.find(database, shopId, number);
    const token = order === null ? undefined : asked.get(order.orderId);
    if (token === undefined) continue;
    const { act, product, ...said } = review;
    const language = body.language === 'de' ? 'de' : 'en';
    const input = reviewInput.parse({ ...said, language, products: [{ place: 0, stars: product }] });
    const written = await database.tx((tx) => reviews.submit(tx, token, input));
    if ('reviewId' in written && act !== undefined) await judge(needs, { shopId, ...written, actor }, act);
  }
}

type Act = NonNullable<NonNullable<SampleOrder['review']>['act']>;
type Of = { readonly shopId: string; readonly reviewId: string; readonly actor: string };

async function judge({ database, reviews }: Needs, of: Of, act: Act): Promise<void> {
  await database.tx(async (tx) => {
    const isWithheld = act !== 'publish' && 'withhold' in act;
    const verdict = isWithheld ? { withhold: act.withhold, note: act.note } : ({ publish: true } as const);
    await reviews.moderate(tx, { ...of, verdict });
    if (act !== 'publish' && 'answer' in act) await reviews.answer(tx, { ...of, text: act.answer });
  });
}
