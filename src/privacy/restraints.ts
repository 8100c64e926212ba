import type { Clock } from '#kit/clock';
import type { Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { KeyBook, Subject } from './key-book.ts';
import { enter, entryAbout } from './ledger/ledger.ts';
import type { ownRequest, OutsidePurpose } from './rules/outside.ts';
import { statements } from './store.ts';

/** What a person has said against the use of their data. */
export type Restraints = {
  /** Since when it is only kept (GDPR, art. 18); null while it is used. */
  readonly restricted: Temporal.Instant | null;
  /** Which purposes they objected to (art. 21), since when. */
  readonly objections: readonly { readonly purpose: string; readonly at: Temporal.Instant }[];
};

/** What a person may object to: whatever leaves the shop, but for the answer to what they asked for themselves. */
export type Objectionable = Exclude<OutsidePurpose, typeof ownRequest>;

type Needs = { readonly clock: Clock; readonly book: Pick<KeyBook, 'keysOf'> };

/**
 * Restricts the use of a person's data, or lifts that again. It waits for what leaves in this moment; what comes after it
 * stays. False when it was so already, or the person was erased.
 */
export async function restrict(tx: Tx, needs: Needs, person: Subject, isOn: boolean): Promise<boolean> {
  if (isOn) await tx.rows(statements.takeRestrictions, []);
  if (!(await isHeld(tx, person))) return false;
  const at = needs.clock.now();
  const changed = isOn
    ? await tx.one(statements.addRestriction, [person.id, person.shopId, at])
    : await tx.one(statements.dropRestriction, [person.id]);
  if (changed === null) return false;
  await told(tx, needs, person, { kind: 'restriction', details: { is_on: isOn, at: at.toString() } });
  return true;
}

/** The same for one purpose. */
export async function objectTo(
  tx: Tx,
  needs: Needs,
  person: Subject,
  { purpose, isOn }: { readonly purpose: Objectionable; readonly isOn: boolean },
): Promise<boolean> {
  if (!(await isHeld(tx, person))) return false;
  const at = needs.clock.now();
  const changed = isOn
    ? await tx.one(statements.addObjection, [person.id, purpose, person.shopId, at])
    : await tx.one(statements.dropObjection, [person.id, purpose]);
  if (changed === null) return false;
  await told(tx, needs, person, { kind: 'objection', details: { purpose, is_on: isOn, at: at.toString() } });
  return true;
}

async function isHeld(tx: Tx, person: Subject): Promise<boolean> {
  const held = await tx.one<{ shopId: string }>(statements.holdPerson, [person.id]);
  return held?.shopId === person.shopId;
}

type Said = { readonly kind: 'restriction' | 'objection'; readonly details: Readonly<Record<string, unknown>> };

async function told(tx: Tx, { clock, book }: Needs, person: Subject, { kind, details }: Said): Promise<void> {
  const key = (await book.keysOf(tx, 'person', [person.id])).get(person.id);
  if (key !== undefined) enter(tx, entryAbout(key, { entryId: newId(clock), shown: { kind }, details }));
}

export async function restraintsOf(queries: Queries, personId: string): Promise<Restraints> {
  const rows = await queries.rows<{ purpose: string | null; at: Temporal.Instant }>(statements.restraints, [personId]);
  return {
    restricted: rows.find(({ purpose }) => purpose === null)?.at ?? null,
    objections: rows.flatMap(({ purpose, at }) => (purpose === null ? [] : [{ purpose, at }])),
  };
}

/** Who restricted the use of their data, in one shop or in all. */
export async function restrictedIn(queries: Queries, shopId: string | null): Promise<readonly string[]> {
  const rows = await queries.rows<{ personId: string }>(statements.restrictedIn, [shopId]);
  return rows.map(({ personId }) => personId);
}

/** The same for whoever drops by age: until `tx` ends nobody else restricts. */
export async function restrictedUntilEnd(tx: Tx, shopId: string | null): Promise<readonly string[]> {
  await tx.rows(statements.holdRestrictions, []);
  return await restrictedIn(tx, shopId);
}

/**
 * Of these persons those of whom nothing may be used for this purpose, be it within the house: restricted, objected to, or
 * erased. For the others it stays so until `tx` ends.
 */
export async function heldBack(
  tx: Tx,
  personIds: readonly string[],
  purpose: Objectionable,
): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set();
  const there = await tx.rows<{ personId: string }>(statements.lockPersons, [personIds]);
  const held = await tx.rows<{ personId: string }>(statements.restrained, [personIds, purpose]);
  const known = new Set(there.map(({ personId }) => personId));
  const erased = personIds.filter((personId) => !known.has(personId));
  return new Set([...erased, ...held.map(({ personId }) => personId)]);
}
