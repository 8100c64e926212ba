import type { Finding } from '../shapes.ts';
import { finding } from './finding.ts';
import { isPlain } from './follow.ts';
import { hstsLongEnough, hstsStages, preloadSeconds, seeHsts } from './observatory/hsts.ts';
import { hostOf } from './page/site.ts';
import type { Hop, Way } from './seen.ts';

/** One redirect to https on the same host, and one more to another name; beyond that customers wait. */
const hopsAtMost = 3;

/** Both ways from the host's own address: what a customer sees who types the name, and who follows a link. */
export function findingsOfWays(http: Way, https: Way): readonly Finding[] {
  return [
    ...findingsOfHttp(http),
    ...findingsOfHttps(https),
    ...(https.hops.length === 0 ? [] : findingsOfEnd('http', http)),
  ];
}

/** When nobody answers on port 80 there is nothing to redirect. */
function findingsOfHttp({ hops, end }: Way): readonly Finding[] {
  const [first, second] = hops;
  if (first === undefined) return [];
  const values = { to: hostOf(first.to ?? first.url), status: first.status };
  const sendsHsts = hops.some((hop) => isPlain(hop.url) && hop.hsts !== null);
  return [
    ...firstStep(first, second, end, values),
    ...(hops.length > hopsAtMost && end === 'page'
      ? [finding('redirect.long', 'note', { hops: hops.length - 1 })]
      : []),
    ...(sendsHsts ? [finding('hsts.over_http', 'note')] : []),
  ];
}

function firstStep(
  first: Hop,
  second: Hop | undefined,
  end: Way['end'],
  values: Finding['values'],
): readonly Finding[] {
  if (first.to === null) return end === 'page' ? [finding('redirect.missing', 'alarm', values)] : [];
  const found: Finding[] = [];
  if (isPlain(first.to)) {
    if (end !== 'loop' && second !== undefined) found.push(finding('redirect.http_first', 'warning', values));
  } else if (hostOf(first.to) !== hostOf(first.url)) {
    found.push(finding('redirect.off_host', 'warning', values));
  }
  if (first.status !== 301 && first.status !== 308) found.push(finding('redirect.temporary', 'note', values));
  return found;
}

/** Where a way ends badly; the way over http ends as the one over https does once it is there. */
function findingsOfEnd(from: 'http' | 'https', { hops, end }: Way): readonly Finding[] {
  const last = hops.at(-1);
  if (last === undefined) return [];
  const values = { from, host: hostOf(last.to ?? last.url) };
  if (end === 'unreachable') return [finding('redirect.dead', 'alarm', values)];
  if (end === 'loop' || end === 'too_many') return [finding('redirect.loop', 'alarm', values)];
  if (end === 'not_followed') return [finding('redirect.broken', 'warning', values)];
  const staysPlain = end === 'page' && hops.length > 1 && hops.every(({ url }) => isPlain(url));
  return staysPlain ? [finding('redirect.not_https', 'alarm', values)] : [];
}

function findingsOfHttps(way: Way): readonly Finding[] {
  const { hops } = way;
  const [first] = hops;
  if (first === undefined) return [finding('https.unreachable', 'alarm')];
  const stranger = hops.find(({ trusted }) => !trusted);
  const downgrade = hops.find(({ url, to }) => !isPlain(url) && to !== null && isPlain(to));
  return [
    ...(stranger === undefined ? [] : [finding('https.not_trusted', 'alarm', { host: hostOf(stranger.url) })]),
    ...(downgrade === undefined
      ? findingsOfEnd('https', way)
      : [finding('redirect.downgrade', 'alarm', { to: hostOf(downgrade.to ?? '') })]),
    ...findingsOfHsts(first.hsts),
  ];
}

function findingsOfHsts(header: string | null): readonly Finding[] {
  const seen = seeHsts(header);
  if (seen === null) return [finding('hsts.missing', 'warning')];
  const { seconds, stage, preload, preloadable } = seen;
  if (seconds === null) return [finding('hsts.invalid', 'warning')];
  if (seconds === 0) return [finding('hsts.off', 'warning')];
  const next = hstsStages[stage] ?? preloadSeconds;
  return [
    ...(seconds < hstsLongEnough ? [finding('hsts.short', 'warning', { seconds, stage, next })] : []),
    ...(preload && !preloadable ? [finding('hsts.preload_incomplete', 'note', { seconds })] : []),
  ];
}
