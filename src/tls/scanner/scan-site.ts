import { isIP } from 'node:net';
import { EgressFault, findAddresses } from '#kit/egress';
import { judgeTls, lookAtTls, type TlsLook, type TlsScanned, type TlsSeen } from './scan-host.ts';
import type { Finding, Severity } from './shapes.ts';
import type { SiteFinding, SiteScan, SiteScanned } from './site-shapes.ts';
import { resolverBy } from './web/names.ts';
import { scanWeb, type WebScanned } from './web/scan-web.ts';
import { keepsBrowsersOut } from './words.ts';

const addressesMax = 4;
const httpsPort = 443;
const order: Readonly<Record<Severity, number>> = { alarm: 0, warning: 1, note: 2 };

/**
 * Looks at a host as browsers do: how it enciphers, and what comes then. Both halves side by side, no connection of the
 * first ever finished, nothing changed by the second.
 * @throws EgressFault when the host does not answer at all, or may not be reached
 */
export async function scanSite(scan: SiteScan): Promise<SiteScanned> {
  const { host, allowPrivate, allowPublic } = scan;
  const addresses = await findAddresses({ host, address: null, allowPrivate, allowPublic }, resolverBy(scan.resolve));
  const [look, web] = await Promise.all([lookAtFirst(scan, addresses), scanWeb(webScanOf(scan))]);
  const { observatory, seen } = web;
  if (look instanceof EgressFault && seen.http.hops.length + seen.https.hops.length === 0) throw look;
  const tls = look instanceof EgressFault ? null : judgeTls(look, hstsSecondsOf(web));
  return {
    grade: tls === null ? null : tls.grade,
    observatory: observatory === null ? null : { score: observatory.score, grade: observatory.grade },
    findings: findingsOf(scan, tls, web),
    tls: tls === null ? null : tls.seen,
    web: seen,
  };
}

/** Nobody looked for HSTS where no page came. */
function hstsSecondsOf({ seen: { https, hsts } }: WebScanned): number | null {
  return https.hops.length === 0 ? null : (hsts?.seconds ?? 0);
}

function webScanOf({ port, plainPort, ...scan }: SiteScan): Parameters<typeof scanWeb>[0] {
  return { ...scan, ports: { http: plainPort, https: port } };
}

/** The first address that answers; that another one does not is found by the other half. */
async function lookAtFirst(scan: SiteScan, addresses: readonly string[]): Promise<TlsLook | EgressFault> {
  let failed = new EgressFault('name', scan.host, null);
  for (const address of addresses.slice(0, addressesMax)) {
    try {
      return await lookAtTls({ ...scan, address });
    } catch (error) {
      if (!(error instanceof EgressFault)) throw error;
      failed = error;
    }
  }
  return failed;
}

/** Alarms first, and what both halves found once. */
function findingsOf(scan: SiteScan, tls: TlsScanned | null, web: WebScanned): readonly SiteFinding[] {
  // The other half says it more closely.
  const ofTls = (tls?.findings ?? []).filter(({ code }) => code !== 'hsts_short');
  const ofWeb = web.findings.flatMap((one) => beside(one, tls, scan));
  return [...ofTls.map((one) => inPart(one, 'tls')), ...ofWeb.map((one) => inPart(one, 'web'))].toSorted(
    (one, other) => order[one.severity] - order[other.severity],
  );
}

function inPart(finding: Finding, part: SiteFinding['part']): SiteFinding {
  return { ...finding, part };
}

const shortHsts: ReadonlySet<string> = new Set(['hsts.missing', 'hsts.invalid', 'hsts.off', 'hsts.short']);

/** What is left to say of a finding of the web half when the TLS half has spoken. */
function beside(one: Finding, tls: TlsScanned | null, { host, port }: SiteScan): readonly Finding[] {
  if (tls === null) return [one];
  if (shortHsts.has(one.code)) return [{ ...one, cap: 'A' }];
  if (one.code === 'https.unreachable') return withoutPage(one, tls, port);
  const isSaid = one.code === 'https.not_trusted' && isOf(one, host) && tls.findings.some(isOfCertificate);
  return isSaid ? [] : [one];
}

/** TLS answered, and no page came over it: a mail server, or one that our own library could not agree with. */
function withoutPage(one: Finding, { findings }: TlsScanned, port: number): readonly Finding[] {
  if (findings.some(keepsBrowsersOut)) return [];
  const isSound = findings.every(({ severity }) => severity === 'note');
  // At the port of the web a page is what was to come; elsewhere, or where TLS is at fault, nobody knows.
  return port === httpsPort && isSound ? [one] : [{ code: 'https.no_page', severity: 'note', cap: null, values: {} }];
}

function isOf({ values }: Finding, host: string): boolean {
  return values['host'] === (isIP(host) === 6 ? `[${host}]` : host);
}

/** Whether a browser would refuse the certificate for it. */
function isOfCertificate({ code, cap }: Finding): boolean {
  return cap === 'T' || cap === 'M' || code === 'key_weak' || code === 'signature_md5';
}

const seenAtRenewal: ReadonlySet<string> = new Set([
  'caa.forbids',
  'caa.other_account',
  'caa.other_method',
  'caa.critical',
]);

/**
 * From when on customers see something of a finding, where that is still to come: a certificate that is not renewed ends,
 * or one that no authority may follow up. Null when they see it now, or never will.
 */
export function visibleFrom({ code, values }: Finding, tls: TlsSeen | null): Temporal.Instant | null {
  if (code === 'renewal_late' || code === 'renewal_overdue') return Temporal.Instant.from(`${values['until']}`);
  const [leaf] = tls?.chain.certificates ?? [];
  return seenAtRenewal.has(code) && leaf !== undefined && leaf.lifeLeft > 0 ? Temporal.Instant.from(leaf.until) : null;
}
