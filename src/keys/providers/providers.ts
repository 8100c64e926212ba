import type { Clock } from '#kit/clock';
import { Fault } from '#kit/fault';
import { readSecret } from './ask.ts';
import { kmsProvider, type KmsSettings } from './aws-kms.ts';
import { passphraseProvider } from './passphrase.ts';
import type { KeyProvider, Providers } from './provider.ts';
import { vaultProvider, type VaultSettings } from './vault.ts';

/** What is set for each; null where nothing is, with the names of what is missing. */
export type ProviderSettings = {
  /** Itself, or the file that holds it. */
  readonly passphrase: string | null;
  /** Asks whoever sits at the terminal; null where nobody does. */
  readonly askPassphrase: ((which: 'first' | 'again') => Promise<string>) | null;
  readonly vault: VaultSettings | { readonly missing: string };
  readonly awskms: KmsSettings | { readonly missing: string };
};

/** Each is made when it is needed first, and then kept: it may hold a token or a passphrase. */
export function createProviders(settings: ProviderSettings, clock: Clock): Providers {
  const made = new Map<KeyProvider['kind'], KeyProvider>();
  return (kind) => {
    const provider = made.get(kind) ?? makers[kind](settings, clock);
    made.set(kind, provider);
    return provider;
  };
}

const makers: Readonly<Record<KeyProvider['kind'], (settings: ProviderSettings, clock: Clock) => KeyProvider>> = {
  passphrase: ({ passphrase, askPassphrase }) =>
    passphraseProvider(
      async () => {
        if (passphrase !== null) return readSecret(passphrase, 'GLASSPOST_KEYS_PASSPHRASE');
        if (askPassphrase !== null) return await askPassphrase('first');
        throw new Fault('invalid', 'A passphrase keeps the keyring closed: set GLASSPOST_KEYS_PASSPHRASE to open it.');
      },
      passphrase === null && askPassphrase !== null ? () => askPassphrase('again') : null,
    ),
  vault: ({ vault }) => {
    if ('missing' in vault) throw unset('Vault', vault.missing);
    return vaultProvider(vault);
  },
  awskms: ({ awskms }, clock) => {
    if ('missing' in awskms) throw unset('AWS KMS', awskms.missing);
    return kmsProvider(awskms, clock);
  },
};

function unset(service: string, missing: string): Fault {
  return new Fault('invalid', `${service} keeps the keyring closed, or is to: ${missing} is not set.`);
}
