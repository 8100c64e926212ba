import type { Tx } from '#kit/database';
import type { Subject, SubjectKey } from '#privacy';
import { hashesOf, type Customer, type Hash, type PeopleNeeds } from './people.ts';
import { statements } from './store.ts';

/** A buyer of a batch; `offeredId` becomes theirs when nobody knows them. */
export type Buyer = { readonly customer: Customer; readonly offeredId: string };

/** Who each buyer is, in their order; null for those who are to be put one at a time, after the others. */
export type FoundPeople = {
  readonly ids: readonly (string | null)[];
  readonly keys: ReadonlyMap<string, SubjectKey>;
};

type PersonRow = {
  readonly personId: string;
  readonly name: Buffer | null;
  readonly email: Buffer | null;
  readonly phone: Buffer | null;
  readonly customerId: Buffer | null;
};

type Said = Readonly<Record<'name' | 'email' | 'phone' | 'id', string | null>>;

/** What is known while a batch is looked through, in its order. */
type Book = {
  readonly holders: Map<string, string>;
  readonly said: Map<string, Said>;
  /** Persons and hashes of whom something new is said: whoever comes after in the batch must see it written first. */
  readonly apart: Set<string>;
};

const why = { purpose: 'shop systems', reader: 'shop' } as const;

/**
 * Finds or makes the buyers of a batch with a handful of statements. A buyer is put one at a time where more happens than
 * that: a known person of whom something new is said, or somebody who is made by another writer in this moment.
 */
export async function findOrMakePeople(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  buyers: readonly Buyer[],
): Promise<FoundPeople> {
  const hashed = buyers.map((buyer) => ({ ...buyer, hashes: hashesOf(needs.privacy, shopId, buyer.customer) }));
  const { book, keys } = await openBook(
    needs,
    tx,
    hashed.flatMap(({ hashes }) => hashes),
  );
  const ids: (string | null)[] = [];
  const made: (Buyer & { readonly hashes: readonly Hash[] })[] = [];
  for (const buyer of hashed) {
    const said = saidOf(needs, buyer.customer);
    const names = buyer.hashes.map(nameOf);
    const holder = names.map((name) => book.holders.get(name)).find((id) => id !== undefined);
    if (names.some((name) => book.apart.has(name)) || (holder !== undefined && !isKnown(book, holder, said))) {
      for (const name of names) book.apart.add(name);
      if (holder !== undefined) book.apart.add(holder);
      ids.push(null);
      continue;
    }
    if (holder === undefined) {
      for (const name of names) book.holders.set(name, buyer.offeredId);
      book.said.set(buyer.offeredId, said);
      made.push(buyer);
    }
    ids.push(holder ?? buyer.offeredId);
  }
  const lost = await claimAll(tx, made);
  const kept = made.filter(({ offeredId }) => !lost.has(offeredId));
  const fresh = await makePeople(needs, tx, shopId, kept);
  return {
    ids: ids.map((id) => (id === null || lost.has(id) ? null : id)),
    keys: new Map([...keys, ...fresh]),
  };
}

function nameOf({ kind, hash }: Hash): string {
  return `${kind} ${hash.toString('latin1')}`;
}

/** Nothing new: the person is known, their key is there, and every word of it was said before. */
function isKnown({ said, apart }: Book, personId: string, words: Said): boolean {
  const known = said.get(personId);
  if (known === undefined || apart.has(personId)) return false;
  return (['name', 'email', 'phone', 'id'] as const).every((field) => {
    return words[field] === null || words[field] === known[field];
  });
}

function saidOf({ privacy }: PeopleNeeds, customer: Customer): Said {
  const { name, email, phone, id } = customer;
  return {
    name: name === null ? null : privacy.open(name, why),
    email: email === null ? null : privacy.open(email, why),
    phone: phone === null ? null : privacy.open(phone, why),
    id: id === null ? null : privacy.open(id, why),
  };
}

