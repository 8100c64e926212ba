import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import type { Queries } from '#kit/database';
import { monthSizes, type MonthSize } from '../store.ts';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('disk');

/** A file system, with the folders of ours that lie on it. */
export type VolumeSeen = {
  readonly folders: readonly string[];
  readonly freeBytes: number;
  readonly allBytes: number;
  /** Of the files that it can hold, 0 to 1; 1 where it does not count them. */
  readonly freeFiles: number;
};

export type DiskSeen = {
  readonly volumes: readonly VolumeSeen[];
  /** Ours, and yet not to be written by this user. */
  readonly denied: readonly string[];
  readonly logBytes: number;
  readonly hasOwnDatabase: boolean;
  /** That holds the database; null where it lies elsewhere. */
  readonly dataDir: string | null;
  readonly months: readonly MonthSize[];
  /** `2026_11` */
  readonly month: string;
};

const gibi = 1024 ** 3;
const badBytes = gibi / 2;
const warnBytes = 2 * gibi;
/** Of a large disk a small share is still much. */
const warnShare = 0.15;
const plentyBytes = 50 * gibi;
const freeFilesMin = 0.05;
const logBytesMax = gibi;
const daysWarn = 60;
const daysOfMonth = 30;

export function diskChecks(seen: DiskSeen): readonly Check[] {
  const { volumes, denied, logBytes, hasOwnDatabase } = seen;
  const checks = [
    ...denied.map((folder) => bad('disk.denied', { folder })),
    ...volumes.flatMap(aboutVolume),
    ...(logBytes > logBytesMax ? [warning('disk.log', { gigabytes: inGiga(logBytes) })] : []),
    ...aboutGrowth(seen),
  ];
  const elsewhere = hasOwnDatabase ? [] : [unknown('disk.database')];
  if (checks.length > 0) return [...checks, ...elsewhere];
  const [smallest] = volumes.toSorted((a, b) => a.freeBytes - b.freeBytes);
  if (smallest === undefined) return [unknown('disk.new'), ...elsewhere];
  return [good('disk.good', { gigabytes: inGiga(smallest.freeBytes) }), ...elsewhere];
}

function aboutVolume({ folders, freeBytes, allBytes, freeFiles }: VolumeSeen): readonly Check[] {
  const values = {
    folders: folders.join(', '),
    gigabytes: inGiga(freeBytes),
    percent: Math.round((freeBytes / Math.max(allBytes, 1)) * 100),
  };
  if (freeBytes < badBytes) return [bad('disk.full', values)];
  const isSmall = freeBytes < warnBytes || (freeBytes < allBytes * warnShare && freeBytes < plentyBytes);
  const files = freeFiles < freeFilesMin ? [warning('disk.files', { folders: values.folders })] : [];
  return [...(isSmall ? [warning('disk.low', values)] : []), ...files];
}

/** What the last whole month took, if there was one before it too: a first month tells nothing. */
function aboutGrowth({ volumes, months, month, dataDir }: DiskSeen): readonly Check[] {
  const volume = volumes.find(({ folders }) => dataDir !== null && folders.includes(dataDir));
  const [last, before] = months.filter((one) => one.month < month && one.bytes > 0).toReversed();
  if (volume === undefined || last === undefined || before === undefined) return [];
  const days = Math.floor(volume.freeBytes / (last.bytes / daysOfMonth));
  return days < daysWarn ? [warning('disk.growth', { days, gigabytes: inGiga(volume.freeBytes) })] : [];
}

function inGiga(bytes: number): number {
  return Math.round((bytes / gibi) * 10) / 10;
}

type Space = {
  readonly bsize: number;
  readonly blocks: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
};

type Needs = {
  readonly place: Pick<Place, 'dataDir' | 'keysDir' | 'tempDir' | 'logFile' | 'hasOwnDatabase'>;
  readonly database: Queries | null;
  readonly now: Temporal.Instant;
  readonly spaceOf?: (path: string) => Promise<Space>;
};

export async function lookAtDisk({ place, database, now, spaceOf = statfs }: Needs): Promise<DiskSeen> {
  const { dataDir, keysDir, tempDir, logFile, hasOwnDatabase } = place;
  return {
    volumes: await volumesOf([dataDir, keysDir, tempDir], spaceOf),
    denied: (await isDenied(dataDir)) ? [dataDir] : [],
    logBytes: (await stat(logFile).catch(() => null))?.size ?? 0,
    hasOwnDatabase,
    dataDir: hasOwnDatabase ? dataDir : null,
    months: database === null ? [] : await monthSizes(database),
    month: now.toString().slice(0, 7).replace('-', '_'),
  };
}

/** What is not there yet, or not to be seen by a process that is confined, is left out. */
async function volumesOf(
  folders: readonly string[],
  spaceOf: NonNullable<Needs['spaceOf']>,
): Promise<readonly VolumeSeen[]> {
  const devices = new Map<number, VolumeSeen>();
  for (const folder of folders) {
    const found = await Promise.all([stat(folder), spaceOf(folder)]).catch(() => null);
    if (found === null) continue;
    const [{ dev }, { bsize, blocks, bavail, files, ffree }] = found;
    devices.set(dev, {
      folders: [...(devices.get(dev)?.folders ?? []), folder],
      freeBytes: bavail * bsize,
      allBytes: blocks * bsize,
      freeFiles: files === 0 ? 1 : ffree / files,
    });
  }
  return [...devices.values()];
}

async function isDenied(folder: string): Promise<boolean> {
  return await access(folder, constants.W_OK).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EACCES',
  );
}
