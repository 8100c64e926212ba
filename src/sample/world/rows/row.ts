import type { Reason } from '#reviews';
import type { Sku } from './shop.ts';
import type { Story } from '../stories.ts';

/** What a buyer writes once they are asked, and what the shop's people do about it. */
export type ReviewPlan = {
  readonly shop: Stars;
  readonly delivery: Stars | null;
  /** Of the first item. */
  readonly product: Stars;
  readonly title: string;
  readonly text: string;
  /** As they want to be called; empty for “verified buyer”. */
  readonly by: string;
  /** Missing where nobody does anything: then it is shown by itself. */
  readonly act?: 'publish' | { readonly answer: string } | { readonly withhold: Reason; readonly note: string };
};

type Stars = 1 | 2 | 3 | 4 | 5;

/** One order of the sample world: who, where to, what, and what becomes of each parcel. Everybody is invented. */
export type OrderRow = {
  readonly name: string;
  readonly email: string;
  readonly phone?: string;
  readonly language: string;
  readonly street: string;
  readonly postcode: string;
  readonly town: string;
  readonly country: string;
  /** Who receives it, where that is somebody else. */
  readonly gift?: string;
  /** Written onto the goods; stands behind the first item's title. */
  readonly lettering?: string;
  /** True where the customer lets DHL have the e-mail address for its own messages. */
  readonly carrierMayWrite?: boolean;
  readonly items: readonly (readonly [Sku, number])[];
  /** `no_label` is a parcel that has no number yet. */
  readonly parcels: readonly (Story | 'no_label')[];
  readonly review?: ReviewPlan;
};
