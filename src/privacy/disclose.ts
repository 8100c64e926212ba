import type { Clock } from '#kit/clock';
import type { Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import { ruleFor, type Basis, type OutsideKind, type OutsidePurpose } from './purposes.ts';
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
  readonly values: { readonly [Each in Kind]?: Sealed<Each> };
};

/** What may leave. A field that is missing here was withheld, and `withheld` says why. */
export type Disclosed<Kind extends Field> = {
  readonly values: { readonly [Each in Kind]?: string };
  readonly withheld: Readonly<Partial<Record<Kind, 'no rule' | 'no consent'>>>;
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

type Ruling = { readonly field: Field; readonly basis: Basis; readonly consentId: string | null };

export async function disclose<Kind extends Field>(
  tx: Tx,
  clock: Clock,
  request: DisclosureRequest<Kind>,
): Promise<Disclosed<Kind>> {
  const asked = Object.values<Sealed | undefined>(request.values).filter((value) => value !== undefined);
  const held = await consentsFor(tx, request);
  const allowed: Ruling[] = [];
  const withheld: [Field, 'no rule' | 'no consent'][] = [];
  for (const { field } of asked) {
    const rule = ruleFor(request.recipient.kind, request.purpose, field);
    const consentId = held.find((consent) => consent.fields.includes(field))?.consentId ?? null;
    if (rule === null) withheld.push([field, 'no rule']);
    else if (rule.basis === 'consent: art. 6(1)(a)' && consentId === null) withheld.push([field, 'no consent']);
    else allowed.push({ field, basis: rule.basis, consentId: rule.basis.startsWith('consent') ? consentId : null });
  }
  await write(tx, clock, request, allowed, withheld);
  const goes = new Set(allowed.map((ruling) => ruling.field));
  // The two records are built from the request's own kinds, which Object.entries cannot carry through.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return {
    values: Object.fromEntries(asked.filter(({ field }) => goes.has(field)).map((one) => [one.field, textOf(one)])),
    withheld: Object.fromEntries(withheld),
  } as Disclosed<Kind>;
}

async function consentsFor(
  tx: Tx,
  request: Pick<DisclosureRequest<Field>, 'personId' | 'purpose' | 'recipient'>,
): Promise<readonly { readonly consentId: string; readonly fields: readonly string[] }[]> {
  return await tx.rows(statements.consents, [request.personId, request.purpose, request.recipient.name]);
}

/** One row per basis; the same disclosure again on the same day is the same row. */
async function write(
  tx: Tx,
  clock: Clock,
  request: Omit<DisclosureRequest<Field>, 'values'>,
  allowed: readonly Ruling[],
  withheld: readonly (readonly [Field, string])[],
): Promise<void> {
  const now = clock.now();
  const bases = [...new Set(allowed.map((ruling) => ruling.basis))];
  for (const basis of bases.length > 0 ? bases : ['none']) {
    const under = allowed.filter((ruling) => ruling.basis === basis);
    await tx.rows(statements.addDisclosure, [
      request.personId,
      newId(clock),
      request.shopId,
      request.parcelId,
      `${request.recipient.kind}: ${request.recipient.name}`,
      request.service,
      request.purpose,
      basis,
      under.find((ruling) => ruling.consentId !== null)?.consentId ?? null,
      under.map((ruling) => ruling.field).toSorted(),
      withheld.map(([field, reason]) => `${field}: ${reason}`).toSorted(),
      now.toZonedDateTimeISO('UTC').toPlainDate(),
      now,
    ]);
  }
}

/** What left about a person, newest first, 500 at the most. */
export async function disclosuresOf(queries: Queries, personId: string): Promise<readonly StoredDisclosure[]> {
  return await queries.rows<StoredDisclosure>(statements.disclosures, [personId]);
}
