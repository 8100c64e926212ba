import { consolePaths } from '#console';
import { createEvidence, type Evidence, type EvidenceNeeds } from '#evidence';
import { createFaq, type Faq, type FaqNeeds, type ShopValues } from '#faq';
import type { Queries } from '#kit/database';
import { hoursLineOf } from '#orders';
import { createReviews, type Reviews, type ReviewsNeeds } from '#reviews';
import { createService, sayWait, type AnswerTime, type Service, type ServiceNeeds } from '#service';

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

const measuredKept = { minutes: 5 };

/** What articles may say of a shop. How long an answer takes is measured over 90 days, and not anew for every reader. */
function createValuesOf({ orders, clock }: TrustNeeds, { cases }: Service): FaqNeeds['valuesOf'] {
  const measured = new Map<string, { readonly at: Temporal.Instant; readonly time: AnswerTime | null }>();
  const timeOf = async (queries: Queries, shopId: string): Promise<AnswerTime | null> => {
    const [now, kept] = [clock.now(), measured.get(shopId)];
    if (kept !== undefined && Temporal.Instant.compare(now, kept.at.add(measuredKept)) < 0) return kept.time;
    const time = await cases.answerTime(queries, shopId);
    measured.set(shopId, { at: now, time });
    return time;
  };
  return async (queries, shopId, language): Promise<ShopValues | null> => {
    const shop = (await orders.shops(queries)).find((one) => one.shopId === shopId);
    if (shop === undefined) return null;
    const { phone: contactPhone, email: contactEmail } = shop.face.contact;
    const contactHours = hoursLineOf(shop.face.contact, language);
    const time = await timeOf(queries, shopId);
    const answerTime = time === null ? null : sayWait(language, time.medianMinutes);
    return { language: shop.language, shop: shop.name, contactPhone, contactEmail, contactHours, answerTime };
  };
}
