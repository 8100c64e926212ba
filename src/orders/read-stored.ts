import { z } from 'zod';
import type { Queries } from '#kit/database';
import type { Field, Privacy, Sealed, SubjectKey } from '#privacy';
import type { BoxRow } from './boxes.ts';
import { normalOrderNumber } from './read-order.ts';
import { statements } from './store.ts';

/** An order as it stands, personal data sealed. */
export type StoredOrder = {
  readonly shopId: string;
  readonly personId: string;
  readonly orderId: string;
  readonly placedAt: Temporal.Instant;
  readonly language: string;
  /** Of the address (ISO 3166-1, two letters); null once whoever receives was erased. */
  readonly country: string | null;
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

type PurchaseRow = Pick<StoredOrder, 'shopId' | 'personId' | 'orderId' | 'placedAt' | 'language'> & {
  readonly linkGeneration: number;
  readonly receiverId: string | null;
  readonly number: Buffer;
  readonly items: Buffer;
  readonly address: Buffer;
};

type PersonRow = {
  readonly personId: string;
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
  const hash = privacy.index(shopId, 'order_number', normalOrderNumber(number));
  const row = await queries.one<{ personId: string; orderId: string }>(statements.findNumberToRead, [hash]);
  return row === null ? null : await readStored(queries, privacy, row.personId, row.orderId);
}

export async function readStored(
  queries: Queries,
  privacy: Privacy,
  personId: string,
  orderId: string,
): Promise<StoredOrder | null> {
  return (await readManyStored(queries, privacy, [{ personId, orderId }])).get(orderId) ?? null;
}

/** Whose order it is, and which. */
export type OrderOf = Pick<StoredOrder, 'personId' | 'orderId'>;

/** By their ids, with few statements; what is missing is not there, or was erased. */
export async function readManyStored(
  queries: Queries,
  privacy: Privacy,
  asked: readonly OrderOf[],
): Promise<ReadonlyMap<string, StoredOrder>> {
  const places = [asked.map((one) => one.personId), asked.map((one) => one.orderId)];
  const [rows, boxes] = await Promise.all([
    queries.rows<PurchaseRow>(statements.purchases, places),
    queries.rows<BoxRow & { readonly orderId: string }>(statements.boxesOf, places),
  ]);
  const ids = [...new Set(rows.flatMap(({ personId, receiverId }) => [personId, receiverId ?? personId]))];
  if (ids.length === 0) return new Map();
  const [keys, personRows] = await Promise.all([
    privacy.keysOf(queries, 'person', ids),
    queries.rows<PersonRow>(statements.persons, [ids]),
  ]);
  const persons = new Map(personRows.map((row) => [row.personId, row]));
  const byOrder = Map.groupBy(boxes, (box) => box.orderId);
  const found = new Map<string, StoredOrder>();
  for (const row of rows) {
    const order = storedOf(privacy, row, byOrder.get(row.orderId) ?? [], persons, keys);
    if (order !== null) found.set(row.orderId, order);
  }
  return found;
}

/** Null when its buyer was erased. */
function storedOf(
  privacy: Privacy,
  row: PurchaseRow,
  boxes: readonly BoxRow[],
  persons: ReadonlyMap<string, PersonRow>,
  keys: ReadonlyMap<string, SubjectKey>,
): StoredOrder | null {
  const { personId, orderId, receiverId } = row;
  const person = persons.get(personId);
  const buyer = keys.get(personId);
  if (person === undefined || buyer === undefined) return null;
  const receiver = keys.get(receiverId ?? personId) ?? null;
  const number = purchased(buyer, 'order_number', 'number', row);
  if (number === null) return null;
  const address = purchased(receiver, 'address', 'address', row);
  const receiverRow = receiverId === null ? null : (persons.get(receiverId) ?? null);
  return {
    shopId: row.shopId,
    personId,
    orderId,
    placedAt: row.placedAt,
    language: row.language,
    country: countryOf(privacy, address),
    number,
    items: purchased(buyer, 'order_contents', 'items', row),
    address,
    buyer: {
      name: said(buyer, 'name', 'name', person),
      email: said(buyer, 'email', 'email', person),
      phone: said(buyer, 'phone', 'phone', person),
      id: said(buyer, 'customer_id', 'customer_id', person),
    },
    receiver: said(receiver, 'name', 'name', receiverRow),
    linkGeneration: row.linkGeneration,
    parcelIds: boxes.map((box) => box.parcelId),
  };
}

const addressed = z.object({ country: z.string() });

/** A country that few orders go to names a customer: it lies in the sealed address only. */
function countryOf(privacy: Privacy, address: Sealed<'address'> | null): string | null {
  if (address === null) return null;
  return addressed.parse(JSON.parse(privacy.open(address, { purpose: 'shop systems', reader: 'shop' }))).country;
}

/** What a purchase holds; null once whose key it is was erased. */
function purchased<Kind extends Field>(
  key: SubjectKey | null,
  field: Kind,
  column: 'number' | 'items' | 'address',
  row: PurchaseRow,
): Sealed<Kind> | null {
  return key?.stored(field, row[column], { column: `orders.purchase.${column}`, row: row.orderId }) ?? null;
}

/** What is known of a person; null when it was never said, and once they were erased. */
function said<Kind extends Field>(
  key: SubjectKey | null,
  field: Kind,
  column: 'name' | 'email' | 'phone' | 'customer_id',
  row: PersonRow | null,
): Sealed<Kind> | null {
  if (key === null || row === null) return null;
  const bytes = column === 'customer_id' ? row.customerId : row[column];
  return key.stored(field, bytes, { column: `orders.person.${column}`, row: row.personId });
}

/** How somebody is called and written to; null where it was never said, or it was erased. */
export type Contact = {
  readonly name: Sealed<'name'> | null;
  readonly email: Sealed<'email'> | null;
  /** Of their latest order; null for who has none, such as a receiver. */
  readonly language: string | null;
};

/** By the ids of persons. */
export async function readContacts(
  queries: Queries,
  privacy: Privacy,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, Contact>> {
  if (personIds.length === 0) return new Map();
  const [rows, keys, spoken] = await Promise.all([
    queries.rows<PersonRow>(statements.persons, [personIds]),
    privacy.keysOf(queries, 'person', personIds),
    queries.rows<{ personId: string; language: string }>(statements.languages, [personIds]),
  ]);
  const languages = new Map(spoken.map(({ personId, language }) => [personId, language]));
  return new Map(
    rows.map((row) => {
      const key = keys.get(row.personId) ?? null;
      const language = languages.get(row.personId) ?? null;
      return [
        row.personId,
        { name: said(key, 'name', 'name', row), email: said(key, 'email', 'email', row), language },
      ];
    }),
  );
}
