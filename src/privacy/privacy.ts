import { createHmac } from 'node:crypto';
import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { audits, writeAudit, type Audit, type AuditEntry } from './audit.ts';
import { recordConsents, withdrawConsent, type ConsentInput } from './consents.ts';
import { disclose, disclosuresOf, type Disclosed, type DisclosureRequest, type StoredDisclosure } from './disclose.ts';
import { createKeyBook, type KeyBook, type Subject } from './key-book.ts';
import { mayOpen, type Inside, type Purpose } from './purposes.ts';
import { textOf, type Field, type Sealed } from './sealed.ts';
import { forgetting } from './store.ts';

export { parcelKeyPartitions } from './store.ts';
export { Sealed, sealed, type Field } from './sealed.ts';
export type { Packing, SubjectKey } from './subject-key.ts';
export type { Inside, OutsidePurpose, Purpose } from './purposes.ts';
export type { AuditEntry, ConsentInput, Disclosed, DisclosureRequest, StoredDisclosure, Subject };

/** Why a sealed value is opened, and for whose eyes. */
export type Why = { readonly purpose: Purpose; readonly reader: Inside };

export type Privacy = KeyBook & {
  /**
   * Opens a sealed value for somebody inside the shop.
   * @throws when the purpose does not cover this kind of data or these eyes: a bug, not an input
   */
  readonly open: <Kind extends Field>(value: Sealed<Kind>, why: Why) => string;
  /**
   * The only way out. Checks the rules and the person's consents field by field and writes what goes and what stays
   * into the disclosures before it answers; the caller commits, then sends. Fails closed.
   */
  readonly disclose: <Kind extends Field>(tx: Tx, request: DisclosureRequest<Kind>) => Promise<Disclosed<Kind>>;
  readonly disclosuresOf: (queries: Queries, personId: string) => Promise<readonly StoredDisclosure[]>;
  /** Keyed hash by which something is found again: 16 bytes, worthless without the keyring. */
  readonly index: (shopId: string, kind: string, value: string) => Buffer;
  /** Seals what belongs to the shop itself, or to nobody yet; `bound` names table, column and row. */
  readonly lockForShop: (shopId: string, use: ShopUse, text: string, bound: string) => Buffer;
  /** @throws Fault('unavailable') when it was changed or moved */
  readonly openForShop: (shopId: string, use: ShopUse, sealed: Uint8Array, bound: string) => string;
  readonly recordConsents: (tx: Tx, person: Subject, consents: readonly ConsentInput[]) => Promise<void>;
  readonly withdrawConsent: (tx: Tx, personId: string, consentId: string) => Promise<boolean>;
  readonly audit: (tx: Queries, entry: Audit) => Promise<void>;
  readonly audits: (queries: Queries, shopId: string | null, limit: number) => Promise<readonly AuditEntry[]>;
  /** Drops every key, consent, disclosure and audit row of a shop: what was sealed there opens nowhere any more. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

/** What a shop has keys of its own for. */
type ShopUse = 'waiting' | 'carrier accounts' | 'mail keys' | 'imports' | 'breaches' | 'canaries';

const indexBytes = 16;

export function createPrivacy(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Keyring;
}): Privacy {
  const { clock, keyring } = needs;
  const book = createKeyBook({ keyring });
  const derived = new Map<string, Buffer>();
  const shopKey = (shopId: string, use: string): Buffer => {
    const name = `shop/${shopId}/${use}`;
    const key = derived.get(name) ?? keyring.derive(name);
    derived.set(name, key);
    return key;
  };
  return {
    ...book,
    open: (value, why) => {
      if (!mayOpen(value.field, why.purpose, why.reader)) {
        throw new Error(`${value.field} may not be opened for ${why.purpose} by ${why.reader}`);
      }
      return textOf(value);
    },
    disclose: (tx, request) => disclose(tx, clock, request),
    disclosuresOf,
    index: (shopId, kind, value) =>
      createHmac('sha256', shopKey(shopId, 'index')).update(`${kind}\0${value}`).digest().subarray(0, indexBytes),
    lockForShop: (shopId, use, text, bound) => keyring.seal(shopKey(shopId, use), Buffer.from(text), bound),
    openForShop: (shopId, use, sealed, bound) => keyring.open(shopKey(shopId, use), sealed, bound).toString('utf8'),
    recordConsents: (tx, person, consents) => recordConsents(tx, clock, book, person, consents),
    withdrawConsent: (tx, personId, consentId) => withdrawConsent(tx, clock, personId, consentId),
    audit: (tx, entry) => writeAudit(tx, clock, entry),
    audits,
    forgetShop: async (tx, shopId) => {
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}
