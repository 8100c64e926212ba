import { isAntiForgery, isSession, type Cookie } from '../cookies.ts';
import { letsStrangersRead } from '../headers.ts';
import { siteOf } from '../page/site.ts';
import type { Tag } from '../page/tokens.ts';
import type { Answer, Way } from '../seen.ts';
import { joinPolicies, judgePolicy, type CspResult } from './csp.ts';
import { hstsLongEnough } from './hsts.ts';
import { modifiers, scoreOf, type Scored, type TestResult } from './score.ts';

/** What the Observatory looks at: both ways from the host's own address, and what came with them. */
export type Observed = {
  readonly host: string;
  readonly http: Way;
  readonly https: Way;
  /** Of the answer to a question across origins, with the origin that was named; null when there was none. */
  readonly cors: { readonly origin: string; readonly headers: Answer['headers'] } | null;
  /** Of the https way and of robots.txt. */
  readonly cookies: readonly Cookie[];
  /** Of the page that was reached. */
  readonly tags: readonly Tag[];
};

export type Observatory = Scored & {
  readonly tests: readonly { readonly result: TestResult; readonly modifier: number }[];
};

/**
 * The score that MDN's HTTP Observatory 1.4.8 gives, but for the preload list, which is not looked at: a host on it gets 5
 * more there. Null when the host cannot be reached at all, or answers with an error: there is nothing to judge then.
 */
export function observe(seen: Observed): Observatory | null {
  const answer = reached(seen.https) ?? reached(seen.http);
  if (answer === null || (answer.status >= 400 && answer.status !== 401 && answer.status !== 403)) return null;
  const policy = policyOf(answer, seen.tags);
  const hsts = hstsResult(seen.https);
  const results: readonly TestResult[] = [
    policy.result,
    cookiesResult(seen.cookies.filter(isJudged), hsts === 'hsts-implemented-max-age-at-least-six-months'),
    corsResult(seen.cors),
    redirectionResult(seen.http),
    referrerResult(answer, seen.tags),
    hsts,
    scriptsResult(seen, answer),
    sniffResult(answer.headers['x-content-type-options']),
    framesResult(answer.headers['x-frame-options'], policy.hasFrameAncestors),
    corpResult(answer.headers['cross-origin-resource-policy']),
  ];
  return { ...scoreOf(results), tests: results.map((result) => ({ result, modifier: modifiers[result] })) };
}

/** The last answer of a way that did not end in silence. */
function reached({ end, answer }: Way): Answer | null {
  return end === 'unreachable' ? null : answer;
}

const cspResults: Readonly<Record<CspResult, TestResult>> = {
  'no-unsafe-default-none': 'csp-implemented-with-no-unsafe-default-src-none',
  'no-unsafe': 'csp-implemented-with-no-unsafe',
  'unsafe-style': 'csp-implemented-with-unsafe-inline-in-style-src-only',
  'insecure-passive': 'csp-implemented-with-insecure-scheme-in-passive-content-only',
  'unsafe-eval': 'csp-implemented-with-unsafe-eval',
  'unsafe-inline': 'csp-implemented-with-unsafe-inline',
  'insecure-scheme': 'csp-implemented-with-insecure-scheme',
  'repeated-reports': 'csp-implemented-but-duplicate-directives',
  invalid: 'csp-header-invalid',
};

/** Directives that a page's own `<meta>` may not give. */
const headerOnly = new Set(['frame-ancestors', 'report-uri', 'sandbox']);

function policyOf({ headers, url }: Answer, tags: readonly Tag[]): { result: TestResult; hasFrameAncestors: boolean } {
  const header = headers['content-security-policy'];
  const own = header === undefined ? [] : [header];
  const metas = metaPolicies(tags);
  const joined = joinPolicies([...own, ...metas]);
  if (joined === null) return { result: 'csp-header-invalid', hasFrameAncestors: false };
  const ofMetas = [...(joinPolicies(metas)?.sources.keys() ?? [])].filter((name) => !headerOnly.has(name));
  if ((joinPolicies(own)?.sources.size ?? 0) + ofMetas.length === 0) {
    const reports = (headers['content-security-policy-report-only'] ?? '') !== '';
    const result = reports ? 'csp-not-implemented-but-reporting-enabled' : 'csp-not-implemented';
    return { result, hasFrameAncestors: false };
  }
  const hasFrameAncestors = joined.sources.has('frame-ancestors');
  return { result: cspResults[judgePolicy(joined, url.startsWith('https:'))], hasFrameAncestors };
}

/** What `<meta http-equiv=content-security-policy>` says. */
export function metaPolicies(tags: readonly Tag[]): readonly string[] {
  return tags.flatMap(({ name, attributes }) => {
    const isPolicy = attributes.get('http-equiv')?.toLowerCase().trim() === 'content-security-policy';
    const content = attributes.get('content') ?? '';
    return name === 'meta' && isPolicy && content !== '' ? [content] : [];
  });
}

