import type { HeadRead, Orientation } from './head.ts';
import { orientationIn } from './orientation.ts';

/** Ten are usual in a progressive picture; each costs a walk over all pixels, and an attacker would send thousands. */
const scansMax = 40;
const segmentsMax = 1_000;

/** Frames that every decoder knows: baseline, extended and progressive, coded by Huffman. */
const frames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** Tables, restart intervals, and Adobe’s note on which colours the channels are. */
const kept: ReadonlySet<number> = new Set([0xdb, 0xc4, 0xdd]);
const otherFrames: ReadonlySet<number> = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

type Walk = {
  readonly parts: Buffer[];
  scans: number;
  size: readonly [width: number, height: number] | null;
  orientation: Orientation;
};

/** Segment by segment (ITU-T T.81 annex B). What stands behind the end of the picture is left behind. */
export function readJpeg(bytes: Buffer): HeadRead {
  const walk: Walk = { parts: [bytes.subarray(0, 2)], scans: 0, size: null, orientation: 1 };
  let at: number | null = 2;
  for (let segments = 0; segments < segmentsMax && at !== null; segments += 1) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return ended(walk, bytes.subarray(at, at + 2));
    const segment = segmentAt(bytes, at);
    at = segment === null ? null : takeSegment(walk, bytes, segment);
  }
  return { no: 'broken' };
}

type Segment = { readonly marker: number; readonly at: number; readonly end: number };

/** Null where none begins that also ends. */
function segmentAt(bytes: Buffer, at: number): Segment | null {
  if (bytes[at] !== 0xff || at + 4 > bytes.length) return null;
  const end = at + 2 + bytes.readUInt16BE(at + 2);
  return end > bytes.length || end < at + 4 ? null : { marker: bytes[at + 1] ?? 0, at, end };
}

/** Where the next one begins; null for what no picture has. */
function takeSegment(walk: Walk, bytes: Buffer, { marker, at, end }: Segment): number | null {
  const whole = bytes.subarray(at, end);
  if (marker === 0xda) return takeScan(walk, bytes, at, end);
  if (marker === 0xe1 && isNamed(whole, 'Exif\0\0')) walk.orientation = orientationIn(whole.subarray(10));
  if (otherFrames.has(marker) || (frames.has(marker) && !takeFrame(walk, whole))) return null;
  if (isKept(marker, whole)) walk.parts.push(whole);
  return end;
}

function isNamed(segment: Buffer, name: string): boolean {
  return segment.toString('latin1', 4, 4 + name.length) === name;
}

function isKept(marker: number, whole: Buffer): boolean {
  return frames.has(marker) || kept.has(marker) || (marker === 0xee && isNamed(whole, 'Adobe'));
}

/** False for a second one. */
function takeFrame(walk: Walk, whole: Buffer): boolean {
  if (walk.size !== null || whole.length < 10) return false;
  walk.size = [whole.readUInt16BE(7), whole.readUInt16BE(5)];
  return true;
}

/** Its coded pixels reach to the next marker that is no restart. */
function takeScan(walk: Walk, bytes: Buffer, at: number, from: number): number | null {
  walk.scans += 1;
  if (walk.size === null || walk.scans > scansMax) return null;
  for (let mark = bytes.indexOf(0xff, from); mark >= 0; mark = bytes.indexOf(0xff, mark + 1)) {
    const code = bytes[mark + 1] ?? 0;
    if (code === 0 || code === 0xff || (code >= 0xd0 && code <= 0xd7)) continue;
    walk.parts.push(bytes.subarray(at, mark));
    return mark;
  }
  return null;
}

function ended({ parts, size, scans, orientation }: Walk, end: Buffer): HeadRead {
  if (size === null || scans === 0) return { no: 'broken' };
  const [width, height] = size;
  return { kind: 'jpeg', width, height, orientation, bare: Buffer.concat([...parts, end]) };
}
