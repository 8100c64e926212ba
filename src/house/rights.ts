import {
  createReminders,
  createRequests,
  createRetention,
  createRights,
  forgetLeaving,
  keepByLaw,
  rightsTables,
  recordOf,
  type RecordNeeds,
  type RemindNeeds,
  type Rights,
  type RightsDesk,
  type RightsNeeds,
} from '#rights';
import { forgetIn } from '#privacy';
import { dataMap, sweepsOf } from './data-map.ts';

/** What persons may ask for, and what answers them. */
export type RightsRooms = Rights &
  RightsDesk & {
    /** Drops what is past its clock, and tells staff what is due. */
    readonly daily: () => Promise<void>;
  };

type WireNeeds = RightsNeeds &
  Omit<RemindNeeds, 'orders'> &
  Pick<RecordNeeds, 'carriers' | 'protection' | 'mailServer'>;

/** `rooms`: those that keep something about persons, but for privacy: from the top down. */
export function wireRights(needs: WireNeeds): RightsRooms {
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
  const record: RightsDesk['record'] = (shop) => recordOf({ ...needs, map: dataMap, retention, requests }, shop);
  const remind = createReminders(needs, requests);
  const daily = async (): Promise<void> => {
    await retention.runDaily();
    await remind();
  };
  return { ...rights, requests, retention, record, forgetShop, daily };
}
