import { createHash, createHmac } from 'node:crypto';
import { canonical } from './tree/own-entry.ts';

/** What entries of the ledger are about. `withheld`: somebody was to get something, and nothing left. */
export type EntryKind =
  | 'disclosure'
  | 'withheld'
  | 'consent'
  | 'withdrawal'
  | 'restriction'
  | 'objection'
  | 'correction'
  | 'export'
  | 'erasure'
  | ReviewKind;

/** Steps of a review: docs/decisions/0032 says what stands beside each. */
type ReviewKind =
  | 'review invitation'
  | 'review received'
  | 'review published'
  | 'review withheld'
  | 'review answered'
  | 'review withdrawn';

/** What anybody may read of an entry; nothing in it leads to a person. */
export type PublicPart = { readonly kind: EntryKind } & Readonly<Record<string, string>>;

/** What only its person is shown, and what makes it the one that was committed to. */
export type OwnPart = {
  /** 1 for the first entry about this person. */
  readonly number: number;
  /** 32 bytes that nobody can guess; gone with the person's key. */
  readonly nonce: Uint8Array;
  readonly details: Readonly<Record<string, unknown>>;
};

/** The bytes of an entry up to the commitment, which the database adds with the number. */
export function entryHead(part: PublicPart): string {
  return `${canonical(part).slice(0, -1)},"of":"`;
}

export const entryTail = '"}';

/** What is committed to besides the number. */
export function detailsDigest(nonce: Uint8Array, details: OwnPart['details']): Buffer {
  return createHmac('sha256', nonce).update(canonical(details)).digest();
}

/** The whole entry, as it stands in the ledger. */
export function entryText(part: PublicPart, { number, nonce, details }: OwnPart): string {
  const count = Buffer.alloc(8);
  count.writeBigInt64BE(BigInt(number));
  const commitment = createHash('sha256').update(count).update(detailsDigest(nonce, details)).digest('hex');
  return `${entryHead(part)}${commitment}${entryTail}`;
}
