import type { Tx } from '#kit/database';

/** Why a review is not shown: the only ones there are, and they are public. Stars are none. */
export const reasons = [
  'unlawful',
  'personal data',
  'off topic',
  'advertising',
  'insult',
  'not the buyer',
  'author asked',
] as const;
export type Reason = (typeof reasons)[number];

/** Why an order is never asked about, though it was delivered. */
const heldReasons = [
  'switched off',
  'no consent',
  'objected',
  'restricted',
  'unsubscribed',
  'no address',
  'suppressed',
  'too late',
] as const;
/** Why there was nothing to ask about. */
export const undeliveredReasons = ['cancelled', 'returned', 'lost', 'not delivered'] as const;
export const passedOverReasons = [...heldReasons, ...undeliveredReasons] as const;
export type PassedOver = (typeof passedOverReasons)[number];

/** On what footing a shop asks: those who consented, or all its customers, once it says that § 7(3) UWG is kept. */
export const bases = ['consent', 'existing customers'] as const;
export type Basis = (typeof bases)[number];

/** 1 to 5. */
export type Stars = 1 | 2 | 3 | 4 | 5;

/** What its author sent, and what the digest is of: see docs/decisions/0032. */
export type Content = {
  /** As its author wants to be called; empty for “verified buyer”. */
  readonly by: string;
  readonly delivery: Stars | null;
  /** BCP 47, of the text. */
  readonly language: string;
  /** SHA-256 in hex of each picture as it is shown. */
  readonly pictures: readonly string[];
  readonly products: readonly { readonly name: string; readonly sku: string | null; readonly stars: Stars }[];
  /** 16 bytes in hex, other for each revision. */
  readonly salt: string;
  readonly shop: Stars;
  readonly text: string;
  readonly title: string;
};

/** The shop's answer, and what its digest is of. */
export type AnswerContent = { readonly salt: string; readonly text: string };

/** `mean` has two decimals, half up; null where nobody gave stars. `spread`: how often 1, 2, 3, 4 and 5. */
export type Rating = {
  readonly count: number;
  readonly mean: number | null;
  readonly spread: readonly [number, number, number, number, number];
};

export type Figures = {
  /** Orders that were delivered, or counted as such after the fallback time, and decided on or planned. */
  readonly delivered: number;
  readonly invited: number;
  /** Delivered, and to be asked at their hour. */
  readonly planned: number;
  /** Those that were not asked, by reason. */
  readonly passedOver: readonly { readonly reason: PassedOver; readonly count: number }[];
  readonly received: number;
  readonly published: number;
  readonly withheld: readonly { readonly reason: Reason; readonly count: number }[];
  /** What those give the shop that are not shown: they are in no mean. */
  readonly withheldStars: Rating['spread'];
  readonly waiting: number;
  readonly withdrawn: number;
  readonly shop: Rating;
  readonly delivery: Rating;
};

/** What everybody reads; its content in one with the rest. */
export type PublishedReview = Content & {
  readonly reviewId: string;
  /** First published. */
  readonly at: Temporal.Instant;
  /** Of the content, as it stands in the ledger. */
  readonly digest: string;
  /** `digest`: of `salt` and `text`, as it stands in the ledger. */
  readonly answer: (AnswerContent & { readonly at: Temporal.Instant; readonly digest: string }) | null;
  /** Of its publication; null while it waits for its place there. */
  readonly ledgerIndex: number | null;
};

export type ReviewState = 'waiting' | 'published' | 'withheld';

/** A review as staff see it. */
export type StaffReview = {
  readonly reviewId: string;
  readonly orderId: string;
  readonly personId: string;
  readonly writtenAt: Temporal.Instant;
  readonly changedAt: Temporal.Instant;
  readonly state: ReviewState;
  readonly reason: Reason | null;
  /** What its author was told with the reason. */
  readonly note: string | null;
  readonly judgedAt: Temporal.Instant | null;
  /** When it is published by itself; null when it does not wait. */
  readonly publishesAt: Temporal.Instant | null;
  /** Its newest revision. */
  readonly content: Content;
  /** True while another revision than the newest is shown. */
  readonly isShownOlder: boolean;
  readonly answer: { readonly text: string; readonly at: Temporal.Instant } | null;
};

export type Settings = {
  readonly invites: boolean;
  readonly basis: Basis;
  /** Since when staff say that customers are told at the order; null while they have not. */
  readonly toldAt: Temporal.Instant | null;
  /** From delivery to the invitation, 0 to 30. */
  readonly delayDays: number;
  /** From the last sign of a parcel to the invitation where no delivery was heard of, 7 to 60. */
  readonly fallbackDays: number;
  /** From writing to publication where nobody judged, 0 to 14. */
  readonly publishDays: number;
};

/** Whose review it is. */
export type ReviewOf = { readonly shopId: string; readonly personId: string; readonly reviewId: string };

/** An entry of the ledger about a review, in the transaction of the step itself. */
export type Enter = (
  tx: Tx,
  of: ReviewOf,
  entry: {
    readonly kind:
      | 'review invitation'
      | 'review received'
      | 'review published'
      | 'review withheld'
      | 'review answered'
      | 'review withdrawn';
    readonly shown?: Readonly<Record<string, string>>;
    readonly details?: Readonly<Record<string, string>>;
  },
) => Promise<string | null>;