/** A cookie of a hoster that shops cannot change, which the Observatory forgives. */
function isJudged({ name }: Cookie): boolean {
  return name !== 'heroku-session-affinity';
}

/** From worst to best, as the Observatory orders them; the first that applies to any cookie is the result. */
function cookiesResult(cookies: readonly Cookie[], hasHsts: boolean): TestResult {
  if (cookies.length === 0) return 'cookies-not-found';
  const insecure = cookies.filter(({ secure }) => !secure);
  const sessions = cookies.filter(isSession);
  const insecureSession = sessions.some(({ secure }) => !secure);
  const worstFirst: readonly (readonly [TestResult, boolean])[] = [
    ['cookies-session-without-secure-flag', insecureSession && !hasHsts],
    ['cookies-session-without-httponly-flag', sessions.some(({ httpOnly }) => !httpOnly)],
    [
      'cookies-anticsrf-without-samesite-flag',
      cookies.some((cookie) => isAntiForgery(cookie) && (cookie.sameSite ?? 'invalid') === 'invalid'),
    ],
    [
      'cookies-samesite-flag-invalid',
      cookies.some(({ sameSite, secure }) => sameSite === 'invalid' || (sameSite === 'none' && !secure)),
    ],
    ['cookies-session-without-secure-flag-but-protected-by-hsts', insecureSession],
    ['cookies-without-secure-flag', insecure.length > 0 && !hasHsts],
    ['cookies-without-secure-flag-but-protected-by-hsts', insecure.length > 0],
    ['cookies-secure-with-httponly-sessions', cookies.some(({ sameSite }) => sameSite === null)],
  ];
  return worstFirst.find(([, applies]) => applies)?.[0] ?? 'cookies-secure-with-httponly-sessions-and-samesite';
}

/** The Observatory's rule as it is written; the program of 1.4.8 does not see the origin it sent, and takes nothing. */
function corsResult(cors: Observed['cors']): TestResult {
  const allowed = cors?.headers['access-control-allow-origin'] ?? '';
  if (cors === null || allowed === '') return 'cross-origin-resource-sharing-not-implemented';
  if (allowed.trim() === '*') return 'cross-origin-resource-sharing-implemented-with-public-access';
  return letsStrangersRead(cors.headers, cors.origin)
    ? 'cross-origin-resource-sharing-implemented-with-universal-access'
    : 'cross-origin-resource-sharing-implemented-with-restricted-access';
}

const observatoryHops = 11;

function redirectionResult(way: Way): TestResult {
  if (reached(way) === null) return 'redirection-not-needed-no-http';
  if (way.hops.some(({ trusted }) => !trusted)) return 'redirection-invalid-cert';
  const route = routeOf(way);
  const [first, second] = route;
  const last = route.at(-1);
  if (second === undefined || first === undefined) return 'redirection-missing';
  if (last?.protocol !== 'https:') return 'redirection-not-to-https';
  if (second.protocol === 'http:') return 'redirection-not-to-https-on-initial-redirection';
  return first.hostname === second.hostname ? 'redirection-to-https' : 'redirection-off-host-from-http';
}

/** Where it went; a circle is walked on until the Observatory would give up. */
function routeOf({ hops, end }: Way): readonly URL[] {
  const route = hops.map(({ url }) => new URL(url));
  const back = end === 'loop' ? hops.findIndex(({ url }) => url === hops.at(-1)?.to) : -1;
  const circle = back === -1 ? [] : route.slice(back);
  for (let at = 0; circle.length > 0 && route.length < observatoryHops; at += 1) {
    route.push(...circle.slice(at % circle.length, (at % circle.length) + 1));
  }
  return route;
}

const privatePolicies = new Set(['no-referrer', 'same-origin', 'strict-origin', 'strict-origin-when-cross-origin']);
const openPolicies = new Set(['origin', 'origin-when-cross-origin', 'unsafe-url', 'no-referrer-when-downgrade']);

function referrerResult({ headers }: Answer, tags: readonly Tag[]): TestResult {
  const ofMeta = tags
    .filter(({ name, attributes }) => name === 'meta' && attributes.get('name')?.toLowerCase().trim() === 'referrer')
    .map(({ attributes }) => attributes.get('content') ?? '')
    .findLast((content) => content !== '');
  const given = [headers['referrer-policy'], ofMeta].filter((text) => text !== undefined);
  if (given.length === 0) return 'referrer-policy-not-implemented';
  const words = given
    .join(', ')
    .split(',')
    .map((word) => word.trim().toLowerCase());
  const counts = words.findLast((word) => privatePolicies.has(word) || openPolicies.has(word));
  if (counts === undefined) return 'referrer-policy-header-invalid';
  return privatePolicies.has(counts) ? 'referrer-policy-private' : 'referrer-policy-unsafe';
}

