import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { badRequest, noSuchResource, unauthorized, type Answer } from './answers.ts';
import type { Message, Outbox } from './outbox.ts';
import { historyAt, type ParcelBook, type PlannedParcel } from './parcels.ts';
import { wireParcel } from './wire.ts';

/**
 * DHL's "Shipment Tracking – Unified – Push", as its guide and public clients of it describe it: a subscription is made
 * with POST, the carrier then calls the hook with `subscription.validate` and a secret, the subscriber shows the secret
 * in a second POST to the subscription, the carrier says `subscription.ready` and from then on pushes every change with
 * the parcel's full history. Each call to the hook carries the header that the subscriber asked for, and the secret.
 */
export type Subscriptions = {
  readonly create: (apiKey: string, body: string, now: Temporal.Instant) => Answer;
  readonly activate: (apiKey: string, id: string, secret: string, now: Temporal.Instant) => Answer;
  readonly read: (apiKey: string, id: string) => Answer;
  readonly list: (apiKey: string) => Answer;
  readonly remove: (apiKey: string, id: string) => Answer;
  /** Puts a push into the outbox for every subscribed parcel that changed since the last look. */
  readonly look: (now: Temporal.Instant) => void;
};

export const subscriptionsPath = '/tracking/push/v1/subscription';

const subscriptionsMax = 1_000;
const parcelsPerSubscription = 10;
const daysUntilExpiry = 90;

const statusClasses = ['pre-transit', 'transit', 'delivered', 'failure', 'unknown'];

const wantedSubscription = z.object({
  hook: z.object({
    uri: z.url({ protocol: /^https?$/ }).max(2_000),
    authentication: z
      .object({
        type: z.literal('ApiKeyAuthentication'),
        header: z.string().regex(/^[A-Za-z0-9-]{1,100}$/),
        token: z.string().min(1).max(500),
      })
      .optional(),
  }),
  format: z.literal('Default').default('Default'),
  type: z.literal('Shipment'),
  service: z.string().min(1).max(60),
  events: z
    .array(z.string().toLowerCase().pipe(z.enum(statusClasses)))
    .min(1)
    .default(statusClasses),
  shipmentIDs: z.array(z.string().min(1).max(60)).min(1).max(parcelsPerSubscription),
});

type Subscription = z.infer<typeof wantedSubscription> & {
  readonly id: string;
  readonly self: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly expires: Temporal.Instant;
  /** Up to when the subscriber was told; null before it is activated. */
  toldUntil: Temporal.Instant | null;
};

type Needs = { readonly host: string; readonly book: ParcelBook; readonly outbox: Outbox; readonly pushed: () => void };

export function createSubscriptions(needs: Needs): Subscriptions {
  const byId = new Map<string, Subscription>();
  const own = (apiKey: string, id: string) => {
    const found = byId.get(id);
    return found !== undefined && found.apiKey === apiKey ? found : null;
  };
  return {
    create: (apiKey, body, now) => {
      const wanted = wantedSubscription.safeParse(parsed(body));
      if (!wanted.success) return badRequest(`Invalid subscription: ${wanted.error.issues[0]?.path.join('.') ?? ''}.`);
      if (byId.size >= subscriptionsMax) return badRequest('Too many subscriptions.');
      const id = randomUUID();
      const subscription: Subscription = {
        ...wanted.data,
        id,
        self: `https://${needs.host}${subscriptionsPath}/${id}`,
        apiKey,
        secret: randomBytes(24).toString('base64url'),
        expires: now.add({ hours: 24 * daysUntilExpiry }),
        toldUntil: null,
      };
      byId.set(id, subscription);
      needs.outbox.put(announcement(subscription, 'validate'), now);
      return { status: 201, body: { scope: 'subscription.created', ...withSecret(subscription) } };
    },
    activate: (apiKey, id, secret, now) => {
      const subscription = own(apiKey, id);
      if (subscription === null) return noSuchResource;
      if (!same(secret, subscription.secret)) return unauthorized;
      if (subscription.toldUntil === null) needs.outbox.put(announcement(subscription, 'ready'), now);
      subscription.toldUntil ??= now;
      return { status: 204, body: null };
    },
    read: (apiKey, id) => {
      const subscription = own(apiKey, id);
      return subscription === null ? noSuchResource : { status: 200, body: shown(subscription) };
    },
    list: (apiKey) => ({
      status: 200,
      body: byId
        .values()
        .filter((one) => one.apiKey === apiKey)
        .map(shown)
        .toArray(),
    }),
    remove: (apiKey, id) => {
      if (own(apiKey, id) === null) return noSuchResource;
      byId.delete(id);
      needs.outbox.drop(id);
      return { status: 204, body: null };
    },
    look: (now) => {
      for (const subscription of byId.values()) {
        if (Temporal.Instant.compare(subscription.expires, now) <= 0) byId.delete(subscription.id);
        else tellChanges(needs, subscription, now);
      }
    },
  };
}

function tellChanges(needs: Needs, subscription: Subscription, now: Temporal.Instant): void {
  const since = subscription.toldUntil;
  if (since === null) return;
  subscription.toldUntil = now;
  for (const number of subscription.shipmentIDs) {
    const planned = needs.book.find(number).find(({ parcel }) => parcel.service === subscription.service);
    if (planned === undefined || !changedBetween(planned, since, now)) continue;
    needs.outbox.put(push(needs, subscription, planned), now);
  }
}

function changedBetween({ changes }: PlannedParcel, since: Temporal.Instant, now: Temporal.Instant): boolean {
  const [from, until] = [since.epochMilliseconds, now.epochMilliseconds];
  return changes.some((change) => change > from && change <= until);
}

function push(needs: Needs, subscription: Subscription, { parcel }: PlannedParcel): Message {
  return {
    key: `${subscription.id} ${parcel.number}`,
    url: subscription.hook.uri,
    headers: headersOf(subscription),
    body: (now) => {
      const history = historyAt(parcel, now);
      if (history === null || !subscription.events.includes(history.newest.statusCode)) return null;
      const { self } = subscription;
      return JSON.stringify({ scope: 'subscription.push', self, shipments: [wireParcel(parcel, history)] });
    },
    delivered: needs.pushed,
  };
}

function announcement(subscription: Subscription, word: 'validate' | 'ready'): Message {
  const about = word === 'validate' ? withSecret(subscription) : shown(subscription);
  return {
    key: `${subscription.id} ${word}`,
    url: subscription.hook.uri,
    headers: headersOf(subscription),
    body: () => JSON.stringify({ scope: `subscription.${word}`, ...about }),
    delivered: () => undefined,
  };
}

function headersOf({ hook, secret }: Subscription): Readonly<Record<string, string>> {
  const asked = hook.authentication;
  return {
    'content-type': 'application/json',
    'dhl-api-hook-secret': secret,
    ...(asked === undefined ? {} : { [asked.header.toLowerCase()]: asked.token }),
  };
}

/** What the carrier tells about a subscription: never its secrets. */
function shown({ id, self, expires, type, service, events, shipmentIDs, hook }: Subscription): object {
  return { id, self, expires: expires.toString(), type, service, events, shipmentIDs, hook: { uri: hook.uri } };
}

function withSecret(subscription: Subscription): object {
  return { ...shown(subscription), secret: subscription.secret };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
