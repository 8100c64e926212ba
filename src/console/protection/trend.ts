import type { ScanLine } from '#protection';
import type { Grade } from '#tls';
import type { Moment } from '../view.ts';

/** From the best to the worst; the last two stand for another matter than strength. */
const grades: readonly Grade[] = ['A+', 'A', 'A-', 'B', 'C', 'D', 'E', 'F', 'T', 'M'];
const rowsMin = 4;
/** The usual top; some sites have more. */
const scoreTop = 100;

/** CSS pixels, but for the width, which is stretched to what there is. */
export const trendWidth = 1_000;
/** Room for the line's own width above and below. */
const scoreEdge = 3;
/** So that the last scan is a piece of the line too. */
const lastWidth = 15;
export const gradeRow = 18;
export const scoreHeight = 72;

/** Grade and score over time as lines of an SVG, with what they say. */
export type Trend = {
  readonly scans: number;
  readonly from: Moment;
  readonly to: Moment;
  /** Null when no TLS server ever answered. */
  readonly grade: {
    /** One for each row, from the top. */
    readonly rows: readonly Grade[];
    readonly path: string;
    readonly best: Grade;
    readonly worst: Grade;
  } | null;
  /** Null when no page was ever judged. */
  readonly score: {
    readonly top: number;
    readonly path: string;
    readonly low: number;
    readonly high: number;
  } | null;
};

/** Null before the second scan, and when there is nothing that could be drawn. @param history the latest first */
export function trendOf(history: readonly ScanLine[], moment: (at: Temporal.Instant) => Moment): Trend | null {
  const [last, first] = [history[0], history.at(-1)];
  if (last === undefined || first === undefined || last === first) return null;
  const [grade, score] = [gradeTrend(history), scoreTrend(history)];
  if (grade === null && score === null) return null;
  return { scans: history.length, from: moment(first.at), to: moment(last.at), grade, score };
}

function gradeTrend(history: readonly ScanLine[]): Trend['grade'] {
  const placeOf = ({ grade }: ScanLine): number | null => (grade === null ? null : grades.indexOf(grade));
  const places = history.map(placeOf).filter((place) => place !== null);
  const [best, worst] = [grades[Math.min(...places)], grades[Math.max(...places)]];
  if (best === undefined || worst === undefined) return null;
  const rows = grades.slice(0, Math.max(rowsMin, Math.max(...places) + 1));
  const path = stepPath(history, (line) => {
    const place = placeOf(line);
    return place === null ? null : (place + 0.5) * gradeRow;
  });
  return { rows, path, best, worst };
}

function scoreTrend(history: readonly ScanLine[]): Trend['score'] {
  const scores = history.flatMap(({ observatory }) => observatory?.score ?? []);
  if (scores.length === 0) return null;
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const top = Math.max(scoreTop, high);
  const path = stepPath(history, ({ observatory }) =>
    observatory === null
      ? null
      : Math.round(scoreEdge + (1 - Math.max(0, observatory.score) / top) * (scoreHeight - 2 * scoreEdge)),
  );
  return { top, path, low, high };
}

/**
 * What was measured holds until the next scan, so the line goes in steps; it is broken where nothing could be measured.
 * @param history the latest first
 * @param heightOf from the top; null for a gap
 */
function stepPath(history: readonly ScanLine[], heightOf: (line: ScanLine) => number | null): string {
  const lines = history.toReversed();
  const startMs = lines[0]?.at.epochMilliseconds ?? 0;
  const spanMs = (lines.at(-1)?.at.epochMilliseconds ?? 0) - startMs;
  const placeOf = (line: ScanLine | undefined): number =>
    line === undefined || spanMs === 0
      ? trendWidth
      : Math.round(((line.at.epochMilliseconds - startMs) / spanMs) * (trendWidth - lastWidth));
  const path: string[] = [];
  let before: number | null = null;
  for (const [index, line] of lines.entries()) {
    const height = heightOf(line);
    if (height !== null) {
      if (before === null) path.push(`M${placeOf(line)} ${height}`);
      else if (before !== height) path.push(`V${height}`);
      path.push(`H${placeOf(lines[index + 1])}`);
    }
    before = height;
  }
  return path.join('');
}
