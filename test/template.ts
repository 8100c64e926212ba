// One server for a test run, one migrated template on it; every test file works on a clone of its own.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { realClock } from '#kit/clock';
import { migrate, openDatabase, type SchemaFolder } from '#kit/database';
import { startEmbeddedPostgres } from '#kit/embedded-postgres';
import { migrateJobs } from '#kit/jobs';

export type TestServer = { readonly adminUrl: string; readonly template: string; readonly stop: () => Promise<void> };

/** Brings an empty database to today's schema. */
export type MigrateTemplate = (url: string) => Promise<void>;

const folderPrefix = 'glasspost-test-run-';
const databasePattern = /^glasspost_(?:test|template)_(\d{10})_[0-9a-f]{8}$/;
/** No run takes longer; what is older was left behind by one that was killed. */
const abandonedAfterSeconds = 3_600;

/** The server that DATABASE_URL names, else an embedded one without fsync in a temporary folder, and a template on it. */
export async function startTestServer(
  databaseUrl: string | undefined,
  migrateTemplate: MigrateTemplate = migrateHouse,
): Promise<TestServer> {
  const server = databaseUrl === undefined ? await startOwnServer() : { adminUrl: databaseUrl, stop: async () => {} };
  try {
    await sweepDatabases(server.adminUrl);
    const template = await buildTemplate(server.adminUrl, migrateTemplate);
    const stop = async (): Promise<void> => {
      await dropQuietly(server.adminUrl, template);
      await server.stop();
    };
    return { adminUrl: server.adminUrl, template, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startOwnServer(): Promise<Pick<TestServer, 'adminUrl' | 'stop'>> {
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };
  await sweepFolders(folder);
  const server = await startEmbeddedPostgres({ folder, settings, log: () => {} });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { adminUrl: server.url, stop };
}

/** Ends and removes what killed runs left; a run that is still going on holds its folder's lock. */
async function sweepFolders(own: string): Promise<void> {
  const ownMs = statSync(own).mtimeMs;
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderPrefix))) {
    const folder = join(tmpdir(), name);
    const madeMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? ownMs;
    if (ownMs - madeMs < abandonedAfterSeconds * 1_000) continue;
    try {
      const left = await startEmbeddedPostgres({ folder, log: () => {} });
      await left.stop();
      rmSync(folder, { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}

/** @returns the name of a new database that `migrateTemplate` has prepared */
export async function buildTemplate(adminUrl: string, migrateTemplate: MigrateTemplate): Promise<string> {
  const template = newName('template');
  await onServer(adminUrl, async (client) => {
    await client.query(`create database ${template}`);
  });
  await migrateTemplate(urlOf(adminUrl, template));
  return template;
}

async function migrateHouse(url: string): Promise<void> {
  const database = openDatabase({ url });
  try {
    await migrate(database, schemaFolders());
  } finally {
    await database.close();
  }
  await migrateJobs(url);
}

/** The kit's first, then the others: no folder's schema refers to another's. Named as the house names them. */
function schemaFolders(): readonly SchemaFolder[] {
  const source = fileURLToPath(new URL('../src', import.meta.url));
  return ['kit/', ''].flatMap((room) =>
    readdirSync(join(source, room))
      .toSorted()
      .map((name) => ({ name: `${room}${name}`, path: join(source, room, name) }))
      .filter((folder) => existsSync(join(folder.path, 'schema'))),
  );
}

/** A clone of the template; two at a time are no trouble for PostgreSQL. */
export async function cloneTemplate(server: Pick<TestServer, 'adminUrl' | 'template'>): Promise<string> {
  const name = newName('test');
  await onServer(server.adminUrl, async (client) => {
    await client.query(`create database ${name} template ${server.template}`);
  });
  return name;
}

/** Drops a database unless someone is still on it: then it stays for a later sweep, and nobody is thrown out. */
export async function dropQuietly(adminUrl: string, name: string): Promise<void> {
  await onServer(adminUrl, async (client) => {
    const sessions = await client.query('select 1 from pg_stat_activity where datname = $1', [name]);
    if (sessions.rowCount === 0) await client.query(`drop database if exists ${name}`);
  }).catch(() => {});
}

async function sweepDatabases(adminUrl: string): Promise<void> {
  const names = await onServer(adminUrl, async (client) => {
    const found = await client.query<{ datname: string }>('select datname from pg_database');
    return found.rows.map((row) => row.datname);
  });
  const oldest = seconds() - abandonedAfterSeconds;
  const abandoned = names.filter((name) => Number(databasePattern.exec(name)?.[1] ?? Infinity) < oldest);
  for (const name of abandoned) await dropQuietly(adminUrl, name);
}

/** The name says when it was made, so that a sweep knows its age. */
function newName(what: 'test' | 'template'): string {
  return `glasspost_${what}_${seconds()}_${randomBytes(4).toString('hex')}`;
}

function seconds(): number {
  return Math.floor(realClock.now().epochMilliseconds / 1_000);
}

export function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer<T>(adminUrl: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
