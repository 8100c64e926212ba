import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Keyring } from '#keys';
import { Fault } from '#kit/fault';

const chunkBytes = 64 * 1024;
const lengthBytes = 4;
const fileMode = 0o600;
const folderMode = 0o700;

/** Where the file of an import lies, and what opens it. */
export type Place = { readonly folder: string; readonly importId: string; readonly key: Uint8Array };

type Cipher = Pick<Keyring, 'seal' | 'open'>;

function pathOf({ folder, importId }: Omit<Place, 'key'>): string {
  return join(folder, `${importId}.sealed`);
}

/** Chunks that were moved, left out or put in do not open; the end is one of them. */
function boundOf(importId: string, index: number, isEnd: boolean): string {
  return `api.import.file|${importId}|${index}|${isEnd ? 'end' : 'more'}`;
}

/** Writes a file sealed, chunk by chunk as it comes. Answers how many bytes it had. */
export async function writeSealed(cipher: Cipher, place: Place, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0;
  async function* sealed(): AsyncGenerator<Buffer> {
    let index = 0;
    for await (const chunk of inChunks(bytes)) {
      count += chunk.length;
      yield framed(cipher.seal(place.key, chunk, boundOf(place.importId, index, false)));
      index += 1;
    }
    yield framed(cipher.seal(place.key, new Uint8Array(0), boundOf(place.importId, index, true)));
  }
  await mkdir(place.folder, { recursive: true, mode: folderMode });
  await pipeline(Readable.from(sealed()), createWriteStream(pathOf(place), { flags: 'wx', mode: fileMode }));
  return count;
}

async function* inChunks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    held.push(piece);
    size += piece.length;
    if (size < chunkBytes) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

function framed(sealed: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed]);
}

/**
 * The bytes of a file as they came in.
 * @throws Fault('not_found') when it is not there, Fault('unavailable') when it was changed or cut off
 */
export async function* readSealed(cipher: Cipher, place: Place): AsyncGenerator<Uint8Array> {
  let index = 0;
  let isWhole = false;
  for await (const sealed of frames(pathOf(place))) {
    const end = boundOf(place.importId, index, true);
    isWhole = isEndOf(cipher, place.key, sealed, end);
    if (isWhole) break;
    yield cipher.open(place.key, sealed, boundOf(place.importId, index, false));
    index += 1;
  }
  if (!isWhole) throw new Fault('unavailable', 'The file of this import is not whole.');
}

/** Only the end is so short: a chunk has at least a byte more. */
function isEndOf(cipher: Cipher, key: Uint8Array, sealed: Buffer, bound: string): boolean {
  if (sealed.length > 64) return false;
  try {
    return cipher.open(key, sealed, bound).length === 0;
  } catch {
    return false;
  }
}

async function* frames(path: string): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  const stream = createReadStream(path, { highWaterMark: 2 * chunkBytes });
  try {
    for await (const piece of stream) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a stream without an encoding gives buffers
      held = Buffer.concat([held, piece as Buffer]);
      while (held.length >= lengthBytes && held.length >= lengthBytes + held.readUInt32BE()) {
        const next = lengthBytes + held.readUInt32BE();
        yield held.subarray(lengthBytes, next);
        held = held.subarray(next);
      }
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Fault('not_found', 'The file of this import is not there any more.', { cause: error });
    }
    throw error;
  } finally {
    stream.destroy();
  }
}

export async function dropFile(place: Omit<Place, 'key'>): Promise<void> {
  await rm(pathOf(place), { force: true });
}
