/** Product time. Everything that decides by time asks a clock that it was handed; nothing reads the system's. */
export type Clock = { readonly now: () => Temporal.Instant };

export const realClock: Clock = { now: () => Temporal.Now.instant() };

export type ManualClock = Clock & { readonly advanceTo: (instant: Temporal.Instant) => void };

/** A clock that stands still until it is moved; it never goes back. Tests and the sample world's past run on it. */
export function createManualClock(start: Temporal.Instant): ManualClock {
  let instant = start;
  return {
    now: () => instant,
    advanceTo: (to) => {
      if (Temporal.Instant.compare(to, instant) > 0) instant = to;
    },
  };
}
