import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import type { Privacy, Sealed } from '#privacy';
import { normalEmail, type OrderInput } from './read-order.ts';
import { statements } from './store.ts';

export type PeopleNeeds = { readonly clock: Clock; readonly privacy: Privacy };
export type Customer = OrderInput['customer'];
/** What shop systems send as the id of a guest: it would make one person of all guests. */
const namesNobody = /^(?:0+|-1|null|none|undefined|nan|guest|anonymous|n\/a)$/i;

export type Hash = { readonly kind: 'email' | 'customer_id'; readonly hash: Buffer };

/**
 * The buyer of a new order: whoever has this e-mail address, else whoever has this customer id, else somebody new under
 * the id that is offered. Persons are never merged.
 */
export async function findOrMakePerson(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  customer: Customer,
  offeredId: string,
): Promise<string> {
  const personId = await findOrAddPerson(needs, tx, shopId, customer, offeredId);
  if (personId !== offeredId) await changePerson(needs, tx, shopId, customer, personId);
  return personId;
}

/** The same for whoever has proven nothing: of somebody who is known, be it since this moment, nothing changes. */
export async function findOrAddPerson(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  customer: Customer,
  offeredId: string,
): Promise<string> {
  const hashes = hashesOf(needs.privacy, shopId, customer);
  const existing = (await holderOf(tx, hashes)) ?? (await claimAsNew(tx, offeredId, hashes));
  if (existing !== null) return existing;
  await needs.privacy.makeKeys(tx, [{ kind: 'person', id: offeredId, shopId }]);
  const values = await lockedCustomer(needs, tx, offeredId, customer);
  await tx.rows(statements.addPerson, [offeredId, shopId, needs.clock.now(), ...values]);
  return offeredId;
}

/** What is said of a known person replaces what stood there; a corrected e-mail address moves the hash that finds them. */
export async function changePerson(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  customer: Customer,
  personId: string,
): Promise<void> {
  const hashes = hashesOf(needs.privacy, shopId, customer);
  await dropOldHashes(needs, tx, shopId, personId, hashes);
  for (const { kind, hash } of hashes) await tx.rows(statements.addPersonHash, [hash, kind, personId]);
  await tx.rows(statements.changePerson, [personId, ...(await lockedCustomer(needs, tx, personId, customer))]);
}

/** Who holds one of these hashes; the address counts before the customer id. */
async function holderOf(tx: Tx, hashes: readonly Hash[]): Promise<string | null> {
  const found = await tx.rows<{ personId: string; kind: Hash['kind'] }>(statements.findPerson, [
    hashes.map(({ hash }) => hash),
    hashes.map(({ kind }) => kind),
  ]);
  return (found.find((row) => row.kind === 'email') ?? found[0])?.personId ?? null;
}

/** Null when the hashes are ours now; else whoever took one of them in the same moment and has committed by now. */
async function claimAsNew(tx: Tx, personId: string, hashes: readonly Hash[]): Promise<string | null> {
  const ours: Hash[] = [];
  for (const each of hashes) {
    const mine = await tx.one(statements.addPersonHash, [each.hash, each.kind, personId]);
    if (mine !== null) {
      ours.push(each);
      continue;
    }
    // What was claimed for somebody who will not be made must not lead to them.
    for (const { kind, hash } of ours) await tx.rows(statements.dropPersonHash, [hash, kind, personId]);
    const holder = await holderOf(tx, [each]);
    if (holder === null) throw erasedMeanwhile();
    return holder;
  }
  return null;
}

/** Name, address to write to, phone and customer id in the order of the statements. */
async function lockedCustomer(
  needs: PeopleNeeds,
  tx: Tx,
  personId: string,
  customer: Customer,
): Promise<readonly (Buffer | null)[]> {
  const key = (await needs.privacy.keysOf(tx, 'person', [personId])).get(personId);
  if (key === undefined) throw erasedMeanwhile();
  return [
    key.lock(customer.name, { column: 'orders.person.name', row: personId }),
    key.lock(customer.email, { column: 'orders.person.email', row: personId }),
    key.lock(customer.phone, { column: 'orders.person.phone', row: personId }),
    key.lock(customer.id, { column: 'orders.person.customer_id', row: personId }),
  ];
}

