import {
  createRequests,
  createRetention,
  createRights,
  forgetLeaving,
  keepByLaw,
  rightsTables,
  type Requests,
  type Retention,
  type Rights,
  type RightsNeeds,
} from '#rights';
import { forgetIn } from '#privacy';
import { sweepsOf } from './data-map.ts';

/** What persons may ask for, the desk that answers them, and how long anything is kept. */
export type RightsRooms = Rights & { readonly requests: Requests; readonly retention: Retention };

/** `rooms`: those that keep something about persons, but for privacy: from the top down. */
export function wireRights(needs: RightsNeeds): RightsRooms {
  const requests = createRequests(needs);
  // Who is on the way out has no order to be known by, and nothing to be shown but when they left.
  const leaving = { held: () => Promise.resolve([]), forget: forgetLeaving };
  const rights = createRights({ ...needs, rooms: [requests, leaving, ...needs.rooms] });
  const retention = createRetention({
    ...needs,
    rooms: [requests, { forget: (tx, whose) => forgetIn(tx, rightsTables, whose) }, ...needs.rooms],
    sweeps: sweepsOf(needs.facts),
    keepByLaw: (tx, past, rowsMax) => keepByLaw(needs, tx, past, rowsMax),
  });
  const forgetShop: Rights['forgetShop'] = async (tx, shopId) => {
    for (const room of [requests, retention, rights]) await room.forgetShop(tx, shopId);
  };
  return { ...rights, requests, retention, forgetShop };
}
