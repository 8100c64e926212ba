import type { Queries, Tx } from '#kit/database';
import { forgetIn, type HeldRow, type Privacy, type Whose } from '#privacy';
import { faqTables } from './persons/tables.ts';

export { faqData } from './retention/data-map.ts';
export { faqSweeps } from './retention/sweeps.ts';
export { faqTables };
export { topics, type ShownBlock, type Situation, type Target, type Topic } from './content/article.ts';

/** Answers that know the parcel. */
export type Faq = {
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type FaqNeeds = { readonly privacy: Privacy };

export function createFaq(needs: FaqNeeds): Faq {
  return {
    held: (queries, whose) => needs.privacy.heldIn(queries, faqTables, whose),
    forget: (tx, whose) => forgetIn(tx, faqTables, whose),
    forgetShop: () => Promise.resolve(),
  };
}
