import type { Tx } from '#kit/database';
import type { Shop, StoredOrder } from '#orders';
import { effectAt, type ConsentRecord } from '#privacy';
import type { ReviewsNeeds } from '../needs.ts';
import type { PassedOver, Settings } from '../shapes.ts';

const invitationPurpose = 'review invitation';
/** How a consent names the shop itself; its name does as well. */
const shopRecipient = 'shop';
/** Who hears from a shop about an order of long ago wonders where it has their address from. */
const orderDaysMax = 120;

type Asked = {
  readonly shop: Shop;
  readonly order: StoredOrder;
  readonly settings: Settings;
};

/** Why this customer is not asked; null when they may be. Until `tx` ends it stays so. */
export async function refusalOf(
  { clock, privacy, mail }: Pick<ReviewsNeeds, 'clock' | 'privacy' | 'mail'>,
  tx: Tx,
  { shop, order, settings }: Asked,
): Promise<PassedOver | null> {
  const { shopId, personId } = order;
  if (!settings.invites) return 'switched off';
  const now = clock.now();
  if (order.placedAt.until(now).total('hours') > orderDaysMax * 24) return 'too late';
  if ((await privacy.heldBack(tx, [personId], invitationPurpose)).size > 0) {
    return (await privacy.restrictionsOf(tx, personId)).restricted === null ? 'objected' : 'restricted';
  }
  if (!(await mail.isSubscribed(tx, { shopId, personId, group: 'reviews' }))) return 'unsubscribed';
  const consents = settings.basis === 'consent' ? await privacy.consentsOf(tx, personId) : [];
  if (!hasBasis({ shop, order, settings }, consents, now)) return 'no consent';
  return order.buyer.email === null ? 'no address' : null;
}

/** Their consent; or, where the shop asks its customers, that it said so by the time of the order. Pure. */
function hasBasis(
  { shop, order, settings: { basis, toldAt } }: Asked,
  consents: readonly ConsentRecord[],
  now: Temporal.Instant,
): boolean {
  if (basis === 'consent')
    return consents.some((one) => isForInvitations(one, shop) && effectAt(one, now) === 'counts');
  return toldAt !== null && Temporal.Instant.compare(order.placedAt, toldAt) >= 0;
}

/** Whether this consent lets the shop ask for reviews: as `shop`, or by its name. */
export function isForInvitations(
  { purpose, recipient, fields }: Pick<ConsentRecord, 'purpose' | 'recipient' | 'fields'>,
  { name }: Pick<Shop, 'name'>,
): boolean {
  const isShop = recipient === shopRecipient || recipient.toLowerCase() === name.toLowerCase();
  return purpose === invitationPurpose && isShop && fields.includes('email');
}
