import { createKeys } from '#api';
import { consolePaths } from '#console';
import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { showId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import { createOrders, type Orders } from '#orders';
import { createPrivacy, mappedColumns, type Privacy } from '#privacy';
import { createBreachDesk, createCanaries, type BreachDesk, type Canaries } from '#rights';
import { dataMap } from './data-map.ts';

const lookTask = 'rights.canary_look';
const lookEvery = { minutes: 15 };

type Needs = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly mail: MailRoom;
  readonly publicUrl: string;
  readonly staff: readonly string[];
  /** Missing where no mails are sent. */
  readonly notices?: Pick<Notices, 'register' | 'tell'>;
};

export type BreachRooms = {
  readonly breaches: BreachDesk;
  readonly canaries: Canaries;
  /** From now on it is looked again and again whether anything about an invented person was passed on. */
  readonly startCanaries: () => Promise<void>;
};

/** What to do when something happens, and what tells that it did. */
export function wireBreaches(needs: Needs): BreachRooms {
  const { database, clock, jobs, privacy, keyring, publicUrl } = needs;
  const keys = createKeys({ database, clock, privacy });
  // The desk leaves invented persons out, and canaries open cases at the desk.
  const invented: Canaries['invented'] = (queries) => canaries.invented(queries);
  const breaches = createBreachDesk({ ...needs, columns: mappedColumns(dataMap), apiKey: keys.of, invented });
  const canaries: Canaries = createCanaries({
    ...needs,
    desk: breaches,
    pageOf: (caseId) => new URL(consolePaths.breach(showId('brc', caseId)), publicUrl).href,
    putOrderAt: (tx, at, shopId, order) => {
      const then = { database, clock: { now: () => at }, keyring, publicUrl };
      return createOrders({ ...then, privacy: createPrivacy(then) }).put(tx, shopId, order);
    },
    makeKeyAt: (at, shopId, actor) => {
      const then = { database, clock: { now: () => at }, keyring };
      return createKeys({ ...then, privacy: createPrivacy(then) }).create(shopId, 'Shop', ['orders', 'parcels'], actor);
    },
    revokeKey: keys.revoke,
  });
  const arm = (): Promise<void> =>
    database.tx(async (tx) => {
      await jobs.add(tx, { task: lookTask, payload: {}, key: lookTask, dueAt: clock.now().add(lookEvery) });
    });
  jobs.on(lookTask, async () => {
    await canaries.lookAtDisclosures();
    await arm();
  });
  return { breaches, canaries, startCanaries: arm };
}

/** The same doors, which tell of a canary that is asked for by number, and of a mail that came to one. */
export function watchedDoors<Room extends { readonly orders: Orders; readonly mail: MailRoom }>(
  floors: Room,
  { canaries }: Pick<BreachRooms, 'canaries'>,
): Room {
  const { orders, mail } = floors;
  return {
    ...floors,
    orders: {
      ...orders,
      find: async (queries, shopId, number) => {
        const found = await orders.find(queries, shopId, number);
        if (found !== null) canaries.orderRead(found.personId);
        return found;
      },
    },
    mail: {
      ...mail,
      takeBounce: async (shopId, raw) => {
        await canaries.mailCame(shopId, raw);
        return await mail.takeBounce(shopId, raw);
      },
    },
  };
}
