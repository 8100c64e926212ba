import type { Packing } from '#privacy';

/** Pictures are sealed as the bytes that they are; what opens them reads texts, and gets base64. */
export const packing: Packing = {
  pack: (text) => Buffer.from(text, 'base64'),
  unpack: (bytes) => Buffer.from(bytes).toString('base64'),
};
