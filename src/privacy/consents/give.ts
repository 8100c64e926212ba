import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { heldConsents, recordConsents, type ConsentInput } from '../consents.ts';
import type { KeyBook, Subject } from '../key-book.ts';
import { effectOf } from '../rules/ruling.ts';
import { statements } from '../store.ts';

/** One box that a person ticked on a page of this house: it stood unticked, and names one recipient. */
export type PageConsent = Pick<ConsentInput, 'purpose' | 'recipient' | 'fields' | 'words'> & {
  readonly version: string;
  readonly language: string;
  readonly jurisdiction: string | null;
  readonly policyUrl: string | null;
};

/**
 * Records what a person allowed on a page, now. Its id; null when they had allowed just that already, or were erased. Who
 * presses twice allows once.
 */
export async function giveConsent(
  tx: Tx,
  clock: Clock,
  book: KeyBook,
  person: Subject,
  consent: PageConsent,
): Promise<string | null> {
  const held = await tx.one<{ shopId: string }>(statements.holdPerson, [person.id]);
  if (held?.shopId !== person.shopId) return null;
  const { purpose, recipient, fields } = consent;
  const now = clock.now();
  const before = await heldConsents(tx, clock, { personId: person.id, purpose, recipient, fields });
  const isKnown = before.some(
    (one) => effectOf(one, now) === 'counts' && fields.every((field) => one.fields.includes(field)),
  );
  if (isKnown) return null;
  const given: ConsentInput = { ...consent, givenAt: now, channel: 'page', preset: 'unticked' };
  const [consentId] = await recordConsents(tx, clock, book, person, [given]);
  return consentId ?? null;
}
