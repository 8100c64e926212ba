import { createReadStream } from 'node:fs';

/** A file's bytes. It is opened when they are first asked for: what is refused before that leaves nothing open. */
export async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const bytes: AsyncIterable<Uint8Array> = createReadStream(path);
  yield* bytes;
}
