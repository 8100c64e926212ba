import type { Tx } from '#kit/database';
import type { KeptFinding, ScanLine, ShownProtection, Site, SiteKind, SiteState } from './shapes.ts';

export type { KeptFinding, ProofWanted, ScanLine, ShownProtection, Site, SiteKind, SiteState } from './shapes.ts';

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
  /** False when there is no such site, or it is an own name. */
  readonly removeSite: (shopId: string, siteId: string, actor: string) => Promise<boolean>;
  /** Looks for the proof, and scans at once when it is there. @throws Fault('not_found') */
  readonly proveSite: (
    shopId: string,
    siteId: string,
    actor: string,
  ) => Promise<Site | { readonly no: 'not_shown' | 'unreachable' }>;
  /** What was mended since is said to be. @throws Fault('not_found'), Fault('unauthorized') before the proof, Fault('limit') */
  readonly scanNow: (shopId: string, siteId: string, actor: string) => Promise<ScanLine>;
  /** Null when there is no such site. @param historyMax at most 1,500 */
  readonly state: (shopId: string, siteId: string, historyMax: number) => Promise<SiteState | null>;
  /** Open findings of all of a shop's sites, alarms first: what the console's frame counts. */
  readonly open: (shopId: string) => Promise<readonly (KeptFinding & { readonly host: string })[]>;
  /** For visitors; null while nothing was measured. */
  readonly shown: (shopId: string) => Promise<ShownProtection | null>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};
