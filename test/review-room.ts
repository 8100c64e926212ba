import assert from 'node:assert/strict';
import { Fault } from '#kit/fault';
import { createReviews, reviewInput, type ReviewInput, type Reviews } from '#reviews';
import { openRoom, type Room } from '../src/notices/samples/room.ts';
import { exampleOrder, openGround, type Ground } from './ground.ts';

/** A customer of Nordlicht with one parcel of DHL. */
export type Customer = {
  readonly personId: string;
  readonly orderId: string;
  readonly numbers: readonly string[];
};

/** Reviews over real rooms, with days that pass by hand. */
export type ReviewRoom = {
  readonly ground: Ground;
  readonly room: Room;
  readonly reviews: Reviews;
  /** The next step of a review breaks off in the midst of its transaction, behind all that it wrote. */
  readonly fallNext: () => void;
  readonly order: (more?: object, parcels?: number) => Promise<Customer>;
  /** Scans of delivery for all parcels, now. */
  readonly deliver: (customer: Customer) => Promise<void>;
  /** Lets days pass, noon by noon in Berlin, with all that is due. */
  readonly passDays: (days: number) => Promise<void>;
  /** Delivered and asked; answers the token of the link that the mail has. */
  readonly invited: (more?: object) => Promise<Customer & { readonly token: string }>;
  readonly write: (token: string, review?: object) => Promise<string>;
  readonly close: () => Promise<void>;
};

export const consent = {
  purpose: 'review invitation',
  recipient: 'shop',
  fields: ['email'],
  given_at: '2026-11-19T10:00:00+01:00',
  text: 'Nordlicht may ask me by e-mail how my order was.',
  default: 'unticked',
};

let count = 0;

export async function openReviewRoom(): Promise<ReviewRoom> {
  const ground = await openGround();
  const room = await openRoom(ground);
  const { database } = ground;
  let falls = 0;
  const record: Ground['privacy']['ledger']['record'] = (tx, personId, happening) => {
    if (falls === 0) return ground.privacy.ledger.record(tx, personId, happening);
    falls -= 1;
    return Promise.reject(new Fault('unavailable', 'The machine fell over.'));
  };
  const privacy = { ...ground.privacy, ledger: { ...ground.privacy.ledger, record } };
  const reviews = createReviews({ ...ground, privacy, notices: room.notices, publicUrl: 'https://shop.example' });
  const order: ReviewRoom['order'] = async (more = {}, parcels = 1) => {
    count += 1;
    const numbers = Array.from({ length: parcels }, (_, at) => `00340434161094${String(700_000 + count * 10 + at)}`);
    const body = exampleOrder({
      customer: { id: `r-${count}`, name: 'Ada Beispiel', email: `ada${count}@kunde.example` },
      parcels: numbers.map((number) => ({ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' })),
      consents: [consent],
      placed_at: ground.clock.now().subtract({ hours: 1 }).toString(),
      ...more,
    });
    const { personId, orderId } = await ground.putOrder(`R-${count}`, body);
    return { personId, orderId, numbers };
  };
  const deliver: ReviewRoom['deliver'] = async ({ numbers }) => {
    for (const number of numbers) await room.hear(number, room.scan('parcel-de:ZU'));
  };
  const passDays: ReviewRoom['passDays'] = async (days) => {
    for (let day = 0; day < days; day += 1) {
      const local = ground.clock.now().toZonedDateTimeISO('Europe/Berlin');
      const noon = local.withPlainTime({ hour: 12 });
      ground.clock.advanceTo((local.hour < 12 ? noon : noon.add({ days: 1 })).toInstant());
      await room.settle();
    }
  };
  return {
    ground,
    fallNext: () => {
      falls += 1;
    },
    room,
    close: async () => {
      await room.close();
      await ground.close();
    },
    reviews,
    order,
    deliver,
    passDays,
    invited: async (more = {}) => {
      const customer = await order(more);
      await deliver(customer);
      room.mails();
      await passDays(6);
      const token = tokenIn(room.mails().map(({ text }) => text ?? ''));
      assert.ok(token !== null, 'nobody was asked');
      return { ...customer, token };
    },
    write: async (token, review = {}) => {
      const input: ReviewInput = reviewInput.parse({
        shop: 5,
        language: 'de',
        title: 'Gut',
        text: 'Alles da.',
        ...review,
      });
      const said = await database.tx((tx) => reviews.submit(tx, token, input));
      assert.ok('reviewId' in said, JSON.stringify(said));
      return said.reviewId;
    },
  };
}

export function tokenIn(texts: readonly string[]): string | null {
  return texts.flatMap((text) => /\/r\/([\w-]{27})/.exec(text)?.[1] ?? []).at(-1) ?? null;
}
