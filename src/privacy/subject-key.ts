import { createHmac, hkdfSync } from 'node:crypto';
import type { Keyring } from '#keys';
import { Sealed, textOf, type Field } from './sealed.ts';

/** Where a sealed value lies: `schema.table.column` and the row's id. Both are bound into the ciphertext. */
export type Place = { readonly column: `${string}.${string}.${string}`; readonly row: string };

/** How a long text is made small before it is sealed, and back. */
export type Packing = {
  readonly pack: (text: string) => Uint8Array;
  readonly unpack: (bytes: Uint8Array) => string;
};

/** The key of one person or one parcel. */
export type SubjectKey = {
  readonly id: string;
  readonly shopId: string;
  /** For storing. Null stays null. */
  readonly lock: (value: Sealed | null, place: Place) => Buffer | null;
  /** The same for text that the program itself has just put together. */
  readonly lockText: (field: Field, text: string, place: Place) => Buffer;
  readonly lockPacked: (field: Field, text: string, packing: Packing, place: Place) => Buffer;
  readonly storedPacked: <Kind extends Field>(
    field: Kind,
    bytes: Uint8Array,
    packing: Packing,
    place: Place,
  ) => Sealed<Kind>;
  /** What was stored; it is opened only when somebody may. Null stays null. */
  readonly stored: <Kind extends Field>(field: Kind, bytes: Uint8Array | null, place: Place) => Sealed<Kind> | null;
  readonly ledger: LedgerKey;
};

/** What ties entries of the ledger to their person: gone with the key. */
export type LedgerKey = {
  /** 32 bytes that nobody can guess, the same each time. */
  readonly nonceOf: (entryId: string) => Buffer;
  readonly lock: (text: string, entryId: string) => Buffer;
  readonly open: (bytes: Uint8Array, entryId: string) => string;
};

export function subjectKey(
  id: string,
  shopId: string,
  key: Uint8Array,
  cipher: Pick<Keyring, 'seal' | 'open'>,
): SubjectKey {
  const bound = (place: Place): string => `${place.column}|${place.row}|${id}`;
  return {
    id,
    shopId,
    lock: (value, place) => (value === null ? null : cipher.seal(key, Buffer.from(textOf(value)), bound(place))),
    lockText: (_field, text, place) => cipher.seal(key, Buffer.from(text), bound(place)),
    lockPacked: (_field, text, packing, place) => cipher.seal(key, packing.pack(text), bound(place)),
    storedPacked: (field, bytes, packing, place) =>
      new Sealed(field, () => packing.unpack(cipher.open(key, bytes, bound(place)))),
    stored: (field, bytes, place) =>
      bytes === null ? null : new Sealed(field, () => cipher.open(key, bytes, bound(place)).toString('utf8')),
    ledger: ledgerKey(id, key, cipher),
  };
}

function ledgerKey(id: string, key: Uint8Array, cipher: Pick<Keyring, 'seal' | 'open'>): LedgerKey {
  let ofNonces: Buffer | null = null;
  const bound = (entryId: string): string => `privacy.ledger_own.told|${entryId}|${id}`;
  return {
    nonceOf: (entryId) => {
      ofNonces ??= Buffer.from(hkdfSync('sha256', key, '', 'nonces of the ledger', 32));
      return createHmac('sha256', ofNonces).update(entryId).digest();
    },
    lock: (text, entryId) => cipher.seal(key, Buffer.from(text), bound(entryId)),
    open: (bytes, entryId) => cipher.open(key, bytes, bound(entryId)).toString('utf8'),
  };
}
