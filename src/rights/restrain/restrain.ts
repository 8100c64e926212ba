import type { Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { holdsAt, outsidePurposes, type ConsentRecord, type Privacy, type Restraints } from '#privacy';
import type { Clock } from '#kit/clock';
import type { PersonOf } from '../held/held.ts';
import { recipientsOf } from '../recipients.ts';

/** What a person can object to: whatever leaves the shop, but for answers to themselves. */
export const objectionable = outsidePurposes.filter((purpose) => purpose !== 'answering a request');

/** What a person may have held back: all use (art. 18), one purpose (art. 21), or what they had allowed (art. 7(3)). */
export type Restraining =
  | { readonly kind: 'restriction'; readonly on: boolean }
  | { readonly kind: 'objection'; readonly purpose: (typeof objectionable)[number]; readonly on: boolean }
  | { readonly kind: 'withdrawal'; readonly consentId: string };

/** What is held back of somebody, and which of their consents hold. */
export type HeldBack = Restraints & { readonly consents: readonly ConsentRecord[] };

export type Restrained = HeldBack & {
  /** False where it was so already. */
  readonly changed: boolean;
  /** Who got something about them, by name, and is to be told of a restriction (art. 19). */
  readonly recipients: readonly string[];
};

export type RestrainNeeds = {
  readonly clock: Clock;
  readonly privacy: Pick<
    Privacy,
    'audit' | 'consentsOf' | 'disclosuresOf' | 'objectTo' | 'restrict' | 'restrictionsOf' | 'withdrawConsent'
  >;
};

export async function heldBackOf({ privacy, clock }: RestrainNeeds, queries: Queries, of: PersonOf): Promise<HeldBack> {
  const restraints = await privacy.restrictionsOf(queries, of.personId);
  const consents = await privacy.consentsOf(queries, of.personId);
  return { ...restraints, consents: consents.filter((one) => holdsAt(one, clock.now())) };
}

/**
 * Does for somebody what they would do on their own page. It waits for what leaves in this moment; what comes after it
 * stays. The ledger says it to the person, the audit says who did it.
 */
export async function restrain(
  needs: RestrainNeeds,
  tx: Tx,
  person: PersonOf,
  wish: Restraining,
  actor: string,
): Promise<Restrained> {
  const { privacy } = needs;
  const { shopId, personId } = person;
  const changed = await act(needs, tx, person, wish);
  if (changed) await privacy.audit(tx, { shopId, actor, verb: verbOf(wish), subject: showId('per', personId) });
  const recipients = wish.kind === 'restriction' && changed ? await recipientsOf(privacy, tx, personId) : [];
  return { ...(await heldBackOf(needs, tx, person)), changed, recipients };
}

async function act(
  { privacy }: RestrainNeeds,
  tx: Tx,
  { shopId, personId: id }: PersonOf,
  wish: Restraining,
): Promise<boolean> {
  const subject = { kind: 'person', id, shopId } as const;
  switch (wish.kind) {
    case 'restriction':
      return await privacy.restrict(tx, subject, wish.on);
    case 'objection':
      return await privacy.objectTo(tx, subject, wish.purpose, wish.on);
    case 'withdrawal':
      return await privacy.withdrawConsent(tx, id, wish.consentId);
  }
}

function verbOf(wish: Restraining): string {
  if (wish.kind === 'withdrawal') return 'rights.withdraw';
  if (wish.kind === 'objection') return wish.on ? 'rights.object' : 'rights.object_no_more';
  return wish.on ? 'rights.restrict' : 'rights.restrict_no_more';
}

/** @throws Fault('invalid') that lists the purposes there are */
export function readPurpose(text: string): (typeof objectionable)[number] {
  const found = objectionable.find((one) => one === text);
  if (found !== undefined) return found;
  throw new Fault('invalid', `The purpose is one of these: ${objectionable.join(', ')}.`);
}

/** @throws Fault('not_found') for what is no id of a consent */
export function readConsentId(text: string): string {
  const id = readId('cns', text);
  if (id === null) throw new Fault('not_found', 'This person gave no such consent.');
  return id;
}

/** As programs read it, over HTTP and at the command line. */
export function heldBackJson({ restricted, objections, consents }: HeldBack) {
  return {
    restricted_since: restricted === null ? null : at(restricted),
    objections: objections.map((one) => ({ purpose: one.purpose, since: at(one.at) })),
    consents: consents.map(({ consentId, recipient, purpose, fields, givenAt }) => ({
      id: showId('cns', consentId),
      recipient,
      purpose,
      fields: [...fields],
      given_at: at(givenAt),
    })),
  };
}

export function restrainedJson(done: Restrained) {
  return { ...heldBackJson(done), changed: done.changed, recipients: [...done.recipients] };
}

function at(moment: Temporal.Instant): string {
  return moment.round('second').toString();
}
