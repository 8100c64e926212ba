import type { ParcelState } from '#carriers';

/** What articles are grouped by. */
export const topics = [
  'parcel',
  'delivery',
  'pickup',
  'problem',
  'return',
  'order',
  'contact',
  'privacy',
  'review',
] as const;

export type Topic = (typeof topics)[number];

/** Where a link of an article leads; the page knows the addresses. `article` comes with a slug. */
export const targets = [
  'parcel',
  'contact',
  'write',
  'data',
  'consents',
  'protection',
  'ledger',
  'reviews',
  'help',
] as const;

export type Target = (typeof targets)[number] | `article ${string}`;

/** What texts may name in braces. */
export const variables = [
  'shop',
  'status',
  'parcels',
  'carrier',
  'arrival',
  'lastSign',
  'contactPhone',
  'contactEmail',
  'contactHours',
  'answerTime',
] as const;

export type Variable = (typeof variables)[number];

/** A part of a condition that names several things, any of which will do. */
export type ListTerm = {
  readonly about: 'milestone' | 'status' | 'problem' | 'carrier' | 'option';
  readonly oneOf: readonly string[];
};

/** One part of a condition. */
export type Term =
  | ListTerm
  | { readonly about: 'late' | 'parcel'; readonly is: boolean }
  | { readonly about: 'value'; readonly variable: Variable; readonly is: boolean };

/** Any of these, each of which is all of its terms; none at all fits everything. */
export type When = readonly (readonly Term[])[];

export type Block = { readonly when: When } & (
  | { readonly kind: 'heading' | 'paragraph' | 'note'; readonly text: string }
  | { readonly kind: 'steps' | 'list'; readonly items: readonly string[] }
  | { readonly kind: 'link'; readonly to: Target; readonly text: string }
);

/** A read and checked article in one language: texts are ICU MessageFormat. */
export type Article = {
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly topic: Topic;
  /** Of which parcels it speaks. */
  readonly when: When;
  /** Slugs. */
  readonly related: readonly string[];
  readonly position: number;
  readonly blocks: readonly Block[];
};

/** The parcel beside which somebody reads; nothing in it says who they are. Texts are in the reader's language. */
export type Situation = {
  readonly milestone: ParcelState;
  readonly subStatus: string | null;
  /** `On its way`, as the customer's page says it. */
  readonly status: string;
  readonly carrier: { readonly id: string; readonly name: string } | null;
  /** `Tuesday, 24 November, 10:00 to 13:00`. */
  readonly arrival: string | null;
  /** `3 hours ago`. */
  readonly lastSign: string | null;
  /** Past what was announced. */
  readonly isLate: boolean;
  /** What can still be chosen for this parcel, by name. */
  readonly options: readonly string[];
  /** How many parcels the order has. */
  readonly parcels: number;
};

/** A block as it is read: conditions met, variables filled in. Plain text, to be escaped where it becomes HTML. */
export type ShownBlock =
  | { readonly kind: 'heading' | 'paragraph' | 'note'; readonly text: string }
  | { readonly kind: 'steps' | 'list'; readonly items: readonly string[] }
  | { readonly kind: 'link'; readonly to: Target; readonly text: string };
