import type { Clock } from '#kit/clock';
import type { Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import { heldConsents } from './consents.ts';
import { restraintsOf } from './restraints.ts';
import type { Basis, OutsideKind, OutsidePurpose } from './rules/outside.ts';
import { needsConsent, rulingOf, type Reason, type Ruling, type Way } from './rules/ruling.ts';
import { textOf, type Field, type Sealed } from './sealed.ts';
import { statements } from './store.ts';

export type DisclosureRequest<Kind extends Field> = {
  readonly shopId: string;
  readonly personId: string;
  readonly parcelId: string | null;
  /** `name` is the carrier's id, or the host of the mail relay. */
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
  readonly values: { readonly [Each in Kind]?: string };
  readonly withheld: Readonly<Partial<Record<Kind, Reason>>>;
};

export type StoredDisclosure = {
  readonly disclosureId: string;
  readonly parcelId: string | null;
  readonly recipient: string;
  readonly service: string;
  readonly purpose: string;
  readonly basis: string;
  readonly fields: readonly string[];
  readonly withheld: readonly string[];
  readonly disclosedAt: Temporal.Instant;
};

type Allowed = Extract<Ruling, { basis: Basis }>;
type Withheld = Extract<Ruling, { reason: Reason }>;

export async function disclose<Kind extends Field>(
  tx: Tx,
  clock: Clock,
  request: DisclosureRequest<Kind>,
): Promise<Disclosed<Kind>> {
  const asked = Object.values<Sealed | undefined>(request.values).filter((value) => value !== undefined);
  const rulings = await judge(
    tx,
    clock,
    request,
    asked.map((value) => value.field),
  );
  const allowed = rulings.filter((ruling) => 'basis' in ruling);
  const withheld = rulings.filter((ruling) => 'reason' in ruling);
  await write(tx, clock, request, allowed, withheld);
  const goes = new Set(allowed.map((ruling) => ruling.field));
  // The two records are built from the request's own kinds, which Object.entries cannot carry through.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return {
    values: Object.fromEntries(asked.filter(({ field }) => goes.has(field)).map((one) => [one.field, textOf(one)])),
    withheld: Object.fromEntries(withheld.map(({ field, reason }) => [field, reason])),
  } as Disclosed<Kind>;
}

/** The person's key is locked against erasure and restriction until the transaction ends. */
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
  const person = await tx.one(statements.lockPerson, [personId]);
  if (person === null) return asked.map((field) => ({ field, reason: 'erased' }));
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
 * row. Of somebody who was erased nothing is written any more.
 */
async function write(
  tx: Tx,
  clock: Clock,
  request: Omit<DisclosureRequest<Field>, 'values'>,
  allowed: readonly Allowed[],
  withheld: readonly Withheld[],
): Promise<void> {
  if (withheld.some(({ reason }) => reason === 'erased')) return;
  const groups = [...Map.groupBy(allowed, ({ basis, consentId }) => `${basis} ${consentId}`).values()];
  if (groups.length === 0 && withheld.length > 0) groups.push([]);
  const now = clock.now();
  for (const [index, group] of groups.entries()) {
    await tx.rows(statements.addDisclosure, [
      request.personId,
      newId(clock),
      request.shopId,
      request.parcelId,
      `${request.recipient.kind}: ${request.recipient.name}`,
      request.service,
      request.purpose,
      group[0]?.basis ?? 'none',
      group[0]?.consentId ?? null,
      group.map((ruling) => ruling.field).toSorted(),
      index > 0 ? [] : withheld.map(({ field, reason }) => `${field}: ${reason}`).toSorted(),
      now.toZonedDateTimeISO('UTC').toPlainDate(),
      now,
    ]);
  }
}

/** What left about a person, newest first, 500 at the most. */
export async function disclosuresOf(queries: Queries, personId: string): Promise<readonly StoredDisclosure[]> {
  return await queries.rows<StoredDisclosure>(statements.disclosures, [personId]);
}
