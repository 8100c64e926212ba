import { geoPath, type GeoContext, type GeoProjection } from 'd3-geo';
import type { Shape } from './ground.ts';
import type { Pixel } from './view.ts';

/** A line that nobody sees bend less than this is straight. */
const bendPixelsMin = 1.1;
/** Islets and stumps of borders below this are dust. */
const speckPixelsMin = 6;

/**
 * Shapes as the `d` of one SVG path on whole pixels: bends that cannot be seen and specks are left out, steps are
 * relative. `projection` says how large a pixel is.
 */
export function outlineOf(shapes: readonly Shape[], projection: GeoProjection): string {
  const lines: Line[] = [];
  const path = geoPath(projection, collector(lines));
  for (const { geometry } of shapes) path(geometry);
  return lines.map(writeLine).join('');
}

/** A line through points, to a tenth of a pixel; empty when it goes nowhere. */
export function lineThrough(points: readonly Pixel[]): string {
  const bends = withoutBends(points, 0.3).map(([x, y]): Pixel => [Math.round(x * 10), Math.round(y * 10)]);
  return writeSteps(bends, 10);
}

type Line = { readonly points: Pixel[]; closed: boolean };

function collector(lines: Line[]): GeoContext {
  let line: Line = { points: [], closed: false };
  return {
    beginPath: () => undefined,
    moveTo: (x, y) => {
      line = { points: [[x, y]], closed: false };
      lines.push(line);
    },
    lineTo: (x, y) => {
      line.points.push([x, y]);
    },
    closePath: () => {
      line.closed = true;
    },
    arc: () => undefined,
  };
}

function writeLine({ points, closed }: Line): string {
  const bends = closed ? withoutBendsAround(points) : withoutBends(points, bendPixelsMin);
  if (isSpeck(bends)) return '';
  const steps = writeSteps(
    bends.map(([x, y]): Pixel => [Math.round(x), Math.round(y)]),
    1,
  );
  return closed && steps !== '' ? `${steps}z` : steps;
}

function isSpeck(points: readonly Pixel[]): boolean {
  const [x = 0, y = 0] = points[0] ?? [];
  return points.every(([px, py]) => Math.abs(px - x) + Math.abs(py - y) < speckPixelsMin);
}

/** A closed line has no ends to keep: it is cut in two where it is farthest from its first point. */
function withoutBendsAround(points: readonly Pixel[]): readonly Pixel[] {
  const [first] = points;
  if (first === undefined) return [];
  const distances = points.map(([x, y]) => Math.hypot(x - first[0], y - first[1]));
  const far = distances.indexOf(distances.reduce((most, distance) => Math.max(most, distance), 0));
  const there = withoutBends(points.slice(0, far + 1), bendPixelsMin);
  const back = withoutBends([...points.slice(far), first], bendPixelsMin);
  return [...there, ...back.slice(1, -1)];
}

/** Keeps the fewest of a line's points that stay within `bendMin` of it (Ramer, Douglas and Peucker), without recursion. */
function withoutBends(points: readonly Pixel[], bendMin: number): readonly Pixel[] {
  const keeps = new Uint8Array(points.length).fill(0);
  keeps[0] = 1;
  keeps[points.length - 1] = 1;
  const open: [from: number, to: number][] = [[0, points.length - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    const bend = largestBend(points, from, to);
    if (bend.pixels < bendMin) continue;
    keeps[bend.at] = 1;
    open.push([from, bend.at], [bend.at, to]);
  }
  return points.filter((_, place) => keeps[place] === 1);
}

function largestBend(
  points: readonly Pixel[],
  from: number,
  to: number,
): { readonly at: number; readonly pixels: number } {
  const [ax, ay] = points[from] ?? [0, 0];
  const [bx, by] = points[to] ?? [0, 0];
  const length = Math.hypot(bx - ax, by - ay);
  let at = from;
  let pixels = -1;
  for (let place = from + 1; place < to; place += 1) {
    const [x, y] = points[place] ?? [0, 0];
    const away =
      length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
    if (away > pixels) [at, pixels] = [place, away];
  }
  return { at, pixels };
}

/** `m` and whole steps, each number parted from the one before by a blank or its own minus. */
function writeSteps(points: readonly Pixel[], per: number): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let [x, y] = first;
  let steps = '';
  for (const [nextX, nextY] of rest) {
    if (nextX === x && nextY === y) continue;
    steps += number((nextX - x) / per, steps !== '') + number((nextY - y) / per, true);
    [x, y] = [nextX, nextY];
  }
  return steps === '' ? '' : `M${number(first[0] / per, false)}${number(first[1] / per, true)}l${steps}`;
}

function number(value: number, follows: boolean): string {
  const text = String(Math.round(value * 10) / 10).replace(/^(-?)0\./, '$1.');
  return follows && !text.startsWith('-') ? ` ${text}` : text;
}
