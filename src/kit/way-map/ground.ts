import { readFileSync } from 'node:fs';
import { feature, mesh } from 'topojson-client';
import type { GeometryObject, Topology } from 'topojson-specification';
import { Fault } from '#kit/fault';
import { angleBetween, middleOf, type LonLat } from './globe.ts';

/** An island, a continent or a border, with the circle around it that tells whether a view can hold any of it. */
export type Shape = {
  readonly geometry:
    | { readonly type: 'Polygon'; readonly coordinates: number[][][] }
    | { readonly type: 'LineString'; readonly coordinates: number[][] };
  readonly centre: LonLat;
  readonly radiusRadians: number;
};

export type Ground = { readonly land: readonly Shape[]; readonly borders: readonly Shape[] };

/** Natural Earth's 1:50,000,000 for a view of some countries, 1:110,000,000 for one of half the world. */
export type Detail = '50m' | '110m';

const read = new Map<Detail, Ground>();

/** Land and the borders on it; the first call of a detail reads it (50m some 120 ms, 110m some 10 ms). */
export function groundOf(detail: Detail): Ground {
  const known = read.get(detail);
  if (known !== undefined) return known;
  const ground = readGround(detail);
  read.set(detail, ground);
  return ground;
}

/** The shapes that come near a place: no farther from it than an angle. */
export function shapesNear(shapes: readonly Shape[], centre: LonLat, radiusRadians: number): readonly Shape[] {
  return shapes.filter((shape) => angleBetween(shape.centre, centre) < shape.radiusRadians + radiusRadians);
}

type World = Topology<{ land: GeometryObject; countries: GeometryObject }>;

function readGround(detail: Detail): Ground {
  const world = readWorld(detail);
  const { land, countries } = world.objects;
  const lands = feature(world, land);
  const polygons = ('features' in lands ? lands.features : [lands]).flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates : [],
  );
  const lines = mesh(world, countries, (one, other) => one !== other).coordinates;
  return {
    land: polygons.map((coordinates) => shapeOf({ type: 'Polygon', coordinates }, coordinates[0] ?? [])),
    borders: lines.map((coordinates) => shapeOf({ type: 'LineString', coordinates }, coordinates)),
  };
}

function readWorld(detail: Detail): World {
  try {
    const file = new URL(import.meta.resolve(`world-atlas/countries-${detail}.json`));
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isWorld(parsed)) return parsed;
    throw new TypeError('no topology');
  } catch (cause) {
    throw new Fault('unavailable', 'The map is missing.', { cause });
  }
}

/** The package's version is pinned: that it is no such file at all is what can go wrong. */
const isWorld = (value: unknown): value is World =>
  typeof value === 'object' &&
  value !== null &&
  'objects' in value &&
  typeof value.objects === 'object' &&
  value.objects !== null &&
  'land' in value.objects &&
  'countries' in value.objects;

function shapeOf(geometry: Shape['geometry'], outline: readonly number[][]): Shape {
  const points = outline.map(([longitude = 0, latitude = 0]): LonLat => [longitude, latitude]);
  const centre = middleOf(points);
  const radiusRadians = points.reduce((radius, point) => Math.max(radius, angleBetween(centre, point)), 0);
  return { geometry, centre, radiusRadians };
}
