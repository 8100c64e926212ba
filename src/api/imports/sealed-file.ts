import type { Keyring } from '#keys';
import type { Queries } from '#kit/database';
import { Fault } from '#kit/fault';
import { statements } from '../store.ts';

const chunkBytes = 256 * 1024;
/** Only the end is so short: a chunk has at least a byte more. */
const sealedEndBytesMax = 64;

/** Whose file it is, and what opens it. */
export type Place = { readonly importId: string; readonly shopId: string; readonly key: Uint8Array };

type Needs = { readonly database: Queries; readonly keyring: Pick<Keyring, 'seal' | 'open'> };

/** Chunks that were moved, left out or put in do not open; the end is one of them. */
function boundOf(importId: string, index: number, isEnd: boolean): string {
  return `api.import.file|${importId}|${index}|${isEnd ? 'end' : 'more'}`;
}

/**
 * Keeps a file sealed where every process reaches it, chunk by chunk as it comes, each committed by itself: a slow sender
 * holds no transaction. Answers how many bytes it had.
 */
export async function writeSealed(
  { database, keyring }: Needs,
  { importId, shopId, key }: Place,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  let count = 0;
  let index = 0;
  const add = async (chunk: Uint8Array, isEnd: boolean): Promise<void> => {
    const sealed = keyring.seal(key, chunk, boundOf(importId, index, isEnd));
    await database.rows(statements.addChunk, [importId, index, shopId, sealed]);
    count += chunk.length;
    index += 1;
  };
  for await (const chunk of inChunks(bytes)) await add(chunk, false);
  await add(new Uint8Array(0), true);
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

/**
 * The bytes of a file as they came in, a chunk at a time.
 * @throws Fault('not_found') when it is not there, Fault('unavailable') when it was changed or cut off
 */
export async function* readSealed(
  { database, keyring }: Needs,
  { importId, key }: Omit<Place, 'shopId'>,
): AsyncGenerator<Uint8Array> {
  for (let index = 0; ; index += 1) {
    const row = await database.one<{ sealed: Buffer }>(statements.chunk, [importId, index]);
    if (row === null && index === 0) throw new Fault('not_found', 'The file of this import is not there any more.');
    if (row === null) throw new Fault('unavailable', 'The file of this import is not whole.');
    const isEnd = row.sealed.length <= sealedEndBytesMax && isEndOf(keyring, key, row.sealed, importId, index);
    if (isEnd) return;
    yield keyring.open(key, row.sealed, boundOf(importId, index, false));
  }
}

function isEndOf(keyring: Needs['keyring'], key: Uint8Array, sealed: Buffer, importId: string, index: number): boolean {
  try {
    return keyring.open(key, sealed, boundOf(importId, index, true)).length === 0;
  } catch {
    return false;
  }
}
