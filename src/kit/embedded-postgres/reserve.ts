import { randomFillSync } from 'node:crypto';
import { rmSync, statfsSync, statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Two files of PostgreSQL's log of changes (16 MB each) and what a recovery writes beside them. */
const reserveBytes = 40 * 1024 ** 2;
/** With less than this free, what recovers may not come to its end. */
const lowBytes = 32 * 1024 ** 2;
const chunkBytes = 1024 ** 2;
/** A quota refuses it while the disk shows space: it is not tried again, megabytes each time, before this is over. */
const againMs = 60_000;

/**
 * Space that is kept on the disk of the data for the day it is full. PostgreSQL ends there, when it needs a file more for
 * its log of changes, and could not even read what it has before there is space again.
 */
export type Reserve = {
  /** Lays it by where there is none and there is space; false while there is not, or when it is aborted. */
  readonly keep: (stopped: AbortSignal) => Promise<boolean>;
  /** Whether the disk is too full for a database that changes something. */
  readonly isNeeded: () => boolean;
  readonly give: () => void;
};

/** @param folder where the file `reserve` comes to lie */
export function openReserve(folder: string): Reserve {
  const file = join(folder, 'reserve');
  let notBefore = 0;
  return {
    keep: async (stopped) => {
      if (statSync(file, { throwIfNoEntry: false })?.size === reserveBytes) return true;
      if (performance.now() < notBefore || freeBytes(folder) < reserveBytes + lowBytes) return false;
      if (await lay(file, stopped)) return true;
      notBefore = performance.now() + againMs;
      return false;
    },
    isNeeded: () => freeBytes(folder) < lowBytes,
    give: () => rmSync(file, { force: true }),
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Of chance, which no file system can make smaller or lay by once only. */
async function lay(file: string, stopped: AbortSignal): Promise<boolean> {
  const chunk = Buffer.alloc(chunkBytes);
  try {
    await using handle = await open(file, 'w', 0o600);
    for (let written = 0; written < reserveBytes; written += chunkBytes) {
      stopped.throwIfAborted();
      await handle.writeFile(randomFillSync(chunk));
    }
    return true;
  } catch {
    await rm(file, { force: true }).catch(() => {});
    return false;
  }
}
