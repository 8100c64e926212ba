import { constants } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import type { Log } from '#kit/log';
import { toHex } from './tree/bytes.ts';

/** How far a ledger was signed, as it is known outside the database. */
export type LastSigned = {
  readonly size: number;
  readonly root: Uint8Array;
  /** How often an operator has said that the ledger goes on from less, or from another, than was signed. */
  readonly resumed: number;
};

/**
 * What each ledger signed last, beside the keys: who can write in the database alone cannot make a ledger shorter unseen,
 * also while nobody runs. It may lie behind by a second, and is never ahead of what is committed.
 */
export type SignedMemory = {
  /** Null when nothing is known. @throws Fault('unavailable') when it cannot be read: nothing is signed on it then */
  readonly of: (shopId: string) => Promise<LastSigned | null>;
  /** Once it is committed; written by whoever keeps up next. */
  readonly note: (shopId: string, signed: LastSigned) => void;
  /** Begins to write what was noted, once a second at the most, and does not wait for it. */
  readonly keepUp: () => void;
  /** Writes what was noted and waits until it lies there. */
  readonly settle: () => Promise<void>;
  /** Writes what an operator said, whatever is there. @throws Fault('unavailable') when it cannot be written */
  readonly put: (shopId: string, signed: LastSigned) => Promise<void>;
};

const shape = z.strictObject({
  size: z.int().min(0),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  resumed: z.int().min(0),
});
const folderName = 'signed';
const everyMs = 1_000;
/** Whole and on the disk before it has its name; a confined process may not flush by itself. */
const ontoDisk = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC;

/** @param keysFolder where the keyring lies */
export function signedFolder(keysFolder: string): string {
  return join(resolve(keysFolder), folderName);
}

export function createSignedMemory(keysFolder: string, log: Pick<Log, 'error'>): SignedMemory {
  const folder = signedFolder(keysFolder);
  const noted = new Map<string, LastSigned>();
  let [writing, writtenAt, isTold] = [Promise.resolve(), Number.NEGATIVE_INFINITY, false];
  const writeNoted = async (): Promise<void> => {
    const all = [...noted];
    noted.clear();
    writtenAt = performance.now();
    // What is wrong with one does not keep the others from being written.
    const ends = await Promise.allSettled(all.map(([shopId, signed]) => writeNews(folder, shopId, signed)));
    const wrong = ends.find((end) => end.status === 'rejected');
    if (wrong !== undefined) throw wrong.reason;
  };
  const write = (): Promise<void> => {
    writing = writing.then(writeNoted).catch((error: unknown) => {
      // The ledger goes on as before; it is told once.
      if (!isTold) log.error('what ledgers signed last cannot be kept beside the keys', error);
      isTold = true;
    });
    return writing;
  };
  return {
    of: (shopId) => readLast(folder, shopId),
    note: (shopId, signed) => void noted.set(shopId, signed),
    keepUp: () => {
      if (noted.size > 0 && performance.now() - writtenAt >= everyMs) void write();
    },
    settle: () => (noted.size === 0 ? writing : write()),
    put: async (shopId, signed) => {
      noted.delete(shopId);
      await writing;
      await putLastSigned(keysFolder, shopId, signed);
    },
  };
}

/** @throws Fault('unavailable') */
export async function readLastSigned(keysFolder: string, shopId: string): Promise<LastSigned | null> {
  return await readLast(signedFolder(keysFolder), shopId);
}

/** The shops whose ledgers it is known of. */
export async function shopsSigned(keysFolder: string): Promise<readonly string[]> {
  const names = await readdir(signedFolder(keysFolder)).catch(() => []);
  return names.map((name) => readId('shp', name.replace(/\.json$/, ''))).filter((shopId) => shopId !== null);
}

/** @throws Fault('unavailable') when it cannot be written */
export async function putLastSigned(keysFolder: string, shopId: string, signed: LastSigned): Promise<void> {
  const folder = signedFolder(keysFolder);
  try {
    await writeLast(folder, shopId, signed);
  } catch (cause) {
    throw new Fault('unavailable', `What the ledger signed last cannot be written to ${folder}.`, { cause });
  }
}

/** Another process may have come further, or have been told by an operator. */
async function writeNews(folder: string, shopId: string, signed: LastSigned): Promise<void> {
  const there = (await readLast(folder, shopId)) ?? { size: -1, resumed: 0 };
  const isNews = signed.resumed === there.resumed ? signed.size > there.size : signed.resumed > there.resumed;
  if (isNews) await writeLast(folder, shopId, signed);
}

async function readLast(folder: string, shopId: string): Promise<LastSigned | null> {
  const path = pathOf(folder, shopId);
  try {
    const { size, root, resumed } = shape.parse(JSON.parse(await readFile(path, 'utf8')));
    return { size, root: Buffer.from(root, 'hex'), resumed };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new Fault('unavailable', `${path} says what the ledger signed last, and cannot be read.`, { cause });
  }
}

async function writeLast(folder: string, shopId: string, { size, root, resumed }: LastSigned): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = pathOf(folder, shopId);
  const half = `${path}.${process.pid}`;
  try {
    const text = `${JSON.stringify({ size, root: toHex(root), resumed })}\n`;
    await writeFile(half, text, { flag: ontoDisk, mode: 0o600 });
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

function pathOf(folder: string, shopId: string): string {
  return join(folder, `${showId('shp', shopId)}.json`);
}
