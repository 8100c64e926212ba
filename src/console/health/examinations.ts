import { setTimeout as pause } from 'node:timers/promises';
import type { Doctor, Examination } from '#doctor';
import type { Log } from '#kit/log';

/** The last examination, kept in memory, and the one that runs. */
export type Examinations = {
  readonly state: () => {
    readonly last: Examination | null;
    readonly isRunning: boolean;
    /** The last one broke off. */
    readonly hasFailed: boolean;
  };
  /** Begins one if none runs; resolves when it is over, and after a second anyway. */
  readonly look: () => Promise<void>;
};

const waitMs = 1_000;

export function createExaminations(doctor: Pick<Doctor, 'examine'>, log: Log): Examinations {
  let last: Examination | null = null;
  let running: Promise<void> | null = null;
  let hasFailed = false;

  const examine = async (): Promise<void> => {
    try {
      last = await doctor.examine();
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      log.error('the examination broke off', error);
    }
  };

  return {
    state: () => ({ last, isRunning: running !== null, hasFailed }),
    look: async () => {
      running ??= examine().finally(() => {
        running = null;
      });
      const waited = new AbortController();
      await Promise.race([running, pause(waitMs, null, { signal: waited.signal }).catch(() => null)]);
      waited.abort();
    },
  };
}
