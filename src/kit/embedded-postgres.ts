import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFolderLock } from '#kit/folder-lock';
import { chooseAccount } from './embedded-postgres/account.ts';
import { findPackage, usableBinaries } from './embedded-postgres/binaries.ts';
import { clusterOf, hasCluster, makeCluster, ownerOf, refuseOtherVersion } from './embedded-postgres/cluster.ts';
import { keepDatabase } from './embedded-postgres/keeping.ts';
import { adoptDatabase, DatabaseBusy, launchDatabase, type House, type Running } from './embedded-postgres/running.ts';
import { dropUnfinishedPostmaster } from './embedded-postgres/postmaster.ts';
import { openReserve } from './embedded-postgres/reserve.ts';
import { worldFault } from './embedded-postgres/troubles.ts';

export type EmbeddedPostgres = {
  /** For `pg`; the unix socket stands in `?host=`. Good for this user and for root, on this machine, until the next start. */
  readonly url: string;
  /** Ends the database, also one that was adopted, within about three seconds, and gives the folder free. Last of all. */
  readonly stop: () => Promise<void>;
  /** It was still running: the program that had started it was killed. Its settings are those of that start. */
  readonly adopted: boolean;
};

const startsMax = 4;
const betweenStartsMs = 500;

/**
 * Starts, or adopts, the database that lies under `folder`, and makes an empty one the first time. It listens on a unix
 * socket only, never runs as root, keeps what was committed (fsync) and lives in a session of its own, so that Ctrl-C in
 * the terminal does not reach it before the program has finished with it.
 *
 * Under `folder`: `cluster` (the data), `postgres.log` (holds no values; begun anew above 8 MiB), `lock`, and of one that
 * is kept `reserve` (40 MiB for the day the disk is full).
 *
 * @param needs `settings` are PostgreSQL's own and win over the house's; `log` gets a line for whoever operates this; once
 *   `stopped` is aborted it gives up, and leaves nothing running; one that is to be `kept` is started again whenever it
 *   ends by itself
 * @throws Fault('conflict') when another program uses the folder, or its data is of another version or another user;
 *   Fault('unavailable') when this machine cannot run it. Both with a sentence that says what to do.
 */
export async function startEmbeddedPostgres(needs: {
  readonly folder: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  readonly stopped?: AbortSignal;
  readonly kept?: boolean;
}): Promise<EmbeddedPostgres> {
  const folder = resolve(needs.folder);
  const lock = takeFolderLock(folder, 'lock');
  try {
    const { settings = {}, log, stopped = new AbortController().signal, kept = false } = needs;
    const { house, running } = await open({ folder, settings, log, stopped });
    const end = kept ? keepDatabase(house, running, openReserve(folder)) : running.end;
    let ending: Promise<void> | null = null;
    return {
      url: running.url,
      adopted: running.adopted,
      stop: () => (ending ??= end().finally(lock.release)),
    };
  } catch (error) {
    lock.release();
    throw worldFault(error, folder);
  }
}

type Opened = { readonly house: House; readonly running: Running };

async function open(needs: Pick<House, 'folder' | 'settings' | 'log' | 'stopped'>): Promise<Opened> {
  const { folder, settings, stopped } = needs;
  const cluster = clusterOf(folder);
  const carried = findPackage(`${process.platform}-${process.arch}`);
  const account = chooseAccount({
    starterUid: process.geteuid?.() ?? -1,
    owner: ownerOf(cluster),
    passwd: readFileSync('/etc/passwd', 'utf8'),
  });
  if (hasCluster(cluster)) refuseOtherVersion(cluster, carried.version);
  const native = await usableBinaries(carried, account, account === null ? [folder] : ['/var/cache/glasspost', folder]);
  stopped.throwIfAborted();
  if (!hasCluster(cluster)) {
    await makeCluster({ native, cluster, account, durable: settings['fsync'] !== 'off', stopped });
  }
  const house = { ...needs, cluster, account, native };
  return { house, running: await adoptOrLaunch(house) };
}

/** What another start left may still be on its way, up or down: then this one waits a little and looks again. */
async function adoptOrLaunch(house: House): Promise<Running> {
  for (let start = 1; ; start += 1) {
    house.stopped.throwIfAborted();
    try {
      return (await adoptDatabase(house)) ?? (await launchDatabase(house));
    } catch (error) {
      if (!(error instanceof DatabaseBusy) || start === startsMax) throw error;
      await sleep(betweenStartsMs);
      if (start === startsMax - 1) dropUnfinishedPostmaster(house.cluster);
    }
  }
}
