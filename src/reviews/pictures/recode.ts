import { openCodec } from './codec.ts';
import type { PictureHead } from './heads/head.ts';
import { shrink, type Pixels } from './shrink.ts';

/** A picture as it is shown: JPEG of our own making, with nothing in it but pixels. */
export type Recoded = { readonly full: Shown; readonly small: Shown };
export type Shown = { readonly jpeg: Uint8Array; readonly width: number; readonly height: number };

const fullEdgeMax = 1_600;
const smallEdgeMax = 320;
const fullQuality = 80;
const smallQuality = 70;

/** Takes up to a second or two; null for what cannot be decoded. */
export function recode({ bare, width, height, orientation }: PictureHead): Recoded | null {
  const full = uprightOf(bare, width, height, orientation);
  if (full === null) return null;
  const small = shrink(full, 1, smallEdgeMax);
  return { full: shown(full, fullQuality), small: shown(small, smallQuality) };
}

/** In a scope of its own: the memory of the decoder is gone before anything is encoded. */
function uprightOf(
  bare: Uint8Array,
  width: number,
  height: number,
  orientation: PictureHead['orientation'],
): Pixels | null {
  try {
    const decoded = openCodec().decode(bare);
    // A decoder that sees another size than the one that was checked is not believed.
    if (decoded.width !== width || decoded.height !== height) return null;
    return shrink(decoded, orientation, fullEdgeMax);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return null;
    throw error;
  }
}

function shown(pixels: Pixels, quality: number): Shown {
  const { width, height } = pixels;
  return { jpeg: openCodec().encode(pixels, quality), width, height };
}
