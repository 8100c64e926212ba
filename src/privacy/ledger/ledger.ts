import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { createLoop } from '#kit/facts';
import type { Log } from '#kit/log';
import { logKeys, type LogKeys } from './log-keys.ts';
import { createSequencer, type Sequencer } from './sequencer.ts';

export { appendEntries, type NewEntry } from './append.ts';

export type LedgerNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Pick<Keyring, 'derive'>;
  readonly log: Log;
  /** What a shop's ledger is called: its domain and a path. */
  readonly originOf: (shopId: string) => Promise<string>;
  /** Hears which entries have got their places. */
  readonly placed?: (entryIds: readonly string[]) => void;
};

export type Ledger = Pick<Sequencer, 'sequence'> & {
  /** Gives places from now on, in every process; one at a time does it for each shop. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** For what nobody told of: a process that ended between a commit and its NOTIFY is heard at the latest then. */
const lookEveryMs = 1_000;
/** Who comes within it shares a signature with the others. */
const gatherMs = 10;

export function createLedger(needs: LedgerNeeds): Ledger {
  const { database, clock, keyring, log, originOf, placed = () => {} } = needs;
  const keys = new Map<string, LogKeys>();
  const sequencer = createSequencer({
    database,
    clock,
    keysOf: async (shopId) => {
      const known = keys.get(shopId) ?? logKeys(keyring, shopId, await originOf(shopId));
      keys.set(shopId, known);
      return known;
    },
  });
  let stopListening: (() => Promise<void>) | null = null;

  /** True while there may be more. */
  const placeAll = async (): Promise<boolean> => {
    let more = false;
    for (const shopId of await sequencer.shopsWaiting()) {
      const ids = await sequencer.sequence(shopId).catch((error: unknown) => {
        log.error('the ledger does not go on', error);
        return [];
      });
      placed(ids ?? []);
      more ||= (ids ?? []).length > 0;
    }
    return more;
  };

  const loop = createLoop({
    beatMs: lookEveryMs,
    paceMs: gatherMs,
    turn: placeAll,
    failed: (error) => log.error('the ledger cannot be looked at', error),
  });
  return {
    sequence: sequencer.sequence,
    start: async () => {
      stopListening = await database.listen('glasspost_ledger', loop.wake);
      loop.start();
    },
    stop: async () => {
      await stopListening?.();
      await loop.stop();
    },
  };
}
