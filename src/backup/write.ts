import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { recordBackup, type BackupMade, type Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { CopiedTable, Copying, Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { makeFolder } from '#kit/folder-lock';
import type { LedgerHead } from '#privacy';
import { syncFolder, writeFileOf, type WrittenFile } from './files.ts';
import { fileOf, keyringFile, writeManifest, type Manifest } from './manifest.ts';

export type Kind = Manifest['kind'];

export type WriteNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Keyring;
  /** Tables that open what others hold, or that open without a person's key: they go with the keys. */
  readonly apart: readonly string[];
  readonly ledgerHeads: (queries: Copying['queries']) => Promise<readonly LedgerHead[]>;
  readonly version: string;
  /** Folders of this installation, its data and its keys. */
  readonly own: readonly string[];
};

/** After each table. */
export type Said = (done: {
  readonly tables: number;
  readonly of: number;
  readonly rows: number;
  readonly bytes: number;
}) => void;

export type WriteHow = {
  readonly kind: Kind;
  /** Where its folder is made. */
  readonly under: string;
  /** age recipients; nobody else opens it then. */
  readonly recipients: readonly string[];
  readonly say: Said;
};

export type Written = BackupMade & { readonly folder: string };

/** `glasspost-data-20261129T192000Z`; sorts as it was made. */
function folderName(kind: Kind, at: Temporal.Instant): string {
  return `glasspost-${kind}-${at.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')}`;
}

/**
 * All tables as they were in one moment, streamed into a folder of its own that bears its name when it is whole.
 * @throws Fault('unavailable') when it cannot be written; what was begun is removed
 */
export async function writeBackup(needs: WriteNeeds, how: WriteHow): Promise<Written> {
  const madeAt = needs.clock.now();
  const folder = join(resolve(how.under), folderName(how.kind, madeAt));
  const half = `${folder}.partial`;
  if (existsSync(folder)) throw new Fault('conflict', `${folder} is there already.`);
  refuseInside(resolve(how.under), needs.own);
  refuseTogether(resolve(how.under), how.kind);
  makeHalf(half);
  try {
    const manifest = await needs.database.copy('read', (copying) =>
      copyOut(needs, how, { copying, folder: half, madeAt }),
    );
    writeManifest(half, manifest, needs.keyring);
    await syncFolder(half);
    renameSync(half, folder);
    await syncFolder(resolve(how.under));
    const made = {
      kind: how.kind,
      madeAt,
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
      rowCount: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
      encrypted: manifest.encrypted,
    };
    await recordBackup(needs.database, made);
    return { ...made, folder };
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw error;
  }
}

/** Another copy of this second writes there: what it began is not ours to go on with, or to remove. */
function makeHalf(half: string): void {
  try {
    makeFolder(dirname(half));
    mkdirSync(half, { mode: 0o700 });
  } catch (cause) {
    throw new Fault('unavailable', `The folder ${half} cannot be made.`, { cause });
  }
}

/** What is lost or stolen with the installation is no copy of it; and keys beside its data are what `keysDir` is apart for. */
function refuseInside(under: string, own: readonly string[]): void {
  const place = realPlace(under);
  const home = own.find((one) => `${place}${sep}`.startsWith(`${realPlace(resolve(one))}${sep}`));
  if (home === undefined) return;
  throw new Fault('invalid', `${under} lies in ${home}, a folder of this installation. Copies belong somewhere else.`);
}

/** Behind links, also of a folder that is still to be made. */
function realPlace(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
}

/** Where data and keys lie together, one theft takes both, and an old copy of data opens with the keys beside it. */
function refuseTogether(under: string, kind: Kind): void {
  const other = kind === 'data' ? 'keys' : 'data';
  const there = statSync(under, { throwIfNoEntry: false });
  if (there !== undefined && !there.isDirectory()) throw new Fault('invalid', `${under} is not a folder.`);
  const names = there === undefined ? [] : readdirSync(under);
  if (!names.some((name) => name.startsWith(`glasspost-${other}-`))) return;
  throw new Fault('invalid', `Copies of ${other} lie there: ${under}. Keep the copies of ${kind} elsewhere.`);
}

type Place = { readonly copying: Copying; readonly folder: string; readonly madeAt: Temporal.Instant };

async function copyOut(needs: WriteNeeds, how: WriteHow, { copying, folder, madeAt }: Place): Promise<Manifest> {
  const all = await copying.tables();
  // Rows are those of this moment from now on: what wraps them was written to the keyring before them.
  if (how.kind === 'keys') await needs.keyring.kept.reload();
  const isApart = new Set(needs.apart);
  const unknown = needs.apart.filter((name) => !all.some((table) => table.name === name));
  if (unknown.length > 0) throw new Error(`no table ${unknown.join(', ')} to be kept apart`);
  const chosen = all.filter(({ name }) => isApart.has(name) === (how.kind === 'keys'));
  const encrypted = how.recipients.length > 0;
  const files: WrittenFile[] = [];
  const tables: Manifest['tables'] = [];
  for (const table of chosen) {
    const { file, rows } = await writeTable(copying, table, { folder, recipients: how.recipients });
    files.push(file);
    tables.push({ ...table, columns: [...table.columns], partitions: [...table.partitions], rows });
    const sum = { rows: tables.reduce((total, one) => total + one.rows, 0) };
    how.say({
      tables: tables.length,
      of: chosen.length,
      ...sum,
      bytes: files.reduce((total, one) => total + one.bytes, 0),
    });
  }
  if (how.kind === 'keys') files.push(await writeKeyring(needs.keyring, { folder, recipients: how.recipients }));
  const heads = await needs.ledgerHeads(copying.queries);
  return {
    format: 'glasspost backup 1',
    kind: how.kind,
    made_at: madeAt.toString(),
    program: needs.version,
    postgresql: await needs.database.version(),
    keyring: needs.keyring.id,
    encrypted,
    steps: (await copying.steps()).map(([id, checksum]) => [id, checksum]),
    tables,
    files,
    sequences: how.kind === 'data' ? [...(await copying.sequences())] : [],
    ledger: heads.map(({ shopId, size, root }) => ({ shop: shopId, size, root })),
  };
}

type To = { readonly folder: string; readonly recipients: readonly string[] };

async function writeTable(copying: Copying, table: CopiedTable, to: To): Promise<{ file: WrittenFile; rows: number }> {
  const source = copying.copyOut(table);
  const name = fileOf(table.name, to.recipients.length > 0);
  const file = await writeFileOf(source, { ...to, name, packed: true });
  return { file, rows: source.rowCount };
}

/**
 * As it lies in its folder: what its provider keeps closed stays closed. To a recipient it goes open, who may have to use
 * it when the provider is gone for good.
 */
async function writeKeyring({ kept }: Keyring, to: To): Promise<WrittenFile> {
  const isSealed = to.recipients.length > 0;
  const text = isSealed ? kept.openText() : kept.text();
  const name = isSealed ? `${keyringFile}.age` : keyringFile;
  return await writeFileOf(Readable.from([Buffer.from(text)]), { ...to, name, packed: false });
}
