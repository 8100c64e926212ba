import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '#kit/fault';

export type FolderLock = { readonly release: () => void };

/** Two programs that start in the same moment write their process numbers one after the other. */
const waitMs = 250;
const sqliteBusy = 5;

/** Held locks are kept here, so that a lock nobody looks at any more is not closed by the garbage collector. */
const held = new Set<DatabaseSync>();

/**
 * Takes a folder for this process alone. The kernel holds the lock (SQLite's, on an otherwise empty file) and lets go of
 * it when the process ends, also after kill -9 or a power cut: no lock is ever stale and no process number has to be
 * believed. It holds between containers that share the folder. The file stays when the lock is released; nothing else in
 * this process may open it, because closing it once would let go of the lock.
 *
 * @throws Fault('conflict') when another program, or this one, holds it; Fault('unavailable') when it cannot be written
 */
export function takeFolderLock(folder: string, file: string): FolderLock {
  const lock = openLock(folder, file);
  try {
    // The process number is told to whoever comes second; the open transaction after it is the lock.
    lock.exec(`pragma journal_mode = memory; pragma user_version = ${process.pid}`);
    lock.exec('begin immediate');
  } catch (error) {
    const fault = refusal(lock, folder, error);
    lock.close();
    throw fault;
  }
  held.add(lock);
  return {
    release: () => {
      if (held.delete(lock)) lock.close();
    },
  };
}

/**
 * Makes a folder for its owner alone, and those above it that are missing. Node's own way to do that never comes back
 * where nothing can be made and the system says that a folder which is there is not, as it does in /proc.
 *
 * @returns the topmost folder that was made, or null when it was there
 * @throws the system's error when it cannot be made, also when a file stands in its place
 */
export function makeFolder(folder: string): string | null {
  if (isFolder(folder)) return null;
  const above = makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another program may have been faster.
    if (!isFolder(folder)) throw error;
  }
  return above ?? folder;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function openLock(folder: string, file: string): DatabaseSync {
  try {
    makeFolder(folder);
    const lock = new DatabaseSync(join(folder, file), { timeout: waitMs });
    chmodSync(join(folder, file), 0o600);
    return lock;
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function refusal(lock: DatabaseSync, folder: string, error: unknown): Fault {
  if (!isBusy(error)) return unwritable(folder, error);
  const text = `Glasspost already runs on this data folder${holder(lock)}. Stop it first, or give this one a folder of its own.`;
  return new Fault('conflict', text, { internal: `${text} (${folder})`, cause: error });
}

function holder(lock: DatabaseSync): string {
  try {
    const pid = lock.prepare('pragma user_version').get()?.['user_version'];
    return typeof pid === 'number' ? ` (process ${pid})` : '';
  } catch {
    return '';
  }
}

function unwritable(folder: string, error: unknown): Fault {
  const reason = error instanceof Error ? error.message : String(error);
  return new Fault('unavailable', `The folder ${folder} cannot be locked for writing: ${reason}.`, { cause: error });
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
}
