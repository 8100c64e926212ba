import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Account } from './account.ts';
import { databaseEnvironment } from './binaries.ts';
import { dataArgument, databaseName, logOf, openLog, ownerOf, writeDoorRules } from './cluster.ts';
import {
  endPostmaster,
  findPostmaster,
  isAlive,
  postmasterFile,
  processExists,
  waitReady,
  type Postmaster,
} from './postmaster.ts';
import { postgresArguments, readOnlySetting } from './settings.ts';
import { isSocketFolderOf, makeSocketFolder, makeSocketFolderAgain, removeSocketFolder } from './socket-folder.ts';

/** Everything about one database that is decided before it runs. */
export type House = {
  readonly folder: string;
  readonly cluster: string;
  readonly account: Account | null;
  readonly native: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  readonly stopped: AbortSignal;
};

export type Running = {
  readonly url: string;
  readonly adopted: boolean;
  readonly socketFolder: string;
  /** Whether it is gone, though nobody has ended it. */
  readonly hasEnded: () => boolean;
  readonly end: () => Promise<void>;
};

/** The remains of an earlier run are not gone yet; a later try may succeed. */
export class DatabaseBusy extends Error {}

const slowMs = 3_000;
/** After a power cut the last gigabyte of changes may have to be read again. */
const readyWaitMsMax = 15 * 60_000;
const connectTimeoutMs = 5_000;
const logTailBytes = 2_000;

type Known = Pick<Postmaster, 'pid' | 'socketFolder'>;

/** The database that still runs on this data, or null; one that runs but cannot be reached is ended. */
export async function adoptDatabase(house: House): Promise<Running | null> {
  const { cluster, log } = house;
  const found = findPostmaster(cluster);
  const owner = ownerOf(cluster);
  if (found === null || owner === null) return null;
  if (!isAlive(found, owner.uid)) {
    clearRemains(house, found, owner);
    return null;
  }
  const mayStillCome = patience(house, () => isAlive(found, owner.uid));
  const ready = await waitReady(cluster, found.pid, mayStillCome);
  if (ready && isSocketFolderOf(owner, found.socketFolder) && (await answers(found.socketFolder))) {
    log(`The database was still running (process ${found.pid}) and was taken over.`);
    const hasEnded = (): boolean =>
      !(process.platform === 'linux' ? isAlive(found, owner.uid) : processExists(found.pid));
    const { socketFolder } = found;
    const end = (): Promise<void> => endDatabase(house, found, owner);
    return { url: urlOf(socketFolder), adopted: true, socketFolder, hasEnded, end };
  }
  if (isAlive(found, owner.uid)) log(`A database left behind (process ${found.pid}) cannot be reached and is ended.`);
  await endDatabase(house, found, owner);
  return null;
}

/**
 * PostgreSQL clears up after a dead process by itself, and better, but believes in any living one of its user that has
 * been given the same number since.
 */
function clearRemains(house: House, found: Postmaster, owner: Account): void {
  if (processExists(found.pid)) rmSync(postmasterFile(house.cluster), { force: true });
  if (isSocketFolderOf(owner, found.socketFolder)) removeSocketFolder(found.socketFolder);
}

/**
 * @param where the socket folder of one that ended by itself, to be found there again
 * @throws what PostgreSQL said last; DatabaseBusy when an earlier run is not over yet
 */
export async function launchDatabase(house: House, where: string | null = null): Promise<Running> {
  const { cluster, account, log, stopped } = house;
  stopped.throwIfAborted();
  const owner = ownerOf(cluster) ?? { uid: -1, gid: -1 };
  writeDoorRules(cluster, account);
  const socketFolder = where === null ? makeSocketFolder(account) : makeSocketFolderAgain(where, account);
  const child = spawnDatabase(house, socketFolder);
  const postmaster = { pid: child.pid ?? -1, socketFolder };
  let serves = false;
  const end = async (): Promise<void> => {
    serves = false;
    await endDatabase(house, postmaster, owner);
  };
  try {
    await once(child, 'spawn');
    child.once('exit', (code, signal) => {
      if (serves) log(`The database ended by itself (${signal ?? code}); its log is ${logOf(house.folder)}.`);
    });
    const mayStillCome = patience(house, () => isRunning(child));
    if (!(await waitReady(cluster, postmaster.pid, mayStillCome))) throw failure(house);
    await ensureDatabase(socketFolder);
    serves = true;
    return { url: urlOf(socketFolder), adopted: false, socketFolder, hasEnded: () => !isRunning(child), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** In a session of its own: a signal to the terminal's whole group passes it by. Its output goes to a file, which outlives us. */
function spawnDatabase(house: House, socketFolder: string): ChildProcess {
  const { folder, cluster, account, native, settings } = house;
  const output = openLog(folder);
  try {
    const child = spawn(
      join(native, 'bin', 'postgres'),
      postgresArguments({ dataArgument: dataArgument(cluster, account), socketFolder, settings }),
      { cwd: cluster, env: databaseEnvironment, detached: true, stdio: ['ignore', output, output], ...account },
    );
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Says once that it takes long, and gives up after a while. */
function patience(house: House, alive: () => boolean): () => boolean {
  const begun = performance.now();
  let said = false;
  return () => {
    const waitedMs = performance.now() - begun;
    if (waitedMs > slowMs && !said) {
      said = true;
      house.log('The database is recovering what the last run had not finished; this can take a few minutes.');
    }
    return waitedMs < readyWaitMsMax && !house.stopped.aborted && alive();
  };
}

function failure(house: House): Error {
  const tail = readFileSync(logOf(house.folder)).subarray(-logTailBytes).toString('utf8');
  const last = tail.slice(Math.max(0, tail.lastIndexOf('FATAL:'))).trim();
  if (/lock file .* (already exists|is empty)|shared memory block/.test(last)) return new DatabaseBusy(last);
  return new Error(last);
}

async function endDatabase(house: House, postmaster: Known, owner: Account): Promise<void> {
  if (await endPostmaster(postmaster, owner.uid)) removeSocketFolder(postmaster.socketFolder);
  else house.log(`The database (process ${postmaster.pid}) has not ended yet; the next start takes it over.`);
}

function urlOf(socketFolder: string, database = databaseName): string {
  return `postgres://${databaseName}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
}

/** Connects, which is the last proof that it is ready, and makes the database in a new cluster. */
async function ensureDatabase(socketFolder: string): Promise<void> {
  await onServer(socketFolder, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  });
}

/** Whether it can be used as it is: one that was kept on a full disk only reads. */
async function answers(socketFolder: string): Promise<boolean> {
  try {
    await ensureDatabase(socketFolder);
    return await onServer(socketFolder, async (client) => {
      const found = await client.query<{ readonly only: string }>(
        `select current_setting('${readOnlySetting}') as only`,
      );
      return found.rows[0]?.only === 'off';
    });
  } catch {
    return false;
  }
}

async function onServer<T>(socketFolder: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: urlOf(socketFolder, 'postgres'),
    connectionTimeoutMillis: connectTimeoutMs,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