/** Who holds these hashes, and what is known of them. */
async function openBook(
  needs: PeopleNeeds,
  tx: Tx,
  hashes: readonly Hash[],
): Promise<{ readonly book: Book; readonly keys: ReadonlyMap<string, SubjectKey> }> {
  const book: Book = { holders: new Map(), said: new Map(), apart: new Set() };
  if (hashes.length === 0) return { book, keys: new Map() };
  const held = await tx.rows<{ keyHash: Buffer; kind: Hash['kind']; personId: string }>(statements.findPersons, [
    hashes.map(({ hash }) => hash),
    hashes.map(({ kind }) => kind),
  ]);
  for (const { keyHash, kind, personId } of held) book.holders.set(nameOf({ kind, hash: keyHash }), personId);
  const personIds = [...new Set(book.holders.values())];
  if (personIds.length === 0) return { book, keys: new Map() };
  const rows = await tx.rows<PersonRow>(statements.personsToUse, [personIds]);
  const keys = await needs.privacy.keysOf(tx, 'person', personIds);
  for (const row of rows) {
    const key = keys.get(row.personId);
    if (key !== undefined) book.said.set(row.personId, saidOf(needs, storedCustomer(key, row)));
  }
  return { book, keys };
}

function storedCustomer(key: SubjectKey, row: PersonRow): Customer {
  const of = { row: row.personId };
  return {
    name: key.stored('name', row.name, { column: 'orders.person.name', ...of }),
    email: key.stored('email', row.email, { column: 'orders.person.email', ...of }),
    phone: key.stored('phone', row.phone, { column: 'orders.person.phone', ...of }),
    id: key.stored('customer_id', row.customerId, { column: 'orders.person.customer_id', ...of }),
  };
}

/** Claims the hashes of everybody new; answers those of whom another writer claimed one in this moment. */
async function claimAll(
  tx: Tx,
  made: readonly (Buyer & { readonly hashes: readonly Hash[] })[],
): Promise<ReadonlySet<string>> {
  const wanted = made.flatMap(({ offeredId, hashes }) => hashes.map((hash) => ({ ...hash, offeredId })));
  if (wanted.length === 0) return new Set();
  const rows = await tx.rows<{ keyHash: Buffer; kind: Hash['kind'] }>(statements.addPersonHashes, [
    wanted.map(({ hash }) => hash),
    wanted.map(({ kind }) => kind),
    wanted.map(({ offeredId }) => offeredId),
  ]);
  if (rows.length === wanted.length) return new Set();
  const ours = new Set(rows.map(({ kind, keyHash }) => nameOf({ kind, hash: keyHash })));
  const lost = new Set(wanted.filter((one) => !ours.has(nameOf(one))).map(({ offeredId }) => offeredId));
  // What was claimed for somebody who will not be made must not lead to them.
  for (const { kind, hash, offeredId } of wanted) {
    if (lost.has(offeredId)) await tx.rows(statements.dropPersonHash, [hash, kind, offeredId]);
  }
  return lost;
}

/** Persons under new keys: buyers, or receivers of whom only the name is known. */
export async function makePeople(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  people: readonly { readonly offeredId: string; readonly customer: Partial<Customer> }[],
): Promise<ReadonlyMap<string, SubjectKey>> {
  if (people.length === 0) return new Map();
  const subjects = people.map(({ offeredId }): Subject => ({ kind: 'person', id: offeredId, shopId }));
  const keys = await needs.privacy.makeKeys(tx, subjects);
  const locked = (field: keyof Said, column: 'name' | 'email' | 'phone' | 'customer_id'): readonly (Buffer | null)[] =>
    people.map(({ offeredId, customer }) => {
      const place = { column: `orders.person.${column}`, row: offeredId } as const;
      return keys.get(offeredId)?.lock(customer[field] ?? null, place) ?? null;
    });
  await tx.rows(statements.addPersons, [
    people.map(({ offeredId }) => offeredId),
    shopId,
    needs.clock.now(),
    locked('name', 'name'),
    locked('email', 'email'),
    locked('phone', 'phone'),
    locked('id', 'customer_id'),
  ]);
  return keys;
}
