import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Pixels } from './shrink.ts';

/**
 * Photon's decoders and encoder (Rust, compiled to WebAssembly): memory of their own, and nothing else. They are handed no
 * function that does anything, so that the worst a hostile picture can do is to end its own instance; each picture gets a
 * fresh one, and its memory goes with it.
 */
type Codec = {
  /** @throws for what is no picture */
  readonly decode: (picture: Uint8Array) => Pixels;
  /** @param quality 1 to 100 */
  readonly encode: (pixels: Pixels, quality: number) => Uint8Array;
};

/** What of the module is used, as `wasm-bindgen` names it in the version that package.json pins. */
type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly __wbindgen_malloc: (bytes: number, align: number) => number;
  readonly photonimage_new: (at: number, length: number, width: number, height: number) => number;
  readonly photonimage_new_from_byteslice: (at: number, length: number) => number;
  readonly photonimage_get_width: (image: number) => number;
  readonly photonimage_get_height: (image: number) => number;
  readonly photonimage_get_raw_pixels: (image: number) => readonly [at: number, length: number];
  readonly photonimage_get_bytes_jpeg: (image: number, quality: number) => readonly [at: number, length: number];
};

let compiled: WebAssembly.Module | undefined;

function codecModule(): WebAssembly.Module {
  const path = createRequire(import.meta.url).resolve('@cf-wasm/photon/photon.wasm');
  compiled ??= new WebAssembly.Module(readFileSync(path));
  return compiled;
}

/** One for each picture, and another to encode it with. */
export function openCodec(): Codec {
  const { __wbindgen_malloc: malloc, ...wasm } = instance(codecModule());
  const put = (bytes: Uint8Array): readonly [number, number] => {
    const at = malloc(bytes.length, 1) >>> 0;
    new Uint8Array(wasm.memory.buffer).set(bytes, at);
    return [at, bytes.length];
  };
  const at = ([from, length]: readonly [number, number]): Uint8Array =>
    new Uint8Array(wasm.memory.buffer, from >>> 0, length);
  return {
    decode: (picture) => {
      const image = wasm.photonimage_new_from_byteslice(...put(picture));
      const [width, height] = [wasm.photonimage_get_width(image), wasm.photonimage_get_height(image)];
      return { width: width >>> 0, height: height >>> 0, rgba: at(wasm.photonimage_get_raw_pixels(image)) };
    },
    encode: ({ rgba, width, height }, quality) => {
      const image = wasm.photonimage_new(...put(rgba), width, height);
      return at(wasm.photonimage_get_bytes_jpeg(image, quality)).slice();
    },
  };
}

function instance(module: WebAssembly.Module): Exports {
  const imports: Record<string, Record<string, () => void>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => {} };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module says its exports' names, not their types
  return new WebAssembly.Instance(module, imports).exports as unknown as Exports;
}
