import type { Finding, Severity } from '../shapes.ts';
import { finding } from './finding.ts';
import { hostOf } from './page/site.ts';
import type { SetCookie } from './seen.ts';

export type Cookie = {
  readonly name: string;
  readonly host: string;
  readonly path: string;
  /** Of the `Domain` attribute; null for the host alone. */
  readonly domain: string | null;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** `invalid` when it says something that no browser knows. */
  readonly sameSite: 'strict' | 'lax' | 'none' | 'invalid' | null;
};

const nameCharactersMax = 64;
const session = /login|sess/i;
const antiForgery = /csrf/i;

/** Null for what is no cookie, or one for somebody else's domain: browsers drop both. */
export function readCookie({ url, text }: SetCookie): Cookie | null {
  const [pair = '', ...rest] = text.slice(0, 8_192).split(';');
  const attributes = new Map(rest.map((part): [string, string] => splitPair(part, part.length)));
  const [name] = splitPair(pair, 0, false);
  const host = hostOf(url);
  const domain = domainOf(attributes.get('domain'));
  if (name === '' || (domain !== null && host !== domain && !host.endsWith(`.${domain}`))) return null;
  return {
    name: name.slice(0, nameCharactersMax),
    host,
    path: /^\/.*/.exec(attributes.get('path') ?? '')?.[0] ?? '',
    domain,
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSiteOf(attributes.get('samesite')),
  };
}

function domainOf(value = ''): string | null {
  const domain = value.replace(/^\./, '').toLowerCase();
  return domain === '' ? null : domain;
}

function splitPair(part: string, without: number, lower = true): [string, string] {
  const at = part.indexOf('=');
  const name = part.slice(0, at === -1 ? without : at).trim();
  return [lower ? name.toLowerCase() : name, at === -1 ? '' : part.slice(at + 1).trim()];
}

function sameSiteOf(value: string | undefined): Cookie['sameSite'] {
  if (value === undefined) return null;
  const lower = value.toLowerCase();
  return lower === 'strict' || lower === 'lax' || lower === 'none' ? lower : 'invalid';
}

/** Whether the rules of its name's prefix hold (RFC 6265bis §4.1.3); a browser drops the cookie when they do not. */
export function keepsPrefix({ name, secure, domain, path }: Cookie): boolean {
  const lower = name.toLowerCase();
  if (lower.startsWith('__host-')) return secure && domain === null && path === '/';
  return !lower.startsWith('__secure-') || secure;
}

export function isSession({ name }: Cookie): boolean {
  return session.test(name);
}

export function isAntiForgery({ name }: Cookie): boolean {
  return antiForgery.test(name);
}

type Rule = readonly [code: string, severity: Severity, applies: (cookie: Cookie) => boolean];

const rules: readonly Rule[] = [
  ['cookie.session_insecure', 'alarm', (cookie) => isSession(cookie) && !cookie.secure],
  ['cookie.insecure', 'warning', (cookie) => !isSession(cookie) && !cookie.secure],
  ['cookie.session_readable', 'warning', (cookie) => isSession(cookie) && !cookie.httpOnly],
  ['cookie.none_insecure', 'warning', ({ sameSite, secure }) => sameSite === 'none' && !secure],
  ['cookie.same_site_invalid', 'warning', ({ sameSite }) => sameSite === 'invalid'],
  ['cookie.same_site_missing', 'note', ({ sameSite }) => sameSite === null],
  ['cookie.prefix', 'warning', (cookie) => !keepsPrefix(cookie)],
];

export function findingsOfCookies(cookies: readonly Cookie[]): readonly Finding[] {
  const byName = new Map(cookies.map((cookie) => [cookie.name, cookie]));
  return [...byName.values()].flatMap((cookie) =>
    rules
      .filter(([, , applies]) => applies(cookie))
      .map(([code, severity]) => finding(code, severity, { name: cookie.name })),
  );
}
