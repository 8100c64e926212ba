import { look, type Reach } from '../follow.ts';
import { readPolicy } from '../observatory/csp.ts';
import { metaPolicies } from '../observatory/observe.ts';
import type { Way } from '../seen.ts';
import type { SeenPage } from './page-findings.ts';
import { resourcesOf, resourcesOfCss, type Resource } from './resources.ts';
import { readTags } from './tokens.ts';

const sheetsMax = 8;

/** Fetches the style sheets of the page's own host, and lists what a browser would load for it. */
export async function seePage(reach: Reach, path: string, { answer, end, hops }: Way): Promise<SeenPage> {
  if (answer === null || end === 'unreachable') {
    return { path, url: hops[0]?.url ?? '', status: null, resources: [], upgrades: false };
  }
  const tags = readTags(answer.html);
  const own = resourcesOf(tags, answer.url);
  const sheets = own.filter(
    ({ kind, url }) => kind === 'style' && URL.parse(url)?.host === URL.parse(answer.url)?.host,
  );
  const ofSheets = await Promise.all(
    [...new Set(sheets.map(({ url }) => url))].slice(0, sheetsMax).map(readSheet(reach)),
  );
  const policies = [...(answer.headers['content-security-policy'] ?? '').split(','), ...metaPolicies(tags)];
  const upgrades = policies.some((text) => readPolicy(text).directives.has('upgrade-insecure-requests'));
  return { path, url: answer.url, status: answer.status, resources: [...own, ...ofSheets.flat()], upgrades };
}

function readSheet(reach: Reach): (url: string) => Promise<readonly Resource[]> {
  return async (url) => {
    const sheet = await look(reach, url, { headers: { accept: 'text/css' } });
    return sheet?.status === 200 ? resourcesOfCss(Buffer.from(sheet.bytes).toString('utf8'), url) : [];
  };
}
