import { createHmac } from 'node:crypto';
import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import type { Log } from '#kit/log';
import { audits, writeAudit, type Audit, type AuditEntry } from './audit.ts';
import { recordConsents, withdrawConsent, type ConsentInput } from './consents.ts';
import { consentsOf, effectsOf, type ConsentEffect, type ConsentRecord } from './consents/records.ts';
import { giveConsent, type PageConsent } from './consents/give.ts';
import { createReceiptKeys, type Controller, type Jwks } from './consents/receipt.ts';
import { disclose, disclosuresOf, type Disclosed, type DisclosureRequest, type StoredDisclosure } from './disclose.ts';
import { heldBack, objectTo, restraintsOf, restrict, type Objectionable, type Restraints } from './restraints.ts';
import { createKeyBook, type KeyBook, type Subject } from './key-book.ts';
import { forgetPersons, lockForErasure } from './persons/erasure.ts';
import { heldIn, type HeldRow, type HeldTable, type Whose } from './persons/held.ts';
import { privacyTables } from './persons/tables.ts';
import { createLedger, type Ledger } from './ledger/ledger.ts';
import { mayOpen, type Inside, type Purpose } from './purposes.ts';
import { textOf, type Field, type Sealed } from './sealed.ts';
import { showId } from '#kit/ids';
import { forgetting } from './store.ts';
import { createWitnessRoom, type WitnessNeeds, type WitnessRoom } from './witness/witness.ts';

export { ledgerHeads, parcelKeyPartitions, type LedgerHead } from './store.ts';
export { subjectKeys } from './wrapped-keys.ts';
export { ownVerifierScript, verifierProgram } from './verifier/files.ts';
export { verifyLedger } from './verifier/run.ts';
export { verifyHelp } from './verifier/say.ts';
export { witnessJson, witnessStateJson } from './witness/witness-json.ts';
export {
  contract,
  hashOf,
  interests,
  mappedColumns,
  obligation,
  plainly,
  recipientsFor,
  sealedAs,
  type MapBasis,
  type MappedColumn,
  type MapPurpose,
  type RoomMap,
} from './data-map.ts';
export { clocks, findClock, retentionClocks, type ClockName, type RetentionClock } from './mapping/clocks.ts';
export {
  onlyRows,
  sweepOf,
  type Dropped,
  type Going,
  type Past,
  type Sweep,
  type TablePast,
} from './mapping/sweeps.ts';
export { groundData, privacyData } from './mapping/own.ts';
export { lastProofs, privacySweeps } from './mapping/own-sweeps.ts';
export { restrictedIn, restrictedUntilEnd } from './restraints.ts';
export { forgetIn, headings } from './persons/held.ts';
export type { Heading, HeldRow, HeldTable, HeldValue, LeftOut, Whose } from './persons/held.ts';
export { privacyTables };
export { nobodys, Sealed, sealed, type Field, type LetOut } from './sealed.ts';
export type { Packing, SubjectKey } from './subject-key.ts';
export type { Inside, Purpose } from './purposes.ts';
export { consentBasis, outsideKinds, outsidePurposes, type OutsideKind, type OutsidePurpose } from './rules/outside.ts';
export { rules, type Rule } from './rules/rules.ts';
export { countriesOf, needsConsent, servesRule } from './rules/ruling.ts';
export { explained } from './disclose.ts';
export { readReceipt } from './consents/receipt.ts';
export { effectAt, holdsAt } from './consents/records.ts';
export { canonical } from './ledger/tree/own-entry.ts';
export type { ConsentRecord, Controller, Jwks, Objectionable, PageConsent, Restraints };
export { ledgerJson, ledgerPathOf } from './ledger/ledger.ts';
export type { Happening, Ledger, LedgerStatus, MissingEntries, OwnEntry } from './ledger/ledger.ts';
export { putLastSigned, readLastSigned, shopsSigned, signedFolder, type LastSigned } from './ledger/last-signed.ts';
export type { Witness, WitnessAlarm, WitnessRoom, WitnessState } from './witness/witness.ts';
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
  /** The same consent told twice is one; answers with the ids of those that were new. */
  readonly recordConsents: (tx: Tx, person: Subject, consents: readonly ConsentInput[]) => Promise<readonly string[]>;
  /** One box that a person ticked on a page; null when it had been ticked already, or the person was erased. */
  readonly giveConsent: (tx: Tx, person: Subject, consent: PageConsent) => Promise<string | null>;
  /** Waits for what leaves in this moment; nothing leaves under it or one like it afterwards. True when it held until now. */
  readonly withdrawConsent: (tx: Tx, personId: string, consentId: string) => Promise<boolean>;
  /** Every consent of a person with its receipt, newest first. */
  readonly consentsOf: (queries: Queries, personId: string) => Promise<readonly ConsentRecord[]>;
  /** What each consent of a person does now, newest first, 100 at the most. */
  readonly effectsOf: (queries: Queries, personId: string) => Promise<readonly ConsentEffect[]>;
  /** What a shop's receipts are checked with (RFC 7517). */
  readonly receiptKeysOf: (shopId: string) => Jwks;
  /** Art. 18: from then on data is only kept, and nothing leaves but answers to the person. False when it was so. */
  readonly restrict: (tx: Tx, person: Subject, isOn: boolean) => Promise<boolean>;
  /** Art. 21: nothing leaves for this purpose. False when it was so. */
  readonly objectTo: (tx: Tx, person: Subject, purpose: Objectionable, isOn: boolean) => Promise<boolean>;
  readonly restrictionsOf: (queries: Queries, personId: string) => Promise<Restraints>;
  /** Of these persons those of whom nothing may be used for this purpose, even where nothing leaves the house. */
  readonly heldBack: (tx: Tx, personIds: readonly string[], purpose: Objectionable) => Promise<ReadonlySet<string>>;
  readonly audit: (tx: Queries, entry: Audit) => Promise<void>;
  readonly audits: (queries: Queries, shopId: string | null, limit: number) => Promise<readonly AuditEntry[]>;
  /** Everything that the tables of any room hold about somebody; sealed where it is sealed at rest. */
  readonly heldIn: (queries: Queries, tables: readonly HeldTable[], whose: Whose) => Promise<readonly HeldRow[]>;
  /** The same of this room's own tables. */
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  /** Drops their consents, disclosures and keys; entries that wait for their place in the ledger still get it. */
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  /** Until the transaction ends nothing of these persons leaves. Answers those who have not been erased. */
  readonly lockForErasure: (tx: Tx, personIds: readonly string[]) => Promise<readonly string[]>;
  readonly ledger: Ledger;
  /** Other houses that sign what they see of the ledgers, and this house that signs theirs. */
  readonly witness: WitnessRoom;
  /** Drops every key, consent, disclosure, audit row and the ledger of a shop: what was sealed there opens nowhere any more. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

/** What a shop has keys of its own for. */
type ShopUse =
  | 'waiting'
  | 'carrier accounts'
  | 'mail keys'
  | 'imports'
  | 'requests'
  | 'breaches'
  | 'canaries'
  | 'seals';

