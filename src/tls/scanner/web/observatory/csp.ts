import { intersect } from './intersect.ts';

/** One policy as it came: the first of each directive counts (CSP 3 §2.2.1), the names given again are noted. */
export type Policy = {
  readonly directives: ReadonlyMap<string, readonly string[]>;
  readonly repeated: readonly string[];
};

/** What all policies of a page leave, as the Observatory joins them: the sources that every one of them lets in. */
export type JoinedPolicy = {
  readonly sources: ReadonlyMap<string, Set<string>>;
  readonly repeatedReports: boolean;
};

const directivesMax = 200;
const policyCharactersMax = 65_536;
const shortestPolicy = 'img-src'.length - 1;
/** Browsers take the first; the Observatory forgives these two. */
const mayRepeat = new Set(['report-uri', 'report-to']);

export function readPolicy(text: string): Policy {
  const directives = new Map<string, readonly string[]>();
  const repeated: string[] = [];
  const parts = text
    .slice(0, policyCharactersMax)
    .replaceAll(/[\r\n]/g, '')
    .split(';', directivesMax);
  for (const part of parts) {
    const [word = '', ...values] = part.trim().split(/\s+/);
    const directive = word.toLowerCase();
    if (directive === '') continue;
    if (directives.has(directive)) repeated.push(directive);
    else
      directives.set(
        directive,
        values.map((value) => value.toLowerCase()),
      );
  }
  return { directives, repeated };
}

/** No server means more; how they are joined takes longer than there are of them. */
const policiesMax = 20;

/** Null when one of them is none, or repeats a directive, or there are more than anybody means. */
export function joinPolicies(texts: readonly string[]): JoinedPolicy | null {
  if (texts.length > policiesMax) return null;
  if (texts.some((text) => text.replaceAll(/[\r\n]/g, '').trim().length < shortestPolicy)) return null;
  const policies = texts.map(readPolicy);
  const repeated = policies.flatMap((policy) => policy.repeated);
  if (repeated.some((directive) => !mayRepeat.has(directive))) return null;
  const sources = intersect(policies.map(({ directives }) => directives));
  return sources === null ? null : { sources, repeatedReports: repeated.length > 0 };
}

const broad = new Set(['ftp:', 'http:', 'https:', '*', 'http://*', 'http://*.*', 'https://*', 'https://*.*']);
const broadOrInline = new Set([...broad, "'unsafe-inline'", 'data:']);
const passive = ['img-src', 'media-src'];
const nonceOrHash = /^'(?:sha(?:256|384|512)|nonce)-/;

export type CspResult =
  | 'no-unsafe-default-none'
  | 'no-unsafe'
  | 'unsafe-style'
  | 'insecure-passive'
  | 'unsafe-eval'
  | 'unsafe-inline'
  | 'insecure-scheme'
  | 'repeated-reports'
  | 'invalid';

/** What scripts, styles and plug-ins may come from, when nothing is said of them in particular too. */
type Sources = { readonly scripts: Set<string>; readonly styles: Set<string>; readonly objects: Set<string> };

/** The first of the Observatory's rules that the policy breaks, or what is said of one that breaks none. */
export function judgePolicy({ sources, repeatedReports }: JoinedPolicy, isHttps: boolean): CspResult {
  const fallback = sources.get('default-src');
  const of = (name: string): Set<string> => sources.get(name) ?? fallback ?? new Set(['*']);
  const lists: Sources = { scripts: of('script-src'), styles: of('style-src'), objects: of('object-src') };
  if (!withoutWhatBrowsersIgnore(lists.scripts, lists.styles)) return 'invalid';
  const fault = faultOf(sources, lists, isHttps);
  if (fault !== null) return fault;
  // A repeated report directive is said instead of what passes, but not instead of a fault.
  if (repeatedReports) return 'repeated-reports';
  const shown = passive.flatMap((name) => Array.from(sources.get(name) ?? fallback ?? []));
  return isHttps && shown.some(isInsecure) ? 'insecure-passive' : passingResult(lists.styles, fallback);
}

function faultOf(sources: JoinedPolicy['sources'], lists: Sources, isHttps: boolean): CspResult | null {
  const { scripts, styles, objects } = lists;
  if (hasAny(scripts, broadOrInline) || hasAny(objects, broad)) return 'unsafe-inline';
  const active = [...sources].filter(([name]) => !passive.includes(name) && name !== 'script-src');
  const insecure = [...scripts, ...active.flatMap(([, list]) => Array.from(list))].some(isInsecure);
  if (isHttps && insecure) return 'insecure-scheme';
  return scripts.has("'unsafe-eval'") || styles.has("'unsafe-eval'") ? 'unsafe-eval' : null;
}

function passingResult(styles: ReadonlySet<string>, fallback: ReadonlySet<string> | undefined): CspResult {
  if (hasAny(styles, broadOrInline)) return 'unsafe-style';
  return fallback?.has("'none'") === true && fallback.size === 1 ? 'no-unsafe-default-none' : 'no-unsafe';
}

/** Takes out what a nonce, a hash or `strict-dynamic` makes void; false for `strict-dynamic` with neither. */
function withoutWhatBrowsersIgnore(scripts: Set<string>, styles: Set<string>): boolean {
  for (const list of [scripts, styles]) {
    if ([...list].some((source) => nonceOrHash.test(source))) list.delete("'unsafe-inline'");
  }
  if (!scripts.has("'strict-dynamic'")) return true;
  if (![...scripts].some((source) => nonceOrHash.test(source))) return false;
  for (const source of scripts) {
    if (source === "'self'" || [...broad].some((start) => source.startsWith(start))) scripts.delete(source);
  }
  return true;
}

function hasAny(list: ReadonlySet<string>, some: ReadonlySet<string>): boolean {
  return [...list].some((source) => some.has(source));
}

function isInsecure(source: string): boolean {
  return source.startsWith('http:') || source.startsWith('ftp:');
}
