import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Jobs } from '#kit/jobs';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { Orders } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import type { Seals } from './content.ts';
import type { Enter } from './shapes.ts';
import type { TokenOf } from './writing/token.ts';

export type ReviewsNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: { readonly follow: (...given: Parameters<Facts['follow']>) => unknown };
  readonly jobs: Pick<Jobs, 'add' | 'on'>;
  readonly keyring: Pick<Keyring, 'derive'>;
  readonly privacy: Privacy;
  readonly orders: Pick<Orders, 'shops' | 'read' | 'readMany'>;
  readonly parcels: Pick<Parcels, 'read'>;
  readonly mail: Pick<MailRoom, 'isSubscribed'>;
  readonly notices: Pick<Notices, 'register' | 'tell'>;
  /** The address that customers reach this house by. */
  readonly publicUrl: string;
};

/** What the rooms of this folder share. */
export type Tools = ReviewsNeeds & { readonly seals: Seals; readonly enter: Enter; readonly tokenOf: TokenOf };