const indexBytes = 16;
const unnamed = (shopId: string): Controller => ({ name: showId('shp', shopId), email: null, url: null, issuer: null });
const unheard: Pick<Log, 'error' | 'warn'> = { error: () => {}, warn: () => {} };
const undialled: WitnessNeeds['send'] = () => Promise.reject(new Fault('unavailable', 'Nobody is asked from here.'));

export function createPrivacy(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Keyring;
  /** Of this installation: what a ledger that begins is called. Whoever serves none leaves it and the log out. */
  readonly publicUrl?: string;
  readonly log?: Pick<Log, 'error' | 'warn'>;
  /** The one dialler, to witnesses. Whoever has none leaves it out. */
  readonly send?: WitnessNeeds['send'];
  /** Who the shop is to its customers, for receipts; asked when one is made. Without it they name the shop by its id. */
  readonly controllerOf?: (shopId: string) => Promise<Controller | null>;
}): Privacy {
  const { database, clock, keyring, publicUrl = 'http://localhost', log = unheard, send = undialled } = needs;
  const book = createKeyBook({ keyring });
  const derived = new Map<string, Buffer>();
  const shopKey = (shopId: string, use: string): Buffer => {
    const name = `shop/${shopId}/${use}`;
    const key = derived.get(name) ?? keyring.derive(name);
    derived.set(name, key);
    return key;
  };
  const audit: Privacy['audit'] = (tx, entry) => writeAudit(tx, clock, entry);
  const ledger = createLedger({ database, clock, keyring, book, publicUrl, log });
  const witness = createWitnessRoom({ database, clock, keyring, log, publicUrl, send, audit, ledger });
  const receiptKeyOf = createReceiptKeys(keyring);
  const controllerOf = async (shopId: string) => (await needs.controllerOf?.(shopId)) ?? unnamed(shopId);
  return {
    ...book,
    open: (value, why) => {
      if (!mayOpen(value.field, why.purpose, why.reader)) {
        throw new Error(`${value.field} may not be opened for ${why.purpose} by ${why.reader}`);
      }
      return textOf(value);
    },
    disclose: (tx, request) => disclose(tx, { clock, book }, request),
    disclosuresOf,
    index: (shopId, kind, value) =>
      createHmac('sha256', shopKey(shopId, 'index')).update(`${kind}\0${value}`).digest().subarray(0, indexBytes),
    lockForShop: (shopId, use, text, bound) => keyring.seal(shopKey(shopId, use), Buffer.from(text), bound),
    openForShop: (shopId, use, sealed, bound) => keyring.open(shopKey(shopId, use), sealed, bound).toString('utf8'),
    recordConsents: (tx, person, consents) => recordConsents(tx, clock, book, person, consents),
    giveConsent: (tx, person, consent) => giveConsent(tx, clock, book, person, consent),
    withdrawConsent: (tx, personId, consentId) => withdrawConsent(tx, clock, book, personId, consentId),
    consentsOf: (queries, personId) => consentsOf(queries, { book, keyOf: receiptKeyOf, controllerOf }, personId),
    effectsOf: (queries, personId) => effectsOf(queries, clock.now(), personId),
    receiptKeysOf: (shopId) => receiptKeyOf(shopId).jwks,
    ...restraining(clock, book),
    audit,
    audits,
    ...personsOf(book),
    ledger,
    witness,
    forgetShop: async (tx, shopId) => {
      await witness.forgetShop(tx, shopId);
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}

function restraining(
  clock: Clock,
  book: KeyBook,
): Pick<Privacy, 'restrict' | 'objectTo' | 'restrictionsOf' | 'heldBack'> {
  return {
    restrict: (tx, person, isOn) => restrict(tx, { clock, book }, person, isOn),
    objectTo: (tx, person, purpose, isOn) => objectTo(tx, { clock, book }, person, { purpose, isOn }),
    restrictionsOf: restraintsOf,
    heldBack,
  };
}

function personsOf(book: KeyBook): Pick<Privacy, 'heldIn' | 'held' | 'forget' | 'lockForErasure'> {
  return {
    heldIn: (queries, tables, whose) => heldIn(queries, book, tables, whose),
    held: (queries, whose) => heldIn(queries, book, privacyTables, whose),
    forget: (tx, whose) => forgetPersons(tx, book, whose),
    lockForErasure,
  };
}
