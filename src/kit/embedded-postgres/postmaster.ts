import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The first process of a running database, as its file postmaster.pid tells of it. */
export type Postmaster = { readonly pid: number; readonly socketFolder: string; readonly ready: boolean };

const pollMs = 10;
/** A fast shutdown ends sessions and writes what is in memory; when that takes too long, the next start recovers it from the log. */
const farewells: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 2_300 },
  { signal: 'SIGQUIT', waitMs: 600 },
];

/** Line 1 is the process, line 5 the folder of its socket, line 8 says `ready` (PostgreSQL's miscadmin.h). Total. */
export function readPostmaster(text: string): Postmaster | null {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  const socketFolder = lines[4] ?? '';
  if (!Number.isSafeInteger(pid) || pid <= 1 || socketFolder === '') return null;
  return { pid, socketFolder, ready: lines[7] === 'ready' };
}

export function postmasterFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

export function findPostmaster(cluster: string): Postmaster | null {
  try {
    return readPostmaster(readFileSync(postmasterFile(cluster), 'utf8'));
  } catch {
    return null;
  }
}

/** A power cut can leave the file without its words, and PostgreSQL waits for whoever is writing it then: nobody. */
export function dropUnfinishedPostmaster(cluster: string): void {
  if (findPostmaster(cluster) === null) rmSync(postmasterFile(cluster), { force: true });
}

export function socketSetting(socketFolder: string): string {
  return `unix_socket_directories=${socketFolder}`;
}

/**
 * Whether that process is still this database. A process number alone says nothing, it may have been given to another
 * program since; but no other program was started with the random name of this socket folder. A zombie has no words left.
 */
export function isAlive(postmaster: Pick<Postmaster, 'pid' | 'socketFolder'>, ownerUid: number): boolean {
  const { pid, socketFolder } = postmaster;
  if (process.platform !== 'linux') {
    const ps = spawnSync('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.stdout.includes(socketSetting(socketFolder));
  }
  try {
    if (statSync(`/proc/${pid}`).uid !== ownerUid) return false;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(socketSetting(socketFolder));
  } catch {
    return false;
  }
}

/** Whether any process has this number, whoever it belongs to. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function told(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Waits until it takes connections: a socket that answers is not enough, it says "starting up" for a while. */
export async function waitReady(cluster: string, pid: number, mayStillCome: () => boolean): Promise<boolean> {
  while (mayStillCome()) {
    const found = findPostmaster(cluster);
    if (found?.pid === pid && found.ready) return true;
    await sleep(pollMs);
  }
  return false;
}

/** @returns false when it is still there after about three seconds; the next start adopts it then */
export async function endPostmaster(
  postmaster: Pick<Postmaster, 'pid' | 'socketFolder'>,
  ownerUid: number,
): Promise<boolean> {
  for (const { signal, waitMs } of farewells) {
    if (!isAlive(postmaster, ownerUid)) return true;
    if (!told(postmaster.pid, signal)) return !isAlive(postmaster, ownerUid);
    const begun = performance.now();
    while (performance.now() - begun < waitMs && isAlive(postmaster, ownerUid)) await sleep(pollMs);
  }
  return !isAlive(postmaster, ownerUid);
}
