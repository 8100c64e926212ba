import { EgressFault } from '#kit/egress';
import {
  scanTls,
  scanWeb,
  type TlsScanned,
  type WebScanned,
  type Finding,
  type SiteFinding,
  type SiteScan,
  type SiteScanned,
} from '#tls';

/** A host's TLS and its web, one after the other. @throws EgressFault when neither answers */
export async function scanBoth(scan: SiteScan): Promise<SiteScanned> {
  const { host, port, plainPort, resolve } = scan;
  const web = await scanWeb({ ...scan, ports: { http: plainPort ?? 80, https: port } });
  const found = await Promise.all([resolve.addresses(host, 4), resolve.addresses(host, 6)]);
  const [address] = found.flatMap((list) => list ?? []);
  const tls = await tlsOf({ ...scan, ...(address === undefined ? {} : { address }) }, web);
  const ofWeb = web.findings.filter(({ code }) => plainPort !== null || !code.startsWith('redirect.'));
  const { observatory } = web;
  return {
    grade: tls?.grade ?? null,
    observatory: observatory === null ? null : { score: observatory.score, grade: observatory.grade },
    findings: [...inPart('tls', tls?.findings ?? []), ...inPart('web', ofWeb)],
    tls: tls?.seen ?? null,
    web: web.seen,
  };
}

/** Null when the web answered and TLS did not. */
async function tlsOf(scan: SiteScan & { readonly address?: string }, { seen }: WebScanned): Promise<TlsScanned | null> {
  try {
    return await scanTls({ ...scan, hstsSeconds: seen.hsts?.seconds ?? 0 });
  } catch (error) {
    const isSilent = seen.http.hops.length + seen.https.hops.length === 0;
    if (error instanceof EgressFault && error.reason !== 'refused_address' && !isSilent) return null;
    throw error;
  }
}

function inPart(part: 'tls' | 'web', findings: readonly Finding[]): readonly SiteFinding[] {
  return findings.map((one) => Object.assign({ part }, one));
}
