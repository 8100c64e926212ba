import { readRecipients } from '#keys';
import { Fault } from '#kit/fault';
import { pruneHalves, pruneKeys } from './prune.ts';
import { writeBackup, type Said, type WriteNeeds, type Written } from './write.ts';

export { restoreBackup, type Restored, type RestoreHow, type RestoreStep, type RestoreWarning } from './restore.ts';
export type { Said } from './write.ts';

export type BackupHow = {
  /** Folder in which a folder of its own is made for each backup. */
  readonly under: string;
  /** age recipients (`age1…`); none: those that are set, and without them whoever may read the folder reads it. */
  readonly recipients: readonly string[];
  readonly say?: Said;
};

/** Copies of data and of keys, apart: whoever has only the first reads nothing, and what was erased stays so in it. */
export type Backup = {
  /** Everything but what opens it. @throws Fault when it cannot be written, with nothing left behind */
  readonly writeData: (how: BackupHow) => Promise<Written>;
  /**
   * The keyring, the keys of persons and parcels, and what opens without them. Older copies in the same folder are removed
   * after `keepDays`, 30 at the most.
   */
  readonly writeKeys: (
    how: BackupHow & { readonly keepDays: number },
  ) => Promise<Written & { readonly removed: readonly string[] }>;
};

const keepDaysMax = 30;
/** Longer than any copy of keys takes. */
const halfHoursMax = 24;
const nothing: Said = () => {};

export function createBackup(needs: WriteNeeds & { readonly recipients?: readonly string[] }): Backup {
  const chosen = async (given: readonly string[]): Promise<readonly string[]> =>
    await readRecipients(given.length > 0 ? given : (needs.recipients ?? []));
  return {
    writeData: async ({ under, recipients, say = nothing }) =>
      await writeBackup(needs, { kind: 'data', under, recipients: await chosen(recipients), say }),
    writeKeys: async ({ under, recipients, say = nothing, keepDays }) => {
      if (!Number.isInteger(keepDays) || keepDays < 1 || keepDays > keepDaysMax) {
        throw new Fault(
          'invalid',
          `Copies of keys are kept for 1 to ${keepDaysMax} days: what was erased stays erased.`,
        );
      }
      const made = await writeBackup(needs, { kind: 'keys', under, recipients: await chosen(recipients), say });
      const before = made.madeAt.subtract({ hours: keepDays * 24 });
      const halves = pruneHalves(under, made.madeAt.subtract({ hours: halfHoursMax }));
      return { ...made, removed: [...pruneKeys(under, before, needs.keyring), ...halves] };
    },
  };
}
