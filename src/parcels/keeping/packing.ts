import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Packing } from '#privacy';

/** What histories are made of, so that a small one is packed well too. Never changed: another one is another version. */
const dictionary = readFileSync(join(import.meta.dirname, 'dictionary-1.txt'));
const version = 1;
const textBytesMax = 64 * 1024 * 1024;
const params = {
  [constants.ZSTD_c_compressionLevel]: 12,
  // What is packed is authenticated when it is sealed, and both sides know the dictionary: none of it need be said again.
  [constants.ZSTD_c_checksumFlag]: 0,
  [constants.ZSTD_c_contentSizeFlag]: 0,
  [constants.ZSTD_c_dictIDFlag]: 0,
};

/** Zstandard (RFC 8878) with our dictionary, behind one byte of version. */
export const historyPacking: Packing = {
  pack: (text) => Buffer.concat([Buffer.of(version), zstdCompressSync(Buffer.from(text), { dictionary, params })]),
  unpack: (bytes) => {
    if (bytes[0] !== version) throw new Error('a history was packed by another version');
    return zstdDecompressSync(bytes.subarray(1), { dictionary, maxOutputLength: textBytesMax }).toString('utf8');
  },
};
