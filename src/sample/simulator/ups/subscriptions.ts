import { z } from 'zod';
import type { Answer } from '../answers.ts';
import { badRequest, unavailable } from './answers.ts';
import { type UpsBook, newsBetween } from './parcels.ts';
import type { UpsWebhooks } from './webhooks.ts';
import { wirePush } from './wire.ts';

/**
 * Track Alert (v2): up to a hundred numbers a call, each for 14 days and from now on, for there is no history. Numbers that
 * cannot be UPS's are named in the answer, the others are taken.
 */
export type UpsSubscriptions = {
  readonly create: (clientId: string, body: string, now: Temporal.Instant) => Answer;
  /** Gives the webhooks what has become known of subscribed numbers since the last look. */
  readonly look: (now: Temporal.Instant) => void;
};

const numbersMax = 100;
const subscriptionsMax = 10_000;
const daysUntilExpiry = 14;
const number = /^(?:1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}|1R[0-9A-Z]{26})$/;

const wanted = z.object({
  locale: z.string().optional(),
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  trackingNumberList: z.array(z.string()).optional(),
});

type Subscription = {
  readonly clientId: string;
  readonly number: string;
  readonly expires: Temporal.Instant;
  /** Up to when the subscriber was told. */
  readonly toldUntil: Temporal.Instant;
};

/** What is wrong with a subscription, by UPS's codes; null when it can be made. */
function wrongWith(locale: string | undefined, numbers: readonly string[] | undefined): Answer | null {
  const rejected = 'The Subscription request has been rejected.';
  if (locale === undefined) return badRequest('VSS300', `Locale is required. ${rejected}`);
  if (!/^[a-z]{2}_[A-Z]{2}$/.test(locale)) return badRequest('VSS310', `Please enter a valid locale. ${rejected}`);
  if (numbers === undefined || numbers.length === 0) {
    return badRequest('VSS200', `Tracking Number List is required. ${rejected}`);
  }
  if (numbers.length > numbersMax) return badRequest('VSS220', 'You have submitted over 100 tracking numbers.');
  const invalidTrackingNumbers = numbers.filter((one) => !number.test(one));
  const none = invalidTrackingNumbers.length === numbers.length;
  const sentence = `The Subscription request should have at least one valid tracking number. ${rejected}`;
  return none ? badRequest('VSS210', sentence, { invalidTrackingNumbers }) : null;
}

export function createUpsSubscriptions(book: UpsBook, webhooks: UpsWebhooks): UpsSubscriptions {
  const subscriptions = new Map<string, Subscription>();
  return {
    create: (clientId, body, now) => {
      const read = wanted.safeParse(parsed(body));
      if (!read.success) return badRequest('VSS000', 'Invalid request and The Subscription request has been rejected.');
      const { locale, trackingNumberList: numbers = [] } = read.data;
      const wrong = wrongWith(locale, read.data.trackingNumberList);
      if (wrong !== null) return wrong;
      if (!webhooks.has(clientId)) return badRequest('VSS600', 'URL is empty or not present.');
      const valid = numbers.filter((one) => number.test(one));
      if (subscriptions.size + valid.length > subscriptionsMax) return unavailable;
      for (const one of valid) {
        const key = `${clientId} ${one}`;
        const expires = now.add({ hours: daysUntilExpiry * 24 });
        const toldUntil = subscriptions.get(key)?.toldUntil ?? now;
        subscriptions.set(key, { clientId, number: one, expires, toldUntil });
      }
      const invalid = numbers.filter((one) => !number.test(one));
      const refused = invalid.length === 0 ? {} : { invalidTrackingNumbers: invalid };
      return { status: 200, body: { validTrackingNumbers: valid, ...refused } };
    },
    look: (now) => {
      for (const [key, subscription] of subscriptions) {
        const { clientId, expires, toldUntil } = subscription;
        const until = Temporal.Instant.compare(expires, now) <= 0 ? expires : now;
        const parcel = book.find(subscription.number);
        for (const event of parcel === null ? [] : newsBetween(parcel, toldUntil, until)) {
          if (parcel !== null) webhooks.put({ clientId, body: wirePush(parcel, event, until) });
        }
        if (until === expires) subscriptions.delete(key);
        else subscriptions.set(key, { ...subscription, toldUntil: now });
      }
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
