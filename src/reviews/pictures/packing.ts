import type { Packing } from '#privacy';

const prefix = 'data:image/jpeg;base64,';

/**
 * Pictures are sealed as the bytes that they are. What opens them reads texts, and gets an address that a browser shows
 * (RFC 2397): so does whoever takes a copy of their data along.
 */
export const packing: Packing = {
  pack: (text) => (text.startsWith(prefix) ? jpegIn(text) : Buffer.from(text)),
  unpack: (bytes) => (bytes[0] === 0xff && bytes[1] === 0xd8 ? textOf(bytes) : Buffer.from(bytes).toString('utf8')),
};

export function textOf(jpeg: Uint8Array): string {
  return `${prefix}${Buffer.from(jpeg).toString('base64')}`;
}

export function jpegIn(text: string): Buffer {
  return Buffer.from(text.slice(prefix.length), 'base64');
}
