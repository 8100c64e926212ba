import { z } from 'zod';
import { readFormat } from './times.ts';

const name = z.string().trim().min(1).max(200);
const constant = z.string().trim().max(4_000);
const translations = z.record(z.string().max(200), z.string().max(200));

/** Where a field comes from: a column, several columns joined by a space, or the same text for every order. */
const source = z.union([
  name.transform((column) => ({ columns: [column] as readonly string[], values: null })),
  z.strictObject({ value: constant }),
  z
    .strictObject({ column: name, values: translations.optional() })
    .transform(({ column, values }) => ({ columns: [column] as readonly string[], values: values ?? null })),
  z
    .strictObject({ columns: z.array(name).min(1).max(10), values: translations.optional() })
    .transform(({ columns, values }) => ({ columns: columns as readonly string[], values: values ?? null })),
]);

const zone = z.string().refine(isZone, 'must be a time zone such as Europe/Berlin');
const format = z
  .string()
  .max(60)
  .refine((text) => readFormat(text) !== null, 'must be made of yyyy MM dd HH mm ss a ZZ, or be unix');

const moment = z.union([
  name.transform((column) => ({ column, format: null, zone: null })),
  z
    .strictObject({ column: name, format: format.optional(), zone: zone.optional() })
    .transform((said) => ({ column: said.column, format: said.format ?? null, zone: said.zone ?? null })),
]);

const price = z.union([
  source.transform((from) => ({ from, decimal: null })),
  z
    .strictObject({ column: name, decimal: z.enum(['comma', 'point']) })
    .transform(({ column, decimal }) => ({ from: { columns: [column] as readonly string[], values: null }, decimal })),
]);

/** What MAP.json says: which column is which field of an order. */
export const mappingShape = z.strictObject({
  order_number: source,
  placed_at: moment,
  language: source.optional(),
  customer: z
    .strictObject({
      id: source.optional(),
      name: source.optional(),
      email: source.optional(),
      phone: source.optional(),
    })
    .default({}),
  recipient: z.strictObject({ name: source }).optional(),
  address: z.strictObject({ street: source, postcode: source.optional(), city: source, country: source }),
  items: z
    .array(
      z.strictObject({
        sku: source.optional(),
        title: source,
        quantity: source.optional(),
        price,
        currency: source,
      }),
    )
    .max(20)
    .default([]),
  parcels: z
    .array(z.strictObject({ carrier: source, tracking_number: source, service: source.optional() }))
    .max(20)
    .default([]),
  /** `given`: a column that says yes or no. Without one every order of the file carries the consent. */
  consents: z
    .array(
      z.strictObject({
        given: source.optional(),
        purpose: source,
        recipient: source,
        fields: z.array(z.string().min(1).max(60)).min(1).max(20),
        given_at: moment,
        text: source,
        version: source.optional(),
        language: source.optional(),
        default: source.optional(),
        jurisdiction: source.optional(),
        policy_url: source.optional(),
        until: moment.optional(),
      }),
    )
    .max(10)
    .default([]),
});

/** What a consent may say of its box beyond what every consent says. */
export const consentDetails = ['version', 'language', 'default', 'jurisdiction', 'policy_url'] as const;

export type Mapping = z.output<typeof mappingShape>;
/** As it is written in a file. */
export type MappingText = z.input<typeof mappingShape>;
export type Source = z.output<typeof source>;
export type MomentSource = z.output<typeof moment>;
export type PriceSource = z.output<typeof price>;

function isZone(text: string): boolean {
  try {
    return (
      /^[A-Za-z]/.test(text) && Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId !== ''
    );
  } catch {
    return false;
  }
}

/** Every column that the mapping names. */
export function columnsOf(mapping: Mapping): readonly string[] {
  const named: string[] = [];
  const add = (from: Source | undefined): void => {
    if (from !== undefined && 'columns' in from) named.push(...from.columns);
  };
  const { customer, address } = mapping;
  [mapping.order_number, mapping.language, mapping.recipient?.name].forEach(add);
  [customer.id, customer.name, customer.email, customer.phone].forEach(add);
  [address.street, address.postcode, address.city, address.country].forEach(add);
  for (const item of mapping.items) [item.sku, item.title, item.quantity, item.price.from, item.currency].forEach(add);
  for (const parcel of mapping.parcels) [parcel.carrier, parcel.tracking_number, parcel.service].forEach(add);
  for (const consent of mapping.consents) {
    [consent.given, consent.purpose, consent.recipient, consent.text].forEach(add);
    consentDetails.forEach((detail) => add(consent[detail]));
    named.push(consent.given_at.column);
    if (consent.until !== undefined) named.push(consent.until.column);
  }
  named.push(mapping.placed_at.column);
  return [...new Set(named)];
}
