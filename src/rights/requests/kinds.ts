/** What persons may ask for, with the article of the GDPR that says so. */
export const requestKinds = {
  access: 'art. 15',
  rectification: 'art. 16',
  erasure: 'art. 17',
  restriction: 'art. 18',
  portability: 'art. 20',
  objection: 'art. 21',
  withdrawal: 'art. 7(3)',
} as const;
export type RequestKind = keyof typeof requestKinds;

export const kinds = [
  'access',
  'rectification',
  'erasure',
  'restriction',
  'portability',
  'objection',
  'withdrawal',
] as const satisfies readonly RequestKind[];

/** By what somebody was known to be the person (art. 12(6)); `none` while nobody has looked. */
export const evidences = [
  'code to the known address',
  'link of an order',
  'written from the known address',
  'order and address',
  'identity document seen',
  'representative',
  'none',
] as const;
export type Evidence = (typeof evidences)[number];

/** `refused`: with the reasons and the way to complain (art. 12(4)); `taken back`: the person wants it no more. */
export const outcomes = ['done', 'partly done', 'refused', 'not identified', 'taken back'] as const;
export type Outcome = (typeof outcomes)[number];

export const stepKinds = ['received', 'note', 'identified', 'extended', 'ended'] as const;
export type StepKind = (typeof stepKinds)[number];

export const ways = ['page', 'staff'] as const;
export type Way = (typeof ways)[number];