/** What was corrected no longer leads here. The row is locked, so that of two corrections at once none is overlooked. */
async function dropOldHashes(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  personId: string,
  hashes: readonly Hash[],
): Promise<void> {
  const row = await tx.one<{ email: Buffer | null; customerId: Buffer | null }>(statements.lockPerson, [personId]);
  const key = (await needs.privacy.keysOf(tx, 'person', [personId])).get(personId);
  if (row === null || key === undefined) return;
  const of = { row: personId };
  const old = hashesOf(needs.privacy, shopId, {
    name: null,
    phone: null,
    email: key.stored('email', row.email, { column: 'orders.person.email', ...of }),
    id: key.stored('customer_id', row.customerId, { column: 'orders.person.customer_id', ...of }),
  });
  for (const { kind, hash } of old) {
    const next = hashes.find((one) => one.kind === kind);
    if (next !== undefined && !next.hash.equals(hash)) await tx.rows(statements.dropPersonHash, [hash, kind, personId]);
  }
}

/** Somebody else who receives: a person with a key of their own, known by name only. */
export async function makeReceiver(needs: PeopleNeeds, tx: Tx, shopId: string, name: Sealed<'name'>): Promise<string> {
  const personId = newId(needs.clock);
  const keys = await needs.privacy.makeKeys(tx, [{ kind: 'person', id: personId, shopId }]);
  const locked = keys.get(personId)?.lock(name, { column: 'orders.person.name', row: personId }) ?? null;
  await tx.rows(statements.addPerson, [personId, shopId, needs.clock.now(), locked, null, null, null]);
  return personId;
}

/** The receiver of a changed order: the same, another under a key of their own, or nobody but the buyer. */
export async function changeReceiver(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  receiverId: string | null,
  name: Sealed<'name'> | null,
): Promise<string | null> {
  if (receiverId !== null && name !== null && (await isCalled(needs, tx, receiverId, name))) return receiverId;
  if (receiverId !== null) {
    // Nothing else leads to a receiver: who receives no longer is forgotten.
    await tx.rows(statements.dropPerson, [receiverId]);
    await needs.privacy.dropKeys(tx, 'person', [receiverId]);
  }
  return name === null ? null : await makeReceiver(needs, tx, shopId, name);
}

async function isCalled(needs: PeopleNeeds, tx: Tx, personId: string, name: Sealed<'name'>): Promise<boolean> {
  const row = await tx.one<{ name: Buffer | null }>(statements.person, [personId]);
  const key = (await needs.privacy.keysOf(tx, 'person', [personId])).get(personId);
  const known = key?.stored('name', row?.name ?? null, { column: 'orders.person.name', row: personId }) ?? null;
  const why = { purpose: 'shop systems', reader: 'shop' } as const;
  return known !== null && needs.privacy.open(known, why) === needs.privacy.open(name, why);
}

export function erasedMeanwhile(): Fault {
  return new Fault('conflict', 'This was erased in this moment. Send it again.');
}

export function emailHash(privacy: Privacy, shopId: string, email: Sealed<'email'>): Buffer {
  return privacy.index(shopId, 'email', normalEmail(privacy.open(email, { purpose: 'finding again', reader: 'shop' })));
}

export function hashesOf(privacy: Privacy, shopId: string, customer: Customer): readonly Hash[] {
  const hashes: Hash[] = [];
  if (customer.email !== null) hashes.push({ kind: 'email', hash: emailHash(privacy, shopId, customer.email) });
  if (customer.id !== null) {
    const id = privacy.open(customer.id, { purpose: 'finding again', reader: 'shop' });
    if (!namesNobody.test(id)) hashes.push({ kind: 'customer_id', hash: privacy.index(shopId, 'customer_id', id) });
  }
  return hashes;
}
