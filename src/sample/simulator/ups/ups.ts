import type { Answer } from '../answers.ts';
import type { Counted, SimulatedCarrier } from '../carrier.ts';
import type { Post } from '../outbox.ts';
import type { Call } from '../routes.ts';
import { badRequest, noSuchNumber, noSuchResource, noToken, tooMany } from './answers.ts';
import { type UpsBook, type UpsParcel, createUpsBook, eventsAt } from './parcels.ts';
import { createUpsQuotas } from './quota.ts';
import { createUpsSubscriptions } from './subscriptions.ts';
import { type UpsAccount, createUpsTokens } from './tokens.ts';
import { type UpsWebhook, createUpsWebhooks } from './webhooks.ts';
import { wireShipment } from './wire.ts';

export type SimulatedUps = SimulatedCarrier & {
  /** Lets UPS know a package: what of it has happened shows at once, the rest when its time comes. */
  readonly plan: (parcel: UpsParcel) => void;
  /** What the shop enters at UPS under "Manage Webhook Credentials". */
  readonly register: (clientId: string, webhook: UpsWebhook) => void;
};

const host = 'onlinetools.ups.com';
const parcelsMax = 100_000;
const tokenPath = '/security/v1/oauth/token';
const detailsPath = '/api/track/v1/details/';
const subscriptionPath = '/api/track/v2/subscription/standard/package';

/**
 * UPS as its descriptions say: tokens by client credentials, the Track API (v1) and Track Alert (v2) with pushes that carry a
 * token fetched from the subscriber. Each app has a quota; everything is forgotten when the process ends.
 *
 * @param needs.post sends to a subscriber's push and token addresses
 */
export function createSimulatedUps(needs: {
  readonly accounts: readonly UpsAccount[];
  readonly post: Post;
  readonly counted: Counted;
}): SimulatedUps {
  const book = createUpsBook(parcelsMax);
  const tokens = createUpsTokens(needs.accounts);
  const quotas = createUpsQuotas(needs.accounts);
  const webhooks = createUpsWebhooks(needs.post, () => needs.counted('pushes'));
  const subscriptions = createUpsSubscriptions(book, webhooks);

  /** Whose call it is, or what a call without a token, or one too many, is answered. */
  const admitted = (call: Call, now: Temporal.Instant): string | Answer => {
    const clientId = tokens.clientOf(call, now);
    if (clientId === null) return noToken;
    needs.counted('calls');
    const secondsToWait = quotas.take(clientId, now);
    if (secondsToWait === null) return wrongHeaders(call) ?? clientId;
    needs.counted('tooMany');
    return tooMany(secondsToWait);
  };

  const answer = (call: Call, now: Temporal.Instant): Answer => {
    const { method, url, body } = call;
    if (method === 'POST' && url.pathname === tokenPath) return tokens.issue(call, now);
    const client = admitted(call, now);
    if (typeof client !== 'string') return client;
    if (method === 'GET' && url.pathname.startsWith(detailsPath)) return details(book, url, now);
    if (method === 'POST' && url.pathname === subscriptionPath) return subscriptions.create(client, body, now);
    return noSuchResource;
  };

  return {
    hosts: [host],
    answer,
    look: async (now) => {
      subscriptions.look(now);
      await webhooks.sendAll(now);
    },
    close: webhooks.close,
    plan: book.plan,
    register: webhooks.register,
  };
}

function wrongHeaders({ headers }: Call): Answer | null {
  if ((headers['transid'] ?? '') === '') return badRequest('VSS002', 'Missing transId');
  return (headers['transactionsrc'] ?? '') === '' ? badRequest('VSS004', 'Missing transactionSrc') : null;
}

function details(book: UpsBook, url: URL, now: Temporal.Instant): Answer {
  const number = url.pathname.slice(detailsPath.length);
  if (!/^[0-9A-Za-z]{7,34}$/.test(number)) return badRequest('TV1002', 'Invalid inquiry number');
  const asked = book.find(number);
  if (asked === null || eventsAt(asked, now).length === 0) return noSuchNumber;
  return { status: 200, body: wireShipment(asked.number, book.shipmentOf(number), now) };
}
