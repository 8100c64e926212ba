import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import type { Correction, Orders } from '#orders';
import type { Privacy, Sealed } from '#privacy';
import type { PersonOf } from '../held/held.ts';
import { recipientsOf } from '../recipients.ts';
import { statements } from '../store.ts';

/** Asks at a new e-mail address whether it is the person's: sends the secret there, through the gate. */
export type AskToConfirm = (
  tx: Tx,
  letter: PersonOf & {
    readonly orderId: string;
    readonly email: Sealed<'email'>;
    /** 160 bit, base64url: whoever has it reads that mailbox. */
    readonly secret: string;
    readonly expiresAt: Temporal.Instant;
  },
) => Promise<void>;

export type CorrectNeeds = {
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly orders: Pick<Orders, 'correct'>;
  /** Missing: no address can be asked, and an e-mail address is not corrected here. */
  readonly askToConfirm?: AskToConfirm;
};

export type Corrected = {
  /** What stands corrected now: kinds of fields. */
  readonly corrected: readonly ('name' | 'phone' | 'address')[];
  /** Who got something about them, by name, and is to be told of what was corrected (art. 19). */
  readonly recipients: readonly string[];
  /** The e-mail address that counts from its confirmation on; null when none was given. */
  readonly emailConfirmedUntil: Temporal.Instant | null;
};

const secretBytes = 20;
const confirmHours = 48;
const column = 'rights.email_change.email';

/**
 * Article 16: puts right what is known. A new e-mail address counts once somebody who reads it has said so; until then
 * mails go where they went. The ledger says what kinds were corrected, and no values.
 * @throws Fault('unavailable') when an e-mail address is given and nobody can ask there
 */
export async function correct(
  needs: CorrectNeeds,
  tx: Tx,
  person: PersonOf & { readonly orderId: string },
  correction: Correction,
  actor: string,
): Promise<Corrected> {
  const { email, ...now } = correction;
  if (email !== null && needs.askToConfirm === undefined) {
    throw new Fault('unavailable', 'A new e-mail address cannot be confirmed here, so it is not taken.');
  }
  const corrected = (['name', 'phone', 'address'] as const).filter(
    (field) => now[field] !== null || (field === 'phone' && now.dropsPhone),
  );
  const { shopId, personId } = person;
  const subject = showId('per', personId);
  if (corrected.length > 0) {
    await needs.orders.correct(tx, person, { ...now, email: null });
    await record(needs, tx, person, corrected);
  }
  const until = email === null ? null : await askFirst(needs, tx, person, email);
  await needs.privacy.audit(tx, { shopId, actor, verb: 'rights.correct', subject });
  const recipients = corrected.length === 0 ? [] : await recipientsOf(needs.privacy, tx, personId);
  return { corrected, recipients, emailConfirmedUntil: until };
}

async function record(needs: CorrectNeeds, tx: Tx, person: PersonOf, fields: readonly string[]): Promise<void> {
  await needs.privacy.ledger.record(tx, person.personId, {
    entryId: newId(needs.clock),
    shown: { kind: 'correction' },
    details: { fields: fields.toSorted(), corrected_at: needs.clock.now().round('second').toString() },
  });
}

async function askFirst(
  needs: CorrectNeeds,
  tx: Tx,
  person: PersonOf & { readonly orderId: string },
  email: Sealed<'email'>,
): Promise<Temporal.Instant> {
  const { clock, privacy } = needs;
  const { shopId, personId, orderId } = person;
  const key = (await privacy.keysOf(tx, 'person', [personId])).get(personId);
  if (key === undefined) throw new Fault('conflict', 'This person was erased in this moment.');
  const changeId = newId(clock);
  const secret = randomBytes(secretBytes).toString('base64url');
  const expiresAt = clock.now().add({ hours: confirmHours });
  await tx.rows(statements.addChange, [
    personId,
    changeId,
    shopId,
    orderId,
    key.lock(email, { column, row: changeId }),
    hashOf(secret),
    clock.now(),
    expiresAt,
  ]);
  await needs.askToConfirm?.(tx, { shopId, personId, orderId, email, secret, expiresAt });
  return expiresAt;
}

type Change = PersonOf & {
  readonly changeId: string;
  readonly email: Buffer;
  readonly expiresAt: Temporal.Instant;
};

/**
 * Takes the address that this secret was sent to; null when it leads to none, was used, or came too late.
 * @throws Fault('conflict') when the address has become another person's meanwhile
 */
export async function confirmEmail(needs: CorrectNeeds, tx: Tx, secret: string): Promise<PersonOf | null> {
  const change = await tx.one<Change>(statements.takeChange, [hashOf(secret)]);
  if (change === null || Temporal.Instant.compare(change.expiresAt, needs.clock.now()) <= 0) return null;
  const { shopId, personId, changeId } = change;
  const key = (await needs.privacy.keysOf(tx, 'person', [personId])).get(personId);
  const email = key?.stored('email', change.email, { column, row: changeId }) ?? null;
  if (email === null) return null;
  await needs.orders.correct(
    tx,
    { shopId, personId },
    { name: null, phone: null, dropsPhone: false, address: null, email },
  );
  await record(needs, tx, change, ['email']);
  return { shopId, personId };
}

/** Until when a new address can be confirmed; null when none waits. */
export async function emailWaiting(
  queries: Queries,
  now: Temporal.Instant,
  personId: string,
): Promise<Temporal.Instant | null> {
  return (await queries.one<{ expiresAt: Temporal.Instant }>(statements.changeOf, [personId, now]))?.expiresAt ?? null;
}

/** Drops addresses that nobody confirmed in time. Answers how many; with `dryRun` it only counts. */
export async function expireChanges(
  queries: Queries,
  now: Temporal.Instant,
  how: { readonly dryRun: boolean },
): Promise<number> {
  const statement = how.dryRun ? statements.countOldChanges : statements.dropOldChanges;
  return (await queries.one<{ count: number }>(statement, [now]))?.count ?? 0;
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
