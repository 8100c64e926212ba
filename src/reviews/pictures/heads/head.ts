import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import { readWebp } from './webp.ts';

/** Turned and mirrored as EXIF numbers it (CIPA DC-008, tag 0x0112): 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A picture as it was sent, of which nothing is decoded yet. */
export type PictureHead = {
  readonly kind: 'jpeg' | 'png' | 'webp';
  /** In pixels, before it is turned. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** The same picture of nothing but its pixels: without what it says of a place, a camera or a person. */
  readonly bare: Uint8Array;
};

/**
 * Why a picture is not taken. `kind`: none of the three; `heic`: what phones keep for themselves; `moving`: an animation;
 * `broken`: cut off or not what it says; `pixels`: too many to be decoded; `bytes`: too long.
 */
export type PictureNo = 'kind' | 'heic' | 'moving' | 'broken' | 'pixels' | 'bytes';

export type HeadRead = PictureHead | { readonly no: PictureNo };

export const pictureBytesMax = 8 * 1024 * 1024;
/** 25 megapixels, which take 100 MB while they are decoded; and no side that a picture of a parcel has. */
const pixelsMax = 25_000_000;
const sideMax = 12_000;

/** Reads what a picture is by its bytes, never by its name; total: whatever comes in, it answers. */
export function readHead(bytes: Uint8Array): HeadRead {
  if (bytes.length > pictureBytesMax) return { no: 'bytes' };
  const read = readKind(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if ('no' in read) return read;
  const { width, height } = read;
  if (width < 1 || height < 1) return { no: 'broken' };
  return width > sideMax || height > sideMax || width * height > pixelsMax ? { no: 'pixels' } : read;
}

const heicBrands = /^(?:heic|heix|hevc|hevx|heim|heis|mif1|msf1|avif|avis)$/;

function readKind(bytes: Buffer): HeadRead {
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('\xff\xd8\xff')) return readJpeg(bytes);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return readPng(bytes);
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return readWebp(bytes);
  return { no: start.slice(4, 8) === 'ftyp' && heicBrands.test(start.slice(8)) ? 'heic' : 'kind' };
}
