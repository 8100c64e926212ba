import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../settings.ts';

/** What a second process needs to reach the one that runs. It lies in the data folder, readable by its owner only. */
const runningShape = z.object({
  databaseUrl: z.string(),
  publicUrl: z.string(),
  routes: z.array(z.object({ host: z.string(), to: z.string() })),
});
export type Running = z.infer<typeof runningShape>;

function pathOf(settings: Settings): string {
  return join(settings.dataDir, 'running.json');
}

export function writeNote(settings: Settings, running: Running): void {
  const path = pathOf(settings);
  writeFileSync(`${path}.new`, `${JSON.stringify(running)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The note of the program that runs on this data, or null when none does; one that was killed leaves its own behind. */
export function readNote(settings: Settings): Running | null {
  try {
    return runningShape.parse(JSON.parse(readFileSync(pathOf(settings), 'utf8')));
  } catch {
    return null;
  }
}

export function removeNote(settings: Settings): void {
  rmSync(pathOf(settings), { force: true });
}
