import type { HeadRead, Orientation } from './head.ts';
import { orientationIn } from './orientation.ts';

const chunksMax = 200;

type Size = readonly [width: number, height: number];
type Walk = {
  readonly parts: Buffer[];
  canvas: Size | null;
  frame: Size | null;
  orientation: Orientation;
  alpha: boolean;
};

/** Chunk by chunk (RFC 9649 §2). */
export function readWebp(bytes: Buffer): HeadRead {
  const walk: Walk = { parts: [], canvas: null, frame: null, orientation: 1, alpha: false };
  let at = 12;
  for (let chunks = 0; chunks < chunksMax && at + 8 <= bytes.length; chunks += 1) {
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length;
    if (end > bytes.length) return { no: 'broken' };
    const type = bytes.toString('latin1', at, at + 4);
    if (type === 'ANIM' || type === 'ANMF') return { no: 'moving' };
    if (!takeChunk(walk, type, bytes.subarray(at + 8, end))) return { no: 'broken' };
    at = end + (length % 2);
  }
  return ended(walk);
}

/** False for what no picture has. */
function takeChunk(walk: Walk, type: string, body: Buffer): boolean {
  switch (type) {
    case 'EXIF':
      walk.orientation = orientationIn(body.toString('latin1', 0, 6) === 'Exif\0\0' ? body.subarray(6) : body);
      return true;
    case 'VP8X':
      if (body.length < 10 || walk.canvas !== null) return false;
      walk.canvas = [body.readUIntLE(4, 3) + 1, body.readUIntLE(7, 3) + 1];
      return true;
    case 'ALPH':
      walk.alpha = true;
      walk.parts.push(chunk(type, body));
      return true;
    case 'VP8 ':
    case 'VP8L':
      return takeFrame(walk, type, body);
    default:
      return true;
  }
}

/** False for a second one, and for one without a size. */
function takeFrame(walk: Walk, type: 'VP8 ' | 'VP8L', body: Buffer): boolean {
  if (walk.frame !== null) return false;
  walk.frame = type === 'VP8 ' ? lossySize(body) : losslessSize(body);
  walk.parts.push(chunk(type, body));
  return walk.frame !== null;
}

/** RFC 6386 §9.1. */
function lossySize(body: Buffer): Size | null {
  if (body.length < 10 || body.toString('latin1', 3, 6) !== '\x9d\x01\x2a') return null;
  return [body.readUInt16LE(6) & 0x3f_ff, body.readUInt16LE(8) & 0x3f_ff];
}

/** RFC 9649 §3.4. */
function losslessSize(body: Buffer): Size | null {
  if (body.length < 5 || body[0] !== 0x2f) return null;
  const bits = body.readUInt32LE(1);
  return [(bits & 0x3f_ff) + 1, ((bits >>> 14) & 0x3f_ff) + 1];
}

function ended({ parts, canvas, frame, orientation, alpha }: Walk): HeadRead {
  if (frame === null) return { no: 'broken' };
  const [width, height] = frame;
  if (canvas !== null && (canvas[0] !== width || canvas[1] !== height)) return { no: 'broken' };
  const chunks = alpha ? [extended(frame), ...parts] : parts;
  const content = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
  return { kind: 'webp', width, height, orientation, bare: Buffer.concat([riffHead(content.length), content]) };
}

function riffHead(length: number): Buffer {
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(length, 4);
  return head;
}

/** A picture whose transparency stands beside it needs the chunk that says so. */
function extended([width, height]: Size): Buffer {
  const body = Buffer.alloc(10);
  body[0] = 0x10;
  body.writeUIntLE(width - 1, 4, 3);
  body.writeUIntLE(height - 1, 7, 3);
  return chunk('VP8X', body);
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat(body.length % 2 === 0 ? [head, body] : [head, body, Buffer.alloc(1)]);
}
