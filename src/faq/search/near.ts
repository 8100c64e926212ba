/** How many slips are forgiven in a word: none in what is too short to tell. */
export function slipsMax(word: string): number {
  if (word.length < 4) return 0;
  return word.length < 8 ? 1 : 2;
}

/** Whoever slips hardly ever does so in the first letter, unless it changes places: `plate` is not `late`. */
export function beginAlike(one: string, other: string): boolean {
  return one[0] === other[0] || (one[0] === other[1] && one[1] === other[0]);
}

/** The groups of three letters that a word is found by, two spaces before it and one behind, as `faq.gram` has them. */
export function gramsOf(word: string): readonly string[] {
  const padded = `  ${word} `;
  return [...new Set(Array.from({ length: padded.length - 2 }, (_, from) => padded.slice(from, from + 3)))];
}

/**
 * How many slips lie between two words: a letter too many, too few, wrong, or two that changed places (Damerau and
 * Levenshtein, each place once); `max + 1` when there are more than that.
 */
export function slipsBetween(one: string, other: string, max: number): number {
  if (Math.abs(one.length - other.length) > max) return max + 1;
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      line.push(leastAt({ one, other, row, column }, before, above, line));
    }
    if (Math.min(...line) > max) return max + 1;
    before = above;
    above = line;
  }
  return Math.min(above[other.length] ?? max + 1, max + 1);
}

type Place = { readonly one: string; readonly other: string; readonly row: number; readonly column: number };

function leastAt(
  { one, other, row, column }: Place,
  before: readonly number[],
  above: readonly number[],
  line: readonly number[],
): number {
  const isSame = one[row - 1] === other[column - 1];
  const least = Math.min(at(above, column) + 1, at(line, column - 1) + 1, at(above, column - 1) + (isSame ? 0 : 1));
  const haveSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
  return row > 1 && column > 1 && haveSwapped ? Math.min(least, at(before, column - 2) + 1) : least;
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? Number.POSITIVE_INFINITY;
}
