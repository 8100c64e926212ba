import { hkdfSync, randomBytes, createHash } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '#kit/fault';
import type { Database } from '#kit/database';
import { keyBytes, openBytes, sealBytes } from './keys.ts';
import { boundKeyring, bindKeyring } from './store.ts';

/** The keys outside the database. Whoever has only the database has nothing. */
export type Keyring = {
  /** Names the keyring without telling anything about it. */
  readonly id: string;
  /** A data key, wrapped for storing; `bound` names whose it is. */
  readonly wrap: (dataKey: Uint8Array, bound: string) => Buffer;
  /** @throws Fault('unavailable') when this keyring did not wrap it */
  readonly unwrap: (wrapped: Uint8Array, bound: string) => Buffer;
  /** 32 bytes for one purpose, always the same, never stored: index keys, link keys, keys of a shop's accounts. */
  readonly derive: (purpose: string) => Buffer;
};

const fileShape = z.strictObject({
  version: z.literal(1),
  /** Index and link keys come from it; it stays when wrapping keys are rotated. */
  root: z.base64(),
  /** The first wraps; the others still unwrap. */
  wrapping: z.array(z.strictObject({ id: z.string().length(8), key: z.base64() })).min(1).max(100),
});

const fileName = 'keyring.json';

/**
 * The keyring of this database, made at the first start. It is never made anew for a database that was sealed before.
 * @throws Fault('conflict') when the keyring is missing, or belongs to another database
 */
export async function openKeyring(needs: { readonly folder: string; readonly database: Database }): Promise<Keyring> {
  const path = join(needs.folder, fileName);
  const bound = await boundKeyring(needs.database);
  if (bound !== null && !existsSync(path)) {
    throw new Fault(
      'conflict',
      `This database is sealed with the keyring ${bound}, and ${path} is not there. Put the keyring back from its backup; without it nobody can read the data.`,
    );
  }
  if (!existsSync(path)) writeNew(needs.folder, path);
  const keyring = readKeyring(path);
  if (bound === null) await bindKeyring(needs.database, keyring.id);
  const now = await boundKeyring(needs.database);
  if (now !== keyring.id) {
    throw new Fault(
      'conflict',
      `This database is sealed with the keyring ${now}, but ${path} holds ${keyring.id}. Put the right keyring back; nothing was changed.`,
    );
  }
  return keyring;
}

function writeNew(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const ring: z.infer<typeof fileShape> = {
    version: 1,
    root: randomBytes(keyBytes).toString('base64'),
    wrapping: [{ id: randomBytes(4).toString('hex'), key: randomBytes(keyBytes).toString('base64') }],
  };
  const half = `${path}.${process.pid}`;
  const file = openSync(half, 'wx', 0o600);
  try {
    writeSync(file, `${JSON.stringify(ring, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(half, path);
  // The name must be on the disk before anything is sealed, or a power cut could leave data without its key.
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

function readKeyring(path: string): Keyring {
  const ring = parse(path);
  const root = Buffer.from(ring.root, 'base64');
  const wrapping = new Map(ring.wrapping.map(({ id, key }) => [id, Buffer.from(key, 'base64')]));
  const current = ring.wrapping[0]?.id ?? '';
  const currentKey = wrapping.get(current);
  if (root.length !== keyBytes || currentKey?.length !== keyBytes) throw unreadable(path);
  return {
    id: createHash('sha256').update('keyring').update(root).digest('hex').slice(0, 12),
    wrap: (dataKey, bound) => Buffer.concat([Buffer.from(current, 'hex'), sealBytes(currentKey, dataKey, bound)]),
    unwrap: (wrapped, bound) => {
      const key = wrapping.get(Buffer.from(wrapped.subarray(0, 4)).toString('hex'));
      if (key === undefined) {
        throw new Fault('unavailable', 'A key is missing from the keyring.', { internal: 'unknown wrapping key' });
      }
      return openBytes(key, wrapped.subarray(4), bound);
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', root, 'glasspost', purpose, keyBytes)),
  };
}

function parse(path: string): z.infer<typeof fileShape> {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return fileShape.parse(read);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause?: unknown): Fault {
  return new Fault('conflict', `${path} is not a keyring that can be read. Put it back from its backup.`, { cause });
}
