import type { ProtectionNeeds } from './needs.ts';
import type { SiteRow } from './rows.ts';
import { siteOf } from './rows.ts';
import { factsShape, type SiteFacts } from './scanning/facts.ts';
import type { ShownProtection, SiteState } from './shapes.ts';
import { statements } from './store.ts';

/** The last scan of a site of which something was seen. */
type SeenRow = {
  readonly siteId: string;
  readonly facts: unknown;
  readonly seen: SiteState['seen'];
  readonly at: Temporal.Instant;
  readonly grade: ShownProtection['grade'];
  readonly score: number | null;
  readonly scoreGrade: string | null;
};

export async function latestSeen(
  { database }: Pick<ProtectionNeeds, 'database'>,
  siteIds: readonly string[],
): Promise<readonly (Omit<SeenRow, 'facts'> & { readonly facts: SiteFacts })[]> {
  const rows = await database.rows<SeenRow>(statements.latestSeen, [siteIds]);
  return rows.map((row) => Object.assign({}, row, { facts: factsShape.parse(row.facts) }));
}

/**
 * What visitors may read: of the installation's own address first, else of the first of the shop's hosts that was scanned;
 * of the mails what was seen at the domain of the shop's sender. Null while nothing was measured.
 */
export async function shownOf(needs: ProtectionNeeds, shopId: string): Promise<ShownProtection | null> {
  const rows = await needs.database.rows<SiteRow>(statements.sites, [shopId]);
  const sites = rows.filter((row) => siteOf(row).proven !== null);
  const seen = new Map(
    (
      await latestSeen(
        needs,
        sites.map(({ siteId }) => siteId),
      )
    ).map((one) => [one.siteId, one]),
  );
  const scanned = sites.flatMap((site) => {
    const latest = seen.get(site.siteId);
    return latest === undefined ? [] : [{ site, latest }];
  });
  const hosts = scanned.filter(({ site }) => site.kind !== 'mail');
  const ownHost = needs.own[0]?.host;
  const first = hosts.find(({ site }) => site.shopId === null && site.host === ownHost) ?? hosts[0];
  if (first === undefined) return null;
  const { at, grade, score, scoreGrade, facts } = first.latest;
  const { protocols, groups: _groups, mail: _mail, certificate, ...rest } = facts;
  return {
    host: first.site.host,
    measuredAt: at,
    grade,
    certificate,
    protocol: newest(protocols),
    ...rest,
    observatory: score === null || scoreGrade === null ? null : { score, grade: scoreGrade },
    mail: await mailOf(
      needs,
      shopId,
      scanned.map(({ latest }) => latest.facts),
    ),
    hosts: hosts.map(({ site, latest }) => ({ host: site.host, grade: latest.grade, at: latest.at })),
  };
}

async function mailOf(
  { shops, mail, database }: ProtectionNeeds,
  shopId: string,
  all: readonly SiteFacts[],
): Promise<ShownProtection['mail']> {
  const shop = (await shops()).find((one) => one.shopId === shopId);
  if (shop === undefined) return null;
  const { domain } = await mail.state(database, shop);
  return all.find((facts) => facts.mail !== null && facts.mail.domain === domain)?.mail ?? null;
}

const byAge = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** `TLSv1.3` as people write it. */
function newest(protocols: readonly string[]): string | null {
  const found = byAge.findLast((one) => protocols.includes(one)) ?? null;
  return found?.replace(/v(?=\d)/, ' ') ?? null;
}
