import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { SubjectKey } from '#privacy';
import { incomingOf, matchBoxes, type BoxRow, type TakenBox } from './boxes.ts';
import { erasedMeanwhile } from './people.ts';
import {
  changeOrder,
  contentHash,
  numberHashOf,
  putClaimed,
  putOrder,
  type PutNeeds,
  type TakenOrder,
} from './put-order.ts';
import { findOrMakePeople, makePeople } from './put-people.ts';
import type { OrderInput } from './read-order.ts';
import { statements } from './store.ts';

type Entry = {
  readonly place: number;
  readonly order: OrderInput;
  readonly numberHash: Buffer;
  readonly orderId: string;
  readonly offeredId: string;
};

type Known = { readonly personId: string; readonly orderId: string };

/**
 * Takes many orders as `putOrder` takes each, with a number of statements that does not grow with theirs: what is new, and
 * what is known already and says nothing new. Everything else is put one at a time, after those.
 */
export async function putOrders(
  needs: PutNeeds,
  tx: Tx,
  shopId: string,
  orders: readonly OrderInput[],
): Promise<readonly TakenOrder[]> {
  const entries = orders.map((order, place): Entry => ({
    place,
    order,
    numberHash: numberHashOf(needs.privacy, shopId, order),
    orderId: newId(needs.clock),
    offeredId: newId(needs.clock),
  }));
  const first = new Map(entries.toReversed().map((entry) => [nameOf(entry.numberHash), entry]));
  const once = entries.filter((entry) => first.get(nameOf(entry.numberHash)) === entry);
  const claimed = await claimAll(tx, once);
  const taken = new Map<number, TakenOrder>();
  await putNew(
    needs,
    tx,
    shopId,
    once.filter((entry) => claimed.has(nameOf(entry.numberHash))),
    taken,
  );
  await putKnown(
    needs,
    tx,
    shopId,
    once.filter((entry) => !claimed.has(nameOf(entry.numberHash))),
    taken,
  );
  for (const entry of entries) {
    if (first.get(nameOf(entry.numberHash)) === entry) continue;
    taken.set(entry.place, await putOrder(needs, tx, shopId, entry.order));
  }
  return entries.flatMap(({ place }) => taken.get(place) ?? []);
}

function nameOf(hash: Buffer): string {
  return hash.toString('latin1');
}

/** The numbers that nobody had; whoever puts one of them in the same moment waits. */
async function claimAll(tx: Tx, entries: readonly Entry[]): Promise<ReadonlySet<string>> {
  if (entries.length === 0) return new Set();
  const rows = await tx.rows<{ keyHash: Buffer }>(statements.claimNumbers, [
    entries.map(({ numberHash }) => numberHash),
    entries.map(({ offeredId }) => offeredId),
    entries.map(({ orderId }) => orderId),
  ]);
  return new Set(rows.map(({ keyHash }) => nameOf(keyHash)));
}

async function putNew(
  needs: PutNeeds,
  tx: Tx,
  shopId: string,
  entries: readonly Entry[],
  taken: Map<number, TakenOrder>,
): Promise<void> {
  if (entries.length === 0) return;
  const buyers = entries.map(({ order, offeredId }) => ({ offeredId, customer: order.customer }));
  const { ids, keys } = await findOrMakePeople(needs, tx, shopId, buyers);
  const together = entries.flatMap((entry, index) => {
    const personId = ids[index] ?? null;
    return personId === null ? [] : [{ ...entry, personId }];
  });
  await writeAll(needs, tx, shopId, together, keys, taken);
  for (const [index, { order, numberHash, orderId, offeredId, place }] of entries.entries()) {
    if ((ids[index] ?? null) !== null) continue;
    const claim = { shopId, personId: offeredId, orderId, numberHash };
    taken.set(place, await putClaimed(needs, tx, claim, order));
  }
}

type Placed = Entry & { readonly personId: string };

