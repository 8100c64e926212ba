import type { z } from 'zod';
import type { ParcelState } from '#carriers';
import type { orderBody } from '#orders';
import type { SimulatedParcel } from '../simulator.ts';
import { trackingNumber } from './numbers.ts';
import { parcelOf } from './parcels.ts';
import { createRandom, type Random } from './random.ts';
import type { OrderRow, ReviewPlan } from './rows/row.ts';
import { wares } from './rows/shop.ts';
import { destination } from './towns.ts';

/** The body of `PUT /v1/orders/{order_number}` as a shop sends it. */
export type OrderBody = z.input<typeof orderBody>;

export type SampleOrder = {
  readonly number: string;
  readonly placedAt: Temporal.Instant;
  readonly body: OrderBody;
  /** Null where the buyer writes nothing. */
  readonly review: ReviewPlan | null;
};

/** An order without its number, with the parcels that the carrier knows or will know. */
type Drafted = Omit<SampleOrder, 'number'> & {
  readonly parcels: readonly SimulatedParcel[];
  readonly shows: readonly { readonly number: string; readonly milestone: ParcelState }[];
};

const firstOrderNumber = 10_412;
const carrier = 'dhl-unified';

const reviewWords = {
  de: 'Ja, Nordlicht Keramik darf mich per E-Mail einmal fragen, wie meine Bestellung war.',
  en: 'Yes, Nordlicht Keramik may ask me by e-mail once how my order was.',
};
/** One customer in so many does not want to be asked. */
const unaskedEvery = 6;

const consentWords = {
  de: 'Ja, DHL darf meine E-Mail-Adresse bekommen, um mir selbst über die Zustellung zu schreiben.',
  en: 'Yes, DHL may have my e-mail address to write to me about the delivery itself.',
};

/** The rows as orders and parcels, numbered in the order in which they were placed. */
export function draftOrders(
  rows: readonly OrderRow[],
  now: Temporal.Instant,
): {
  readonly orders: readonly SampleOrder[];
  readonly parcels: readonly SimulatedParcel[];
  readonly shows: Drafted['shows'];
} {
  let place = 0;
  const drafts = rows
    .map((row) => {
      const random = createRandom(place + 1);
      const draft = draftOrder(row, now, random, place);
      place += row.parcels.length;
      return draft;
    })
    .toSorted((one, other) => Temporal.Instant.compare(one.placedAt, other.placedAt));
  return {
    orders: drafts.map(({ placedAt, body, review }, index) => ({
      number: `NK-${firstOrderNumber + index}`,
      placedAt,
      body,
      review,
    })),
    parcels: drafts.flatMap(({ parcels }) => parcels),
    shows: drafts.flatMap(({ shows }) => shows),
  };
}

function draftOrder(row: OrderRow, now: Temporal.Instant, random: Random, place: number): Drafted {
  const to = destination(row.town, row.country);
  const receiver = { name: row.gift ?? row.name, street: row.street, postcode: row.postcode };
  const boxes = row.parcels.map((story, index) => {
    if (story === 'no_label') return { body: { carrier }, parcel: null, shows: null };
    const plan = story(to);
    const number = trackingNumber(plan.service, place + index);
    const parcel = parcelOf(plan, to, { number, receiver, now, random });
    return {
      body: {
        carrier: parcel.carrier,
        tracking_number: number,
        service: parcel.carrier === carrier ? plan.service : null,
      },
      parcel,
      shows: { number, milestone: plan.shows },
    };
  });
  const parcels = boxes.flatMap(({ parcel }) => (parcel === null ? [] : [parcel]));
  const placedAt = placedBefore(parcels, now, random);
  return {
    placedAt,
    body: { ...bodyOf(row, placedAt, place), parcels: boxes.map(({ body }) => body) },
    review: row.review ?? null,
    parcels,
    shows: boxes.flatMap(({ shows }) => (shows === null ? [] : [shows])),
  };
}

/** Some hours before the first event, and never in the future. */
function placedBefore(parcels: readonly SimulatedParcel[], now: Temporal.Instant, random: Random): Temporal.Instant {
  const known = parcels.flatMap(({ events }) => events.map(({ at }) => at));
  const first = known.reduce((earliest, at) => (Temporal.Instant.compare(at, earliest) < 0 ? at : earliest), now);
  return first.subtract({ minutes: 35 + random.whole(400) }).round({ smallestUnit: 'second', roundingMode: 'floor' });
}

function bodyOf(row: OrderRow, placedAt: Temporal.Instant, place: number): OrderBody {
  const words = row.language === 'de' ? 'de' : 'en';
  const placed = placedAt.toString();
  const given = {
    fields: ['email'],
    given_at: placed,
    version: '2026-09',
    language: words,
    default: 'unticked' as const,
    jurisdiction: 'DE',
    policy_url: 'https://nordlicht-keramik.example/datenschutz',
  };
  const toCarrier = {
    ...given,
    purpose: 'delivery notification by carrier',
    recipient: carrier,
    text: consentWords[words],
  };
  const toBeAsked = { ...given, purpose: 'review invitation', recipient: 'shop', text: reviewWords[words] };
  return {
    placed_at: placed,
    language: row.language,
    customer: {
      id: `K-${2_001 + place}`,
      name: row.name,
      email: row.email,
      ...(row.phone === undefined ? {} : { phone: row.phone }),
    },
    ...(row.gift === undefined ? {} : { recipient: { name: row.gift } }),
    address: { street: row.street, postcode: row.postcode, city: row.town, country: row.country },
    items: row.items.map(([sku, quantity], index) => ({
      sku,
      title: index === 0 && row.lettering !== undefined ? `${wares[sku][words]}: ${row.lettering}` : wares[sku][words],
      quantity,
      price_minor: wares[sku].priceMinor,
      currency: 'EUR',
    })),
    consents: [
      ...(row.carrierMayWrite === true ? [toCarrier] : []),
      ...(row.review === undefined && place % unaskedEvery === 0 ? [] : [toBeAsked]),
    ],
  };
}
