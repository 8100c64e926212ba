import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { join, resolve } from 'node:path';
import { openKeptRing, type KeptRing, type Keyring, type Providers } from '#keys';
import type { Copying, Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { putLastSigned, readLastSigned, shopsSigned, type LastSigned } from '#privacy';
import { checkFile, readFileOf, refuseClosed } from './files.ts';
import { fileOf, keyringFile, manifestName, readManifest, type Manifest } from './manifest.ts';

export type RestoreNeeds = {
  /** Without the house: nothing else may use it meanwhile. */
  readonly database: Database;
  /** The schemas of the house, in floor order. */
  readonly schemas: readonly string[];
  /** Migrates the empty database; `only` so far as an older program had. */
  readonly migrate: (only: ReadonlyMap<string, string> | null) => Promise<void>;
  /** The migrations of this program, by name: their checksums. */
  readonly knownSteps: ReadonlyMap<string, string>;
  /** Where the keyring is to lie. */
  readonly keysDir: string;
  readonly providers: Providers;
};

export type RestoreHow = {
  readonly dataFolder: string;
  readonly keysFolder: string;
  /** age identities, for what was written to recipients. */
  readonly identities: readonly string[];
  /** What is there may go. */
  readonly replace: boolean;
  readonly say: (step: RestoreStep) => void;
};

export type RestoreStep =
  | { readonly at: 'checking'; readonly bytes: number; readonly of: number }
  | { readonly at: 'loading'; readonly tables: number; readonly of: number; readonly rows: number };

/** What somebody who restores has to know. */
export type RestoreWarning =
  | { readonly about: 'keys_older'; readonly data: string; readonly keys: string }
  | {
      readonly about: 'ledger_back';
      readonly shop: string;
      readonly size: number;
      readonly signed: number;
      readonly root: string;
    };

export type Restored = {
  readonly dataAt: string;
  readonly keysAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly keyringId: string;
  readonly ledger: Manifest['ledger'];
  readonly warnings: readonly RestoreWarning[];
};

/** Rows in one of these mean that somebody's data is here. */
const inUse = ['orders.shop', 'privacy.person_key', 'orders.person'];
const keyringBytesMax = 1_048_576;

/**
 * Data and keys of a backup into an empty installation. Everything is read and checked before anything is changed.
 * @throws Fault('conflict') when the backup is damaged, the target is in use, or keyring and data do not belong together
 */
export async function restoreBackup(needs: RestoreNeeds, how: RestoreHow): Promise<Restored> {
  const [data, keys] = [openFolder(how.dataFolder, 'data'), openFolder(how.keysFolder, 'keys')];
  const ring = await keyringFor(needs, how, keys);
  for (const part of [data, keys]) await checkPart(part, ring.keyring, { ...how, knownSteps: needs.knownSteps });
  await refuseInUse(needs, how);
  ring.mayInstall();
  await emptyTarget(needs, data.body);
  // From here on the database is sealed with it: it must lie where the next start looks for it.
  ring.install();
  const loaded = { tables: 0, of: data.body.tables.length + keys.body.tables.length, rows: 0 };
  const load = (part: Part): Promise<void> =>
    needs.database.copy('write', (copying) => loadPart(copying, part, how, loaded));
  await load(data);
  // The keys may be of a newer program than the data; they come into tables as this one has them.
  await needs.migrate(null);
  await load(keys);
  const back = await rememberSigned(needs.keysDir, data.body, keys.body);
  return {
    dataAt: data.body.made_at,
    keysAt: keys.body.made_at,
    tables: loaded.tables,
    rows: loaded.rows,
    keyringId: ring.keyring.id,
    ledger: data.body.ledger,
    warnings: [...olderKeys(data.body, keys.body), ...back],
  };
}

type Part = { readonly folder: string } & ReturnType<typeof readManifest>;

function openFolder(folder: string, kind: Manifest['kind']): Part {
  refuseShelf(resolve(folder));
  const part = { folder: resolve(folder), ...readManifest(resolve(folder)) };
  if (part.body.kind === kind) return part;
  throw new Fault('conflict', `${part.folder} holds ${part.body.kind}, not ${kind}.`);
}

/** Where the copies of many days lie, one of them is to be named. */
function refuseShelf(folder: string): void {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
  const newest = names
    .filter((name) => /^glasspost-(?:data|keys)-\d{8}T\d{6}Z$/.test(name))
    .toSorted()
    .at(-1);
  if (newest === undefined || names.includes(manifestName)) return;
  throw new Fault('conflict', `${folder} holds copies, and is none. Name one of them; the newest is ${newest}.`);
}

type ReadRing = {
  readonly keyring: Pick<Keyring, 'id' | 'derive'>;
  readonly mayInstall: () => void;
  readonly install: () => void;
};

/** The one that lies there already, with the keys of the backup beside its own; else that of the backup. */
async function keyringFor(needs: RestoreNeeds, how: RestoreHow, keys: Part): Promise<ReadRing> {
  const { keysDir, providers } = needs;
  const saved = await openKeptRing(await keyringText(keys, how.identities), providers);
  if (saved === null)
    throw new Fault('conflict', `The keyring in ${keys.folder} cannot be read. Nothing was restored.`);
  const path = join(resolve(keysDir), keyringFile);
  const here = existsSync(path) ? await openKeptRing(readFileSync(path, 'utf8'), providers) : null;
  const mayInstall = (): void => saved.mayInstallAt(path);
  if (here?.id === saved.id) return { keyring: here, mayInstall, install: () => here.installAt(path, saved) };
  if (existsSync(path) && !how.replace) throw otherKeyring(path, here, saved);
  return {
    keyring: saved,
    mayInstall,
    install: () => {
      if (existsSync(path)) renameSync(path, `${path}.before-${keys.body.made_at.replaceAll(/[^0-9TZ]/g, '')}`);
      saved.installAt(path, null);
    },
  };
}

function otherKeyring(path: string, here: KeptRing | null, saved: KeptRing): Fault {
  return new Fault(
    'conflict',
    `${path} holds ${here?.id ?? 'a keyring that cannot be read'}, and the backup needs ${saved.id}. Nothing was restored; \`--replace\` puts the one that is there aside.`,
  );
}

async function keyringText(keys: Part, identities: readonly string[]): Promise<string> {
  const name = keys.body.encrypted ? `${keyringFile}.age` : keyringFile;
  if (keys.body.encrypted) refuseUnopened({ identities });
  const path = join(keys.folder, name);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined || size > keyringBytesMax)
    throw new Fault('conflict', `${path} is not there, or is no keyring.`);
  if (keys.body.encrypted) await refuseClosed(keys.folder, name, identities);
  return await textOf(await readFileOf({ folder: keys.folder, name, packed: false }, identities));
}

