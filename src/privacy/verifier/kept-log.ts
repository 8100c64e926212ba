import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '#kit/fault';
import { same, utf8 } from '../ledger/tree/bytes.ts';
import { readCheckpoint, type Checkpoint } from '../ledger/tree/checkpoint.ts';
import { createMerkle, hashBytes } from '../ledger/tree/merkle.ts';
import { hasTile, readTilePath, tilePath, tilesOf, tileWidth } from '../ledger/tree/tiles.ts';
import { writeNote } from '../ledger/tree/note.ts';
import { rootOfGround, type LogSource, type SeenBefore } from '../ledger/tree/verify-log.ts';
import { codeOf, folderSource } from './fetching.ts';
import { sha256 } from './known-keys.ts';

/** What is kept of a ledger between two looks, in the form in which ledgers are served. */
export type KeptLog = {
  readonly checkpoint: Checkpoint;
  /** As it lies on the disk. */
  readonly source: LogSource;
};

const merkle = createMerkle(sha256);

/** Null when nothing is kept there yet. @throws Fault('unavailable') for what cannot be read */
export async function readKept(folder: string): Promise<KeptLog | null> {
  const source = folderSource(folder);
  const bytes = await source('checkpoint');
  if (bytes === null) return null;
  const checkpoint = readCheckpoint(new TextDecoder().decode(bytes));
  if (checkpoint === null) throw new Fault('unavailable', `${join(folder, 'checkpoint')} is no checkpoint.`);
  return { checkpoint, source };
}

/** What was seen, with the hashes of then where they still make the root that was signed, and not where they do not. */
export async function soundKept({ checkpoint, source }: KeptLog): Promise<SeenBefore> {
  const { size, root } = checkpoint;
  return { size, root, source: await soundSource(source, checkpoint) };
}

async function soundSource(source: LogSource, { size, root }: Checkpoint): Promise<LogSource | null> {
  const ground: Uint8Array[] = [];
  for (const tile of tilesOf(size, 0)) {
    const bytes = await source(tilePath(tile));
    if (bytes?.length !== tile.width * hashBytes) return null;
    ground.push(bytes);
  }
  if (!same(rootOfGround(merkle, ground, size), root)) return null;
  return async (path) => {
    const tile = readTilePath(path);
    return tile?.level === 0 ? (ground[tile.index] ?? null) : null;
  };
}

/** Files that were read and are not believed yet: they take their places when all holds. */
export type Reading = {
  readonly add: (path: string, bytes: Uint8Array) => void;
  readonly keep: (checkpoint: Checkpoint, keys: string, before: KeptLog | null) => void;
  /** Keeps what a ledger said against what it had said: two signed statements that cannot both be true. */
  readonly keepAgainst: (checkpoint: Checkpoint) => string;
  readonly drop: () => void;
};

/** @throws Fault('unavailable') */
function write(path: string, bytes: Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  } catch (error) {
    throw new Fault('unavailable', `${path} cannot be written (${codeOf(error)}).`, { cause: error });
  }
}

/** @throws Fault('unavailable') where nothing can be written */
export function beginReading(folder: string): Reading {
  const fresh = join(folder, `.new-${process.pid}`);
  const paths = new Set<string>();
  const put = (path: string, bytes: Uint8Array): void => {
    write(join(fresh, path), bytes);
    move(join(fresh, path), join(folder, path));
  };
  const drop = (): void => rmSync(fresh, { recursive: true, force: true });
  return {
    add: (path, bytes) => {
      write(join(fresh, path), bytes);
      paths.add(path);
    },
    keep: (checkpoint, keys, before) => {
      for (const path of paths) move(join(fresh, path), join(folder, path));
      put('keys', utf8(keys));
      // Last, because it says that the rest is there.
      put('checkpoint', utf8(writeNote(checkpoint.note)));
      if (before !== null) dropCut(folder, before.checkpoint.size, checkpoint.size);
      drop();
    },
    keepAgainst: (checkpoint) => {
      const name = `against-${checkpoint.size}-${Buffer.from(checkpoint.root).toString('hex').slice(0, 16)}`;
      put(name, utf8(writeNote(checkpoint.note)));
      return join(folder, name);
    },
    drop,
  };
}

function move(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

/** The beginnings of tiles that have grown since. */
function dropCut(folder: string, oldSize: number, size: number): void {
  for (let level = 0; oldSize >= tileWidth ** level; level += 1) {
    const last = [...tilesOf(oldSize, level)].at(-1);
    if (last === undefined || last.width === tileWidth || hasTile(size, last)) continue;
    rmSync(join(folder, tilePath(last)), { force: true });
    if (level === 0) rmSync(join(folder, tilePath({ ...last, level: 'entries' })), { force: true });
  }
}
