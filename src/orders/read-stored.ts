import type { Queries } from '#kit/database';
import type { Privacy, Sealed } from '#privacy';
import type { BoxRow } from './put-order.ts';
import { normalNumber } from './read-order.ts';
import { statements } from './store.ts';

/** An order as it stands, personal data sealed. */
export type StoredOrder = {
  readonly shopId: string;
  readonly personId: string;
  readonly orderId: string;
  readonly placedAt: Temporal.Instant;
  readonly language: string;
  readonly country: string;
  readonly number: Sealed<'order_number'>;
  /** JSON of the items as they came in. */
  readonly items: Sealed<'order_contents'> | null;
  /** JSON of the address as it came in. */
  readonly address: Sealed<'address'> | null;
  readonly buyer: {
    readonly name: Sealed<'name'> | null;
    readonly email: Sealed<'email'> | null;
    readonly phone: Sealed<'phone'> | null;
    readonly id: Sealed<'customer_id'> | null;
  };
  /** Null when the buyer receives. */
  readonly receiver: Sealed<'name'> | null;
  readonly linkGeneration: number;
  /** In the order in which they came in. */
  readonly parcelIds: readonly string[];
};

type PurchaseRow = Pick<StoredOrder, 'shopId' | 'personId' | 'orderId' | 'placedAt' | 'language' | 'country'> & {
  readonly linkGeneration: number;
  readonly receiverId: string | null;
  readonly number: Buffer;
  readonly items: Buffer;
  readonly address: Buffer;
};

type PersonRow = {
  readonly name: Buffer | null;
  readonly email: Buffer | null;
  readonly phone: Buffer | null;
  readonly customerId: Buffer | null;
};

export async function findOrder(
  queries: Queries,
  privacy: Privacy,
  shopId: string,
  number: string,
): Promise<StoredOrder | null> {
  const hash = privacy.index(shopId, 'order_number', normalNumber(number));
  const row = await queries.one<{ personId: string; orderId: string }>(statements.findNumberToRead, [hash]);
  return row === null ? null : await readStored(queries, privacy, row.personId, row.orderId);
}

export async function readStored(
  queries: Queries,
  privacy: Privacy,
  personId: string,
  orderId: string,
): Promise<StoredOrder | null> {
  const row = await queries.one<PurchaseRow>(statements.purchase, [personId, orderId]);
  const person = await queries.one<PersonRow>(statements.person, [personId]);
  if (row === null || person === null) return null;
  const keys = await privacy.keysOf(queries, 'person', [personId, row.receiverId ?? personId]);
  const buyer = keys.get(personId);
  const receiver = keys.get(row.receiverId ?? personId);
  const number = buyer?.stored('order_number', row.number, { column: 'orders.purchase.number', row: orderId });
  if (buyer === undefined || number === undefined || number === null) return null;
  const receiverRow = row.receiverId === null ? null : await queries.one<PersonRow>(statements.person, [row.receiverId]);
  const boxes = await queries.rows<BoxRow>(statements.boxes, [personId, orderId]);
  const of = { row: personId };
  return {
    shopId: row.shopId,
    personId,
    orderId,
    placedAt: row.placedAt,
    language: row.language,
    country: row.country,
    number,
    items: buyer.stored('order_contents', row.items, { column: 'orders.purchase.items', row: orderId }),
    address: receiver?.stored('address', row.address, { column: 'orders.purchase.address', row: orderId }) ?? null,
    buyer: {
      name: buyer.stored('name', person.name, { column: 'orders.person.name', ...of }),
      email: buyer.stored('email', person.email, { column: 'orders.person.email', ...of }),
      phone: buyer.stored('phone', person.phone, { column: 'orders.person.phone', ...of }),
      id: buyer.stored('customer_id', person.customerId, { column: 'orders.person.customer_id', ...of }),
    },
    receiver:
      receiver?.stored('name', receiverRow?.name ?? null, {
        column: 'orders.person.name',
        row: row.receiverId ?? personId,
      }) ?? null,
    linkGeneration: row.linkGeneration,
    parcelIds: boxes.map((box) => box.parcelId),
  };
}
