import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Orders } from '#orders';
import type { Privacy } from '#privacy';
import {
  createRequests,
  createRetention,
  createRights,
  type Requests,
  type Retention,
  type Rights,
  type RightsNeeds,
} from '#rights';
import { sweepsOf } from './data-map.ts';

/** What persons may ask for, the desk that answers them, and how long anything is kept. */
export type RightsRooms = Rights & { readonly requests: Requests; readonly retention: Retention };

export function wireRights(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly facts: Facts;
  /** Those that keep something about persons, but for privacy: from the top down. */
  readonly rooms: RightsNeeds['rooms'];
}): RightsRooms {
  const { privacy, facts } = needs;
  const requests = createRequests(needs);
  const rooms = [requests, ...needs.rooms];
  const retention = createRetention({
    ...needs,
    sweeps: sweepsOf(facts),
    forget: async (tx, whose) => {
      for (const room of [...rooms, privacy]) await room.forget(tx, whose);
    },
  });
  return { ...createRights({ ...needs, rooms }), requests, retention };
}
