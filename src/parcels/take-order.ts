import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { OrderInput, Orders, TakenBox, TakenOrder } from '#orders';
import type { Privacy } from '#privacy';
import { parcelRegistered } from './facts.ts';
import { instantOf, openWaiting, type ScanSource } from './scan.ts';
import { storeScans, type IntakeNeeds } from './intake/store-scans.ts';
import { statements } from './store.ts';

type Needs = IntakeNeeds & {
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly facts: Facts;
  readonly orders: Orders;
};

/** Takes an order with its boxes, and hands them the scans that came before it. */
export async function takeOrder(needs: Needs, tx: Tx, shopId: string, order: OrderInput): Promise<TakenOrder> {
  const taken = await needs.orders.put(tx, shopId, order);
  await takeBoxes(needs, tx, shopId, [{ ...taken, placedAt: order.placedAt }]);
  return taken;
}

/** The same for many orders, with few statements; answers in their order. */
export async function takeOrders(
  needs: Needs,
  tx: Tx,
  shopId: string,
  orders: readonly OrderInput[],
): Promise<readonly TakenOrder[]> {
  const taken = await needs.orders.putMany(tx, shopId, orders);
  const placed = taken.flatMap((one, place) => {
    const placedAt = orders[place]?.placedAt;
    return placedAt === undefined ? [] : [{ ...one, placedAt }];
  });
  await takeBoxes(needs, tx, shopId, placed);
  return taken;
}

type Placed = TakenOrder & { readonly placedAt: Temporal.Instant };

async function takeBoxes(needs: Needs, tx: Tx, shopId: string, orders: readonly Placed[]): Promise<void> {
  const boxes = orders.flatMap((order) => order.boxes.map((box) => ({ order, box })));
  const fresh = boxes.filter(({ box }) => box.fresh);
  const hashes = fresh.flatMap(({ box }) => (box.numberHash === null ? [] : [box.numberHash]));
  if (hashes.length > 0) await tx.rows(statements.lockNumbers, [hashes]);
  await register(needs, tx, shopId, fresh);
  const served = boxes.filter(({ box }) => !box.fresh && box.service !== null);
  if (served.length > 0) {
    const services = served.map(({ box }) => box.service);
    await tx.rows(statements.setServices, [served.map(({ box }) => box.parcelId), services]);
  }
  await takeWaiting(
    needs,
    tx,
    shopId,
    fresh.map(({ box }) => box),
  );
}

async function register(
  needs: Needs,
  tx: Tx,
  shopId: string,
  fresh: readonly { readonly order: Placed; readonly box: TakenBox }[],
): Promise<void> {
  if (fresh.length === 0) return;
  const ids = fresh.map(({ box }) => box.parcelId);
  const known = await needs.privacy.keysOf(tx, 'parcel', ids);
  const unknown = ids.filter((id) => !known.has(id)).map((id) => ({ kind: 'parcel' as const, id, shopId }));
  const keys = new Map([...known, ...(await needs.privacy.makeKeys(tx, unknown))]);
  await tx.rows(statements.addParcels, [
    ids,
    shopId,
    fresh.map(({ order }) => order.personId),
    fresh.map(({ order }) => order.orderId),
    fresh.map(({ box }) => box.carrier),
    fresh.map(({ box }) => box.service),
    fresh.map(({ box: { parcelId, number } }) => {
      return keys.get(parcelId)?.lock(number, { column: 'parcels.parcel.number', row: parcelId }) ?? null;
    }),
    fresh.map(({ box }) => box.numberHash),
    fresh.map(({ order }) => order.placedAt),
    needs.clock.now(),
  ]);
  const numbered = fresh.filter(({ box }) => box.numberHash !== null);
  if (numbered.length > 0) {
    await tx.rows(statements.addNumbers, [
      numbered.map(({ box }) => box.numberHash),
      numbered.map(({ box }) => box.carrier),
      numbered.map(({ box }) => box.parcelId),
      numbered.map(({ order }) => order.placedAt),
    ]);
  }
  needs.facts.append(
    tx,
    ...fresh.map(({ order: { personId, orderId }, box: { parcelId, carrier, numberHash } }) =>
      parcelRegistered.make(parcelId, { shopId, personId, orderId, carrier, numbered: numberHash !== null }),
    ),
  );
}

type WaitingRow = {
  readonly numberHash: Buffer;
  readonly carrier: string;
  readonly scanId: string;
  readonly source: ScanSource;
  readonly receivedAt: Temporal.Instant;
  readonly sealed: Buffer;
};

async function takeWaiting(needs: Needs, tx: Tx, shopId: string, boxes: readonly TakenBox[]): Promise<void> {
  const numbered = boxes.filter((box) => box.numberHash !== null);
  if (numbered.length === 0) return;
  const rows = await tx.rows<WaitingRow>(statements.takeWaiting, [
    numbered.map((box) => box.numberHash),
    numbered.map((box) => box.carrier),
  ]);
  const byNumber = new Map(
    numbered.toReversed().map((box) => [`${box.carrier} ${box.numberHash?.toString('hex')}`, box]),
  );
  const items = rows.flatMap((row) => {
    const box = byNumber.get(`${row.carrier} ${row.numberHash.toString('hex')}`);
    if (box === undefined) return [];
    const scan = openWaiting(needs.privacy, shopId, row);
    return [{ ...row, shopId, parcelId: box.parcelId, scan, at: instantOf(scan) }];
  });
  await storeScans(needs, tx, items);
}
