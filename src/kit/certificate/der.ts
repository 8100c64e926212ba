// The distinguished encoding rules (ITU-T X.690), as far as certificates need them: tag, length, content.

export function tagged(tag: number, content: Uint8Array): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

export function octets(content: Uint8Array): Buffer {
  return tagged(0x04, content);
}

export function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.of(value ? 0xff : 0x00));
}

export function bits(unused: number, ...content: readonly number[]): Buffer {
  return tagged(0x03, Buffer.of(unused, ...content));
}

/** A whole number of at least 0: without leading zeros, and with one where the first bit would read as a sign. */
export function integer(magnitude: Buffer): Buffer {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude.readUInt8(start) === 0) start += 1;
  const short = magnitude.subarray(start);
  return tagged(0x02, short.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): readonly number[] {
  const digits = [arc & 0x7f];
  for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f));
  return digits;
}

/** RFC 5280 §4.1.2.5: two-digit years until 2049, four digits from then on. */
export function time(instant: Temporal.Instant): Buffer {
  const digits = instant.toString({ smallestUnit: 'second' }).replaceAll(/[-:T]/g, '');
  return digits < '2050' ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

export type Element = { readonly tag: number; readonly content: Buffer };

const elementsMax = 256;

/** The elements that stand one after the other in some bytes; none where the bytes are anything else. */
export function elementsOf(bytes: Buffer): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const head = headAt(bytes, at);
    if (head === null || elements.length >= elementsMax) return [];
    const from = at + head.size;
    at = from + head.length;
    if (at > bytes.length) return [];
    elements.push({ tag: head.tag, content: bytes.subarray(from, at) });
  }
  return elements;
}

/** Tags of one byte and lengths of at most three: what is longer is no part of a certificate. */
function headAt(
  bytes: Buffer,
  at: number,
): { readonly tag: number; readonly size: number; readonly length: number } | null {
  const [tag = 0x1f, first = 0x80] = bytes.subarray(at, at + 2);
  if ((tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return { tag, size: 2, length: first };
  const more = first & 0x7f;
  if (more === 0 || more > 3 || at + 2 + more > bytes.length) return null;
  return { tag, size: 2 + more, length: bytes.readUIntBE(at + 2, more) };
}
