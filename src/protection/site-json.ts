import { showId } from '#kit/ids';
import type { KeptFinding, ScanLine, Site, SiteKind, SiteState } from './shapes.ts';
import { saySiteFinding } from './words.ts';

export const siteKinds = ['shop', 'www', 'track', 'api', 'mail', 'other'] as const satisfies readonly SiteKind[];

/** A site as programs read it, over HTTP and at the command line: times in UTC, sentences in English. */
export function siteJson({ siteId, shopId, host, port, kind, proven, proof, addedAt, last, nextAt }: Site) {
  return {
    id: showId('sit', siteId),
    host,
    port,
    kind,
    own: shopId === null,
    proven: proven === null ? null : { by: proven.by, at: at(proven.at) },
    proof: proof === null ? null : { file: { ...proof.file }, dns: { ...proof.dns } },
    added_at: at(addedAt),
    last: last === null ? null : lineJson(last),
    next_at: nextAt === null ? null : at(nextAt),
  };
}

export function lineJson({ scanId, at: scannedAt, tookMs, grade, observatory, counts }: ScanLine) {
  return { id: showId('scn', scanId), at: at(scannedAt), took_ms: tookMs, grade, observatory, counts: { ...counts } };
}

function findingJson({ findingId, finding, since, seenAt, mendedAt, visibleFrom, toldAt }: KeptFinding) {
  const { part, code, severity, cap, values } = finding;
  return {
    id: showId('fnd', findingId),
    part,
    code,
    severity,
    cap,
    values: { ...values },
    said: saySiteFinding('en', finding),
    since: at(since),
    seen_at: at(seenAt),
    mended_at: mendedAt === null ? null : at(mendedAt),
    visible_from: visibleFrom === null ? null : at(visibleFrom),
    told_at: toldAt === null ? null : at(toldAt),
  };
}

export function stateJson({ site, open, mended, history, seen }: SiteState) {
  return {
    site: siteJson(site),
    open: open.map(findingJson),
    mended: mended.map(findingJson),
    history: history.map(lineJson),
    seen,
  };
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}
