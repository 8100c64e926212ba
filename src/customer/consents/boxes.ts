import { createHash } from 'node:crypto';
import { findConnector } from '#carriers';
import { findIssuer, invitationFields, invitationPurpose, invitationService } from '#evidence';
import type { StoredOrder } from '#orders';
import { isOver, type Parcel } from '#parcels';
import { effectAt, needsConsent, type ConsentRecord, type Field, type OutsidePurpose } from '#privacy';
import type { Say } from '../words.ts';

/** One unticked box: one recipient, one kind of data, one purpose, and the words beside it. */
export type Box = {
  /** What the form sends back: recipient, what for, and which words were read. */
  readonly value: string;
  /** A carrier, a review platform, or `shop`: the shop itself. */
  readonly recipient: string;
  readonly purpose: OutsidePurpose;
  readonly fields: readonly Field[];
  readonly words: string;
};

const boxPurpose = 'delivery notification by carrier' satisfies OutsidePurpose;
const reviewPurpose = 'review invitation' satisfies OutsidePurpose;
/** Goes up with every change of what the words mean. */
export const boxVersion = '1';
const boxFields = ['email', 'phone'] as const;

/**
 * What the customer of this order can allow: for every carrier with a parcel under way the kinds of data that a rule lets go
 * with consent, that the shop has, and that are not allowed yet; and to whom the shop would tell of the order so that it
 * invites to a review. Pure.
 */
export function boxesOf(asked: Asked, say: Say, now: Temporal.Instant): readonly Box[] {
  return [...carrierBoxes(asked, say, now), ...ownReviewBoxes(asked, say, now), ...platformBoxes(asked, say, now)];
}

function carrierBoxes({ order, parcels, consents, shopName }: Asked, say: Say, now: Temporal.Instant): readonly Box[] {
  const boxes = new Map<string, Box>();
  for (const parcel of parcels.filter((one) => !isOver(one))) {
    for (const field of boxFields) {
      if (order.buyer[field] === null || !mayAsk(order, parcel, field)) continue;
      const recipient = parcel.carrier;
      if (isAllowed(consents, { recipient, purpose: boxPurpose, fields: [field] }, now)) continue;
      const words = say('consents.box', { carrier: recipientNameOf(recipient), field, shop: shopName });
      const value = [recipient, field, readOf(words)].join(':');
      boxes.set(value, { value, recipient, purpose: boxPurpose, fields: [field], words });
    }
  }
  return [...boxes.values()];
}

/** The shop itself asks how an order was. */
function ownReviewBoxes(
  { order, consents, shopName, asksForReviews }: Asked,
  say: Say,
  now: Temporal.Instant,
): readonly Box[] {
  const wanted = { recipient: 'shop', purpose: reviewPurpose, fields: ['email'] } as const;
  if (!asksForReviews || order.buyer.email === null || isAllowed(consents, wanted, now)) return [];
  const words = say('consents.box.reviews', { shop: shopName });
  return [{ ...wanted, value: [wanted.recipient, 'email', readOf(words)].join(':'), words }];
}

function platformBoxes(
  { order, platforms, consents, shopName }: Asked,
  say: Say,
  now: Temporal.Instant,
): readonly Box[] {
  if (order.buyer.email === null) return [];
  return platforms.flatMap(({ issuer: recipient, name }) => {
    const wanted = { recipient, purpose: invitationPurpose, fields: invitationFields } as const;
    const way = { to: 'review_platform', service: invitationService, country: order.country, ...wanted } as const;
    if (!needsConsent(way, 'email') || isAllowed(consents, wanted, now)) return [];
    const words = say('consents.box.review', { platform: name, shop: shopName });
    return [{ ...wanted, value: [recipient, 'review', readOf(words)].join(':'), words }];
  });
}

type Asked = {
  readonly order: Pick<StoredOrder, 'country' | 'buyer'>;
  readonly parcels: readonly Parcel[];
  readonly consents: readonly ConsentRecord[];
  /** Whether the shop asks those who consented for reviews. */
  readonly asksForReviews: boolean;
  /** Through whom the shop invites to reviews, by the ids that the rules know. */
  readonly platforms: readonly { readonly issuer: string; readonly name: string }[];
  readonly shopName: string;
};

function mayAsk(order: Pick<StoredOrder, 'country'>, parcel: Parcel, field: (typeof boxFields)[number]): boolean {
  const { carrier, service } = parcel;
  const way = { to: 'carrier', recipient: carrier, country: order.country, purpose: boxPurpose } as const;
  return service !== null && needsConsent({ ...way, service }, field);
}

function isAllowed(
  consents: readonly ConsentRecord[],
  wanted: Pick<Box, 'recipient' | 'purpose' | 'fields'>,
  now: Temporal.Instant,
): boolean {
  return consents.some(
    (one) =>
      one.purpose === wanted.purpose &&
      one.recipient === wanted.recipient &&
      wanted.fields.every((field) => one.fields.includes(field)) &&
      effectAt(one, now) === 'counts',
  );
}

/** Stands for the words that were read: 64 bits of their SHA-256. */
function readOf(words: string): string {
  return createHash('sha256').update(words).digest('base64url').slice(0, 11);
}

export function recipientNameOf(recipient: string): string {
  return findConnector(recipient)?.manifest.name ?? findIssuer(recipient)?.name ?? recipient;
}
