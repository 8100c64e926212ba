import { hash, randomBytes } from 'node:crypto';
import type { Rate } from './rates.ts';

/** Where a key is counted: one cell in each row. */
export type Place = readonly number[];

/** Time stamps of the generic cell rate algorithm, for any number of keys in memory of one size. */
export type Cells = {
  readonly placeOf: (key: string) => Place;
  /** How long until the next one is allowed; 0 is now. */
  readonly waitMs: (place: Place, rate: Rate) => number;
  /** How many are allowed at once. */
  readonly left: (place: Place, rate: Rate) => number;
  /** Counts one, whether it was allowed or not. The debt of one key is at most a second burst. */
  readonly count: (place: Place, rate: Rate) => void;
};

const rows = 4;
const cellsPerRow = 2 ** 17;
const foundMax = 8_192;

/**
 * A key's number is the time at which its allowance is whole again. It stands in four cells that a hash picks, and the
 * least of them counts (a count-min sketch with conservative update): others in the same cells can make it too late and
 * never too early. So there is nothing to forget: who comes with a million addresses pushes nobody out, and gets nobody's
 * allowance back, his own neither. 4 MiB, from the start to the end; the hash is keyed, so that nobody can choose whom he
 * shares cells with.
 * @param nowMs a clock that only goes forward, not product time
 */
export function createCells(nowMs: () => number, cellsOfARow: number = cellsPerRow): Cells {
  const wholeAt = new Float64Array(rows * cellsOfARow);
  /** Places that were looked up lately: they only save a hash. */
  const found = new Map<string, Place>();
  const secret = randomBytes(16).toString('hex');
  const least = (place: Place): number => {
    let time = Infinity;
    for (const cell of place) time = Math.min(time, wholeAt[cell] ?? 0);
    return time;
  };
  const debtMs = (place: Place): number => Math.max(0, least(place) - nowMs());
  return {
    placeOf: (key) => {
      const before = found.get(key);
      if (before !== undefined) return before;
      const digest = hash('sha256', `${secret} ${key}`, 'buffer');
      const place = Array.from(
        { length: rows },
        (_, row) => row * cellsOfARow + (digest.readUInt32BE(row * 4) % cellsOfARow),
      );
      if (found.size >= foundMax) found.clear();
      found.set(key, place);
      return place;
    },
    waitMs: (place, rate) => Math.max(0, debtMs(place) - stepMs(rate) * (rate.burst - 1)),
    left: (place, rate) => Math.max(0, Math.floor(rate.burst - debtMs(place) / stepMs(rate) + 1e-6)),
    count: (place, rate) => {
      const step = stepMs(rate);
      const now = nowMs();
      const at = now + Math.min(debtMs(place) + step, 2 * step * rate.burst);
      for (const cell of place) wholeAt[cell] = Math.max(wholeAt[cell] ?? 0, at);
    },
  };
}

function stepMs({ perMinute }: Rate): number {
  return 60_000 / perMinute;
}
