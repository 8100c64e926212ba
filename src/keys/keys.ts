export { keyringPath } from './keyring-file.ts';
export { openKeyring, type Keyring } from './keyring.ts';
export { keyBytes, openBytes, sealBytes } from './sealing.ts';
