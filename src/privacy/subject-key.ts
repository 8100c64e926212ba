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
  };
}
