import { holidayRegions } from '../hours/holidays.ts';

/** What a shop's people say about who they are and how they are reached, as they write it; empty is none. */
export const contactFields = [
  'kind',
  'legalName',
  'legalForm',
  'representedBy',
  'capital',
  'object',
  'street',
  'addressExtra',
  'postalCode',
  'city',
  'country',
  'email',
  'phone',
  'languages',
  'shopUrl',
  'zone',
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
  'exceptions',
  'holidays',
  'registerCourt',
  'registerNumber',
  'vatId',
  'businessId',
  'supervisor',
  'chamber',
  'profession',
  'professionRules',
  'editor',
  'host',
  'disputeStance',
  'disputeBody',
  'privacyContact',
  'policyUrl',
  'termsUrl',
  'withdrawalUrl',
  'accessibilityUrl',
] as const;

export type ContactField = (typeof contactFields)[number];
export type ContactSettings = Readonly<Record<ContactField, string>>;

/** The order and the headings in which people fill them in. */
export const contactGroups = [
  { key: 'business', fields: ['kind', 'legalName', 'legalForm', 'representedBy', 'capital', 'object'] },
  { key: 'address', fields: ['street', 'addressExtra', 'postalCode', 'city', 'country'] },
  { key: 'reach', fields: ['email', 'phone', 'languages', 'shopUrl'] },
  { key: 'hours', fields: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'exceptions', 'holidays', 'zone'] },
  { key: 'register', fields: ['registerCourt', 'registerNumber', 'vatId', 'businessId'] },
  { key: 'rules', fields: ['supervisor', 'chamber', 'profession', 'professionRules', 'editor', 'host'] },
  { key: 'disputes', fields: ['disputeStance', 'disputeBody'] },
  { key: 'links', fields: ['privacyContact', 'policyUrl', 'termsUrl', 'withdrawalUrl', 'accessibilityUrl'] },
] as const satisfies readonly { readonly key: string; readonly fields: readonly ContactField[] }[];

export type ContactGroup = (typeof contactGroups)[number]['key'];

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const hourFields: ReadonlySet<ContactField> = new Set([...weekdays, 'exceptions', 'holidays', 'zone']);

/** Kept with the shop's face, because mails and pages of orders show them too. */
export const faceFields = ['email', 'phone'] as const satisfies readonly ContactField[];

/**
 * `person` a natural person who is in no register, `registered_person` one who is, `partnership` several who are in none,
 * `company` whatever is a person in law or stands in a register of companies.
 */
const kinds = ['person', 'registered_person', 'partnership', 'company'] as const;

/** `small`: at most ten people, who need not say anything (§ 36(3) VSBG). */
const stances = ['unwilling', 'willing', 'obliged', 'small'] as const;

/** Fields with a choice of words; empty is always one more. */
export const choices: Readonly<Partial<Record<ContactField, readonly string[]>>> = {
  kind: kinds,
  disputeStance: stances,
  holidays: holidayRegions,
};

/** Fields in which people write several lines. */
export const longFields: ReadonlySet<ContactField> = new Set([
  'exceptions',
  'supervisor',
  'professionRules',
  'editor',
  'host',
  'disputeBody',
  'privacyContact',
]);

export const urlFields: ReadonlySet<ContactField> = new Set([
  'shopUrl',
  'policyUrl',
  'termsUrl',
  'withdrawalUrl',
  'accessibilityUrl',
]);

/** Characters, as people count them. */
export function lengthMaxOf(field: ContactField): number {
  if (field === 'exceptions') return 6_000;
  if (longFields.has(field)) return 600;
  if (urlFields.has(field)) return 300;
  return field === 'country' || field === 'kind' ? 20 : 160;
}

export const noFacts: ContactSettings = Object.freeze(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field has its entry
  Object.fromEntries(contactFields.map((field) => [field, ''])) as Record<ContactField, string>,
);

export function isContactField(text: string): text is ContactField {
  return contactFields.some((field) => field === text);
}

/** `legalName` as machines name it: `legal_name`. */
export function snakeField(field: ContactField): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** And as the command line does: `legal-name`. */
export function kebabField(field: ContactField): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function differences(one: ContactSettings, other: ContactSettings): readonly ContactField[] {
  return contactFields.filter((field) => one[field] !== other[field]);
}

export function changesHours(fields: readonly ContactField[]): boolean {
  return fields.some((field) => hourFields.has(field));
}
