import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { openSealed, sealTo } from '#keys';
import { Fault } from '#kit/fault';
import type { Manifest } from './manifest.ts';

export type WrittenFile = Manifest['files'][number];

/** Most of it is sealed and does not get smaller; hexadecimal digits do, at any level. */
const gzipLevel = 1;

/** Streams into a file of its own, packed and, for recipients, sealed to them. @throws Fault('unavailable') when it cannot be written */
export async function writeFileOf(
  source: Readable,
  to: {
    readonly folder: string;
    readonly name: string;
    readonly packed: boolean;
    readonly recipients: readonly string[];
  },
): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const packed = to.packed ? source.compose(createGzip({ level: gzipLevel })) : source;
  const sealed = to.recipients.length === 0 ? packed : await sealTo(to.recipients, Readable.from(packed));
  const path = join(to.folder, to.name);
  try {
    await pipeline(
      sealed,
      async function* measured(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'path' in error) throw notWritten(path, error);
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw notWritten(path, error);
    throw error;
  }
  return { name: to.name, bytes, sha256: hash.digest('hex') };
}

function notWritten(path: string, cause: Error): Fault {
  const code = 'code' in cause ? String(cause.code) : 'no code';
  return new Fault('unavailable', `The backup cannot be written to ${path} (${code}).`, { cause });
}

/** @throws Fault('conflict') when a file is missing, cut off or changed; nothing else was looked at then */
export async function checkFile(folder: string, file: WrittenFile, tick: (bytes: number) => void): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of readBytes(folder, file.name)) {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes > file.bytes) break;
    tick(chunk.length);
  }
  if (bytes === file.bytes && hash.digest('hex') === file.sha256) return;
  const what = bytes < file.bytes ? 'was cut off' : 'was changed';
  throw new Fault('conflict', `${join(folder, file.name)} ${what} after it was written. Nothing was restored.`);
}

async function* readBytes(folder: string, name: string): AsyncGenerator<Buffer> {
  const path = join(folder, name);
  try {
    const stream: AsyncIterable<Buffer> = createReadStream(path);
    yield* stream;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new Fault('conflict', `${path} belongs to the backup and cannot be read (${String(cause.code)}).`, { cause });
  }
}

/** What was streamed into it. @throws Fault('conflict') when no identity opens it */
export async function readFileOf(
  from: { readonly folder: string; readonly name: string; readonly packed: boolean },
  identities: readonly string[],
): Promise<Readable> {
  const bytes: ReadStream = createReadStream(join(from.folder, from.name));
  const opened = from.name.endsWith('.age') ? await openSealed(identities, bytes) : bytes;
  return from.packed ? opened.compose(createGunzip()) : opened;
}

/** @throws Fault('conflict') when none of these identities opens it, which is known before any of it is read */
export async function refuseClosed(folder: string, name: string, identities: readonly string[]): Promise<void> {
  const bytes = createReadStream(join(folder, name));
  try {
    await openSealed(identities, bytes);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault('conflict', `None of these identities opens ${folder}. Nothing was restored.`, { cause });
  } finally {
    bytes.destroy();
  }
}

/** A name is on the disk only when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
