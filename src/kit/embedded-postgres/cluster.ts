import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '#kit/fault';
import type { Account } from './account.ts';
import { databaseEnvironment } from './binaries.ts';
import { worldFault } from './troubles.ts';

const execute = promisify(execFile);
const initTimeoutMs = 180_000;

/** The one role and the one database; the operating system says who may be that role. */
export const databaseName = 'glasspost';

/** PostgreSQL's own collation: it does not change with the machine's libraries, as others do, and needs none. */
const makeArguments = [
  `--username=${databaseName}`,
  '--auth=peer',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--no-instructions',
];

export function clusterOf(folder: string): string {
  return join(folder, 'cluster');
}

export function hasCluster(cluster: string): boolean {
  return existsSync(join(cluster, 'PG_VERSION'));
}

/** Whom the data belongs to, or null when there is none yet. */
export function ownerOf(cluster: string): Account | null {
  const stat = statSync(cluster, { throwIfNoEntry: false });
  return stat === undefined ? null : { uid: stat.uid, gid: stat.gid };
}

/**
 * How the data folder is named to PostgreSQL. Its user may not be allowed to walk there (a folder below /root): it is
 * started *in* the folder, before root steps down, and knows it only as the place where it stands.
 */
export function dataArgument(cluster: string, account: Account | null): string {
  return account !== null && process.platform === 'linux' ? '/proc/self/cwd' : cluster;
}

/** @throws Fault('conflict') when another major version made the data */
export function refuseOtherVersion(cluster: string, packageVersion: string): void {
  const made = majorOf(readFileSync(join(cluster, 'PG_VERSION'), 'utf8'));
  const carried = majorOf(packageVersion);
  if (made === carried) return;
  throw new Fault(
    'conflict',
    `The database in ${cluster} was made by PostgreSQL ${made}, and this Glasspost carries PostgreSQL ${carried}. Start the Glasspost that made it, or bring the data over with a dump.`,
  );
}

function majorOf(version: string): string {
  return version.trim().split('.')[0] ?? '';
}

/**
 * Makes an empty database beside its place and moves it there when it is whole and on the disk.
 *
 * @throws Fault('unavailable'), and leaves nothing behind
 */
export async function makeCluster(from: {
  readonly native: string;
  readonly cluster: string;
  readonly account: Account | null;
  readonly durable: boolean;
  readonly stopped: AbortSignal;
}): Promise<void> {
  const { native, cluster, account, durable, stopped } = from;
  const half = `${cluster}.half`;
  try {
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { mode: 0o700 });
    if (account !== null) chownSync(half, account.uid, account.gid);
    const wants = ['-D', dataArgument(half, account), ...makeArguments, ...(durable ? [] : ['--no-sync'])];
    const options = { cwd: half, env: databaseEnvironment, timeout: initTimeoutMs, signal: stopped, ...account };
    await toItsEnd(execute(join(native, 'bin', 'initdb'), wants, options));
    renameSync(half, cluster);
    if (durable) syncFolder(dirname(cluster));
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw worldFault(error, dirname(cluster));
  }
}

/**
 * Whoever stops a program hears of it at once; until it and those it has started are gone, they still write. Told politely,
 * this one goes on for seconds, and what it was making is thrown away anyhow.
 */
async function toItsEnd(running: ReturnType<typeof execute>): Promise<void> {
  const { child } = running;
  const gone = new Promise((resolve) => child.once('close', resolve));
  try {
    await running;
  } catch (error) {
    child.kill('SIGKILL');
    if (child.pid !== undefined) await gone;
    throw error;
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Only the user who started the program, and root, may connect; the kernel tells PostgreSQL who that is (`peer`), so that
 * there is no password to keep. Written at every start, because that user may be another one this time.
 */
export function writeDoorRules(cluster: string, account: Account | null): void {
  const names = [...new Set([userInfo().username, 'root'])];
  const rules = `local all all peer map=house\nlocal replication ${databaseName} peer map=house\n`;
  replaceFile(join(cluster, 'pg_hba.conf'), rules, account);
  replaceFile(
    join(cluster, 'pg_ident.conf'),
    names.map((name) => `house "${name}" ${databaseName}\n`).join(''),
    account,
  );
}

/** Never through a link that the database's user might have laid in its own folder: a new file takes the old one's place. */
function replaceFile(path: string, text: string, account: Account | null): void {
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { flag: 'wx', mode: 0o600 });
  if (account !== null) chownSync(fresh, account.uid, account.gid);
  renameSync(fresh, path);
}

const logBytesMax = 8 * 1024 * 1024;

/** The log goes on where it was; a long one is put aside first, and the one put aside before it is dropped. */
export function openLog(folder: string): number {
  const path = logOf(folder);
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > logBytesMax) renameSync(path, `${path}.1`);
  const handle = openSync(path, 'a', 0o600);
  chmodSync(path, 0o600);
  return handle;
}

export function logOf(folder: string): string {
  return join(folder, 'postgres.log');
}