async function writeAll(
  needs: PutNeeds,
  tx: Tx,
  shopId: string,
  entries: readonly Placed[],
  buyerKeys: ReadonlyMap<string, SubjectKey>,
  taken: Map<number, TakenOrder>,
): Promise<void> {
  if (entries.length === 0) return;
  const moved = entries.filter(({ personId, offeredId }) => personId !== offeredId);
  if (moved.length > 0) {
    const people = moved.map(({ personId }) => personId);
    await tx.rows(statements.moveNumbers, [moved.map(({ numberHash }) => numberHash), people]);
  }
  const receivers = new Map(
    entries.flatMap(({ place, order: { recipient } }) =>
      recipient === null ? [] : [[place, { offeredId: newId(needs.clock), customer: { name: recipient } }] as const],
    ),
  );
  const receiverKeys = await makePeople(needs, tx, shopId, [...receivers.values()]);
  const rows = entries.map((entry) => {
    const receiverId = receivers.get(entry.place)?.offeredId ?? null;
    const buyer = buyerKeys.get(entry.personId);
    const receiver = receiverId === null ? buyer : receiverKeys.get(receiverId);
    if (buyer === undefined || receiver === undefined) throw erasedMeanwhile();
    return { ...entry, receiverId, buyer, receiver };
  });
  await tx.rows(statements.addPurchases, [
    rows.map(({ personId }) => personId),
    rows.map(({ orderId }) => orderId),
    shopId,
    needs.clock.now(),
    rows.map(({ receiverId }) => receiverId),
    rows.map(({ order }) => order.placedAt),
    rows.map(({ order }) => order.language),
    rows.map(({ buyer, order, orderId }) =>
      buyer.lock(order.number, { column: 'orders.purchase.number', row: orderId }),
    ),
    rows.map(({ buyer, order, orderId }) => buyer.lock(order.items, { column: 'orders.purchase.items', row: orderId })),
    rows.map(({ receiver, order, orderId }) =>
      receiver.lock(order.address, { column: 'orders.purchase.address', row: orderId }),
    ),
    rows.map(({ order }) => contentHash(needs.privacy, shopId, order)),
  ]);
  await needs.links.openMany(tx, shopId, entries);
  for (const { order, personId } of entries) {
    if (order.consents.length === 0) continue;
    await needs.privacy.recordConsents(tx, { kind: 'person', id: personId, shopId }, order.consents);
  }
  await addBoxes(needs, tx, shopId, entries, taken);
}

async function addBoxes(
  needs: PutNeeds,
  tx: Tx,
  shopId: string,
  entries: readonly Placed[],
  taken: Map<number, TakenOrder>,
): Promise<void> {
  const boxes = entries.flatMap(({ order, personId, orderId }) =>
    incomingOf(needs.privacy, shopId, order.boxes).map(({ input, place, numberHash }) => {
      const { carrier, number, service } = input;
      return { carrier, number, service, personId, orderId, place, numberHash, parcelId: newId(needs.clock) };
    }),
  );
  if (boxes.length > 0) {
    await tx.rows(statements.addBoxes, [
      boxes.map((box) => box.personId),
      boxes.map((box) => box.orderId),
      boxes.map((box) => box.parcelId),
      boxes.map((box) => box.place),
      boxes.map((box) => box.carrier),
      boxes.map((box) => box.numberHash),
    ]);
  }
  const byOrder = Map.groupBy(boxes, ({ orderId }) => orderId);
  for (const { place, personId, orderId } of entries) {
    const own = (byOrder.get(orderId) ?? []).map(({ carrier, number, service, parcelId, numberHash }): TakenBox => {
      return { carrier, number, service, parcelId, numberHash, fresh: true };
    });
    taken.set(place, { orderId, personId, boxes: own, change: 'new' });
  }
}

/** Orders that are there already: those that say nothing new are left alone together, the others are changed. */
async function putKnown(
  needs: PutNeeds,
  tx: Tx,
  shopId: string,
  entries: readonly Entry[],
  taken: Map<number, TakenOrder>,
): Promise<void> {
  if (entries.length === 0) return;
  const rows = await tx.rows<Known & { keyHash: Buffer }>(statements.findNumbers, [
    entries.map(({ numberHash }) => numberHash),
  ]);
  const targets = new Map(rows.map((row) => [nameOf(row.keyHash), row]));
  const ids = [rows.map(({ personId }) => personId), rows.map(({ orderId }) => orderId)];
  const contents = new Map(
    (await tx.rows<{ orderId: string; contentHash: Buffer }>(statements.contents, ids)).map((row) => [
      row.orderId,
      row.contentHash,
    ]),
  );
  const boxes = Map.groupBy(await tx.rows<BoxRow & { orderId: string }>(statements.boxesOf, ids), (row) => row.orderId);
  for (const { place, order, numberHash } of entries) {
    const known = targets.get(nameOf(numberHash));
    if (known === undefined) throw erasedMeanwhile();
    const { personId, orderId } = known;
    const isSame = contents.get(orderId)?.equals(contentHash(needs.privacy, shopId, order)) ?? false;
    const own = isSame ? knownBoxes(needs, shopId, boxes.get(orderId) ?? [], order) : null;
    if (own !== null) taken.set(place, { orderId, personId, boxes: own, change: 'none' });
    else taken.set(place, await changeOrder(needs, tx, { shopId, personId, orderId }, order));
  }
}

/** The boxes of an order that all are known, with their numbers; null when one has to be written. */
function knownBoxes(
  needs: PutNeeds,
  shopId: string,
  known: readonly BoxRow[],
  order: OrderInput,
): readonly TakenBox[] | null {
  const incoming = incomingOf(needs.privacy, shopId, order.boxes);
  const matched = matchBoxes(known, incoming);
  const boxes: TakenBox[] = [];
  for (const { input, place, numberHash } of incoming) {
    const box = matched.get(place);
    if (box === undefined || (numberHash !== null && box.numberHash === null)) return null;
    boxes.push({ ...input, parcelId: box.parcelId, numberHash, fresh: false });
  }
  return boxes;
}
