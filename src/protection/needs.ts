import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Lookup } from '#kit/egress';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { MailRoom } from '#mail';
import type { Shop } from '#orders';
import type { Privacy } from '#privacy';
import type { scanMail, SiteScan, SiteScanned, Tls } from '#tls';
import type { HostAndPort } from './hosts.ts';
import type { SiteKind } from './shapes.ts';

/** What the operator set. */
export type ScanSettings = {
  /** The installation's own names with the port of https, `track`, the first being that of its address; `shop`: fronted. */
  readonly own: readonly (HostAndPort & { readonly kind: SiteKind })[];
  /** Lets names lead to loopback and private networks. */
  readonly allowPrivate: boolean;
  /** The only authorities that are believed; null for those of browsers. */
  readonly caPem: string | null;
  /** Whom findings are told by mail; at most 5 addresses. */
  readonly staff: readonly string[];
};

export type ProtectionNeeds = ScanSettings & {
  readonly database: Database;
  /** The real one: browsers have no other. */
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly audit: Privacy['audit'];
  /** The real shops first. */
  readonly shops: () => Promise<readonly Shop[]>;
  readonly mail: Pick<MailRoom, 'state' | 'toStaff'>;
  /** How it stands with the certificates of this house. */
  readonly certificates: Tls['list'];
  readonly resolve: Lookup;
  readonly scan: (scan: SiteScan) => Promise<SiteScanned>;
  readonly scanMail: typeof scanMail;
  readonly publicUrl: string;
  /** The page of the own names that is judged, such as this shop's; their first one need not be there. */
  readonly ownStart: (shop: Shop) => string;
  /** Of the program: after an update everything is scanned again. */
  readonly version: string;
};
