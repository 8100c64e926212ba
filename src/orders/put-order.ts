import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Privacy, Sealed, SubjectKey, Why } from '#privacy';
import { putBoxes, type TakenBox } from './boxes.ts';
import type { Links } from './links.ts';
import { changePerson, changeReceiver, erasedMeanwhile, findOrMakePerson, makeReceiver } from './people.ts';
import { normalOrderNumber, type OrderInput } from './read-order.ts';
import { statements } from './store.ts';

export type TakenOrder = {
  readonly orderId: string;
  readonly personId: string;
  readonly boxes: readonly TakenBox[];
  /** What taking it changed of the order itself; its boxes say for themselves whether they are new. */
  readonly change: 'new' | 'changed' | 'none';
};

export type PutNeeds = { readonly clock: Clock; readonly privacy: Privacy; readonly links: Links };

const again: Why = { purpose: 'finding again', reader: 'shop' };

/**
 * Takes an order, new or again: the same content changes nothing, other content replaces what stood there. Boxes are
 * only ever added, because what has left cannot be unsent; one that had no number gets the number that comes later.
 */
export async function putOrder(needs: PutNeeds, tx: Tx, shopId: string, order: OrderInput): Promise<TakenOrder> {
  const { privacy } = needs;
  const numberHash = numberHashOf(privacy, shopId, order);
  const orderId = newId(needs.clock);
  const newPersonId = newId(needs.clock);
  // The number is claimed before anything else is written: whoever puts the same order in the same moment waits here.
  const claimed = await tx.one(statements.claimNumber, [numberHash, newPersonId, orderId]);
  if (claimed === null) {
    const known = await tx.one<{ personId: string; orderId: string }>(statements.findNumber, [numberHash]);
    if (known === null) throw erasedMeanwhile();
    return await changeOrder(needs, tx, { shopId, ...known }, order);
  }
  return await putClaimed(needs, tx, { shopId, personId: newPersonId, orderId, numberHash }, order);
}

/** Writes an order whose number is claimed for it, and for the person who may have to be made. */
export async function putClaimed(
  needs: PutNeeds,
  tx: Tx,
  claim: Target & { readonly numberHash: Buffer },
  order: OrderInput,
): Promise<TakenOrder> {
  const { shopId, orderId, numberHash } = claim;
  const personId = await findOrMakePerson(needs, tx, shopId, order.customer, claim.personId);
  if (personId !== claim.personId) await tx.rows(statements.moveNumber, [numberHash, personId]);
  await writePurchase(needs, tx, { shopId, personId, orderId }, order);
  await needs.links.open(tx, { shopId, personId, orderId }, 1);
  await needs.privacy.recordConsents(tx, { kind: 'person', id: personId, shopId }, order.consents);
  const boxes = await putBoxes(needs, tx, { shopId, personId, orderId }, order.boxes);
  return { orderId, personId, boxes, change: 'new' };
}

export function numberHashOf(privacy: Privacy, shopId: string, order: OrderInput): Buffer {
  return privacy.index(shopId, 'order_number', normalOrderNumber(privacy.open(order.number, again)));
}

export type Target = { readonly shopId: string; readonly personId: string; readonly orderId: string };

async function writePurchase(needs: PutNeeds, tx: Tx, target: Target, order: OrderInput): Promise<void> {
  const { shopId, personId, orderId } = target;
  const receiverId = order.recipient === null ? null : await makeReceiver(needs, tx, shopId, order.recipient);
  const { buyer, receiver } = await keysFor(needs, tx, personId, receiverId);
  await tx.rows(statements.addPurchase, [
    personId,
    orderId,
    shopId,
    receiverId,
    order.placedAt,
    order.language,
    buyer.lock(order.number, { column: 'orders.purchase.number', row: orderId }),
    buyer.lock(order.items, { column: 'orders.purchase.items', row: orderId }),
    receiver.lock(order.address, { column: 'orders.purchase.address', row: orderId }),
    contentHash(needs.privacy, shopId, order),
    needs.clock.now(),
  ]);
}

export async function changeOrder(needs: PutNeeds, tx: Tx, target: Target, order: OrderInput): Promise<TakenOrder> {
  const { shopId, personId, orderId } = target;
  const hash = contentHash(needs.privacy, shopId, order);
  const row = await tx.one<{ contentHash: Buffer; receiverId: string | null }>(statements.purchase, [
    personId,
    orderId,
  ]);
  if (row === null) throw erasedMeanwhile();
  const isSame = row.contentHash.equals(hash);
  if (!isSame) {
    await changePerson(needs, tx, shopId, order.customer, personId);
    const receiverId = await changeReceiver(needs, tx, shopId, row.receiverId, order.recipient);
    const { buyer, receiver } = await keysFor(needs, tx, personId, receiverId);
    await tx.rows(statements.changePurchase, [
      personId,
      orderId,
      receiverId,
      order.placedAt,
      order.language,
      buyer.lock(order.items, { column: 'orders.purchase.items', row: orderId }),
      receiver.lock(order.address, { column: 'orders.purchase.address', row: orderId }),
      hash,
    ]);
    await needs.privacy.recordConsents(tx, { kind: 'person', id: personId, shopId }, order.consents);
  }
  const boxes = await putBoxes(needs, tx, target, order.boxes);
  return { orderId, personId, boxes, change: isSame ? 'none' : 'changed' };
}

/** The buyer's key, and the key of whoever receives: their address is sealed with it. */
async function keysFor(
  needs: PutNeeds,
  tx: Tx,
  personId: string,
  receiverId: string | null,
): Promise<{ readonly buyer: SubjectKey; readonly receiver: SubjectKey }> {
  const keys = await needs.privacy.keysOf(tx, 'person', [personId, receiverId ?? personId]);
  const buyer = keys.get(personId);
  const receiver = keys.get(receiverId ?? personId);
  if (buyer === undefined || receiver === undefined) throw erasedMeanwhile();
  return { buyer, receiver };
}

/** Tells whether an order that comes again says something new; keyed, because contents can be guessed. */
export function contentHash(privacy: Privacy, shopId: string, order: OrderInput): Buffer {
  const open = (value: Sealed | null): string | null =>
    value === null ? null : privacy.open(value, { purpose: 'shop systems', reader: 'shop' });
  const { customer } = order;
  const said = [
    order.placedAt.toString(),
    order.language,
    ...[customer.id, customer.name, customer.email, customer.phone, order.recipient, order.address, order.items].map(
      open,
    ),
    ...order.consents.map((consent) => [
      consent.purpose,
      consent.recipient,
      consent.fields,
      consent.givenAt.toString(),
      consent.preset ?? null,
    ]),
  ];
  return privacy.index(shopId, 'order_contents', JSON.stringify(said));
}
