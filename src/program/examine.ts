import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDoctor, withTroubles, type DoctorNeeds, type Examination, type Place } from '#doctor';
import { keyringPath } from '#keys';
import { realClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { createEgress } from '#kit/egress';
import { Fault } from '#kit/fault';
import { createLog } from '#kit/log';
import type { Settings, settingsAsRead } from '../settings.ts';

/** What must be right before anything is opened: else another database, or a new keyring, would be looked at. */
const leading: ReadonlySet<string> = new Set(['DATABASE_URL', 'GLASSPOST_DATA_DIR', 'GLASSPOST_KEYS_DIR']);

/** How the program comes to what it examines. */
type Ways = {
  /** Beside the program that runs, or with the data opened for the moment. @throws Fault when neither can be had */
  readonly inside: () => Promise<Examination>;
  /** As it looks while nothing runs. */
  readonly place: Place;
};

/**
 * Examines this installation whatever state it is in: with its data, or without where that cannot be opened. Nothing is
 * made that was not there.
 */
export async function examineBy(read: ReturnType<typeof settingsAsRead>, ways: Ways): Promise<Examination> {
  const { settings, wrong } = read;
  const isLed = !wrong.some(([variable]) => leading.has(variable));
  const isNew = isLed && !isMade(settings);
  if (!isLed || isNew) return withTroubles(await examineOutside(ways.place, null), { wrong, start: null, isNew });
  try {
    return withTroubles(await ways.inside(), { wrong, start: null, isNew });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const database = settings.databaseUrl === null ? null : openDatabase({ url: settings.databaseUrl });
    try {
      const examination = await examineOutside(ways.place, database);
      return withTroubles(examination, { wrong, start: error.publicText, isNew });
    } finally {
      await database?.close();
    }
  }
}

/** The first start makes the keyring, and before it the database that comes along. */
function isMade({ databaseUrl, dataDir, keysDir }: Settings): boolean {
  return existsSync(keyringPath(keysDir)) && (databaseUrl !== null || existsSync(join(dataDir, 'postgres')));
}

async function examineOutside(place: Place, database: Database | null): Promise<Examination> {
  const log = createLog({ level: 'silent' });
  const egress = createEgress({ log });
  const ask: DoctorNeeds['ask'] = (request) => egress.send(request, null);
  return await createDoctor({ clock: realClock, log, database, rooms: null, place, ask }).examine();
}
