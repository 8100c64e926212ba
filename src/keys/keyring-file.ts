import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '#kit/fault';
import { makeFolder } from '#kit/folder-lock';
import { ringShape } from './ring.ts';

const fileName = 'keyring.json';
const fileMode = 0o600;
const folderMode = 0o700;
/** The last is said to a confined process, which writes nothing but its data folder. */
const notOurs: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EROFS', 'ERR_ACCESS_DENIED']);

/** A keyring that a provider keeps closed: its ring is sealed with a key that only the provider opens. */
const sealedShape = z.strictObject({
  version: z.literal(2),
  keyring: z.string().regex(/^[0-9a-f]{12}$/),
  provider: z.enum(['passphrase', 'vault', 'awskms']),
  /** The key that seals the ring, as the provider wrapped it. */
  wrapped: z.string().min(1).max(8_192),
  sealed: z.base64().max(65_536),
});

/** A keyring as it lies in its folder: open, or closed by a provider. */
export type KeyringFile = z.infer<typeof ringShape> | z.infer<typeof sealedShape>;
export type SealedRing = z.infer<typeof sealedShape>;

const fileShape = z.union([ringShape, sealedShape]);

export function keyringPath(folder: string): string {
  return join(resolve(folder), fileName);
}

/**
 * Null when there is none. A file that others may read, such as one out of a backup, is made ours alone.
 * @throws Fault('conflict') when it is there and cannot be read
 */
export function readKeyringFile(path: string): KeyringFile | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
    keepToOurselves(path, fileMode);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new Fault('conflict', `The keyring ${path} cannot be read by this user (${codeOf(error)}).`);
  }
  const read = readKeyringText(text);
  if (read !== null) return read;
  throw new Fault('conflict', `${path} is not a keyring that can be read. Put it back from its backup.`);
}

/** Null when it is none: what a parser says of it would quote the keys in it. */
export function readKeyringText(text: string): KeyringFile | null {
  return fileShape.safeParse(jsonOf(text)).data ?? null;
}

function jsonOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return null;
  }
}

/**
 * Writes a new keyring unless there is one: of two programs that start in the same moment one makes it, and the other
 * reads it. It is whole, and on the disk, before it has its name.
 * @throws Fault('unavailable') when the folder cannot be written
 */
export function makeKeyringFile(path: string, text: string): void {
  writeWhole(path, text, (half) => {
    try {
      giveName(half, path);
    } finally {
      unlinkSync(half);
    }
  });
}

/**
 * Puts a keyring in the place of the one that is there, whole or not at all.
 * @throws Fault('unavailable') when the folder cannot be written
 */
export function replaceKeyringFile(path: string, text: string): void {
  writeWhole(path, text, (half) => renameSync(half, path));
}

/**
 * For whoever is about to remove what only another keyring opens.
 * @throws Fault('unavailable') when none can be written there
 */
export function refuseUnwritable(path: string): void {
  writeWhole(path, '', unlinkSync);
}

function writeWhole(path: string, text: string, give: (half: string) => void): void {
  const folder = dirname(path);
  const half = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    const made = makeFolder(folder);
    keepToOurselves(folder, folderMode);
    writeHalf(half, text);
    give(half);
    // The names must be on the disk before anything is sealed, or a power cut could leave data without its key.
    syncFolder(folder);
    if (made !== null) syncFolder(dirname(made));
  } catch (error) {
    throw new Fault('unavailable', `The keyring cannot be written to ${folder} (${codeOf(error)}).`, { cause: error });
  }
}

/** A keyring on a file system that is not ours to change, such as a mounted secret, stays as it is. */
function keepToOurselves(path: string, mode: number): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!notOurs.has(codeOf(error))) throw error;
  }
}

function writeHalf(half: string, text: string): void {
  const file = openSync(half, 'wx', fileMode);
  try {
    // All of it or an error: `writeSync` may write less where the disk fills up, and says so to nobody who does not ask.
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    unlinkSync(half);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** The name is taken by exactly one, whoever else tries; some file systems know no links and copy instead. */
function giveName(half: string, path: string): void {
  try {
    linkSync(half, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    copyExclusively(half, path);
  }
}

function copyExclusively(half: string, path: string): void {
  try {
    copyFileSync(half, path, constants.COPYFILE_EXCL);
    chmodSync(path, fileMode);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function syncFolder(folder: string): void {
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
}
