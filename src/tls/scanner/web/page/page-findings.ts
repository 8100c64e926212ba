import type { Finding, Severity } from '../../shapes.ts';
import { finding } from '../finding.ts';
import type { Kind, Resource } from './resources.ts';
import { hostOf, shownUrl, siteOf } from './site.ts';

/** A page that was looked at, with all that it loads, its own style sheets' loads among it. */
export type SeenPage = {
  readonly path: string;
  readonly url: string;
  /** Null when nobody answered. */
  readonly status: number | null;
  readonly resources: readonly Resource[];
  /** The page's policy makes the browser ask for every http: address by https:. */
  readonly upgrades: boolean;
};

const changesThePage: ReadonlySet<Kind> = new Set(['script', 'style', 'frame', 'object']);
const isShown: ReadonlySet<Kind> = new Set(['image', 'media']);
const isContacted: ReadonlySet<Kind> = new Set([...changesThePage, ...isShown, 'hint']);

/** What customers see or lose on a page: mixed content, forms in the clear, strangers who hear of the visit. */
export function findingsOfPage(page: SeenPage): readonly Finding[] {
  const { path, status } = page;
  if (status === null || status >= 400) return [finding('page.unreachable', 'warning', { path, status: status ?? 0 })];
  return [...mixedIn(page), ...strangersIn(page)];
}

/** Hosts of other sites that a browser contacts by opening the page. */
export function thirdPartiesOf({ url, resources }: SeenPage): readonly string[] {
  const own = siteOf(hostOf(url));
  const hosts = resources.filter(({ kind }) => isContacted.has(kind)).map((one) => hostOf(one.url));
  return [...new Set(hosts)].filter((host) => siteOf(host) !== own).toSorted();
}

function mixedIn(page: SeenPage): readonly Finding[] {
  if (!page.url.startsWith('https:')) return [];
  const plain = page.resources.filter(({ url }) => /^(?:http|ws|ftp):/.test(url));
  const own = hostOf(page.url);
  const groups: readonly (readonly [code: string, severity: Severity, found: readonly Resource[]])[] = [
    ['page.mixed_active', 'alarm', plain.filter(({ kind }) => changesThePage.has(kind))],
    ['page.mixed_passive', 'warning', plain.filter(({ kind }) => isShown.has(kind))],
    ['page.form_http', 'alarm', plain.filter(({ kind }) => kind === 'form')],
    ['page.refresh_http', 'alarm', plain.filter(({ kind }) => kind === 'refresh')],
    ['page.link_http', 'note', plain.filter((one) => one.kind === 'link' && hostOf(one.url) === own)],
  ];
  return groups.flatMap(([code, severity, found]) => {
    const [first] = found;
    if (first === undefined) return [];
    const values = { path: page.path, count: found.length, first: shownUrl(first.url) };
    // Links and refreshes are new pages, which the policy does not upgrade when they lead to others.
    const upgraded = page.upgrades && code !== 'page.refresh_http' && code !== 'page.link_http';
    return [upgraded ? finding('page.upgraded', 'note', values) : finding(code, severity, values)];
  });
}

function strangersIn(page: SeenPage): readonly Finding[] {
  const { path, resources } = page;
  const strangers = thirdPartiesOf(page);
  return strangers.flatMap((host): readonly Finding[] => {
    const scripts = resources.filter((one) => one.kind === 'script' && hostOf(one.url) === host);
    const unchecked = scripts.filter(({ integrity }) => !integrity);
    const [code, severity]: [string, Severity] =
      scripts.length > 0 ? ['page.third_party_script', 'warning'] : ['page.third_party', 'note'];
    const met = finding(code, severity, { path, host });
    if (unchecked.length === 0) return [met];
    return [met, finding('page.script_without_sri', 'warning', { path, host, count: unchecked.length })];
  });
}
