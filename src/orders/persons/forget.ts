import { createHash } from 'node:crypto';
import type { Queries, Tx } from '#kit/database';
import { forgetIn, type Privacy, type SubjectKey, type Whose } from '#privacy';
import type { Links } from '../links.ts';
import { hashesOf } from '../people.ts';
import { normalOrderNumber } from '../read-order.ts';
import { statements } from './store.ts';
import { orderTables } from './tables.ts';

type Needs = { readonly privacy: Privacy; readonly links: Pick<Links, 'tokenOf'> };
type Subject = { readonly shopId: string; readonly personId: string };
type PurchaseRow = { readonly orderId: string; readonly number: Buffer; readonly linkGeneration: number };

/** Somebody with those who receive for them, and the parcels that are theirs. */
export async function whoseOf(queries: Queries, { shopId, personId }: Subject): Promise<Whose> {
  const [receivers, parcels, orders] = await Promise.all([
    queries.rows<{ personId: string }>(statements.receivers, [[personId]]),
    queries.rows<{ parcelId: string }>(statements.parcels, [[personId]]),
    queries.rows<{ orderId: string }>(statements.orders, [[personId]]),
  ]);
  return {
    shopId,
    personIds: [personId, ...receivers.map((row) => row.personId)],
    parcelIds: parcels.map((row) => row.parcelId),
    orderIds: orders.map((row) => row.orderId),
  };
}

/** As often as orders may come in while their locks are waited for. */
const turnsMax = 5;

/**
 * The same, held still until the transaction ends: whoever puts an order of theirs in this moment is waited for, and
 * whoever comes later finds them erased.
 */
export async function lockWhose(needs: Needs, tx: Tx, subject: Subject): Promise<Whose> {
  const locked = new Set<string>();
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const { numbers } = await finders(needs, tx, subject);
    const fresh = numbers.filter((hash) => !locked.has(hash.toString('hex')));
    if (fresh.length === 0 && turn > 0) break;
    for (const hash of fresh) locked.add(hash.toString('hex'));
    await tx.rows(statements.lockNumbers, [fresh]);
    await tx.rows(statements.lockPersons, [(await whoseOf(tx, subject)).personIds]);
  }
  return await whoseOf(tx, subject);
}

/** Everything by which somebody is found again: the hashes of what is sealed, as long as their key is there. */
async function finders(needs: Needs, queries: Queries, { shopId, personId }: Subject) {
  const none = { numbers: [], links: [], persons: [] };
  const key = (await needs.privacy.keysOf(queries, 'person', [personId])).get(personId);
  if (key === undefined) return none;
  const [purchases, person] = await Promise.all([
    queries.rows<PurchaseRow>(statements.purchases, [personId]),
    queries.one<{ email: Buffer | null; customerId: Buffer | null }>(statements.person, [personId]),
  ]);
  return {
    numbers: purchases.flatMap((row) => numberHash(needs.privacy, shopId, key, row) ?? []),
    // A link of an earlier generation has no row any more: renewing drops it.
    links: purchases.map(({ orderId, linkGeneration }) =>
      createHash('sha256').update(needs.links.tokenOf(orderId, linkGeneration)).digest(),
    ),
    persons: person === null ? [] : personHashes(needs.privacy, shopId, key, { ...person, personId }),
  };
}

function numberHash(privacy: Privacy, shopId: string, key: SubjectKey, row: PurchaseRow): Buffer | null {
  const number = key.stored('order_number', row.number, { column: 'orders.purchase.number', row: row.orderId });
  if (number === null) return null;
  const text = privacy.open(number, { purpose: 'finding again', reader: 'shop' });
  return privacy.index(shopId, 'order_number', normalOrderNumber(text));
}

function personHashes(
  privacy: Privacy,
  shopId: string,
  key: SubjectKey,
  row: { readonly personId: string; readonly email: Buffer | null; readonly customerId: Buffer | null },
): readonly Buffer[] {
  const of = { row: row.personId };
  const email = key.stored('email', row.email, { column: 'orders.person.email', ...of });
  const id = key.stored('customer_id', row.customerId, { column: 'orders.person.customer_id', ...of });
  return hashesOf(privacy, shopId, { name: null, phone: null, email, id }).map(({ hash }) => hash);
}

/** Drops the orders, the persons, and everything by which they are found; while their keys are still there. */
export async function forgetPerson(needs: Needs, tx: Tx, whose: Whose): Promise<void> {
  const { shopId, personIds } = whose;
  for (const personId of personIds) {
    const { numbers, links, persons } = await finders(needs, tx, { shopId, personId });
    await tx.rows(statements.dropPersonHashes, [persons, personIds]);
    await tx.rows(statements.dropNumbers, [numbers, personIds]);
    await tx.rows(statements.dropLinks, [links, personIds]);
  }
  await forgetIn(tx, orderTables, whose);
}

/** Persons in the order of their ids, for whoever looks through all of them. */
export async function personsAfter(queries: Queries, after: string, limit: number): Promise<readonly Subject[]> {
  return await queries.rows<Subject>(statements.personsAfter, [after, limit]);
}

/** Drops what leads to persons whose key is gone: their hashes cannot be worked out any more, so every row is looked at. */
export async function dropFinders(tx: Tx, personIds: readonly string[]): Promise<void> {
  await tx.rows(statements.dropAllHashes, [personIds]);
  await tx.rows(statements.dropAllNumbers, [personIds]);
  await tx.rows(statements.dropAllLinks, [personIds]);
}
