import { noSuchResource, notSubscribed, tooMany, unauthorized, type Answer } from './answers.ts';
import type { ParcelBook } from './parcels.ts';
import type { Quotas } from './quota.ts';
import { subscriptionsPath, type Subscriptions } from './subscriptions.ts';
import { answerTracking } from './tracking.ts';

/** A request to the carrier's host, headers in lower case. */
export type Call = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

export type Routes = (call: Call, now: Temporal.Instant) => Answer;

/** @param needs.subscriptions null when nobody can be pushed to: the key then has no access to the push API */
export function createRoutes(needs: {
  readonly book: ParcelBook;
  readonly quotas: Quotas;
  readonly subscriptions: Subscriptions | null;
  readonly counted: (what: 'calls' | 'tooMany') => void;
}): Routes {
  return (call, now) => {
    const apiKey = call.headers['dhl-api-key'] ?? '';
    const taken = needs.quotas.take(apiKey, now);
    if ('no' in taken && taken.no === 'unknown_key') return unauthorized;
    needs.counted('calls');
    if ('no' in taken) {
      needs.counted('tooMany');
      return tooMany(taken.retryAfterSeconds);
    }
    const { method, url } = call;
    if (method === 'GET' && url.pathname === '/track/shipments')
      return answerTracking(needs.book, url.searchParams, now);
    if (!url.pathname.startsWith(subscriptionsPath)) return noSuchResource;
    if (needs.subscriptions === null) return notSubscribed;
    return answerSubscription(needs.subscriptions, call, apiKey, now);
  };
}

function answerSubscription(subscriptions: Subscriptions, call: Call, apiKey: string, now: Temporal.Instant): Answer {
  const rest = call.url.pathname.slice(subscriptionsPath.length);
  if (call.method === 'GET' && rest === 's') return subscriptions.list(apiKey);
  if (call.method === 'POST' && rest === '') return subscriptions.create(apiKey, call.body, now);
  const id = /^\/([0-9a-f-]{36})$/.exec(rest)?.[1];
  return id === undefined ? noSuchResource : answerOne(subscriptions, call, apiKey, id, now);
}

function answerOne(
  subscriptions: Subscriptions,
  call: Call,
  apiKey: string,
  id: string,
  now: Temporal.Instant,
): Answer {
  if (call.method === 'GET') return subscriptions.read(apiKey, id);
  if (call.method === 'DELETE') return subscriptions.remove(apiKey, id);
  if (call.method !== 'POST') return noSuchResource;
  return subscriptions.activate(apiKey, id, call.headers['dhl-api-hook-secret'] ?? '', now);
}
