import type { Field } from './sealed.ts';

/** Who may read opened data without it leaving the shop. */
export type Inside = 'customer' | 'staff' | 'shop';

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
  /** What customers wrote about their orders, shown to everybody because they sent it for that. */
  reviews: { fields: ['message', 'order_contents'], readers: ['shop'] },
  keeping: { fields: ['scan'], readers: ['shop'] },
} as const satisfies Record<string, PurposeRow>;

export type Purpose = keyof typeof purposes;

/** May this kind be opened for this purpose and these eyes? */
export function mayOpen(field: Field, purpose: Purpose, reader: Inside): boolean {
  const row: PurposeRow = purposes[purpose];
  return row.fields.includes(field) && row.readers.includes(reader);
}
