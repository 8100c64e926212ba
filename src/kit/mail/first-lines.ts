const lineFeed = 10;

/**
 * A mail up to its last line of so many: the reader of mails takes microseconds for each line, also for an empty one, and
 * what is worth reading stands before.
 */
export function firstLines(raw: Uint8Array, linesMax: number): Uint8Array {
  let end = 0;
  for (let line = 0; line < linesMax; line += 1) {
    const next = raw.indexOf(lineFeed, end);
    if (next < 0) return raw;
    end = next + 1;
  }
  return raw.subarray(0, end);
}
