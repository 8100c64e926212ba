import { createHash, hkdfSync } from 'node:crypto';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { keyringPath, makeKeyringFile, readKeyringFile, type KeyringFile } from './keyring-file.ts';
import { keyBytes, openBytes, sealBytes } from './sealing.ts';
import { bindKeyring, boundKeyring } from './store.ts';

/** The keys outside the database. Whoever has only the database has nothing. */
export type Keyring = {
  /** Names the keyring without telling anything about it. */
  readonly id: string;
  /** A data key, wrapped for storing; `bound` names whose it is. */
  readonly wrap: (dataKey: Uint8Array, bound: string) => Buffer;
  /** @throws Fault('unavailable') when this keyring did not wrap it */
  readonly unwrap: (wrapped: Uint8Array, bound: string) => Buffer;
  /** Seals bytes with a data key; see `sealBytes`. A test can hand in a keyring that leaves them open. */
  readonly seal: (key: Uint8Array, plain: Uint8Array, bound: string) => Buffer;
  /** @throws Fault('unavailable') when the bytes were changed, moved, or sealed with another key */
  readonly open: (key: Uint8Array, sealed: Uint8Array, bound: string) => Buffer;
  /** 32 bytes for one purpose, always the same, never stored: index keys, link keys, keys of a shop's accounts. */
  readonly derive: (purpose: string) => Buffer;
};

/**
 * The keyring of this database, made at the first start. It is never made anew for a database that was sealed before.
 * @throws Fault('conflict') when the keyring is missing, damaged, or belongs to another database; Fault('unavailable')
 *   when it cannot be written
 */
export async function openKeyring(needs: { readonly folder: string; readonly database: Database }): Promise<Keyring> {
  const path = keyringPath(needs.folder);
  const bound = await boundKeyring(needs.database);
  let file = readKeyringFile(path);
  if (file === null && bound !== null) throw missing(bound, path);
  if (file === null) {
    makeKeyringFile(path);
    file = readKeyringFile(path);
  }
  if (file === null) throw new Fault('unavailable', `The keyring ${path} went away in this moment.`);
  const keyring = keyringOf(file);
  if (bound === null) await bindKeyring(needs.database, keyring.id);
  const now = await boundKeyring(needs.database);
  if (now !== keyring.id) throw wrong(now, keyring.id, path);
  return keyring;
}

function keyringOf({ root, wrapping }: KeyringFile): Keyring {
  const keys = new Map(wrapping.map(({ id, key }) => [id, key]));
  const [current] = wrapping;
  if (current === undefined) throw new Error('a keyring without a key has been read');
  return {
    id: createHash('sha256').update('keyring').update(root).digest('hex').slice(0, 12),
    wrap: (dataKey, bound) => Buffer.concat([Buffer.from(current.id, 'hex'), sealBytes(current.key, dataKey, bound)]),
    unwrap: (wrapped, bound) => {
      const key = keys.get(Buffer.from(wrapped.subarray(0, 4)).toString('hex'));
      if (key === undefined) {
        throw new Fault('unavailable', 'A key is missing from the keyring.', { internal: 'unknown wrapping key' });
      }
      return openBytes(key, wrapped.subarray(4), bound);
    },
    seal: sealBytes,
    open: openBytes,
    derive: (purpose) => Buffer.from(hkdfSync('sha256', root, 'glasspost', purpose, keyBytes)),
  };
}

function missing(bound: string, path: string): Fault {
  return new Fault(
    'conflict',
    `This database is sealed with the keyring ${bound}, and ${path} is not there. Put the keyring back from its backup; without it nobody can read the data.`,
  );
}

function wrong(bound: string | null, found: string, path: string): Fault {
  return new Fault(
    'conflict',
    `This database is sealed with the keyring ${bound}, but ${path} holds ${found}. Put the right keyring back; nothing was changed.`,
  );
}
