import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Egress, EgressRoute } from '#kit/egress';
import type { Facts } from '#kit/facts';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { MailRoom } from '#mail';
import type { Orders } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';

export type EvidenceNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly facts: Pick<Facts, 'follow'>;
  readonly privacy: Privacy;
  readonly orders: Pick<Orders, 'shops' | 'read'>;
  readonly parcels: Pick<Parcels, 'read'>;
  readonly mail: Pick<MailRoom, 'toStaff'>;
  /** The one dialler. */
  readonly send: Egress['send'];
  /** Where a shop's calls go instead of to issuers; null for real shops. @throws EgressFault where they may not go at all */
  readonly routeOf: (shopId: string) => Promise<EgressRoute | null>;
  /** Whom it is told by mail when a seal ends; at most 5 addresses. */
  readonly staff: readonly string[];
  /** That customers and staff reach this house by. */
  readonly publicUrl: string;
};
