import {
  createReminders,
  createRequests,
  createRetention,
  createRights,
  keepByLaw,
  rightsTables,
  recordOf,
  type RecordNeeds,
  type RemindNeeds,
  type RetentionNeeds,
  type Rights,
  type RightsDesk,
  type RightsNeeds,
  type ShopClock,
} from '#rights';
import { findClock, forgetIn } from '#privacy';
import { personsWithCases } from '#service';
import { dataMap, sweepsOf } from './data-map.ts';

/** What persons may ask for, and what answers them. */
export type RightsRooms = Rights &
  RightsDesk & {
    /** Drops what is past its clock, and tells staff what is due. */
    readonly daily: () => Promise<void>;
  };

/** Rooms above may join later: whoever forgets asks all that are there then. */
type Forgetting = RetentionNeeds['rooms'][number];

type WireNeeds = RightsNeeds &
  Omit<RemindNeeds, 'orders'> &
  Pick<RecordNeeds, 'carriers' | 'protection' | 'evidence' | 'mailServer'>;

/** How long the rows of each table are kept by a shop's clocks, as pages and exports say it. */
function keptBy(clocks: readonly ShopClock[]): (table: string) => string {
  const days = new Map(clocks.map((clock) => [clock.name, clock.days]));
  return (table) => {
    const clock = findClock(dataMap[table]?.keptFor ?? '');
    if (clock === null) return 'until erased';
    return clock.name === 'moment' ? 'a moment' : `${days.get(clock.name) ?? clock.days} days`;
  };
}

/** `rooms`: those that keep something about persons, but for privacy: from the top down. */
export function wireRights(needs: WireNeeds): RightsRooms {
  const requests = createRequests(needs);
  const keptFor: RightsNeeds['keptFor'] = async (queries, shopId) => keptBy(await retention.clocks(queries, shopId));
  const record: RightsDesk['record'] = (shop) => recordOf({ ...needs, map: dataMap, retention, requests }, shop);
  const rights = createRights({ ...needs, keptFor, record, rooms: [requests, ...needs.rooms] });
  const own: Forgetting = { forget: (tx, whose) => forgetIn(tx, rightsTables, whose) };
  const rooms: Forgetting[] = [requests, own, ...needs.rooms];
  const join: Rights['join'] = (room) => {
    rights.join(room);
    rooms.unshift(room);
  };
  const retention = createRetention({
    ...needs,
    rooms,
    staying: personsWithCases,
    sweeps: sweepsOf(needs.facts),
    keepByLaw: (tx, shopId, orders) => keepByLaw(needs, tx, shopId, orders),
  });
  const forgetShop: Rights['forgetShop'] = async (tx, shopId) => {
    for (const room of [requests, retention, rights]) await room.forgetShop(tx, shopId);
  };
  const remind = createReminders(needs, requests);
  const daily = async (): Promise<void> => {
    await retention.runDaily();
    await rights.sweepLate();
    await remind();
  };
  return { ...rights, join, requests, retention, record, forgetShop, daily };
}
