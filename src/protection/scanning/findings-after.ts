import { visibleFrom, type SiteFinding, type SiteScanned } from '#tls';
import type { OpenFinding } from '../rows.ts';

/** What this folder finds itself, beside the scan: whether the host can be looked at at all, and what belongs to the house. */
export type OwnCode =
  | 'host.unreachable'
  | 'host.private'
  | 'proof.missing'
  | 'proof.lost'
  | 'certificate.not_renewed'
  | 'certificate.none';

/** What came of a look: `none` where nothing could be scanned, and so nothing is mended but what says so. */
export type Look = {
  readonly scanned: SiteScanned | null;
  readonly findings: readonly SiteFinding[];
};

export type NewFinding = SiteFinding & { readonly key: string; readonly visibleFrom: Temporal.Instant | null };

export type FindingsAfter = {
  readonly opened: readonly NewFinding[];
  readonly kept: readonly (NewFinding & { readonly findingId: string })[];
  /** Ids of what a look that would have seen it did not see. */
  readonly mended: readonly string[];
};

const findingsMax = 300;
/** Names of things. Everything else in a finding's values moves from scan to scan: days left, seconds, counts. */
const namesOfThings = ['name', 'host', 'path', 'domain', 'selector', 'header', 'record', 'address', 'server', 'tag'];

export function ownFinding(
  code: OwnCode,
  severity: SiteFinding['severity'],
  values: SiteFinding['values'],
): SiteFinding {
  return { part: 'web', code, severity, cap: null, values };
}

/** The same thing has the same key in every scan. */
function keyOf({ code, part, values }: SiteFinding): string {
  // `from` is a scheme in the one half, the beginning of a certificate in the other, where its owner is the subject.
  const names = [...namesOfThings, part === 'tls' ? 'subject' : 'from'];
  return [code, ...names.flatMap((name) => (name in values ? [`${name}=${values[name] ?? ''}`] : []))]
    .join(' ')
    .slice(0, 1_000);
}

/** What was open and what was seen now, put together. */
export function findingsAfter(open: readonly OpenFinding[], look: Look): FindingsAfter {
  const seen = new Map<string, NewFinding>();
  for (const finding of look.findings.slice(0, findingsMax)) {
    const key = keyOf(finding);
    if (!seen.has(key))
      seen.set(key, { ...finding, key, visibleFrom: visibleFrom(finding, look.scanned?.tls ?? null) });
  }
  const before = new Map(open.map((one) => [one.key, one]));
  return {
    opened: [...seen.values()].filter(({ key }) => !before.has(key)),
    kept: open.flatMap(({ key, findingId }) => {
      const now = seen.get(key);
      return now === undefined ? [] : [{ ...now, findingId }];
    }),
    mended: open.filter((one) => !seen.has(one.key) && couldSee(look, one)).map(({ findingId }) => findingId),
  };
}

/** Families of findings by the record that DNS did not answer for. */
const asksFor: Readonly<Record<string, string>> = {
  SPF: 'spf.',
  DKIM: 'dkim.',
  DMARC: 'dmarc.',
  MX: 'mta_sts.',
  'MTA-STS': 'mta_sts.',
  'TLS-RPT': 'tls_rpt.',
  CAA: 'caa.',
};
/** What is looked at in every round, whether the host answers or not. */
const ofHouse = /^(?:host\.private|proof\.|certificate\.)/;
const ofDns = /^(?:dns|caa|spf|dkim|dmarc|mta_sts|tls_rpt)\./;
const ofPage = /^(?:page|csp|cors|referrer|sniff|frames|corp|header|cookie)\./;

/** Whether a scan that does not find this looked where it was: an answer that did not come mends nothing. */
function couldSee(look: Look, { part, code, details }: OpenFinding): boolean {
  const { scanned, findings } = look;
  if (ofHouse.test(code)) return true;
  if (scanned === null) return false;
  if (part === 'tls') return scanned.tls !== null;
  // Of the domain of mails DNS alone is asked.
  if (ofDns.test(code) && (scanned.web !== null || scanned.tls === null)) return !isUnanswered(findings, code);
  if (ofPage.test(code)) return scanned.observatory !== null && !isOnLostPage(findings, details);
  return code === 'host.unreachable' || isAnswered(scanned.web, code);
}

function isAnswered(web: SiteScanned['web'], code: string): boolean {
  return web !== null && (code === 'https.unreachable' || web.https.hops.length > 0);
}

function isUnanswered(findings: readonly SiteFinding[], code: string): boolean {
  const silent = findings.filter((one) => one.code === 'dns.unanswered').map(({ values }) => `${values['record']}`);
  return silent.some((record) => code.startsWith(asksFor[record] ?? 'dns.'));
}

function isOnLostPage(findings: readonly SiteFinding[], details: unknown): boolean {
  const path = typeof details === 'object' && details !== null && 'path' in details ? details.path : null;
  return path !== null && findings.some((one) => one.code === 'page.unreachable' && one.values['path'] === path);
}
