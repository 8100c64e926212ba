/** Longitude and latitude in degrees, in this order, as d3 takes them. */
export type LonLat = readonly [longitude: number, latitude: number];

type Vector = readonly [x: number, y: number, z: number];

const radians = Math.PI / 180;

/** The point in the midst of others; the first of them when they cancel each other out around the globe. */
export function middleOf(points: readonly LonLat[]): LonLat {
  let [x, y, z] = [0, 0, 0];
  for (const point of points) {
    const vector = vectorOf(point);
    x += vector[0];
    y += vector[1];
    z += vector[2];
  }
  const length = Math.sqrt(x * x + y * y + z * z);
  if (length < 1e-6 * points.length) return points[0] ?? [0, 0];
  return [Math.atan2(y, x) / radians, Math.asin(Math.min(1, Math.max(-1, z / length))) / radians];
}

/** The angle between two points as seen from the globe's midst, in radians. */
export function angleBetween(one: LonLat, other: LonLat): number {
  const [x, y, z] = vectorOf(one);
  const [ox, oy, oz] = vectorOf(other);
  return 2 * Math.asin(Math.min(1, Math.sqrt((x - ox) ** 2 + (y - oy) ** 2 + (z - oz) ** 2) / 2));
}

function vectorOf([longitude, latitude]: LonLat): Vector {
  const across = Math.cos(latitude * radians);
  return [across * Math.cos(longitude * radians), across * Math.sin(longitude * radians), Math.sin(latitude * radians)];
}
