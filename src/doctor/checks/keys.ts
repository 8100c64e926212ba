import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Queries } from '#kit/database';
import { keyringPath } from '#keys';
import type { Privacy } from '#privacy';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('keys');

const denied = 'denied';

export type KeysSeen = {
  readonly path: string;
  /** Modes in octal; null where it is not there, `denied` where we may not look. */
  readonly file: string | null;
  readonly folder: string | null;
  /** Behind links too. */
  readonly isInsideData: boolean;
  /** Null where nothing is sealed yet, or the data is not open. */
  readonly opens: boolean | null;
  readonly isOpen: boolean;
};

export function keyChecks(seen: KeysSeen): readonly Check[] {
  const { path, file, isOpen } = seen;
  if (file === denied) return [bad('keys.denied', { path })];
  if (file === null) return [isOpen ? bad('keys.missing', { path }) : unknown('keys.none', { path })];
  const checks = [
    ...(seen.isInsideData ? [bad('keys.inside_data', { path })] : []),
    ...aboutModes(path, file, seen.folder),
    ...(seen.opens === false ? [bad('keys.closed', { path })] : []),
  ];
  if (checks.length > 0) return checks;
  return [isOpen ? good('keys.good') : unknown('keys.not_open', { path })];
}

function aboutModes(path: string, file: string, folder: string | null): readonly Check[] {
  return [
    ...(isReadByOthers(file) ? [bad('keys.open_file', { path, mode: file })] : []),
    ...(folder !== null && folder !== denied && isReadByOthers(folder)
      ? [warning('keys.open_folder', { path: dirname(path), mode: folder })]
      : []),
  ];
}

/** `644`: any right of the group or of others. */
function isReadByOthers(mode: string): boolean {
  return mode.slice(-2) !== '00';
}

type Needs = {
  readonly place: Pick<Place, 'keysDir' | 'dataDir'>;
  readonly rooms: { readonly privacy: Pick<Privacy, 'opens'>; readonly database: Queries } | null;
};

export async function lookAtKeys({ place, rooms }: Needs): Promise<KeysSeen> {
  const path = keyringPath(place.keysDir);
  const [file, folder, keys, data, opens] = await Promise.all([
    modeOf(path),
    modeOf(dirname(path)),
    realpath(place.keysDir).catch(() => place.keysDir),
    realpath(place.dataDir).catch(() => place.dataDir),
    rooms === null ? null : rooms.privacy.opens(rooms.database),
  ]);
  const isInsideData = keys === data || keys.startsWith(`${data}/`);
  return { path, file, folder, isInsideData, opens, isOpen: rooms !== null };
}

async function modeOf(path: string): Promise<KeysSeen['file']> {
  try {
    return ((await stat(path)).mode & 0o777).toString(8).padStart(3, '0');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : denied;
  }
}
