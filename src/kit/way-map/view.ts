import { geoAzimuthalEqualArea, geoEqualEarth, geoInterpolate, type GeoProjection } from 'd3-geo';
import { angleBetween, middleOf, type LonLat } from './globe.ts';

export type Box = { readonly width: number; readonly height: number };
export type Pixel = readonly [x: number, y: number];

/** What the picture shows: a projection whose origin lies in the midst of the way, and how far it sees from there. */
export type View = {
  readonly centre: LonLat;
  /** From the centre to the farthest corner. */
  readonly radiusRadians: number;
  readonly radiansPerPixel: number;
  readonly project: (point: LonLat) => Pixel;
  /** For d3, at `times` the size and cut to the box, with a margin so that no cut is seen. */
  readonly projection: (times: number) => GeoProjection;
};

/** 560 km: nearer, the coast of the map's data turns into straight lines. */
const widthRadiansMin = 0.088;
/** 1,100 km around a lone town: a country is known by its shape. */
const loneWidthRadians = 0.173;
/** Room for names around the way. */
const marginShare = 0.13;
const marginPixelsMax = 64;
const cutMarginPixels = 8;
/** Farther from its midst an azimuthal map wrings the lands. */
const azimuthalRadiusMax = (75 / 180) * Math.PI;
const degrees = 180 / Math.PI;

/** An equal-area view centred on the way: north is up, distances are fair, and no meridian that matters is a seam. */
export function viewOf(way: readonly LonLat[], box: Box): View {
  const centre = middleOf(way);
  const azimuthal = viewIn(geoAzimuthalEqualArea, centre, centre, way, box);
  if (azimuthal.radiusRadians <= azimuthalRadiusMax) return azimuthal;
  return { ...viewIn(geoEqualEarth, centre, [centre[0], 0], way, box), radiusRadians: Math.PI };
}

type MakeProjection = () => GeoProjection;

/** `origin` is the point where the projection distorts nothing. */
function viewIn(make: MakeProjection, centre: LonLat, origin: LonLat, way: readonly LonLat[], box: Box): View {
  const turned = (): GeoProjection => make().rotate([-origin[0], -origin[1]]).precision(0);
  const unit = turned().scale(1).translate([0, 0]);
  const onPlane = (point: LonLat): Pixel => unit([point[0], point[1]]) ?? [0, 0];
  const frame = frameOf(way.map(onPlane));
  const scale = Math.min(
    (box.width - 2 * margin(box.width)) / Math.max(frame.width, 1e-9),
    (box.height - 2 * margin(box.height)) / Math.max(frame.height, 1e-9),
    box.width / (frame.width + frame.height > 0 ? widthRadiansMin : loneWidthRadians),
  );
  const left = box.width / 2 - frame.middle[0] * scale;
  const top = box.height / 2 - frame.middle[1] * scale;
  const farthest = Math.hypot(Math.max(left, box.width - left), Math.max(top, box.height - top)) / scale;
  const radiusRadians = 2 * Math.asin(Math.min(1, farthest / 2));
  return {
    centre,
    radiusRadians,
    radiansPerPixel: 1 / scale,
    project: (point) => {
      const [x, y] = onPlane(point);
      return [x * scale + left, y * scale + top];
    },
    projection: (times) => {
      const whole = turned()
        .scale(scale * times)
        .translate([left * times, top * times])
        .clipExtent([
          [-cutMarginPixels * times, -cutMarginPixels * times],
          [(box.width + cutMarginPixels) * times, (box.height + cutMarginPixels) * times],
        ]);
      return radiusRadians > azimuthalRadiusMax ? whole : whole.clipAngle(radiusRadians * 1.05 * degrees);
    },
  };
}

const margin = (length: number): number => Math.min(length * marginShare, marginPixelsMax);

function frameOf(pixels: readonly Pixel[]): Box & { readonly middle: Pixel } {
  const xs = pixels.map(([x]) => x);
  const ys = pixels.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { width: right - left, height: bottom - top, middle: [(left + right) / 2, (top + bottom) / 2] };
}

const legStepRadians = 0.04;

/** The shortest way over the globe from one point to another, both ends included. */
export function legBetween(from: LonLat, to: LonLat): readonly LonLat[] {
  const steps = Math.max(1, Math.ceil(angleBetween(from, to) / legStepRadians));
  const at = geoInterpolate([from[0], from[1]], [to[0], to[1]]);
  return Array.from({ length: steps + 1 }, (_, step) => at(step / steps));
}
