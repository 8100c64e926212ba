import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Job, Jobs } from '#kit/jobs';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import type { ImportCounts } from './import-orders.ts';

export type ImportsNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  readonly privacy: Privacy;
  readonly parcels: Pick<Parcels, 'takeOrders'>;
};

/** `uploaded`: waits for somebody to confirm the mapping. `ended`: it could not go on; `endedWhy` says why. */
type ImportState = 'uploaded' | 'running' | 'done' | 'ended';

export type ImportLine = {
  readonly id: string;
  readonly createdAt: Temporal.Instant;
  readonly state: ImportState;
  readonly fileName: string;
  readonly byteCount: number;
  readonly bytesDone: number;
  readonly counts: ImportCounts;
  /** The line from which nothing was read. */
  readonly endedLine: number | null;
  readonly endedWhy: string | null;
};

/** What of an import is sealed with the shop's key. */
export type Sealed = {
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly separator: string;
  readonly mapping: unknown;
};

export type ImportRow = Omit<ImportLine, 'id' | 'fileName'> & {
  readonly importId: string;
  readonly shopId: string;
  readonly fileKey: Buffer | null;
  readonly sealed: Buffer;
};

export const sweepTask = 'api.import.sweep';

/** What nobody goes on with is gone after a while. */
export function sweepOf({ clock }: Pick<ImportsNeeds, 'clock'>, importId: string, hours: number): Job {
  const dueAt = clock.now().add({ hours });
  return { task: sweepTask, payload: { importId }, key: `import-sweep:${importId}`, dueAt };
}
