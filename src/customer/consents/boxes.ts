import { createHash } from 'node:crypto';
import { findConnector } from '#carriers';
import type { StoredOrder } from '#orders';
import { isOver, type Parcel } from '#parcels';
import { holdsAt, needsConsent, type ConsentRecord, type OutsidePurpose } from '#privacy';
import type { Say } from '../words.ts';

/** One unticked box: one recipient, one kind of data, one purpose, and the words beside it. */
export type Box = {
  /** What the form sends back: carrier, kind of data, and which words were read. */
  readonly value: string;
  /** A carrier, or `shop`: the shop itself. */
  readonly recipient: string;
  readonly purpose: BoxPurpose;
  readonly field: BoxField;
  readonly words: string;
};

export type BoxField = (typeof boxFields)[number];

const boxPurpose = 'delivery notification by carrier' satisfies OutsidePurpose;
const reviewPurpose = 'review invitation' satisfies OutsidePurpose;
type BoxPurpose = typeof boxPurpose | typeof reviewPurpose;
/** Goes up with every change of what the words mean. */
export const boxVersion = '1';
const boxFields = ['email', 'phone'] as const;

/**
 * What the customer of this order can allow: for every carrier with a parcel under way the kinds of data that a rule lets go
 * with consent, that the shop has, and that are not allowed yet. Pure.
 */
export function boxesOf(
  { order, parcels, consents, shopName, asksForReviews }: Asked,
  say: Say,
  now: Temporal.Instant,
): readonly Box[] {
  const boxes = new Map<string, Box>();
  for (const parcel of parcels.filter((one) => !isOver(one))) {
    for (const field of boxFields) {
      if (order.buyer[field] === null || !mayAsk(order, parcel, field)) continue;
      if (consents.some((one) => isSame(one, boxPurpose, parcel.carrier, field) && holdsAt(one, now))) continue;
      const words = say('consents.box', { carrier: carrierNameOf(parcel.carrier), field, shop: shopName });
      const box = boxFor(parcel.carrier, boxPurpose, field, words);
      boxes.set(box.value, box);
    }
  }
  const isAllowed = consents.some((one) => isSame(one, reviewPurpose, 'shop', 'email') && holdsAt(one, now));
  if (!asksForReviews || isAllowed || order.buyer.email === null) return [...boxes.values()];
  return [...boxes.values(), boxFor('shop', reviewPurpose, 'email', say('consents.box.reviews', { shop: shopName }))];
}

function boxFor(recipient: string, purpose: BoxPurpose, field: BoxField, words: string): Box {
  return { value: [recipient, field, readOf(words)].join(':'), recipient, purpose, field, words };
}

type Asked = {
  readonly order: Pick<StoredOrder, 'country' | 'buyer'>;
  readonly parcels: readonly Parcel[];
  readonly consents: readonly ConsentRecord[];
  readonly shopName: string;
  /** Whether the shop asks those who consented for reviews. */
  readonly asksForReviews: boolean;
};

function mayAsk(order: Pick<StoredOrder, 'country'>, parcel: Parcel, field: BoxField): boolean {
  const { carrier, service } = parcel;
  const way = { to: 'carrier', recipient: carrier, country: order.country, purpose: boxPurpose } as const;
  return service !== null && needsConsent({ ...way, service }, field);
}

function isSame(consent: ConsentRecord, purpose: BoxPurpose, recipient: string, field: BoxField): boolean {
  return consent.purpose === purpose && consent.recipient === recipient && consent.fields.includes(field);
}

/** Stands for the words that were read: 64 bits of their SHA-256. */
function readOf(words: string): string {
  return createHash('sha256').update(words).digest('base64url').slice(0, 11);
}

export function carrierNameOf(carrier: string): string {
  return findConnector(carrier)?.manifest.name ?? carrier;
}
