/** Where the key lies that opens a keyring. `file`: nowhere else, the keyring lies open in its folder. */
export const providerKinds = ['file', 'passphrase', 'vault', 'awskms'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** What a provider says of itself: no secrets. */
export type ProviderHealth =
  | { readonly state: 'well'; readonly key: string }
  | { readonly state: 'away' | 'refused'; readonly said: string };

/**
 * Keeps one key of 32 bytes closed: that which seals a keyring. It is asked once at the start, and when keyrings are made
 * or moved; never for a row.
 */
export type KeyProvider = {
  readonly kind: Exclude<ProviderKind, 'file'>;
  /** Printable, at most 8 KiB. @throws Fault('unavailable') when it is away, Fault('conflict') when it refuses */
  readonly wrap: (key: Uint8Array) => Promise<string>;
  /** @throws Fault('unavailable') when it is away, Fault('conflict') when it refuses or did not wrap this */
  readonly unwrap: (wrapped: string) => Promise<Buffer>;
  /** The same key under the provider's newest version, without it coming out. */
  readonly rewrap: (wrapped: string) => Promise<string>;
  readonly health: () => Promise<ProviderHealth>;
};

/** The provider as it is set. @throws Fault('invalid') with what is missing among the settings */
export type Providers = (kind: KeyProvider['kind']) => KeyProvider;
