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
export function recode(head: PictureHead): Recoded | null {
  const steps = recodeInSteps(head);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, with a rest after each step: for whoever has others to serve in between. The longest is to decode. */
export function* recodeInSteps(head: PictureHead): Generator<undefined, Recoded | null> {
  const full = yield* uprightOf(head);
  if (full === null) return null;
  yield;
  const fullShown = shown(full, fullQuality);
  yield;
  return { full: fullShown, small: shown(shrink(full, 1, smallEdgeMax), smallQuality) };
}

/** In a scope of its own: the memory of the decoder is gone before anything is encoded. */
function* uprightOf({ bare, width, height, orientation }: PictureHead): Generator<undefined, Pixels | null> {
  const decoded = decodedOf(bare);
  // A decoder that sees another size than the one that was checked is not believed.
  if (decoded?.width !== width || decoded.height !== height) return null;
  yield;
  return shrink(decoded, orientation, fullEdgeMax);
}

function decodedOf(bare: Uint8Array): Pixels | null {
  try {
    return openCodec().decode(bare);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return null;
    throw error;
  }
}

function shown(pixels: Pixels, quality: number): Shown {
  const { width, height } = pixels;
  return { jpeg: openCodec().encode(pixels, quality), width, height };
}
