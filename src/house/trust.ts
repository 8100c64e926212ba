import { consolePaths } from '#console';
import { createEvidence, type Evidence, type EvidenceNeeds } from '#evidence';
import { createFaq, type Faq, type FaqNeeds, type ShopValues } from '#faq';
import { hoursLineOf } from '#orders';
import { createReviews, type Reviews, type ReviewsNeeds } from '#reviews';
import { createService, sayWait, type Service, type ServiceNeeds } from '#service';

/** What a careful shopper looks for: who is behind this, what others say, what if something goes wrong. */
export type TrustRooms = {
  readonly service: Service;
  readonly reviews: Reviews;
  readonly faq: Faq;
  readonly evidence: Evidence;
};

type TrustNeeds = Omit<ServiceNeeds, 'caseUrlOf'> &
  ReviewsNeeds &
  EvidenceNeeds &
  Omit<FaqNeeds, 'valuesOf'> & { readonly publicUrl: string };

export function wireTrust(needs: TrustNeeds): TrustRooms {
  const caseUrlOf = (number: string): string => new URL(consolePaths.case(number), needs.publicUrl).href;
  const service = createService({ ...needs, caseUrlOf });
  return {
    service,
    reviews: createReviews(needs),
    faq: createFaq({ ...needs, valuesOf: createValuesOf(needs, service) }),
    evidence: createEvidence(needs),
  };
}

/** What articles may say of a shop. */
function createValuesOf({ orders }: TrustNeeds, { cases }: Service): FaqNeeds['valuesOf'] {
  return async (queries, shopId, language): Promise<ShopValues | null> => {
    const shop = (await orders.shops(queries)).find((one) => one.shopId === shopId);
    if (shop === undefined) return null;
    const { phone: contactPhone, email: contactEmail } = shop.face.contact;
    const contactHours = hoursLineOf(shop.face.contact, language);
    const time = await cases.answerTime(queries, shopId);
    const answerTime = time === null ? null : sayWait(language, time.medianMinutes);
    return { language: shop.language, shop: shop.name, contactPhone, contactEmail, contactHours, answerTime };
  };
}
