/** Who is outside: a carrier, whoever runs a mail relay, or one where customers rate shops. */
export const outsideKinds = ['carrier', 'mail_relay', 'review_platform'] as const;

export type OutsideKind = (typeof outsideKinds)[number];

/** Articles of the GDPR (Regulation (EU) 2016/679). */
export type Basis = 'contract: art. 6(1)(b)' | 'consent: art. 6(1)(a)' | 'processor: art. 28';

export const consentBasis = 'consent: art. 6(1)(a)' as const satisfies Basis;

/** Why data may leave. */
export const outsidePurposes = [
  'tracking',
  'push subscription',
  'sending mail',
  'delivery notification by carrier',
  'review invitation by platform',
  'answering a request',
  'review invitation',
] as const;

export type OutsidePurpose = (typeof outsidePurposes)[number];

/** What nobody can object to and no restriction stops: it is what the person asked for (GDPR, art. 12(3) and 18(2)). */
export const ownRequest = 'answering a request' as const satisfies OutsidePurpose;
