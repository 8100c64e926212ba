import { createHmac } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import type { Privacy, Sealed, Why } from '#privacy';
import { changePerson, findOrMakePerson, makeReceiver } from './people.ts';
import { normalNumber, type BoxInput, type OrderInput } from './read-order.ts';
import type { Links } from './links.ts';
import { statements } from './store.ts';

export type BoxRow = {
  readonly parcelId: string;
  readonly place: number;
  readonly carrier: string;
  readonly numberHash: Buffer | null;
};

/** A box after the order was taken; `fresh` when nobody knew it, or its number, before. */
export type TakenBox = BoxInput & { readonly parcelId: string; readonly numberHash: Buffer | null; readonly fresh: boolean };

export type TakenOrder = {
  readonly orderId: string;
  readonly personId: string;
  readonly boxes: readonly TakenBox[];
};

type Needs = { readonly clock: Clock; readonly privacy: Privacy; readonly links: Links };

const again: Why = { purpose: 'finding again', reader: 'shop' };

/**
 * Takes an order, new or again: the same content changes nothing, other content replaces what stood there. Boxes are
 * only ever added, because what has left cannot be unsent; one that had no number gets the number that comes later.
 */
export async function putOrder(needs: Needs, tx: Tx, shopId: string, order: OrderInput): Promise<TakenOrder> {
  const { privacy } = needs;
  const numberHash = privacy.index(shopId, 'order_number', normalNumber(privacy.open(order.number, again)));
  const orderId = newId(needs.clock);
  const newPersonId = newId(needs.clock);
  // The number is claimed before anything else is written: whoever puts the same order in the same moment waits here.
  const claimed = await tx.one(statements.claimNumber, [numberHash, newPersonId, orderId]);
  if (claimed === null) {
    const known = await tx.one<{ personId: string; orderId: string }>(statements.findNumber, [numberHash]);
    if (known === null) throw new Fault('conflict', 'This order was removed in this moment. Send it again.');
    return await changeOrder(needs, tx, shopId, known, order);
  }
  const personId = await findOrMakePerson(needs, tx, shopId, order.customer, newPersonId);
  if (personId !== newPersonId) await tx.rows(statements.moveNumber, [numberHash, personId]);
  await writePurchase(needs, tx, { shopId, personId, orderId }, order);
  await needs.links.open(tx, { shopId, personId, orderId }, 1);
  await privacy.recordConsents(tx, { kind: 'person', id: personId, shopId }, order.consents);
  return { orderId, personId, boxes: await putBoxes(needs, tx, { shopId, personId, orderId }, order.boxes) };
}

type Target = { readonly shopId: string; readonly personId: string; readonly orderId: string };

async function writePurchase(needs: Needs, tx: Tx, target: Target, order: OrderInput): Promise<void> {
  const { shopId, personId, orderId } = target;
  const receiverId = order.recipient === null ? null : await makeReceiver(needs, tx, shopId, order.recipient);
  const keys = await needs.privacy.keysOf(tx, 'person', [personId, receiverId ?? personId]);
  const buyer = keys.get(personId);
  const receiver = keys.get(receiverId ?? personId);
  await tx.rows(statements.addPurchase, [
    personId,
    orderId,
    shopId,
    receiverId,
    order.placedAt,
    order.language,
    buyer?.lock(order.number, { column: 'orders.purchase.number', row: orderId }) ?? null,
    buyer?.lock(order.items, { column: 'orders.purchase.items', row: orderId }) ?? null,
    receiver?.lock(order.address, { column: 'orders.purchase.address', row: orderId }) ?? null,
    order.country,
    order.postcodeArea,
    contentHash(needs.privacy, shopId, order),
    needs.clock.now(),
  ]);
}

async function changeOrder(
  needs: Needs,
  tx: Tx,
  shopId: string,
  known: { readonly personId: string; readonly orderId: string },
  order: OrderInput,
): Promise<TakenOrder> {
  const target = { shopId, ...known };
  const hash = contentHash(needs.privacy, shopId, order);
  const row = await tx.one<{ contentHash: Buffer }>(statements.purchase, [known.personId, known.orderId]);
  if (row !== null && !row.contentHash.equals(hash)) {
    await changePerson(needs, tx, shopId, order.customer, known.personId);
    const receiverId = order.recipient === null ? null : await makeReceiver(needs, tx, shopId, order.recipient);
    const keys = await needs.privacy.keysOf(tx, 'person', [known.personId, receiverId ?? known.personId]);
    await tx.rows(statements.changePurchase, [
      known.personId,
      known.orderId,
      receiverId,
      order.placedAt,
      order.language,
      keys.get(known.personId)?.lock(order.items, { column: 'orders.purchase.items', row: known.orderId }) ?? null,
      keys
        .get(receiverId ?? known.personId)
        ?.lock(order.address, { column: 'orders.purchase.address', row: known.orderId }) ?? null,
      order.country,
      order.postcodeArea,
      hash,
    ]);
    await needs.privacy.recordConsents(tx, { kind: 'person', id: known.personId, shopId }, order.consents);
  }
  return { ...known, boxes: await putBoxes(needs, tx, target, order.boxes) };
}

/** Two boxes are the same when carrier and number are; one without a number is the same as the one in its place. */
async function putBoxes(
  needs: Needs,
  tx: Tx,
  target: Target,
  inputs: readonly BoxInput[],
): Promise<readonly TakenBox[]> {
  const known = await tx.rows<BoxRow>(statements.boxes, [target.personId, target.orderId]);
  const taken: TakenBox[] = [];
  const used = new Set<string>();
  for (const [place, input] of inputs.entries()) {
    const numberHash = hashOfNumber(needs.privacy, target.shopId, input.number);
    const free = known.filter((box) => !used.has(box.parcelId) && box.carrier === input.carrier);
    const same = free.find((box) => numberHash !== null && box.numberHash?.equals(numberHash));
    const unnumbered = free.find((box) => box.numberHash === null);
    const box = same ?? (numberHash === null ? free.find((one) => one.place === place) : undefined) ?? unnumbered;
    const parcelId = box?.parcelId ?? newId(needs.clock);
    used.add(parcelId);
    const values = [target.personId, target.orderId, parcelId];
    if (box === undefined) await tx.rows(statements.addBox, [...values, place, input.carrier, numberHash]);
    else if (box !== same && numberHash !== null) await tx.rows(statements.numberBox, [...values, numberHash]);
    const fresh = box === undefined || (box !== same && numberHash !== null);
    taken.push({ ...input, parcelId, numberHash, fresh });
  }
  return taken;
}

export function hashOfNumber(
  privacy: Privacy,
  shopId: string,
  number: Sealed<'tracking_number'> | null,
): Buffer | null {
  if (number === null) return null;
  return privacy.index(shopId, 'tracking_number', normalNumber(privacy.open(number, again)));
}

/** Tells whether an order that comes again says something new; keyed, because contents can be guessed. */
function contentHash(privacy: Privacy, shopId: string, order: OrderInput): Buffer {
  const open = (value: Sealed | null): string | null =>
    value === null ? null : privacy.open(value, { purpose: 'shop systems', reader: 'shop' });
  const { customer } = order;
  const said = [
    order.placedAt.toString(),
    order.language,
    ...[customer.id, customer.name, customer.email, customer.phone, order.recipient, order.address, order.items].map(open),
    ...order.consents.map((consent) => [consent.purpose, consent.recipient, consent.fields, consent.givenAt.toString()]),
  ];
  return createHmac('sha256', privacy.shopKey(shopId, 'index')).update(JSON.stringify(said)).digest().subarray(0, 16);
}
