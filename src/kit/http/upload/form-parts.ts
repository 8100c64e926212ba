import { Fault } from '#kit/fault';
import { createWindow, dispositionIn, headOf, markOf, type Window } from './file-part.ts';

/** A file of a form, whole. */
export type FormFile = {
  readonly field: string;
  /** Null when it is longer than it may be: then nothing of it was kept. */
  readonly bytes: Buffer | null;
};

/** A whole form with files in it, which are few and small enough to be held. */
export type FormParts = { readonly fields: URLSearchParams; readonly files: readonly FormFile[] };

/** `bytesMax` is that of the whole body; what is longer than a single file may be is read and dropped. */
export type FormLimits = { readonly bytesMax: number; readonly filesMax: number; readonly fileBytesMax: number };

const partsMax = 200;
const fieldBytesMax = 64 * 1024;

/**
 * Every field and every file of a form (RFC 7578), in any order. A file field that was left empty gives none.
 * @throws Fault('invalid') when it is no such form or does not come to its end, Fault('limit') when it has too much in it
 */
export async function readFormParts(
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
  limits: FormLimits,
): Promise<FormParts> {
  const mark = markOf(contentType);
  const window = createWindow(body, limits.bytesMax);
  window.put(Buffer.from('\r\n'));
  await window.skip(mark);
  const fields = new URLSearchParams();
  const files: FormFile[] = [];
  for (let parts = 0; parts < partsMax; parts += 1) {
    const head = await headOf(window);
    if (head === null) return { fields, files };
    const { field, file } = dispositionIn(head);
    const bytes = await held(window, mark, file === null ? fieldBytesMax : limits.fileBytesMax);
    if (file === null) fields.append(field, textOf(bytes));
    else if (bytes === null || bytes.length > 0) files.push({ field, bytes });
    if (files.length > limits.filesMax) throw new Fault('limit', `At most ${limits.filesMax} files at once.`);
  }
  throw new Fault('limit', `The form has more than ${partsMax} parts.`);
}

/** Null when it is longer. */
async function held(window: Window, mark: Buffer, bytesMax: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let count = 0;
  for await (const piece of window.until(mark)) {
    count += piece.length;
    if (count <= bytesMax) pieces.push(Uint8Array.from(piece));
    else pieces.length = 0;
  }
  return count > bytesMax ? null : Buffer.concat(pieces);
}

function textOf(bytes: Buffer | null): string {
  if (bytes === null) throw new Fault('limit', 'A field of the form is too long.');
  return bytes.toString('utf8');
}
