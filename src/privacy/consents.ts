import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { newId, showId } from '#kit/ids';
import type { KeyBook, Subject } from './key-book.ts';
import { hashOfWords } from './consents/records.ts';
import { enter, entryAbout } from './ledger/ledger.ts';
import type { GivenConsent } from './rules/ruling.ts';
import type { Sealed } from './sealed.ts';
import { textOf } from './sealed.ts';
import { statements } from './store.ts';
import type { SubjectKey } from './subject-key.ts';

/** A consent as it came with an order, or from the person's page. `words` is the exact text they saw beside the box. */
export type ConsentInput = {
  readonly purpose: string;
  readonly recipient: string;
  readonly fields: readonly string[];
  readonly givenAt: Temporal.Instant;
  readonly words: Sealed<'consent_words'>;
  readonly channel: 'order' | 'page';
  /** What the shop calls this version of the words. */
  readonly version?: string | null;
  /** BCP 47, of the words. */
  readonly language?: string | null;
  /** How the box stood before it was touched; missing where the shop has not said. */
  readonly preset?: 'unticked' | null;
  /** Whose law was told to the person: ISO 3166-1 alpha-2. */
  readonly jurisdiction?: string | null;
  /** Where the privacy notice stood. */
  readonly policyUrl?: string | null;
  /** From then on it counts no more; missing while it holds until it is withdrawn. */
  readonly holdsUntil?: Temporal.Instant | null;
};

/**
 * The same consent told twice is one consent. One that is told after its like was taken back, and was given before, is taken
 * back too. Answers with the ids of those that were new.
 */
export async function recordConsents(
  tx: Tx,
  clock: Clock,
  book: KeyBook,
  person: Subject,
  consents: readonly ConsentInput[],
): Promise<readonly string[]> {
  if (consents.length === 0) return [];
  // Locked, so that whoever takes one back in this moment comes before all of this or after it.
  const key = await book.lockPerson(tx, person.id);
  if (key === null) return [];
  const recorded: string[] = [];
  for (const consent of consents) {
    const consentId = newId(clock);
    const fields = [...new Set(consent.fields)].toSorted();
    const added = await tx.one(statements.addConsent, [
      person.id,
      consentId,
      person.shopId,
      consent.purpose,
      consent.recipient,
      fields,
      consent.givenAt,
      key.lock(consent.words, { column: 'privacy.consent.words', row: consentId }),
      consent.channel,
      ...noticeOf(consent),
    ]);
    if (added === null) continue;
    const details = {
      consent: showId('cns', consentId),
      purpose: consent.purpose,
      recipient: consent.recipient,
      fields,
      given_at: consent.givenAt.toString(),
      words_sha256: hashOfWords(textOf(consent.words)),
      channel: consent.channel,
      ...noticeDetails(consent),
    };
    enter(tx, entryAbout(key, { entryId: consentId, shown: { kind: 'consent' }, details }));
    const asked = [person.id, consent.purpose, consent.recipient, fields, consent.givenAt];
    const { at } = (await tx.one<{ at: Temporal.Instant | null }>(statements.takenBack, asked)) ?? { at: null };
    if (at !== null) await takeBack(tx, clock, key, { consentId, at });
    recorded.push(consentId);
  }
  return recorded;
}

/** What not every shop tells of a consent, in the order of the statement. */
function noticeOf(consent: ConsentInput): readonly (string | Temporal.Instant | null)[] {
  const { language, version, preset, jurisdiction, policyUrl, holdsUntil } = consent;
  return [language, version, preset, jurisdiction, policyUrl, holdsUntil].map((told) => told ?? null);
}

/** The same for the ledger: what was told. */
function noticeDetails({ language, version, preset, holdsUntil }: ConsentInput): Readonly<Record<string, string>> {
  const told = { language, words_version: version, box: preset, holds_until: holdsUntil?.toString() };
  return Object.fromEntries(Object.entries(told).flatMap(([name, text]) => (text ? [[name, text]] : [])));
}

/**
 * True when the consent existed and held until now. Whoever takes one back takes back all that would still let one of its
 * kinds go to that recipient for that purpose, in whichever order they were given (GDPR, art. 7(3)).
 */
export async function withdrawConsent(
  tx: Tx,
  clock: Clock,
  book: Pick<KeyBook, 'lockPerson'>,
  personId: string,
  consentId: string,
): Promise<boolean> {
  // Waits for consents that are told, and for what leaves, in this moment.
  await tx.rows(statements.holdPerson, [personId]);
  const key = await book.lockPerson(tx, personId);
  const at = clock.now();
  const alike = await tx.rows<{ consentId: string }>(statements.lockAlike, [personId, consentId, at]);
  if (key === null) return false;
  let isTaken = false;
  for (const { consentId: id } of alike) {
    if (await takeBack(tx, clock, key, { consentId: id, at })) isTaken ||= id === consentId;
  }
  return isTaken;
}

async function takeBack(
  tx: Tx,
  clock: Clock,
  key: SubjectKey,
  { consentId, at }: { readonly consentId: string; readonly at: Temporal.Instant },
): Promise<boolean> {
  if ((await tx.one(statements.withdraw, [key.id, consentId, at])) === null) return false;
  const details = { consent: showId('cns', consentId), at: at.toString() };
  enter(tx, entryAbout(key, { entryId: newId(clock), shown: { kind: 'withdrawal' }, details }));
  return true;
}

/** The consents for this purpose and recipient that name one of these kinds; they stay as they are until `tx` ends. */
export async function heldConsents(
  tx: Tx,
  clock: Clock,
  asked: {
    readonly personId: string;
    readonly purpose: string;
    readonly recipient: string;
    readonly fields: readonly string[];
  },
): Promise<readonly GivenConsent[]> {
  if (asked.fields.length === 0) return [];
  const given = await tx.rows<Omit<GivenConsent, 'withdrawn'>>(statements.lockConsents, [
    asked.personId,
    asked.purpose,
    asked.recipient,
    clock.now(),
    asked.fields,
  ]);
  if (given.length === 0) return [];
  const ids = given.map((consent) => consent.consentId);
  const rows = await tx.rows<{ consentId: string }>(statements.withdrawn, [asked.personId, ids]);
  const withdrawn = new Set(rows.map((row) => row.consentId));
  return given.map((consent) => Object.assign(consent, { withdrawn: withdrawn.has(consent.consentId) }));
}
