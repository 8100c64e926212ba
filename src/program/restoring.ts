import { restoreBackup, type Restored, type RestoreHow } from '#backup';
import { knownSteps } from '#kit/database';
import { schemaFolders } from '../house.ts';
import type { Settings } from '../settings.ts';
import { openBareGround, type Opening } from './ground.ts';
import { keyProviders } from './key-providers.ts';

/** Everything that this program makes in a database: its own schemas, those of the kit, and the queue's. */
const schemas = [
  'kit',
  'graphile_worker',
  ...schemaFolders.map(({ name }) => name.replace(/^kit\//, '').replaceAll('-', '_')),
];

/** Brings a backup into this installation. @throws Fault('conflict') while it runs, or is in use */
export async function restoreInstallation(settings: Settings, how: RestoreHow, opening: Opening): Promise<Restored> {
  const { database, migrate, close } = await openBareGround(settings, opening);
  try {
    const providers = keyProviders(settings);
    const needs = { database, schemas, migrate, knownSteps: knownSteps(schemaFolders), providers };
    return await restoreBackup({ ...needs, keysDir: settings.keysDir }, how);
  } finally {
    await close();
  }
}
