import type { Clock } from '#kit/clock';
import type { Database, Queries } from '#kit/database';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { Orders, Shop } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import type { Hours } from './slots.ts';

export type CasesNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Pick<Jobs, 'add' | 'on'>;
  readonly log: Log;
  readonly privacy: Privacy;
  readonly orders: Pick<Orders, 'shops' | 'read' | 'find' | 'contacts' | 'personByEmail'>;
  readonly parcels: Pick<Parcels, 'read'>;
  readonly mail: Pick<MailRoom, 'toStaff' | 'operatorOf'>;
  readonly notices: Pick<Notices, 'register' | 'tell'>;
  /** When a shop is open; null where it has not said so. */
  readonly hoursOf: (queries: Queries, shop: Shop) => Promise<Hours | null>;
  /** Where customers' questions go; null where the shop has not said so. */
  readonly serviceAddressOf: (queries: Queries, shop: Shop) => Promise<string | null>;
  /** Where staff read a case, by its number. */
  readonly caseUrlOf: (number: string) => string;
};
