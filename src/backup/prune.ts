import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Keyring } from '#keys';
import { Fault } from '#kit/fault';
import { readManifest } from './manifest.ts';

const folderShape = /^glasspost-keys-\d{8}T\d{6}Z$/;
const halfShape = /^glasspost-keys-(\d{8}T\d{6}Z)\.partial$/;
const writtenShape = /^[a-z0-9_]+\.[a-z0-9_.]+$/;

/**
 * Removes copies of keys that are older than this: what was erased is to stay erased. Only folders that this installation
 * wrote, only the files that it wrote into them.
 * @returns the folders that are gone
 */
export function pruneKeys(
  under: string,
  before: Temporal.Instant,
  keyring: Pick<Keyring, 'id' | 'derive'>,
): readonly string[] {
  return readdirSync(resolve(under))
    .filter((name) => folderShape.test(name))
    .map((name) => join(resolve(under), name))
    .filter((folder) => isOurs(folder, before, keyring))
    .filter(removeFolder);
}

/**
 * Removes what a kill left half-written: keys are in it, and no manifest that says whose.
 * @param before until then nobody writes it any more
 */
export function pruneHalves(under: string, before: Temporal.Instant): readonly string[] {
  return readdirSync(resolve(under))
    .filter((name) => {
      const [, at] = halfShape.exec(name) ?? [];
      return at !== undefined && isBefore(at, before);
    })
    .map((name) => join(resolve(under), name))
    .filter((folder) => lstatSync(folder).isDirectory())
    .filter((folder) => {
      for (const name of readdirSync(folder)) if (writtenShape.test(name)) removeFile(join(folder, name));
      return isRemoved(folder);
    });
}

/** @param at as folders are named; what is no time is not older than anything */
function isBefore(at: string, before: Temporal.Instant): boolean {
  try {
    return Temporal.Instant.compare(at, before) < 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isOurs(folder: string, before: Temporal.Instant, keyring: Pick<Keyring, 'id' | 'derive'>): boolean {
  if (!lstatSync(folder).isDirectory()) return false;
  try {
    const { body, isBy } = readManifest(folder);
    return body.kind === 'keys' && isBy(keyring) && Temporal.Instant.compare(body.made_at, before) < 0;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

/** The manifest goes last, so that what a kill leaves is still known to be ours. */
function removeFolder(folder: string): boolean {
  const { files } = readManifest(folder).body;
  for (const { name } of files) removeFile(join(folder, name));
  removeFile(join(folder, 'manifest.json'));
  return isRemoved(folder);
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    // Somebody keeps something else there.
    return false;
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
