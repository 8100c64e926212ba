import { createEvidence, type Evidence } from '#evidence';
import { createFaq, type Faq, type FaqNeeds, type ShopValues } from '#faq';
import type { Queries } from '#kit/database';
import type { Orders } from '#orders';
import { createReviews, type Reviews, type ReviewsNeeds } from '#reviews';
import { createService, type Service, type ServiceNeeds } from '#service';

/** What a careful shopper looks for: who is behind this, what others say, what if something goes wrong. */
export type TrustRooms = {
  readonly service: Service;
  readonly reviews: Reviews;
  readonly faq: Faq;
  readonly evidence: Evidence;
};

type TrustNeeds = ServiceNeeds & ReviewsNeeds & Omit<FaqNeeds, 'valuesOf'> & { readonly orders: Pick<Orders, 'shops'> };

export function wireTrust(needs: TrustNeeds): TrustRooms {
  return {
    service: createService(needs),
    reviews: createReviews(needs),
    faq: createFaq({ ...needs, valuesOf: (queries, shopId) => valuesOf(needs, queries, shopId) }),
    evidence: createEvidence(),
  };
}

/** What articles may say of a shop. */
async function valuesOf({ orders }: TrustNeeds, queries: Queries, shopId: string): Promise<ShopValues | null> {
  const shop = (await orders.shops(queries)).find((one) => one.shopId === shopId);
  if (shop === undefined) return null;
  const { phone: contactPhone, email: contactEmail, hours: contactHours } = shop.face.contact;
  return { language: shop.language, shop: shop.name, contactPhone, contactEmail, contactHours, answerTime: null };
}
