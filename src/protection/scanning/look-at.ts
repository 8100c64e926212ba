import { EgressFault } from '#kit/egress';
import type { CertificateLine, SiteFinding, SiteScanned } from '#tls';
import type { ProtectionNeeds } from '../needs.ts';
import type { SiteRow } from '../rows.ts';
import { factsOf, mailFactsOf, noFacts, type StoredFacts } from './facts.ts';
import { ownFinding, type Look } from './findings-after.ts';

/** What came of a look at a site. */
export type Looked = Look & {
  readonly tookMs: number;
  /** Null when nothing was scanned, because it may not be. */
  readonly facts: StoredFacts | null;
  readonly seen: object | null;
};

const renewedAbove = 1 / 3;
const httpsPort = 443;

/** Scans a site as its kind asks for. It never throws for what a host does. */
export async function lookAt(needs: ProtectionNeeds, site: SiteRow): Promise<Looked> {
  const began = performance.now();
  const looked = site.kind === 'mail' ? await lookAtMail(needs, site) : await lookAtHost(needs, site);
  const house = site.shopId === null ? await ofTheHouse(needs, site) : [];
  return { ...looked, findings: [...house, ...looked.findings], tookMs: Math.round(performance.now() - began) };
}

type Part = Omit<Looked, 'tookMs'>;

/** Who is reached at another port than 443 says nothing of port 80. */
export function plainPortOf({ port }: Pick<SiteRow, 'port'>): number | null {
  return port === httpsPort ? 80 : null;
}

async function lookAtHost(needs: ProtectionNeeds, site: SiteRow): Promise<Part> {
  const { resolve, clock, allowPrivate, caPem } = needs;
  const { host, port } = site;
  try {
    const scanned = await needs.scan({
      host,
      port,
      plainPort: plainPortOf(site),
      ...(await startOf(needs, site)),
      paths: [],
      allowPrivate,
      allowPublic: true,
      resolve,
      clock,
      ...(caPem === null ? {} : { caPem }),
    });
    const { findings, tls, web } = scanned;
    return { scanned, findings, facts: factsOf(scanned), seen: { tls, web } };
  } catch (error) {
    if (!(error instanceof EgressFault)) throw error;
    const isPrivate = error.reason === 'refused_address';
    const code = isPrivate ? 'host.private' : 'host.unreachable';
    const finding = ownFinding(code, isPrivate ? 'note' : 'alarm', { host, reason: error.reason });
    return { scanned: null, findings: [finding], facts: isPrivate ? null : noFacts, seen: null };
  }
}

async function startOf({ shops, ownStart }: ProtectionNeeds, { shopId, kind }: SiteRow): Promise<{ start?: string }> {
  const [first] = shopId === null && kind === 'track' ? await shops() : [];
  return first === undefined ? {} : { start: ownStart(first) };
}

async function lookAtMail(needs: ProtectionNeeds, { host: domain, shopId }: SiteRow): Promise<Part> {
  const { resolve, allowPrivate, caPem } = needs;
  const shop = (await needs.shops()).find((one) => one.shopId === shopId);
  const state = shop === undefined ? null : await needs.mail.state(needs.database, shop);
  const selectors = state?.domain === domain ? state.selectors : [];
  const ca = caPem === null ? {} : { caPem };
  const { seen, findings } = await needs.scanMail({ domain, selectors, resolve, allowPrivate, ...ca });
  const scanned: SiteScanned = { grade: null, observatory: null, findings, tls: null, web: null };
  const facts = { ...noFacts, mail: mailFactsOf(domain, seen, findings) };
  return { scanned, findings, facts, seen: { tls: null, web: null, mail: seen } };
}

/** Certificates of this house that cannot be renewed: at their own name, or at the first one where it is not scanned. */
async function ofTheHouse(needs: ProtectionNeeds, { host }: SiteRow): Promise<readonly SiteFinding[]> {
  const names = new Set(needs.own.map((one) => one.host));
  const isFirst = needs.own[0]?.host === host;
  const lines = (await needs.certificates()).filter(({ name }) => name === host || (isFirst && !names.has(name)));
  return lines.flatMap(failureOf);
}

function failureOf({ name, served, failure }: CertificateLine): readonly SiteFinding[] {
  if (failure === null || (served !== null && served.leftOfLife >= renewedAbove)) return [];
  if (served === null) return [ownFinding('certificate.none', 'alarm', { name })];
  const until = served.notAfter.toString({ smallestUnit: 'minute' }).replace('T', ' ').replace('Z', ' UTC');
  return [ownFinding('certificate.not_renewed', 'alarm', { name, until })];
}
