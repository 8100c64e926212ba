import { showId } from '#kit/ids';
import type { Happening } from './append.ts';

/** A row of what left, or of what was asked for and stayed. */
export type DisclosureRow = {
  readonly parcelId: string | null;
  /** `carrier: dhl-unified` */
  readonly recipient: string;
  readonly service: string;
  readonly purpose: string;
  readonly basis: string;
  readonly consentId: string | null;
  readonly fields: readonly string[];
  readonly withheld: readonly string[];
  readonly disclosedAt: Temporal.Instant;
};

/**
 * What is entered of it. The public part names the kind of recipient only: which carrier, and on which day, may point to
 * one customer where there are few of them, and is the shop's business where there are many.
 */
export function disclosureTold(row: DisclosureRow): Pick<Happening, 'shown' | 'details'> {
  const { recipient, service, purpose, basis, fields, withheld } = row;
  const to = recipient.slice(0, recipient.indexOf(':'));
  return {
    shown: fields.length === 0 ? { kind: 'withheld', to, purpose } : { kind: 'disclosure', to, purpose, basis },
    details: {
      at: row.disclosedAt.toString({ smallestUnit: 'millisecond' }),
      recipient,
      service,
      purpose,
      basis,
      fields,
      withheld,
      parcel: row.parcelId === null ? null : showId('par', row.parcelId),
      consent: row.consentId === null ? null : showId('cns', row.consentId),
    },
  };
}
