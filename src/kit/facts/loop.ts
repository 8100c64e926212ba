import { setTimeout as pause } from 'node:timers/promises';

/** Takes turns for as long as there is something to do, then waits for a wake-up or for the next beat. */
export function createLoop(needs: {
  readonly beatMs: number;
  /** Rests so long after each turn: what comes in the meantime is taken together, at the price of one turn. */
  readonly paceMs?: number;
  /** True when there may be more to do at once. */
  readonly turn: () => Promise<boolean>;
  readonly failed: (error: unknown) => void;
}): { readonly wake: () => void; readonly start: () => void; readonly stop: () => Promise<void> } {
  const state = { isStopped: true, isWoken: false };
  let rouse: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();

  const { paceMs = 0 } = needs;
  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, needs.beatMs);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
      if (state.isWoken || state.isStopped) rouse();
    });
  const run = async (): Promise<void> => {
    while (!state.isStopped) {
      state.isWoken = false;
      try {
        const mayBeMore = await needs.turn();
        if (paceMs > 0 && !state.isStopped) await pause(paceMs);
        if (mayBeMore) continue;
      } catch (error) {
        needs.failed(error);
        // News do not mend what is broken: the next try comes with the beat.
        state.isWoken = false;
      }
      await rest();
      rouse = null;
    }
  };
  return {
    wake: () => {
      state.isWoken = true;
      rouse?.();
    },
    start: () => {
      if (!state.isStopped) return;
      state.isStopped = false;
      running = running.then(run);
    },
    stop: async () => {
      state.isStopped = true;
      rouse?.();
      await running;
    },
  };
}
