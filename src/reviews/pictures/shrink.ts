import type { Orientation } from './heads/head.ts';

/** Pixels of four bytes each: red, green, blue, and how much they cover. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgba: Uint8Array };

/** How large a picture is once it is upright and its longest edge is no longer than that. */
function sizeWithin(width: number, height: number, orientation: Orientation, edgeMax: number) {
  const [wide, high] = orientation >= 5 ? [height, width] : [width, height];
  const scale = Math.min(1, edgeMax / Math.max(wide, high));
  return { width: Math.max(1, Math.round(wide * scale)), height: Math.max(1, Math.round(high * scale)) };
}

/**
 * Upright, opaque on white, and no larger: each pixel is the mean of those that it takes the place of, weighed by how much
 * they cover. A picture is never made larger.
 */
export function shrink(from: Pixels, orientation: Orientation, edgeMax: number): Pixels {
  const { width, height } = sizeWithin(from.width, from.height, orientation, edgeMax);
  const rgba = new Uint8Array(width * height * 4);
  const isTurned = orientation >= 5;
  const [wide, high] = isTurned ? [from.height, from.width] : [from.width, from.height];
  const [flipsX, flipsY] = flips[orientation];
  const columns = spans(wide, width, flipsX);
  const rows = spans(high, height, flipsY);
  let at = 0;
  for (const down of rows) {
    for (const across of columns) {
      mean(from, isTurned ? down : across, isTurned ? across : down, rgba, at);
      at += 4;
    }
  }
  return { width, height, rgba };
}

/** Seen from the upright picture: mirrored across, mirrored down, after the sides were swapped where they are. */
const flips: Readonly<Record<Orientation, readonly [across: boolean, down: boolean]>> = {
  1: [false, false],
  2: [true, false],
  3: [true, true],
  4: [false, true],
  5: [false, false],
  6: [true, false],
  7: [true, true],
  8: [false, true],
};

type Span = readonly [from: number, to: number];

/** Which of the many each of the fewer takes the place of; from the other end where it is mirrored. */
function spans(many: number, fewer: number, isFlipped: boolean): readonly Span[] {
  const edge = (at: number): number => Math.floor((at * many) / fewer);
  const all = Array.from({ length: fewer }, (_, at): Span => [edge(at), edge(at + 1)]);
  return isFlipped ? all.toReversed() : all;
}

function mean(from: Pixels, [left, right]: Span, [top, bottom]: Span, to: Uint8Array, at: number): void {
  const { rgba, width } = from;
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let place = (y * width + left) * 4; place < (y * width + right) * 4; place += 4) {
      const cover = rgba[place + 3] ?? 255;
      const bare = (255 - cover) * 255;
      red += (rgba[place] ?? 0) * cover + bare;
      green += (rgba[place + 1] ?? 0) * cover + bare;
      blue += (rgba[place + 2] ?? 0) * cover + bare;
      count += 255;
    }
  }
  to[at] = red / count;
  to[at + 1] = green / count;
  to[at + 2] = blue / count;
  to[at + 3] = 255;
}
