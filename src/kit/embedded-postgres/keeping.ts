import { setTimeout as sleep } from 'node:timers/promises';
import type { Reserve } from './reserve.ts';
import { launchDatabase, type House, type Running } from './running.ts';
import { readOnlySetting } from './settings.ts';

const lookMs = 250;
const againMsMin = 100;
const againMsMax = 5_000;

/**
 * Looks after a database that runs: when it ends by itself (killed for want of memory, a full disk) it is started again at
 * the same address, again and again until it stays. On a full disk it is given the reserve and only reads, so that everybody
 * still sees what is there; with space again it is started once more and takes changes.
 *
 * @returns the end of it, within about three seconds
 */
export function keepDatabase(house: House, first: Running, reserve: Reserve): () => Promise<void> {
  const closing = new AbortController();
  const { signal } = closing;
  let running = first;
  let readsOnly = false;

  const startAgain = async (): Promise<void> => {
    const { socketFolder } = running;
    let said = false;
    for (let againMs = againMsMin; !signal.aborted; againMs = Math.min(againMs * 2, againMsMax)) {
      // What is left of the last one goes first: its socket lies at the address.
      await running.end();
      // Once the reserve was given away it is missing: free space is not to spend before it is laid by again.
      readsOnly = reserve.isNeeded() || (readsOnly && !(await reserve.keep(signal)));
      if (readsOnly) reserve.give();
      try {
        running = await launchDatabase(
          { ...house, settings: settingsFor(house, readsOnly), stopped: signal },
          socketFolder,
        );
        house.log(
          readsOnly ? 'The disk is full: until there is space the database only reads.' : 'The database runs again.',
        );
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!said) house.log(`The database does not start, and is tried again until it does: ${String(error)}`);
        said = true;
        await sleep(againMs, undefined, { signal }).catch(() => {});
      }
    }
  };

  const look = async (): Promise<void> => {
    if (running.hasEnded()) await startAgain();
    else if ((await reserve.keep(signal)) && readsOnly) await startAgain();
  };

  let trouble = '';
  const sayOnce = (error: unknown): void => {
    if (trouble !== String(error)) house.log(`The database cannot be looked after: ${String(error)}`);
    trouble = String(error);
  };

  const looking = (async () => {
    while (!signal.aborted) {
      await look().catch(sayOnce);
      await sleep(lookMs, undefined, { signal, ref: false }).catch(() => {});
    }
  })();
  return async () => {
    closing.abort();
    await looking;
    await running.end();
  };
}

function settingsFor({ settings }: House, readsOnly: boolean): House['settings'] {
  return readsOnly ? { ...settings, [readOnlySetting]: 'on' } : settings;
}