function refuseUnopened({ identities }: Pick<RestoreHow, 'identities'>): void {
  if (identities.length > 0) return;
  throw new Fault('invalid', 'This backup is closed to an age recipient: `--identity FILE` names what opens it.');
}

/** What this program does not know it could not load, once the room for it is made. */
function refuseNewer({ body, folder }: Part, knownSteps: RestoreNeeds['knownSteps']): void {
  for (const [id, checksum] of body.steps) {
    if (knownSteps.get(id) === checksum) continue;
    const text = `${folder} was written by ${body.program}, which knows ${id}; this program does not. Nothing was restored.`;
    throw new Fault('conflict', `${text} Restore with that version or a later one.`);
  }
}

type CheckHow = RestoreHow & Pick<RestoreNeeds, 'knownSteps'>;

async function checkPart(part: Part, keyring: Pick<Keyring, 'id' | 'derive'>, how: CheckHow): Promise<void> {
  const { body, folder } = part;
  if (body.keyring !== keyring.id) {
    throw new Fault('conflict', `${folder} was sealed with the keyring ${body.keyring}, not ${keyring.id}.`);
  }
  if (!part.isBy(keyring)) {
    throw new Fault('conflict', `The manifest in ${folder} was changed after it was written. Nothing was restored.`);
  }
  refuseNewer(part, how.knownSteps);
  if (body.encrypted) refuseUnopened(how);
  const of = body.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let bytes = 0;
  for (const [place, file] of body.files.entries()) {
    await checkFile(folder, file, (read) => {
      bytes += read;
    });
    // All of a folder are closed to the same recipients.
    if (body.encrypted && place === 0) await refuseClosed(folder, file.name, how.identities);
    how.say({ at: 'checking', bytes, of });
  }
}

