export { openKeptRing, type KeptRing } from './kept-ring.ts';
export { keyringPath } from './keyring-file.ts';
export { openKeyring, type Keyring } from './keyring.ts';
export { providerKinds, type ProviderKind, type Providers } from './providers/provider.ts';
export { createProviders, type ProviderSettings } from './providers/providers.ts';
export { openSealed, readIdentities, readRecipients, sealTo } from './recipients.ts';
export { createKeyRoom, type KeyRoom, type KeysStatus, type WrappedKeys } from './rotation.ts';
export { keyBytes, openBytes, sealBytes } from './sealing.ts';
export { lastBackups, recordBackup, type BackupMade } from './store.ts';
