import { consolePaths } from '#console';
import { createEvidence, type Evidence } from '#evidence';
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

type Needs = Omit<ServiceNeeds, 'caseUrlOf'> & ReviewsNeeds & FaqNeeds & { readonly publicUrl: string };

export function wireTrust(needs: Needs): TrustRooms {
  const caseUrlOf = (number: string): string => new URL(consolePaths.case(number), needs.publicUrl).href;
  return {
    service: createService({ ...needs, caseUrlOf }),
    reviews: createReviews(needs),
    faq: createFaq(needs),
    evidence: createEvidence(),
  };
}
