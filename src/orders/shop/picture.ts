import { crc32 } from 'node:zlib';
import type { Trouble } from './troubles.ts';
import { readSvg } from './svg.ts';

/** A picture that may be shown as a shop's logo: what is in it beside the picture has been taken out. */
export type Logo = {
  readonly kind: 'png' | 'jpeg' | 'webp' | 'svg';
  readonly bytes: Uint8Array;
};

type Size = { readonly width: number; readonly height: number };
/** A picture as read, or null where its parts do not fit together. */
type Raster = (Size & { readonly bytes: Uint8Array }) | null;

const logoBytesMax = 256 * 1024;
const sidePixelsMin = 16;
const sidePixelsMax = 4_000;
const pixelsMax = 4_000_000;

/**
 * Reads a logo: PNG, JPEG, WebP or SVG, told by its bytes and not by its name. Everything that does not draw (places of
 * photographs, comments, what hangs on behind) is left out of what comes back. Total.
 */
export function readLogo(bytes: Uint8Array): Logo | { readonly no: Trouble } {
  const given = Buffer.from(bytes);
  if (given.length > logoBytesMax) {
    return no('logo.bytes', { kib: Math.ceil(given.length / 1024), max: logoBytesMax / 1024 });
  }
  const kind = kindOf(given);
  if (kind === null) return no('logo.kind');
  if (kind === 'svg') {
    const read = readSvg(given);
    return 'no' in read ? { no: { field: 'logo', ...read.no } } : { kind, bytes: Buffer.from(read.text) };
  }
  const raster = readers[kind](given);
  if (raster === null) return no('logo.broken', { kind: kind.toUpperCase() });
  const { width, height } = raster;
  const isFit = [width, height].every((side) => side >= sidePixelsMin && side <= sidePixelsMax);
  if (!isFit || width * height > pixelsMax) {
    return no('logo.pixels', {
      width,
      height,
      min: sidePixelsMin,
      max: sidePixelsMax,
      millions: pixelsMax / 1_000_000,
    });
  }
  return { kind, bytes: raster.bytes };
}

function no(code: Trouble['code'], values: Trouble['values'] = {}): { readonly no: Trouble } {
  return { no: { field: 'logo', code, values } };
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function kindOf(bytes: Buffer): Logo['kind'] | null {
  if (bytes.subarray(0, 8).equals(pngStart)) return 'png';
  if (bytes.length > 3 && bytes.readUIntBE(0, 3) === 0xff_d8_ff) return 'jpeg';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return /^\uFEFF?\s*<(?:\?xml|!--|!DOCTYPE|svg[\s>])/i.test(bytes.toString('utf8', 0, 200)) ? 'svg' : null;
}

const readers = { png: readPng, jpeg: readJpeg, webp: readWebp } as const;

/** Chunks that say how it looks; a text, a time or a place is none of them. */
const pngChunks = new Set('IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT'.split(' '));

function readPng(bytes: Buffer): Raster {
  const kept: Buffer[] = [];
  for (let at = pngStart.length; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const chunk = bytes.subarray(at, end);
    if (end > bytes.length || crc32(chunk.subarray(4, -4)) !== chunk.readUInt32BE(chunk.length - 4)) return null;
    const type = chunk.toString('latin1', 4, 8);
    if (pngChunks.has(type)) kept.push(chunk);
    if (type === 'IEND') return pngOf(kept);
    at = end;
  }
  return null;
}

function pngOf(chunks: readonly Buffer[]): Raster {
  const [head] = chunks;
  const hasPicture = chunks.some((chunk) => chunk.toString('latin1', 4, 8) === 'IDAT');
  if (head?.length !== 25 || head.toString('latin1', 4, 8) !== 'IHDR' || !hasPicture) return null;
  return { width: head.readUInt32BE(8), height: head.readUInt32BE(12), bytes: Buffer.concat([pngStart, ...chunks]) };
}

/** JFIF, colour profile and Adobe's colour hint; a camera's notes and comments are none of them. */
const jpegNotes = new Set([0xe0, 0xe2, 0xee]);

function readJpeg(bytes: Buffer): Raster {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return null;
    if (marker === 0xda) return jpegOf(kept, bytes.subarray(at));
    const isNote = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
    if (!isNote || jpegNotes.has(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return null;
}

function jpegOf(segments: readonly Buffer[], picture: Buffer): Raster {
  const frame = segments.find((segment) => segment.length >= 9 && isFrame(segment[1] ?? 0));
  const last = picture.lastIndexOf(Buffer.from([0xff, 0xd9]));
  if (frame === undefined || last < 0) return null;
  const bytes = Buffer.concat([...segments, picture.subarray(0, last + 2)]);
  return { height: frame.readUInt16BE(5), width: frame.readUInt16BE(7), bytes };
}

/** Frames are C0 to CF, but for three tables among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

const webpChunks = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP']);
/** Of VP8X: that there is a profile and that there is transparency; animation, EXIF and XMP go. */
const webpFlags = 0b0011_0000;

function readWebp(bytes: Buffer): Raster {
  const kept: Buffer[] = [];
  let size: Size | null = null;
  for (let at = 12; at + 8 <= Math.min(bytes.length, bytes.readUInt32LE(4) + 8);) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    if (end > bytes.length) return null;
    const chunk = Buffer.from(bytes.subarray(at, end));
    if (type === 'VP8X' && length > 0) chunk.writeUInt8((chunk[8] ?? 0) & webpFlags, 8);
    if (webpChunks.has(type)) kept.push(chunk);
    size ??= webpSize(type, chunk);
    at = end;
  }
  if (size === null || !kept.some((chunk) => /^VP8[ L]$/.test(chunk.toString('latin1', 0, 4)))) return null;
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(
    kept.reduce((sum, chunk) => sum + chunk.length, 4),
    4,
  );
  return { ...size, bytes: Buffer.concat([head, ...kept]) };
}

function webpSize(type: string, chunk: Buffer): Size | null {
  if (chunk.length < 18) return null;
  if (type === 'VP8X') return { width: chunk.readUIntLE(12, 3) + 1, height: chunk.readUIntLE(15, 3) + 1 };
  if (type === 'VP8 ') return { width: chunk.readUInt16LE(14) & 0x3fff, height: chunk.readUInt16LE(16) & 0x3fff };
  if (type !== 'VP8L') return null;
  const bits = chunk.readUInt32LE(9);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
