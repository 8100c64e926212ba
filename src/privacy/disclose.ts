import type { Clock } from '#kit/clock';
import type { Queries, Tx, Value } from '#kit/database';
import { newId } from '#kit/ids';
import { heldConsents } from './consents.ts';
import type { KeyBook } from './key-book.ts';
import { disclosureTold, type DisclosureRow } from './ledger/disclosed.ts';
import { enter, entryByRow } from './ledger/ledger.ts';
import { restraintsOf } from './restraints.ts';
import { outsideKinds, outsidePurposes, type Basis, type OutsideKind, type OutsidePurpose } from './rules/outside.ts';
import type { Rule } from './rules/rules.ts';
import { needsConsent, ruleBehind, rulingOf, type Reason, type Ruling, type Way } from './rules/ruling.ts';
import { textOf, type Field, type LetOut, type Sealed } from './sealed.ts';
import { statements } from './store.ts';
import type { SubjectKey } from './subject-key.ts';

export type DisclosureRequest<Kind extends Field> = {
  readonly shopId: string;
  readonly personId: string;
  readonly parcelId: string | null;
  /** `name` is the carrier's or the review platform's id, or the host of the mail relay. */
  readonly recipient: { readonly kind: OutsideKind; readonly name: string };
  /** The recipient's service that gets it, such as `tracking`. */
  readonly service: string;
  readonly purpose: OutsidePurpose;
  /** Where the parcel goes to, ISO 3166-1 alpha-2; missing when nobody knows or it does not count. */
  readonly country?: string | null;
  readonly values: { readonly [Each in Kind]?: Sealed<Each> };
};

/** What may leave. A field that is missing here was withheld, and `withheld` says why. */
export type Disclosed<Kind extends Field> = {
  readonly values: { readonly [Each in Kind]?: LetOut<Each> };
  readonly withheld: Readonly<Partial<Record<Kind, Reason>>>;
};

export type StoredDisclosure = Omit<DisclosureRow, 'consentId'> & { readonly disclosureId: string };

type Allowed = Extract<Ruling, { basis: Basis }>;
type Withheld = Extract<Ruling, { reason: Reason }>;

type Needs = { readonly clock: Clock; readonly book: Pick<KeyBook, 'lockPerson'> };

/** The person's key is locked against erasure until the transaction ends; without it nothing of this person leaves. */
export async function disclose<Kind extends Field>(
  tx: Tx,
  { clock, book }: Needs,
  request: DisclosureRequest<Kind>,
): Promise<Disclosed<Kind>> {
  const asked = Object.values<Sealed | undefined>(request.values).filter((value) => value !== undefined);
  const fields = asked.map((value) => value.field);
  const key = await book.lockPerson(tx, request.personId);
  const rulings: readonly Ruling[] =
    key === null ? fields.map((field) => ({ field, reason: 'erased' })) : await judge(tx, clock, request, fields);
  const allowed = rulings.filter((ruling) => 'basis' in ruling);
  const withheld = rulings.filter((ruling) => 'reason' in ruling);
  if (key !== null) await write(tx, clock, key, request, { allowed, withheld });
  const goes = new Set(allowed.map((ruling) => ruling.field));
  // The two records are built from the request's own kinds, which Object.entries cannot carry through.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return {
    values: Object.fromEntries(asked.filter(({ field }) => goes.has(field)).map((one) => [one.field, textOf(one)])),
    withheld: Object.fromEntries(withheld.map(({ field, reason }) => [field, reason])),
  } as Disclosed<Kind>;
}

