import { Fault } from '#kit/fault';
import type { Http, RequestHead } from '#kit/http';
import type { Session, Sessions } from './sessions.ts';

type Head = Pick<RequestHead, 'headers' | 'client'>;

/**
 * Refuses a form that another site sent: a browser says itself where it comes from, an older one at least by Origin.
 * @throws Fault('unauthorized')
 */
export function checkOrigin({ headers, client }: Head): void {
  const site = headers['sec-fetch-site'];
  const own = `${client.scheme}://${client.host}`;
  const isOwn = site === undefined ? headers['origin']?.toLowerCase() === own : site === 'same-origin';
  if (!isOwn) throw new Fault('unauthorized', 'This was not sent from a page of this console.');
}

/** A browser takes `__Host-` only over https, from this very host and for all of it. */
function cookieName({ client }: Head): string {
  return client.scheme === 'https' ? '__Host-glasspost' : 'glasspost';
}

/** The session's token as the browser sent it, unproven; null when there is none. */
export function tokenOf(head: Head): string | null {
  const start = `${cookieName(head)}=`;
  const pair = (head.headers['cookie'] ?? '').split(';').find((part) => part.trim().startsWith(start));
  return pair === undefined ? null : pair.trim().slice(start.length);
}

/** The session of a browser, or null; cookies that open nothing are counted, and after too many nobody looks. */
export async function findSession(http: Pick<Http, 'limit'>, sessions: Sessions, head: Head): Promise<Session | null> {
  const proof = tokenOf(head);
  if (proof === null) return null;
  return await http.limit.lookUp('session', { address: head.client.address, proof }, () => sessions.find(proof));
}

/** `Set-Cookie` for a session; null ends it. It lives as long as the browser, and ours ends before. */
export function cookieFor(head: Head, token: string | null): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax', ...(head.client.scheme === 'https' ? ['Secure'] : [])];
  if (token === null) attributes.push('Max-Age=0');
  return [`${cookieName(head)}=${token ?? ''}`, ...attributes].join('; ');
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
];

/**
 * What every answer of the console carries: its one script, which sends a form once, and no other. Referrers stay in the
 * house and are sent inside it, because a browser that sends none says `Origin: null` with a form.
 * @param frames whether the page shows a caught mail in a frame
 */
export function staffHeaders({ client }: Head, frames: boolean): Readonly<Record<string, string>> {
  const more = [
    ...(frames ? ["frame-src 'self'"] : []),
    ...(client.scheme === 'https' ? ['upgrade-insecure-requests'] : []),
  ];
  return { 'content-security-policy': [...policy, ...more].join('; '), 'referrer-policy': 'same-origin' };
}

/** A page of the console that a form was sent from, as a path with its query; null when it came from elsewhere. */
export function pageBefore({ headers, client }: Head): string | null {
  const url = URL.parse(headers['referer'] ?? '');
  if (url === null || url.origin !== `${client.scheme}://${client.host}`) return null;
  // What was done is said once.
  for (const outcome of ['done', 'failed']) url.searchParams.delete(outcome);
  return /^\/console(?:\/|$)/.test(url.pathname) ? `${url.pathname}${url.search}` : null;
}
