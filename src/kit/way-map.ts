import { pictureOf } from './way-map/picture.ts';
import type { PlacedStop } from './way-map/way.ts';

/** Degrees are WGS 84. `origin` and `passed` lie behind the parcel, `here` is where it was last seen. */
export type Stop = {
  readonly latitude: number;
  readonly longitude: number;
  readonly label: string;
  readonly kind: 'origin' | 'passed' | 'here' | 'destination';
};

const stopsMax = 60;
const textCharactersMax = 500;
const picturesKeptMax = 500;
const sidePixelsMin = 200;
const sidePixelsMax = 2000;

const kept = new Map<string, string>();

/**
 * An inline SVG of the way so far: land and borders, a line through the stops in their order, dashed from `here` on. Pure:
 * equal input, equal text. Null when no stop has a place on the globe. 2 to 14 KB, some 10 ms, kept for the next call.
 *
 * Its looks are in way-map/way-map.css; it has no style, script or address of its own. Drawn for 640 × 360, it is read at
 * 340 to 720 pixels: `width` and `height` are the picture's own units, 200 to 2000. Source of land: Natural Earth.
 *
 * @param input.title what a screen reader says instead of the picture; name the stops in it, the labels are hidden there
 */
export function drawWay(input: {
  readonly stops: readonly Stop[];
  readonly title: string;
  readonly width: number;
  readonly height: number;
}): string | null {
  const stops = shortened(input.stops.flatMap(placed));
  if (stops.length === 0) return null;
  const box = { width: side(input.width), height: side(input.height) };
  const title = input.title.slice(0, textCharactersMax);
  const key = JSON.stringify([stops, title, box]);
  const picture = kept.get(key) ?? pictureOf(stops, title, box, key);
  keep(key, picture);
  return picture;
}

/** To a hundredth of a degree, about a kilometre: pictures of one way are one picture. */
function placed({ latitude, longitude, label, kind }: Stop): PlacedStop[] {
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return [];
  const point = [hundredth(longitude), hundredth(latitude)] as const;
  return [{ point, label: label.slice(0, textCharactersMax), kind }];
}

const hundredth = (degrees: number): number => Math.round(degrees * 100) / 100;

/** A way with too many stops loses the oldest between its beginning and its end. */
function shortened(stops: readonly PlacedStop[]): readonly PlacedStop[] {
  return stops.length <= stopsMax ? stops : [...stops.slice(0, 1), ...stops.slice(1 - stopsMax)];
}

const side = (pixels: number): number => Math.round(Math.min(Math.max(pixels || 0, sidePixelsMin), sidePixelsMax));

/** The picture asked for last leaves last. */
function keep(key: string, picture: string): void {
  kept.delete(key);
  kept.set(key, picture);
  const [oldest] = kept.keys();
  if (kept.size > picturesKeptMax && oldest !== undefined) kept.delete(oldest);
}