/** The person's key is locked, against restriction too, until the transaction ends. */
async function judge(
  tx: Tx,
  clock: Clock,
  request: Omit<DisclosureRequest<Field>, 'values'>,
  asked: readonly Field[],
): Promise<readonly Ruling[]> {
  const { personId, purpose, recipient, service } = request;
  const way: Way = {
    to: recipient.kind,
    recipient: recipient.name,
    service,
    country: request.country ?? null,
    purpose,
  };
  const restraints = await restraintsOf(tx, personId);
  const fields = asked.filter((field) => needsConsent(way, field));
  const consents = await heldConsents(tx, clock, { personId, purpose, recipient: recipient.name, fields });
  const objections = new Set(restraints.objections.map((one) => one.purpose));
  const standing = { isErased: false, isRestricted: restraints.restricted !== null, objections, consents };
  const now = clock.now();
  return asked.map((field) => rulingOf(way, field, standing, now));
}

/**
 * One row for each basis and consent, and what stayed in the first; the same disclosure again on the same day is the same
 * row. Each row that is new is entered in the ledger.
 */
async function write(
  tx: Tx,
  clock: Clock,
  key: SubjectKey,
  request: Omit<DisclosureRequest<Field>, 'values'>,
  { allowed, withheld }: { readonly allowed: readonly Allowed[]; readonly withheld: readonly Withheld[] },
): Promise<void> {
  const groups = [...Map.groupBy(allowed, ({ basis, consentId }) => `${basis} ${consentId}`).values()];
  if (groups.length === 0 && withheld.length > 0) groups.push([]);
  const now = clock.now().round({ smallestUnit: 'millisecond', roundingMode: 'floor' });
  for (const [index, group] of groups.entries()) {
    const row: DisclosureRow = {
      parcelId: request.parcelId,
      recipient: `${request.recipient.kind}: ${request.recipient.name}`,
      service: request.service,
      purpose: request.purpose,
      basis: group[0]?.basis ?? 'none',
      consentId: group[0]?.consentId ?? null,
      fields: group.map((ruling) => ruling.field).toSorted(),
      withheld: index > 0 ? [] : withheld.map(({ field, reason }) => `${field}: ${reason}`).toSorted(),
      disclosedAt: now,
    };
    const entryId = newId(clock);
    const added = await tx.one(statements.addDisclosure, [key.id, entryId, request.shopId, ...valuesOf(row)]);
    if (added !== null) enter(tx, entryByRow(key, { entryId, ...disclosureTold(row) }));
  }
}

function valuesOf(row: DisclosureRow): readonly Value[] {
  const { parcelId, recipient, service, purpose, basis, consentId, fields, withheld, disclosedAt } = row;
  const day = disclosedAt.toZonedDateTimeISO('UTC').toPlainDate();
  return [parcelId, recipient, service, purpose, basis, consentId, fields, withheld, day, disclosedAt];
}

/** What left about a person, newest first, 500 at the most. */
export async function disclosuresOf(queries: Queries, personId: string): Promise<readonly StoredDisclosure[]> {
  return await queries.rows<StoredDisclosure>(statements.disclosures, [personId]);
}

/** What a stored disclosure says of one field, and the rule behind it; `reason` is null where the field went. */
export type ExplainedField = {
  readonly field: string;
  readonly reason: string | null;
  readonly rule: Rule | null;
};

/** Field by field why it went or stayed, for people: pure. */
export function explained(
  one: Pick<StoredDisclosure, 'recipient' | 'service' | 'purpose' | 'basis' | 'fields' | 'withheld'>,
): readonly ExplainedField[] {
  const [kind = '', recipient = ''] = splitOnce(one.recipient);
  const to = outsideKinds.find((known) => known === kind) ?? 'carrier';
  const purpose = outsidePurposes.find((known) => known === one.purpose);
  const behind = (field: string, reason: string): Rule | null =>
    purpose === undefined ? null : ruleBehind({ to, recipient, service: one.service, purpose }, field, reason);
  return [
    ...one.fields.map((field) => ({ field, reason: null, rule: behind(field, one.basis) })),
    ...one.withheld.map((text) => {
      const [field = '', reason = ''] = splitOnce(text);
      return { field, reason, rule: behind(field, reason) };
    }),
  ];
}

/** `kind: name`, as it is stored. */
function splitOnce(text: string): readonly string[] {
  const at = text.indexOf(': ');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 2)];
}
