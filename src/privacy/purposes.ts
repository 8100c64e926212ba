import type { Field } from './sealed.ts';

/** Who may read opened data without it leaving the shop. */
export type Inside = 'customer' | 'staff' | 'shop';

/** Who is outside: a carrier, or whoever runs a mail relay. */
export type OutsideKind = 'carrier' | 'mail_relay';

/** Articles of the GDPR (Regulation (EU) 2016/679). */
export type Basis = 'contract: art. 6(1)(b)' | 'consent: art. 6(1)(a)' | 'processor: art. 28';

export const consentBasis = 'consent: art. 6(1)(a)' as const satisfies Basis;

type PurposeRow = { readonly fields: readonly Field[]; readonly readers: readonly Inside[] };

const everything: readonly Field[] = [
  'name',
  'email',
  'phone',
  'address',
  'postcode',
  'customer_id',
  'order_number',
  'order_contents',
  'tracking_number',
  'scan',
  'message',
  'consent_words',
];

/** Why data may be opened inside the shop, which kinds, and for whose eyes. What is not listed does not open. */
export const purposes = {
  'tracking page': { fields: ['order_number', 'tracking_number', 'scan'], readers: ['customer'] },
  notice: { fields: ['name', 'email', 'order_number', 'tracking_number', 'scan', 'message'], readers: ['shop'] },
  support: { fields: everything, readers: ['staff'] },
  'shop systems': { fields: everything, readers: ['shop'] },
  'finding again': { fields: ['email', 'customer_id', 'order_number', 'tracking_number', 'scan'], readers: ['shop'] },
  /** Articles 15, 17 and 20: everything, for the person themself or for staff who answer them. */
  'rights of the person': { fields: everything, readers: ['customer', 'staff'] },
  keeping: { fields: ['scan'], readers: ['shop'] },
} as const satisfies Record<string, PurposeRow>;

export type Purpose = keyof typeof purposes;

/** May this kind be opened for this purpose and these eyes? */
export function mayOpen(field: Field, purpose: Purpose, reader: Inside): boolean {
  const row: PurposeRow = purposes[purpose];
  return row.fields.includes(field) && row.readers.includes(reader);
}

/** Why data may leave, each with the kinds that may go and on which basis. */
export type OutsidePurpose =
  | 'tracking'
  | 'push subscription'
  | 'sending mail'
  | 'answering a request'
  | 'delivery notification by carrier';

type Rule = {
  readonly to: OutsideKind;
  readonly purpose: OutsidePurpose;
  readonly field: Field;
  readonly basis: Basis;
  readonly source: string;
};

/**
 * What may leave at all; everything else is withheld. A rule whose basis is consent lets a field out only while a
 * consent of that person for exactly this purpose, recipient and field holds.
 */
const disclosureRules: readonly Rule[] = [
  ...(['tracking', 'push subscription'] as const).map((purpose) => ({
    to: 'carrier' as const,
    purpose,
    field: 'tracking_number' as const,
    basis: 'contract: art. 6(1)(b)' as const,
    source: 'the carrier gave the number and has the parcel',
  })),
  ...(['email', 'phone'] as const).map((field) => ({
    to: 'carrier' as const,
    purpose: 'delivery notification by carrier' as const,
    field,
    basis: consentBasis,
    source: 'DSK, decision of 23 March 2018',
  })),
  ...(['name', 'email', 'order_number', 'tracking_number', 'scan', 'message'] as const).map((field) => ({
    to: 'mail_relay' as const,
    purpose: 'sending mail' as const,
    field,
    basis: 'processor: art. 28' as const,
    source: 'the relay sends on behalf of the shop',
  })),
  // A code, a receipt, a confirmation: what a person asked for, who may have restricted everything else (art. 18(2)).
  ...(['name', 'email', 'message'] as const).map((field) => ({
    to: 'mail_relay' as const,
    purpose: 'answering a request' as const,
    field,
    basis: 'processor: art. 28' as const,
    source: 'the relay sends on behalf of the shop',
  })),
];

/** The rule under which a field may go, or null: it stays. */
export function ruleFor(to: OutsideKind, purpose: OutsidePurpose, field: Field): Rule | null {
  return disclosureRules.find((rule) => rule.to === to && rule.purpose === purpose && rule.field === field) ?? null;
}