async function refuseInUse({ database }: RestoreNeeds, { replace }: RestoreHow): Promise<void> {
  if (replace) return;
  const used = await database.copy('read', async (copying) => {
    for (const name of inUse) if (!(await copying.isEmpty(name))) return name;
    return null;
  });
  if (used !== null) {
    const how = '`--replace` removes what is there first.';
    throw new Fault(
      'conflict',
      `This installation is in use (there are rows in ${used}). Nothing was restored. ${how}`,
    );
  }
}

/** The tables as the program had them that wrote the backup. */
async function emptyTarget(needs: RestoreNeeds, { steps }: Manifest): Promise<void> {
  await needs.database.copy('write', (copying) => copying.dropSchemas(needs.schemas));
  await needs.migrate(new Map(steps));
}

type Loaded = { tables: number; readonly of: number; rows: number };

async function loadPart(copying: Copying, part: Part, how: RestoreHow, loaded: Loaded): Promise<void> {
  const { body, folder } = part;
  const here = new Map((await copying.tables()).map((table) => [table.name, table]));
  const chosen = new Map(body.tables.map((table) => [table.name, table]));
  for (const { name, columns } of body.tables) {
    const missing = columns.filter((column) => here.get(name)?.columns.includes(column) !== true);
    if (missing.length > 0) {
      throw new Fault(
        'conflict',
        `The backup has ${name} with ${missing.join(', ')}, which this program does not know.`,
      );
    }
  }
  await copying.empty([...chosen.keys()]);
  // In the order of this database: what is referred to comes first.
  for (const { name } of here.values()) {
    const table = chosen.get(name);
    if (table === undefined) continue;
    for (const partition of table.partitions) {
      if (!partition.name.startsWith(`${name}_`)) throw new Error('a partition does not bear the name of its table');
      await copying.addPartition(name, partition);
    }
    const file = { folder, name: fileOf(name, body.encrypted), packed: true };
    const rows = await copying.copyIn(table, await readFileOf(file, how.identities));
    if (rows !== table.rows)
      throw new Fault('conflict', `${name} has ${rows} rows in the backup instead of ${table.rows}.`);
    loaded.tables += 1;
    loaded.rows += rows;
    how.say({ at: 'loading', ...loaded });
  }
  for (const sequence of body.sequences) await copying.setSequence(sequence);
}

function olderKeys(data: Manifest, keys: Manifest): readonly RestoreWarning[] {
  const isOlder = Temporal.Instant.compare(keys.made_at, data.made_at) < 0;
  return isOlder ? [{ about: 'keys_older', data: data.made_at, keys: keys.made_at }] : [];
}

/**
 * How far ledgers were signed is known from the copy of the keys, which is made more often, and on the same machine from
 * what lies beside the keys: where that is more than the data has, nothing is signed until an operator says so.
 */
async function rememberSigned(keysDir: string, data: Manifest, keys: Manifest): Promise<readonly RestoreWarning[]> {
  const known = [...keys.ledger.map((one) => one.shop), ...(await shopsSigned(keysDir))];
  const back: RestoreWarning[] = [];
  for (const shop of new Set(known)) {
    const signed = await lastOf(keysDir, shop, keys);
    const size = sizeIn(data, shop);
    if (signed.size <= size) continue;
    back.push({
      about: 'ledger_back',
      shop,
      size,
      signed: signed.size,
      root: Buffer.from(signed.root).toString('hex'),
    });
  }
  return back;
}

/** The more of what lies there and what the copy knows, which lies there from then on. */
async function lastOf(keysDir: string, shop: string, keys: Manifest): Promise<LastSigned> {
  const nothing = { size: 0, root: new Uint8Array(), resumed: 0 };
  // What cannot be read is written anew.
  const here = (await readLastSigned(keysDir, shop).catch(() => null)) ?? nothing;
  const copied = keys.ledger.find((one) => one.shop === shop);
  if (copied === undefined || copied.size <= here.size) return here;
  const signed = { size: copied.size, root: Buffer.from(copied.root, 'hex'), resumed: here.resumed };
  await putLastSigned(keysDir, shop, signed);
  return signed;
}

function sizeIn({ ledger }: Manifest, shop: string): number {
  return ledger.find((one) => one.shop === shop)?.size ?? 0;
}
