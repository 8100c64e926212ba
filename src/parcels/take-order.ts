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
  const fresh = taken.boxes.filter((box) => box.fresh);
  const hashes = fresh.flatMap((box) => (box.numberHash === null ? [] : [box.numberHash]));
  if (hashes.length > 0) await tx.rows(statements.lockNumbers, [hashes]);
  for (const box of fresh) await register(needs, tx, shopId, taken, box, order.placedAt);
  for (const { fresh: isNew, service, parcelId } of taken.boxes) {
    if (!isNew && service !== null) await tx.rows(statements.setService, [parcelId, service]);
  }
  await takeWaiting(needs, tx, shopId, fresh);
  return taken;
}

async function register(
  needs: Needs,
  tx: Tx,
  shopId: string,
  order: TakenOrder,
  box: TakenBox,
  placedAt: Temporal.Instant,
): Promise<void> {
  const { parcelId, carrier, service, numberHash } = box;
  const known = await needs.privacy.keysOf(tx, 'parcel', [parcelId]);
  const keys = known.has(parcelId)
    ? known
    : await needs.privacy.makeKeys(tx, [{ kind: 'parcel', id: parcelId, shopId }]);
  const number = keys.get(parcelId)?.lock(box.number, { column: 'parcels.parcel.number', row: parcelId }) ?? null;
  await tx.rows(statements.addParcel, [
    parcelId,
    shopId,
    order.personId,
    order.orderId,
    carrier,
    service,
    number,
    numberHash,
    placedAt,
    needs.clock.now(),
  ]);
  if (numberHash !== null) await tx.rows(statements.addNumber, [numberHash, carrier, parcelId, placedAt]);
  const { personId, orderId } = order;
  needs.facts.append(
    tx,
    parcelRegistered.make(parcelId, { shopId, personId, orderId, carrier, numbered: numberHash !== null }),
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
  const items = rows.flatMap((row) => {
    const box = numbered.find((one) => one.carrier === row.carrier && one.numberHash?.equals(row.numberHash));
    if (box === undefined) return [];
    const scan = openWaiting(needs.privacy, shopId, row);
    return [{ ...row, shopId, parcelId: box.parcelId, scan, at: instantOf(scan) }];
  });
  await storeScans(needs, tx, items);
}