function hstsResult(https: Way): TestResult {
  const answer = reached(https);
  if (answer === null) return 'hsts-not-implemented-no-https';
  if (https.hops.some(({ trusted }) => !trusted)) return 'hsts-invalid-cert';
  const header = answer.headers['strict-transport-security'];
  if (header === undefined) return 'hsts-not-implemented';
  if (header.includes(',')) return 'hsts-header-invalid';
  const parts = header.split(';').map((part) => part.trim().toLowerCase());
  const age = parts.findLast((part) => part.startsWith('max-age='));
  if (age === undefined) return 'hsts-header-invalid';
  return Number.parseInt(age.slice(8, 128), 10) < hstsLongEnough
    ? 'hsts-implemented-max-age-less-than-six-months'
    : 'hsts-implemented-max-age-at-least-six-months';
}

const pageTypes = new Set(['text/html', 'application/xhtml+xml']);

function scriptsResult({ host, tags }: Observed, { headers, url }: Answer): TestResult {
  if (!pageTypes.has((headers['content-type'] ?? '').split(';')[0] ?? '')) {
    return 'sri-not-implemented-response-not-html';
  }
  const scripts = tags.filter(({ name }) => name === 'script');
  if (scripts.length === 0) return 'sri-not-implemented-but-no-scripts-loaded';
  const judged = new Set(scripts.flatMap((script) => judgeScript(script, host, url)));
  const worstFirst: readonly (readonly [TestResult, boolean])[] = [
    ['sri-not-implemented-and-external-scripts-not-loaded-securely', judged.has('open')],
    ['sri-not-implemented-but-external-scripts-loaded-securely', judged.has('unchecked')],
    ['sri-implemented-but-external-scripts-not-loaded-securely', judged.has('in the clear')],
    ['sri-implemented-and-all-scripts-loaded-securely', judged.has('own, checked')],
    ['sri-implemented-and-external-scripts-loaded-securely', judged.has('checked')],
  ];
  const found = worstFirst.find(([, applies]) => applies)?.[0];
  return found ?? 'sri-not-implemented-but-all-scripts-loaded-from-secure-origin';
}

type Script = 'open' | 'unchecked' | 'in the clear' | 'checked' | 'own' | 'own, checked';

/** An address without a scheme (`//cdn.example/a.js`) counts as a stranger's in the clear, as the Observatory has it. */
function judgeScript({ attributes }: Tag, host: string, pageUrl: string): readonly Script[] {
  const source = (attributes.get('src') ?? '').trim();
  if (source === '') return [];
  const isChecked = (attributes.get('integrity') ?? '') !== '';
  const { isOwn, isSecure } = originOf(source, host, pageUrl);
  if (isOwn) return [isChecked && isSecure ? 'own, checked' : 'own'];
  if (isChecked) return [isSecure ? 'checked' : 'in the clear'];
  return [isSecure ? 'unchecked' : 'open'];
}

function originOf(source: string, host: string, pageUrl: string): { isOwn: boolean; isSecure: boolean } {
  const whole = /^https?:\/\//i.test(source) ? URL.parse(source) : null;
  if (whole !== null) {
    return { isOwn: siteOf(whole.hostname) === siteOf(host), isSecure: whole.protocol === 'https:' };
  }
  const isOwn = !/^\/\/[^/]/.test(source);
  return { isOwn, isSecure: isOwn && pageUrl.startsWith('https:') };
}

function sniffResult(header: string | undefined): TestResult {
  if (header === undefined || header === '') return 'x-content-type-options-not-implemented';
  return header.trim().toLowerCase() === 'nosniff'
    ? 'x-content-type-options-nosniff'
    : 'x-content-type-options-header-invalid';
}

function framesResult(header: string | undefined, hasFrameAncestors: boolean): TestResult {
  if (hasFrameAncestors) return 'x-frame-options-implemented-via-csp';
  if (header === undefined || header === '') return 'x-frame-options-not-implemented';
  const word = header.trim().toLowerCase();
  if (word === 'deny' || word === 'sameorigin') return 'x-frame-options-sameorigin-or-deny';
  return word.startsWith('allow-from') ? 'x-frame-options-allow-from-origin' : 'x-frame-options-header-invalid';
}

const corpResults: Readonly<Record<string, TestResult>> = {
  'same-origin': 'corp-implemented-with-same-origin',
  'same-site': 'corp-implemented-with-same-site',
  'cross-origin': 'corp-implemented-with-cross-origin',
};

function corpResult(header: string | undefined): TestResult {
  const word = header?.trim().toLowerCase() ?? '';
  if (word === '') return 'corp-not-implemented';
  return Object.hasOwn(corpResults, word) ? (corpResults[word] ?? 'corp-header-invalid') : 'corp-header-invalid';
}
