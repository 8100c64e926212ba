import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own, small enough to be filled. */
export type SmallDisk = {
  /** Leaves nothing free. */
  readonly fill: () => void;
  /** Takes away what filled it. */
  readonly clear: () => void;
  readonly unmount: () => void;
};

const chunk = Buffer.alloc(64 * 1024);

/** @returns null where none may be mounted: only root may */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | null {
  const asRoot = process.geteuid?.() === 0 && existsSync('/bin/mount');
  const wants = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', folder];
  if (!asRoot || spawnSync('/bin/mount', wants).status !== 0) return null;
  const ballast = join(folder, 'ballast');
  return {
    fill: () => {
      const file = openSync(ballast, 'a');
      try {
        while (statfsSync(folder).bfree > 0) writeSync(file, chunk);
      } catch {
        // No space left on device: that is what was wanted.
      } finally {
        closeSync(file);
      }
    },
    clear: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('/bin/umount', ['-l', folder]),
  };
}
