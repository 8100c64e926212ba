import type { HeadRead, Orientation } from './head.ts';
import { orientationIn } from './orientation.ts';

const chunksMax = 20_000;
/** Size, colours, transparency, pixels and the end; texts, times, profiles and whatever others put there stay behind. */
const kept: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Chunk by chunk (PNG, third edition, §5). An animated one is its first picture. */
export function readPng(bytes: Buffer): HeadRead {
  const parts: Buffer[] = [bytes.subarray(0, 8)];
  let orientation: Orientation = 1;
  let at = 8;
  for (let chunks = 0; chunks < chunksMax && at + 12 <= bytes.length; chunks += 1) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 12 + length;
    if (end > bytes.length || (chunks === 0) !== (type === 'IHDR')) return { no: 'broken' };
    if (chunks === 0 && length !== 13) return { no: 'broken' };
    if (type === 'eXIf') orientation = orientationIn(bytes.subarray(at + 8, end - 4));
    if (kept.has(type)) parts.push(bytes.subarray(at, end));
    if (type === 'IEND') return ended(bytes, orientation, parts);
    at = end;
  }
  return { no: 'broken' };
}

function ended(bytes: Buffer, orientation: Orientation, parts: readonly Buffer[]): HeadRead {
  const bare = Buffer.concat(parts);
  return { kind: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), orientation, bare };
}
