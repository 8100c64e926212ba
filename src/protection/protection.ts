import type { Tx } from '#kit/database';
import type { ProtectionNeeds } from './needs.ts';
import { bySeverity, keptOf, lineOf, siteOf, type LineRow, type OpenFinding, type SiteRow } from './rows.ts';
import { keepOwnSites } from './scanning/own-sites.ts';
import { createRounds, type Rounds } from './scanning/rounds.ts';
import type { KeptFinding, ScanLine, ShownProtection, Site, SiteKind, SiteState } from './shapes.ts';
import { latestSeen, shownOf } from './shown.ts';
import { createStaffVerbs } from './staff-verbs.ts';
import { forgetSites, openFindings, siteRow, statements } from './store.ts';
import { tellTask } from './telling/make-mail.ts';
import { sendMail } from './telling/send-mail.ts';

export type { ScanSettings } from './needs.ts';
export type { KeptFinding, ProofWanted, ScanLine, ShownProtection, Site, SiteKind, SiteState } from './shapes.ts';
export { framers, isOwn, ownOrigins } from './own-origins.ts';
export { lineJson, siteJson, siteKinds, stateJson } from './site-json.ts';
export { saySiteFinding } from './words.ts';

/** The shop's hosts as customers' browsers see them, scanned every 6 hours. */
export type Protection = {
  /** Own names first, then by host. */
  readonly sites: (shopId: string) => Promise<readonly Site[]>;
  /** @throws Fault('invalid') for no host name, Fault('conflict') when it is there already, Fault('limit') beyond 50 */
  readonly addSite: (
    shopId: string,
    wanted: { readonly host: string; readonly port?: number; readonly kind: SiteKind },
    actor: string,
  ) => Promise<Site>;
  /** False when there is no such site, or the house keeps it by itself. */
  readonly removeSite: (shopId: string, siteId: string, actor: string) => Promise<boolean>;
  /** Looks for the proof, and scans at once when it is there. @throws Fault('not_found'), Fault('limit') sooner than 2 seconds after */
  readonly proveSite: (
    shopId: string,
    siteId: string,
    actor: string,
  ) => Promise<Site | { readonly no: 'not_shown' | 'unreachable' }>;
  /**
   * What was mended since is said to be.
   * @throws Fault('not_found'), Fault('unauthorized') before the proof, Fault('limit') more often than once a minute,
   *   Fault('unavailable') for a name that leads into one's own network where that is not allowed
   */
  readonly scanNow: (shopId: string, siteId: string, actor: string) => Promise<ScanLine>;
  /** Null when there is no such site. @param historyMax at most 1,500 */
  readonly state: (shopId: string, siteId: string, historyMax: number) => Promise<SiteState | null>;
  /** Open findings of all of a shop's sites, alarms first: what the console's frame counts. */
  readonly open: (shopId: string) => Promise<readonly (KeptFinding & { readonly host: string })[]>;
  /** For visitors; null while nothing was measured. */
  readonly shown: (shopId: string) => Promise<ShownProtection | null>;
  /** Of the whole installation: what may be looked at on the internet besides its own names. */
  readonly provenHosts: () => Promise<readonly string[]>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
  /** Keeps own names in step, scans again after an update or a new certificate; for processes that do jobs. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const historyAtMost = 1_500;
const mendedShown = { hours: 90 * 24 };

export function createProtection(needs: ProtectionNeeds): Protection {
  const { database, jobs } = needs;
  const rounds = createRounds(needs);
  jobs.on(tellTask, (payload) => sendMail(needs, payload));
  const sitesOf = async (shopId: string) => await database.rows<SiteRow>(statements.sites, [shopId]);
  return {
    ...createStaffVerbs(needs, rounds),
    ...createWatching(needs, rounds),
    sites: async (shopId) => (await sitesOf(shopId)).map(siteOf),
    state: async (shopId, siteId, historyMax) => {
      const site = await siteRow(database, siteId);
      const isSeen = site !== null && (site.shopId === null || site.shopId === shopId);
      return isSeen ? await stateOf(needs, site, historyMax) : null;
    },
    open: async (shopId) => {
      const hosts = new Map((await sitesOf(shopId)).map(({ siteId, host }) => [siteId, host]));
      const found = await openFindings(database, [...hosts.keys()]);
      const all = found.map((one) => Object.assign({ host: hosts.get(one.siteId) ?? '' }, keptOf(one)));
      return all.toSorted((a, b) => bySeverity(a.finding, b.finding));
    },
    shown: (shopId) => shownOf(needs, shopId),
    provenHosts: async () => {
      const rows = await database.rows<SiteRow>(statements.allSites, []);
      const proven = rows.filter((row) => row.kind !== 'mail' && siteOf(row).proven !== null);
      return [...new Set(proven.map(({ host }) => host))];
    },
    forgetShop: async (tx, shopId) => {
      const rows = await tx.rows<{ siteId: string }>(statements.sitesOfShop, [shopId]);
      if (rows.length > 0)
        await forgetSites(
          tx,
          rows.map(({ siteId }) => siteId),
        );
    },
  };
}

async function stateOf(needs: ProtectionNeeds, site: SiteRow, historyMax: number): Promise<SiteState> {
  const { database, clock } = needs;
  const { siteId } = site;
  const [open, mended, history, [latest]] = await Promise.all([
    openFindings(database, [siteId]),
    database.rows<OpenFinding>(statements.mendedFindings, [siteId, clock.now().subtract(mendedShown)]),
    database.rows<LineRow>(statements.history, [siteId, Math.min(historyMax, historyAtMost)]),
    latestSeen(needs, [siteId]),
  ]);
  return {
    site: siteOf(site),
    open: open.toSorted(bySeverity).map(keptOf),
    mended: mended.map(keptOf),
    history: history.map(lineOf),
    facts: latest?.facts ?? null,
    seen: latest?.seen ?? null,
  };
}

/** A deploy has been through when this is over. */
const afterDeploy = { seconds: 30 };

function createWatching(needs: ProtectionNeeds, rounds: Rounds): Pick<Protection, 'start' | 'stop'> {
  const { database, clock, log, version } = needs;
  let stopListening: (() => Promise<void>) | null = null;
  let looking = Promise.resolve();

  const hasten = async (siteIds: readonly string[]): Promise<void> => {
    if (siteIds.length === 0) return;
    await database.rows(statements.hasten, [siteIds, clock.now().add(afterDeploy)]);
    await rounds.arm();
  };
  const lookAtCertificates = async (): Promise<void> => {
    const own = (await database.rows<SiteRow>(statements.allSites, [])).filter(({ shopId }) => shopId === null);
    const seen = await latestSeen(
      needs,
      own.map(({ siteId }) => siteId),
    );
    const lines = await needs.certificates();
    const changed = own.filter(({ siteId, host }) => {
      const was = seen.find((one) => one.siteId === siteId)?.facts.certificate ?? null;
      const is = lines.find(({ name }) => name === host)?.served ?? null;
      return was !== null && is !== null && Temporal.Instant.compare(was.from, is.notBefore) !== 0;
    });
    await hasten(changed.map(({ siteId }) => siteId));
  };
  const heard = (): void => {
    looking = looking
      .then(lookAtCertificates)
      .catch((error: unknown) => log.error('own certificates cannot be compared', error));
  };

  return {
    start: async () => {
      await keepOwnSites(needs);
      const rows = await database.rows<SiteRow>(statements.allSites, []);
      const old = rows.filter((row) => row.dueAt !== null && row.scanId !== null && row.version !== version);
      await hasten(old.map(({ siteId }) => siteId));
      await rounds.arm();
      stopListening = await database.listen('glasspost_tls', heard);
    },
    stop: async () => {
      await stopListening?.();
      await looking;
    },
  };
}
