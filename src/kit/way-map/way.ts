import { angleBetween, type LonLat } from './globe.ts';
import { lineThrough } from './outline.ts';
import type { Named } from './labels.ts';
import { legBetween, type Pixel, type View } from './view.ts';

export type StopKind = 'origin' | 'passed' | 'here' | 'destination';
export type PlacedStop = { readonly point: LonLat; readonly label: string; readonly kind: StopKind };

/** A stop on the picture. */
export type Mark = Named & { readonly kind: StopKind };

export type DrawnWay = {
  /** The `d` of what lies behind the parcel and before it; empty when there is nothing. */
  readonly travelled: string;
  readonly rest: string;
  /** Points along both, a few pixels apart. */
  readonly trail: readonly Pixel[];
};

/** The room that a mark takes, with its ring. */
const radii: Readonly<Record<StopKind, number>> = { origin: 7, passed: 6, here: 15, destination: 9 };
/** Of two stops nearer than this the more telling is drawn. */
const samePixelsMax = 8;
const importance: Readonly<Record<StopKind, number>> = { here: 3, destination: 2, origin: 1, passed: 0 };
const trailStepPixels = 4;
const seamStretch = 8;

/** All that lies on the way, stop by stop over the shortest line: it is the view's frame. */
export function pointsOnWay(stops: readonly PlacedStop[]): readonly LonLat[] {
  return legsOf(stops).flat();
}

export function drawnWay(stops: readonly PlacedStop[], view: View): DrawnWay {
  const legs = legsOf(stops);
  const reached = placeReached(stops);
  const travelled = piecesOf(legs.slice(0, reached).flat(), view);
  const rest = piecesOf(legs.slice(reached).flat(), view);
  return {
    travelled: travelled.map(lineThrough).join(''),
    rest: rest.map(lineThrough).join(''),
    trail: [...travelled, ...rest].flatMap(trailAlong),
  };
}

/** A step far longer on the picture than on the globe goes over the world map's seam: the line ends and begins anew. */
function piecesOf(points: readonly LonLat[], view: View): readonly (readonly Pixel[])[] {
  const pieces: Pixel[][] = [];
  for (const [place, point] of points.entries()) {
    const pixel = view.project(point);
    const before = points[place - 1];
    const piece = pieces.at(-1);
    if (before === undefined || piece === undefined || isOverSeam(before, point, view)) pieces.push([pixel]);
    else piece.push(pixel);
  }
  return pieces;
}

function isOverSeam(from: LonLat, to: LonLat, view: View): boolean {
  const [x, y] = view.project(from);
  const [nextX, nextY] = view.project(to);
  return Math.hypot(nextX - x, nextY - y) * view.radiansPerPixel > angleBetween(from, to) * seamStretch + 0.01;
}

/** The marks to draw, the most telling last, so that it lies on top. */
export function marksOf(stops: readonly PlacedStop[], view: View): readonly Mark[] {
  const marks = stops
    .map(({ point, label, kind }) => ({ at: view.project(point), radius: radii[kind], label, kind }))
    .toSorted((one, other) => importance[one.kind] - importance[other.kind]);
  return marks.filter((mark, place) => !marks.slice(place + 1).some((later) => hides(later, mark)));
}

/** How many legs are travelled: up to where the parcel is, else up to the last stop that is not the aim. */
function placeReached(stops: readonly PlacedStop[]): number {
  const here = stops.findLastIndex((stop) => stop.kind === 'here');
  return here >= 0
    ? here
    : Math.max(
        0,
        stops.findLastIndex((stop) => stop.kind !== 'destination'),
      );
}

function legsOf(stops: readonly PlacedStop[]): readonly (readonly LonLat[])[] {
  const [first] = stops;
  if (first !== undefined && stops.length === 1) return [[first.point]];
  return stops.slice(1).map((stop, before) => legBetween((stops[before] ?? stop).point, stop.point));
}

function hides(upper: Mark, lower: Mark): boolean {
  return Math.hypot(upper.at[0] - lower.at[0], upper.at[1] - lower.at[1]) < samePixelsMax;
}

function trailAlong(leg: readonly Pixel[]): readonly Pixel[] {
  return leg.slice(1).flatMap(([x, y], before) => {
    const [fromX, fromY] = leg[before] ?? [x, y];
    const steps = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / trailStepPixels));
    return Array.from({ length: steps }, (_, step): Pixel => {
      const share = step / steps;
      return [fromX + (x - fromX) * share, fromY + (y - fromY) * share];
    });
  });
}
