import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { createRequire, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { keyringPath } from '#keys';
import { Fault } from '#kit/fault';
import { signedFolder } from '#privacy';
import { environmentAt, type Settings } from '../settings.ts';
import { openGround } from './ground.ts';
import { permissionFlags } from './permission.ts';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache');

/**
 * Starts this process anew under Node's permission model, with the same process number, arguments and terminal. Comes back
 * where it is confined already or is to stay as it is (`confinementOf` says why). What only a free process can do is done
 * before: the data folder, the keyring, and the compiled pages, which are there once the program has been loaded.
 * @throws Fault('unavailable') when the system refuses the new start
 */
export async function confine(settings: Settings, stopped: AbortSignal): Promise<void> {
  const environment = environmentAt(root);
  const flags = permissionFlags(root, settings, environment['PGPASSFILE'] ?? null);
  if (flags === null || process.permission !== undefined || whyFree(settings) !== null) return;
  prepareCertificateDir(settings);
  if (!isPrepared(settings)) await (await openGround(settings, { stopped })).close();
  prepareSignedFolder(settings);
  flushCompileCache();
  // Whoever has sent a signal by now is heard: the next life knows nothing of it.
  await turn();
  stopped.throwIfAborted();
  const words = [process.execPath, ...flags, ...process.execArgv, ...process.argv.slice(1)];
  try {
    process.execve?.(process.execPath, words, environment);
  } catch (cause) {
    const how = 'GLASSPOST_PERMISSIONS=off starts without.';
    throw new Fault('unavailable', `The system does not start Node under its permission model. ${how}`, { cause });
  }
}

/** For whoever operates this: whether it is confined, and if not, why; null where a database comes along. */
export function confinementOf(settings: Settings): string | null {
  if (settings.databaseUrl === null) return null;
  if (process.permission !== undefined) return 'confined to its folders and the net';
  const why = whyFree(settings);
  return `not confined${why === null ? '' : `: ${why}`}`;
}

function whyFree({ permissions }: Settings): string | null {
  if (permissions === 'off') return 'GLASSPOST_PERMISSIONS is off';
  if (process.execve === undefined) return 'this system cannot replace a running process';
  if (process.cwd() !== root) return `not started in ${root}`;
  return arePagesKept() ? null : `${cache} cannot be written`;
}

/** The compiler was needed for what was not there: then it is there now, if the folder can be written. */
function arePagesKept(): boolean {
  const { cache: loaded, resolve } = createRequire(import.meta.url);
  if (loaded[resolve('esbuild')] === undefined) return true;
  try {
    accessSync(cache, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws Fault('unavailable') where it cannot be made */
function prepareCertificateDir({ certificateDir }: Settings): void {
  if (certificateDir === null) return;
  try {
    mkdirSync(certificateDir, { recursive: true });
  } catch (cause) {
    throw new Fault('unavailable', `The folder ${certificateDir} for certificates cannot be made.`, { cause });
  }
}

/** Where it cannot be made, as beside a mounted keyring, the program runs without, and says so when a ledger grows. */
function prepareSignedFolder({ keysDir }: Settings): void {
  try {
    mkdirSync(signedFolder(keysDir), { mode: 0o700 });
  } catch {
    return;
  }
}

/** A keyring that others may read is made ours alone, which only a free process can. */
function isPrepared({ dataDir, keysDir }: Settings): boolean {
  const keyring = statSync(keyringPath(keysDir), { throwIfNoEntry: false });
  return existsSync(dataDir) && keyring !== undefined && (keyring.mode & 0o077) === 0;
}
