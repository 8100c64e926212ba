/** A generator of numbers that look random and are the same for the same seed. */
export type Random = {
  /** At least 0 and less than `end`. */
  readonly whole: (end: number) => number;
};

/** Mulberry32: 32 bits of state, good enough for minutes and weights. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    whole: (end) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
    },
  };
}
