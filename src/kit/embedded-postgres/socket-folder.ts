import { chownSync, lstatSync, mkdirSync, mkdtempSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Fault } from '#kit/fault';
import type { Account } from './account.ts';

/** What a socket's address may hold on macOS; Linux takes four more. */
const socketPathBytesMax = 103;
const socketName = '.s.PGSQL.5432';
const socketFolderName = /^glasspost-[A-Za-z0-9]{6}$/;

/**
 * A folder for the socket alone, so that the path of the data may be as long as it likes. It is new, closed to everyone
 * but the database's user, and its name cannot be known beforehand: nobody can have laid a trap there.
 */
export function makeSocketFolder(account: Account | null): string {
  const homes = account === null ? [tmpdir(), '/tmp'] : ['/tmp', '/var/tmp', '/run'];
  for (const home of homes.filter((path) => mayHold(path, account))) {
    try {
      const folder = mkdtempSync(join(home, 'glasspost-'));
      if (account !== null) chownSync(folder, account.uid, account.gid);
      return folder;
    } catch {
      continue;
    }
  }
  throw new Fault(
    'unavailable',
    `The database needs a folder for its socket, and none of ${homes.join(', ')} can be used.`,
  );
}

/** The folder that a database had which ended: whoever knows its address finds the next one there. @throws when it is taken */
export function makeSocketFolderAgain(folder: string, account: Account | null): string {
  mkdirSync(folder, { mode: 0o700 });
  if (account !== null) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** Short enough, not a place where others may rename what is ours, and open to the user the database runs as. */
function mayHold(home: string, account: Account | null): boolean {
  if (Buffer.byteLength(join(home, 'glasspost-123456', socketName)) > socketPathBytesMax) return false;
  const stat = statSync(home, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) return false;
  const othersMayRename = (stat.mode & 0o1002) === 0o0002;
  const mayEnter = account === null || (stat.mode & 0o001) !== 0;
  return mayEnter && !othersMayRename;
}

/** Whether a folder named by a running database is one that this program made for that user, unchanged. */
export function isSocketFolderOf(owner: Account, folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined || !socketFolderName.test(basename(folder))) return false;
  return stat.isDirectory() && stat.uid === owner.uid && (stat.mode & 0o077) === 0;
}

/** Takes away the two files PostgreSQL makes and the folder; anything else in it keeps it standing. */
export function removeSocketFolder(folder: string): void {
  if (!socketFolderName.test(basename(folder))) return;
  for (const name of [socketName, `${socketName}.lock`]) quietly(() => unlinkSync(join(folder, name)));
  quietly(() => rmdirSync(folder));
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // Already gone, or not ours to take away: either way nothing depends on it.
  }
}
