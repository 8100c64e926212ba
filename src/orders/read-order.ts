import { z } from 'zod';
import { sealed, type ConsentInput, type Sealed } from '#privacy';
import { consentBodies, readConsents } from './reading/consent-body.ts';
import { country, instant, language, optional, required, text } from './reading/fields.ts';

/** What comes in for one box; `number` may come later. */
export type BoxInput = {
  readonly carrier: string;
  readonly number: Sealed<'tracking_number'> | null;
  readonly service: string | null;
};

/** An order as it came in at a door, personal data sealed. */
export type OrderInput = {
  readonly number: Sealed<'order_number'>;
  readonly placedAt: Temporal.Instant;
  readonly language: string;
  readonly customer: {
    readonly id: Sealed<'customer_id'> | null;
    readonly name: Sealed<'name'> | null;
    readonly email: Sealed<'email'> | null;
    readonly phone: Sealed<'phone'> | null;
  };
  /** Null when the buyer receives. */
  readonly recipient: Sealed<'name'> | null;
  readonly address: Sealed<'address'>;
  readonly items: Sealed<'order_contents'>;
  readonly boxes: readonly BoxInput[];
  readonly consents: readonly ConsentInput[];
};

/**
 * An e-mail address as browsers check it, and in letters of all scripts (RFC 6531). What is stricter than whoever delivers
 * would lose a shop its order.
 */
const emailAddress = /^[^\s\p{Cc}@()<>[\]\\,;:"]{1,64}@[\p{L}\p{M}\p{N}-]{1,63}(?:\.[\p{L}\p{M}\p{N}-]{1,63})*$/u;
const email = z
  .string()
  .trim()
  .max(254, 'must have at most 254 characters')
  .refine((value) => value === '' || emailAddress.test(value), 'must be an e-mail address')
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));

const addressShape = z.strictObject({
  street: required(300),
  postcode: text(20).default(''),
  city: required(120),
  country,
});

/** What may be put right of a person and of an order's address; what is missing stays. */
export const correctedBody = z
  .strictObject({
    name: optional(200),
    email,
    phone: optional(40),
    remove_phone: z.literal(true).optional().meta({ description: 'The number goes, where no other is given' }),
    address: addressShape.nullish(),
  })
  .refine((body) => Object.values(body).some((value) => value !== null && value !== undefined), {
    message: 'must name what is to be put right: name, email, phone, remove_phone or address',
  });

/** The body of `PUT /v1/orders/{order_number}`; also what every other way in is turned into. */
export const orderBody = z.strictObject({
  placed_at: instant,
  language: language.default('en'),
  customer: z.strictObject({
    id: optional(200),
    name: optional(200),
    email,
    phone: optional(40),
  }),
  recipient: z.strictObject({ name: required(200) }).nullish(),
  address: addressShape,
  items: z
    .array(
      z.strictObject({
        sku: text(100).default(''),
        title: required(300),
        quantity: z.int().min(1).max(100_000),
        price_minor: z.int().min(0).max(1_000_000_000_00),
        currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as EUR (ISO 4217)'),
      }),
    )
    .max(500)
    .default([]),
  parcels: z
    .array(
      z.strictObject({
        carrier: required(60),
        tracking_number: optional(60),
        service: optional(60),
      }),
    )
    .max(100)
    .default([]),
  consents: consentBodies,
});

export const orderNumberText = required(100);

/** The same order number, however its letters and the space around it are written; `1 01` is not `101`. */
export function normalOrderNumber(number: string): string {
  return number.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toUpperCase();
}

/** The same tracking number, in groups of four or in one piece. */
export function normalTrackingNumber(number: string): string {
  return number.normalize('NFKC').replaceAll(/\s+/g, '').toUpperCase();
}

export function normalEmail(address: string): string {
  return address.normalize('NFKC').trim().toLowerCase();
}

const orNull = <Kind extends Parameters<typeof sealed>[0]>(kind: Kind, value: string | null) =>
  value === null ? null : sealed(kind, value);

export function readOrder(number: string, body: z.output<typeof orderBody>): OrderInput {
  const { customer, address } = body;
  return {
    number: sealed('order_number', number),
    placedAt: body.placed_at,
    language: body.language,
    customer: {
      id: orNull('customer_id', customer.id),
      name: orNull('name', customer.name),
      email: orNull('email', customer.email),
      phone: orNull('phone', customer.phone),
    },
    recipient: body.recipient ? sealed('name', body.recipient.name) : null,
    address: sealed('address', JSON.stringify(address)),
    items: sealed('order_contents', JSON.stringify(body.items)),
    boxes: body.parcels.map((box) => ({
      carrier: box.carrier,
      number: box.tracking_number === null ? null : sealed('tracking_number', box.tracking_number),
      service: box.service,
    })),
    consents: readConsents(body.consents),
  };
}
