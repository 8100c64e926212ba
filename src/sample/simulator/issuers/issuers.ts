import { randomBytes } from 'node:crypto';
import { noSuchResource, type Answer } from '../answers.ts';
import type { SimulatedCarrier } from '../carrier.ts';
import type { Call } from '../routes.ts';

/** What the issuers know of the shop: pages whose words are ours, in the form of theirs. */
export type SimulatedSeals = {
  /** The shop's own, which certificates and the channel name. */
  readonly domain: string;
  readonly shop: string;
  /** From then on one of the certificates has expired. */
  readonly expiresAt: Temporal.Instant;
};

/** The shop's access to eTrusted. */
export const etrustedClient = {
  clientId: 'glasspost-sample',
  clientSecret: '5ec2e7a1-5a3b-4c1d-9e8f-0123456789ab',
  channel: 'chl-7f3c2d10-5b1e-4e7a-9d55-0c2f6a1b8e44',
} as const;

export const sampleCertificates = {
  valid: 'https://www.ehi-siegel.de/shops/zertifizierte-haendler/nordlicht-keramik',
  expiring: 'https://www.safer-shopping.de/zertifikat/nordlicht-keramik',
  profile: 'https://www.trustedshops.de/bewertung/info_nordlicht-keramik.html',
} as const;

const tokenSeconds = 3_600;
const tokensMax = 1_000;
const eventsMax = 10_000;

/** Issuers of seals and ratings, as far as the sample shop has any: eTrusted, and two that keep certificates. */
export type SimulatedIssuers = Omit<SimulatedCarrier, 'look' | 'close'> & {
  readonly plan: (seals: SimulatedSeals) => void;
  /** Bodies of the orders that eTrusted was told of. */
  readonly events: () => readonly string[];
};

export function createIssuers(): SimulatedIssuers {
  const tokens = new Map<string, Temporal.Instant>();
  const events: string[] = [];
  let seals: SimulatedSeals | null = null;
  const byHost: Readonly<Record<string, (call: Call, now: Temporal.Instant) => Answer>> = {
    'login.etrusted.com': (call, now) => issueToken(tokens, call, now),
    'api.etrusted.com': (call, now) => answerEtrusted(tokens, events, seals, call, now),
    'www.ehi-siegel.de': ({ url }) =>
      url.href === sampleCertificates.valid ? pageOf(validPage(seals)) : noSuchResource,
    'www.safer-shopping.de': ({ url }, now) =>
      url.href === sampleCertificates.expiring ? pageOf(expiringPage(seals, now)) : noSuchResource,
  };
  return {
    hosts: Object.keys(byHost),
    answer: (call, now) => byHost[call.url.hostname]?.(call, now) ?? noSuchResource,
    plan: (planned) => void (seals = planned),
    events: () => [...events],
  };
}

function issueToken(tokens: Map<string, Temporal.Instant>, { method, url, body }: Call, now: Temporal.Instant): Answer {
  if (method !== 'POST' || url.pathname !== '/oauth/token') return noSuchResource;
  const form = new URLSearchParams(body);
  const isClient =
    form.get('grant_type') === 'client_credentials' &&
    form.get('audience') === 'https://api.etrusted.com' &&
    form.get('client_id') === etrustedClient.clientId &&
    form.get('client_secret') === etrustedClient.clientSecret;
  if (!isClient) return { status: 401, body: { error: 'access_denied', error_description: 'Unauthorized' } };
  if (tokens.size >= tokensMax) tokens.clear();
  const token = randomBytes(32).toString('base64url');
  tokens.set(token, now.add({ seconds: tokenSeconds }));
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds } };
}

function answerEtrusted(
  tokens: ReadonlyMap<string, Temporal.Instant>,
  events: string[],
  seals: SimulatedSeals | null,
  { method, url, headers, body }: Call,
  now: Temporal.Instant,
): Answer {
  const until = tokens.get((headers['authorization'] ?? '').replace(/^Bearer /, ''));
  const isKnown = until !== undefined && Temporal.Instant.compare(now, until) < 0;
  if (!isKnown) return { status: 401, body: { code: 401, message: 'Unauthorized' } };
  return method === 'GET' ? readEtrusted(seals, url, now) : takeEvent(events, method, url, body);
}

function readEtrusted(seals: SimulatedSeals | null, { pathname }: URL, now: Temporal.Instant): Answer {
  if (pathname === '/channels') return { status: 200, body: seals === null ? [] : [channelOf(seals)] };
  return pathname === `/channels/${etrustedClient.channel}/service-reviews/aggregate-rating`
    ? rating(now)
    : noSuchResource;
}

function takeEvent(events: string[], method: string, url: URL, body: string): Answer {
  if (method !== 'POST' || url.pathname !== '/events') return noSuchResource;
  if (events.length >= eventsMax) events.shift();
  events.push(body);
  return { status: 201, body: { id: `evt-${randomBytes(16).toString('hex')}`, message: 'Event created' } };
}

function channelOf({ domain, shop }: SimulatedSeals): object {
  return {
    id: etrustedClient.channel,
    name: shop,
    url: `https://www.${domain}`,
    locale: 'de_DE',
    accountRef: 'acc-00000000-0000-0000-0000-000000000000',
  };
}

function rating(now: Temporal.Instant): Answer {
  const calculatedAt = now.toString({ smallestUnit: 'millisecond' });
  const over = (days: number, count: number, grade: number) => ({
    count,
    rating: grade,
    distribution: { oneStar: 0, twoStars: 0, threeStars: 0, fourStars: 0, fiveStars: count },
    period: { start: now.subtract({ hours: 24 * days }).toString(), end: now.toString(), calculatedAt },
  });
  return {
    status: 200,
    body: {
      '7days': over(7, 24, 4.79),
      '30days': over(30, 108, 4.74),
      '90days': over(90, 331, 4.73),
      '365days': over(365, 1_318, 4.72),
      overall: over(2_000, 4_205, 4.69),
    },
  };
}

function pageOf(html: string): Answer {
  return { status: 200, body: html, type: 'text/html; charset=utf-8' };
}

function htmlOf(title: string, ...lines: readonly string[]): string {
  const text = lines.map((line) => `<p>${line}</p>`).join('\n');
  return `<!doctype html><html lang="de"><head><title>${title}</title></head><body><h1>${title}</h1>\n${text}\n</body></html>`;
}

function validPage(seals: SimulatedSeals | null): string {
  if (seals === null) return htmlOf('Zertifikat', 'Diesen Shop kennen wir nicht.');
  return htmlOf(
    'Zertifikat',
    `${seals.shop} (www.${seals.domain}) ist ein geprüfter Online-Shop.`,
    'Status: zertifiziert',
  );
}

function expiringPage(seals: SimulatedSeals | null, now: Temporal.Instant): string {
  if (seals === null) return htmlOf('Zertifikat', 'Diesen Shop kennen wir nicht.');
  const isOver = Temporal.Instant.compare(seals.expiresAt, now) <= 0;
  const state = isOver ? 'Dieses Zertifikat ist abgelaufen.' : 'Dieses Zertifikat ist gültig.';
  return htmlOf('Zertifikat', `Geprüfte Website: www.${seals.domain}`, state);
}
