import type { ParcelState, ReadArrival } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { OrderInput, Orders, TakenOrder } from '#orders';
import type { HeldRow, Privacy, Whose } from '#privacy';
import { createScanWriter } from './intake/writer.ts';
import { setArrival, takeScans, type IncomingScan, type TakenScans } from './intake/store-scans.ts';
import { sealFinished } from './keeping/keeping.ts';
import { ownAllLanes, readParcels, type ParcelRow } from './rows.ts';
import type { ScanSource } from './scan.ts';
import { forgetParcels } from './persons/forget.ts';
import { parcelTables } from './persons/tables.ts';
import { forgetting, statements } from './store.ts';
import { takeOrder, takeOrders } from './take-order.ts';
import { parcelsOf, scansOf, type Parcel, type Scan } from './view.ts';

export { parcelPartitions } from './store.ts';
export { parcelsData } from './retention/data-map.ts';
export { parcelsSweeps } from './retention/sweeps.ts';
export { parcelTables };
export { parcelMoved, parcelRegistered, parcelScanned, type ParcelMoved } from './facts.ts';
export { standingAfter } from './fold.ts';

export { instantOf, readContent } from './scan.ts';
export { isMoving, isOver, isSilent } from './silence.ts';
export { arrivalText, parcelTexts, stagesOf, tellParcel, tellScan, type ParcelWord } from './telling.ts';
export type { IncomingScan, Parcel, Scan, ScanSource, TakenScans };

export type ParcelFilter = {
  readonly shopId: string;
  readonly milestones: readonly ParcelState[] | null;
  readonly carrier: string | null;
  /** Ids below this one: the last of the page before. */
  readonly before: string | null;
  readonly limit: number;
};

export type CodeCount = {
  readonly carrier: string;
  readonly code: string;
  readonly scans: number;
  readonly firstAt: Temporal.Instant;
  readonly lastAt: Temporal.Instant;
};

/** Parcels: orders' boxes in, scans in, where each stands by a fold of its scans, facts out. */
export type Parcels = {
  /** Takes an order with its boxes; scans that came before it take effect in the same transaction. */
  readonly takeOrder: (tx: Tx, shopId: string, order: OrderInput) => Promise<TakenOrder>;
  /** The same for many orders, with few statements; answers in their order. */
  readonly takeOrders: (tx: Tx, shopId: string, orders: readonly OrderInput[]) => Promise<readonly TakenOrder[]>;
  /**
   * Takes scans of one shop, once each, and commits: together with those of other callers that come in the same moment.
   * What has no order yet waits, sealed, for 14 days.
   */
  readonly postScans: (shopId: string, incoming: readonly IncomingScan[], source: ScanSource) => Promise<TakenScans>;
  /** The same in the caller's transaction. */
  readonly takeScans: (
    tx: Tx,
    shopId: string,
    incoming: readonly IncomingScan[],
    source: ScanSource,
  ) => Promise<TakenScans>;
  readonly setArrival: (tx: Tx, parcelId: string, arrival: ReadArrival) => Promise<void>;
  /** The parcels that exist, in the order of the ids. */
  readonly read: (queries: Queries, ids: readonly string[]) => Promise<readonly Parcel[]>;
  /** The parcels that carried a number, youngest label last. */
  readonly findByNumber: (queries: Queries, numberHash: Buffer) => Promise<readonly string[]>;
  readonly list: (queries: Queries, filter: ParcelFilter) => Promise<readonly Parcel[]>;
  readonly countByMilestone: (
    queries: Queries,
    shopId: string,
  ) => Promise<Readonly<Partial<Record<ParcelState, number>>>>;
  /** All scans of these parcels, oldest first, 5,000 at the most; place and text stay sealed. */
  readonly scans: (queries: Queries, parcels: readonly Parcel[]) => Promise<readonly Scan[]>;
  readonly unmapped: (queries: Queries, shopId: string) => Promise<readonly CodeCount[]>;
  /** Scans without an order: how many wait, and how many vanished after 14 days. */
  readonly strays: (
    queries: Queries,
    shopId: string,
  ) => Promise<{ readonly waiting: number; readonly vanished: number }>;
  /** Packs and seals the scans of parcels that were finished 30 days ago. Answers how many parcels there were. */
  readonly sealFinished: () => Promise<number>;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  /** Drops these parcels with their scans, and everything by which they are found; their keys are privacy's to drop. */
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  /** Drops every parcel of a shop with its scans, and what waits for it; their keys are privacy's to drop. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createParcels(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly facts: Facts;
  readonly orders: Orders;
}): Parcels {
  const intake = { ...needs, numberHash: needs.orders.numberHash };
  return {
    takeOrder: (tx, shopId, order) => takeOrder(intake, tx, shopId, order),
    postScans: createScanWriter(intake),
    takeOrders: (tx, shopId, orders) => takeOrders(intake, tx, shopId, orders),
    takeScans: (tx, shopId, incoming, source) => takeScans(intake, tx, shopId, incoming, source),
    setArrival,
    read: async (queries, ids) => {
      const rows = await readParcels(queries, ids);
      return await parcelsOf(
        queries,
        needs.privacy,
        ids.flatMap((id) => rows.get(id) ?? []),
      );
    },
    findByNumber: async (queries, numberHash) => {
      const rows = await queries.rows<{ parcelId: string }>(statements.byNumber, [[numberHash]]);
      return rows.map((row) => row.parcelId);
    },
    list: async (queries, filter) => {
      const { shopId, milestones, before, carrier, limit } = filter;
      const values = [shopId, milestones, before, carrier, limit];
      return await parcelsOf(queries, needs.privacy, await queries.rows<ParcelRow>(statements.listParcels, values));
    },
    countByMilestone: async (queries, shopId) => {
      const rows = await queries.rows<{ milestone: ParcelState; parcels: number }>(statements.countByMilestone, [
        shopId,
      ]);
      return Object.fromEntries(rows.map((row) => [row.milestone, row.parcels]));
    },
    scans: (queries, parcels) => scansOf(queries, needs.privacy, parcels),
    unmapped: (queries, shopId) => queries.rows<CodeCount>(statements.unmapped, [shopId]),
    strays: async (queries, shopId) => ({
      waiting: sum(await queries.rows(statements.countWaiting, [shopId])),
      vanished: sum(await queries.rows(statements.vanished, [shopId])),
    }),
    sealFinished: () => sealFinished(needs),
    held: (queries, whose) => needs.privacy.heldIn(queries, parcelTables, whose),
    forget: forgetParcels,
    forgetShop: async (tx, shopId) => {
      await ownAllLanes(tx);
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}

function sum(rows: readonly { readonly scans: number }[]): number {
  return rows.reduce((total, row) => total + row.scans, 0);
}
