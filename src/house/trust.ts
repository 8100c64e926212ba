import { createEvidence, type Evidence, type EvidenceNeeds } from '#evidence';
import { createFaq, type Faq, type FaqNeeds } from '#faq';
import { createReviews, type Reviews, type ReviewsNeeds } from '#reviews';
import { createService, type Service, type ServiceNeeds } from '#service';

/** What a careful shopper looks for: who is behind this, what others say, what if something goes wrong. */
export type TrustRooms = {
  readonly service: Service;
  readonly reviews: Reviews;
  readonly faq: Faq;
  readonly evidence: Evidence;
};

export function wireTrust(needs: ServiceNeeds & ReviewsNeeds & FaqNeeds & EvidenceNeeds): TrustRooms {
  return {
    service: createService(needs),
    reviews: createReviews(needs),
    faq: createFaq(needs),
    evidence: createEvidence(needs),
  };
}
