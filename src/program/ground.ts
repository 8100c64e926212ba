import { openSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyring, type Keyring } from '#keys';
import { isConnectionLost, migrate, openDatabase, type Database } from '#kit/database';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#kit/embedded-postgres';
import { Fault } from '#kit/fault';
import { takeFolderLock, type FolderLock } from '#kit/folder-lock';
import { migrateJobs } from '#kit/jobs';
import { createLog, type Log } from '#kit/log';
import { schemaFolders } from '../house.ts';
import type { Settings } from '../settings.ts';
import { keyProviders } from './key-providers.ts';
import { removeNote, type Running } from './note.ts';

const disconnectMsMax = 300;
const postgresMin = 15;

export type Opening = {
  /** What a test puts in the keyring's place: one that seals nothing shows that sealing is what hides. */
  readonly keyringAs?: (keyring: Keyring) => Keyring;
  /** Once it is aborted nothing more is begun, and what was begun is ended again. */
  readonly stopped?: AbortSignal;
};

/** What the house stands on. */
export type Ground = {
  readonly settings: Settings;
  readonly log: Log;
  readonly url: string;
  /** Where this house is known to be reached; null before a port is chosen. */
  readonly publicUrl: string | null;
  readonly database: Database;
  readonly keyring: Keyring;
  readonly close: () => Promise<void>;
};

/** A database of this installation's own, and nothing in it yet that this program would have put there. */
export type BareGround = Pick<Ground, 'settings' | 'database' | 'close'> & {
  readonly migrate: (only: ReadonlyMap<string, string> | null) => Promise<void>;
};

/**
 * The data folder and the database alone, for whoever brings everything else.
 * @throws Fault('conflict') while the program runs
 */
export async function openBareGround(settings: Settings, { stopped }: Opening): Promise<BareGround> {
  const lock = takeFolderLock(settings.dataDir, 'program.lock');
  let embedded: EmbeddedPostgres | null = null;
  try {
    const say = sayTo(openLog(settings));
    if (settings.databaseUrl === null) {
      const folder = join(settings.dataDir, 'postgres');
      embedded = await startEmbeddedPostgres({ folder, log: say, ...(stopped === undefined ? {} : { stopped }) });
    }
    const url = settings.databaseUrl ?? embedded?.url ?? '';
    const database = openDatabase({ url, log: say });
    return {
      settings,
      database,
      migrate: (only) =>
        prepare(database, url, only).catch((error: unknown) => Promise.reject(unreached(settings, error))),
      close: async () => {
        await within(disconnectMsMax, database.close());
        await embedded?.stop();
        lock.release();
      },
    };
  } catch (error) {
    await embedded?.stop();
    lock.release();
    throw error;
  }
}

/**
 * Everything up to the house: the data folder is ours alone, the database runs, is of this program and has its keyring.
 * @param first what is to be known before anything is started
 * @throws Fault with a sentence for whoever operates this
 */
export async function openGround(
  settings: Settings,
  opening: Opening,
  first: () => Promise<void> = async () => {},
): Promise<Ground> {
  const { stopped = new AbortController().signal } = opening;
  const lock: FolderLock = takeFolderLock(settings.dataDir, 'program.lock');
  let embedded: EmbeddedPostgres | null = null;
  let database: Database | null = null;
  const close = async (): Promise<void> => {
    removeNote(settings);
    await within(disconnectMsMax, database?.close());
    await embedded?.stop();
    lock.release();
  };
  // A program that was killed left its own; nobody runs here now.
  removeNote(settings);
  try {
    await first();
    const log = openLog(settings);
    const say = sayTo(log);
    if (settings.databaseUrl === null) {
      const folder = join(settings.dataDir, 'postgres');
      embedded = await startEmbeddedPostgres({ folder, log: say, stopped, kept: true });
    }
    const url = settings.databaseUrl ?? embedded?.url ?? '';
    stopped.throwIfAborted();
    database = openDatabase({ url, log: say });
    await prepare(database, url).catch((error: unknown) => Promise.reject(unreached(settings, error)));
    const keyring = await openKeys(settings, database, opening);
    stopped.throwIfAborted();
    return { settings, log, url, publicUrl: settings.publicUrl, database, keyring, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openKeys(settings: Settings, database: Database, { keyringAs }: Opening): Promise<Keyring> {
  const { keysDir: folder, keysProvider: provider } = settings;
  const keyring = await openKeyring({ folder, database, provider, providers: keyProviders(settings) });
  return keyringAs === undefined ? keyring : keyringAs(keyring);
}

export function logPath({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'glasspost.log');
}

export function openLog(settings: Settings): Log {
  const path = logPath(settings);
  try {
    return createLog({ level: settings.logLevel, destination: openSync(path, 'a', 0o600) });
  } catch (cause) {
    throw new Fault('unavailable', `The log ${path} cannot be written.`, { cause });
  }
}

async function prepare(
  database: Database,
  url: string,
  only: ReadonlyMap<string, string> | null = null,
): Promise<void> {
  const major = await database.version();
  if (major < postgresMin) {
    throw new Fault('conflict', `This is PostgreSQL ${major}; Glasspost needs ${postgresMin} or later.`);
  }
  await migrate(database, schemaFolders, only);
  await migrateJobs(url);
}

/** While it starts nobody waits for a database to come back: the operator is told where it was looked for. */
function unreached(settings: Settings, error: unknown): unknown {
  if (settings.databaseUrl === null || !isConnectionLost(error)) return error;
  const place = URL.parse(settings.databaseUrl)?.host ?? '';
  return new Fault('unavailable', `No PostgreSQL answers at ${place}, where DATABASE_URL leads.`, { cause: error });
}

export const sayTo = (log: Log) => (line: string) => log.warn('notice', { line });

/** The ground of the program that runs on this data, for a second process beside it. */
export async function joinGround(settings: Settings, opening: Opening, running: Running): Promise<Ground> {
  const log = createLog({ level: 'silent' });
  const database = openDatabase({ url: running.databaseUrl });
  try {
    const keyring = await openKeys(settings, database, opening);
    const { databaseUrl: url, publicUrl } = running;
    return { settings, log, url, publicUrl, database, keyring, close: database.close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Waits for the end of something, but no longer than this. */
export async function within(msMax: number, ending: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, msMax);
  });
  await Promise.race([ending, late]).finally(() => clearTimeout(timer));
}
