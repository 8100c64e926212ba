import { Fault } from '#kit/fault';

/** A file that a form sends, read as it comes. */
export type SentFile = {
  /** As the browser calls it; a name alone, never a path. */
  readonly name: string;
  /** @throws Fault('invalid') when the body ends before the file does, Fault('limit') when it is too long */
  readonly bytes: AsyncIterable<Uint8Array>;
};

const boundaryForm = /^multipart\/form-data;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const headBytesMax = 8 * 1024;
const nameCharactersMax = 200;

/**
 * The first file of a form (RFC 7578), whatever fields stand before it; null when there is none. What follows it is read
 * and dropped, so that the sender gets its answer.
 * @throws Fault('invalid') when it is no such form
 */
export async function readFilePart(
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<SentFile | null> {
  const mark = markOf(contentType);
  const window = createWindow(body, bytesMax);
  // The first boundary has no line break before it; every other has.
  window.put(Buffer.from('\r\n'));
  await window.skip(mark);
  for (;;) {
    const head = await headOf(window);
    if (head === null) return null;
    const { file: name } = dispositionIn(head);
    if (name !== null) return { name, bytes: fileBytes(window, mark) };
    await window.skip(mark);
  }
}

/** What stands between two parts. @throws Fault('invalid') when it is no form with parts */
export function markOf(contentType: string | undefined): Buffer {
  const [, quoted, plain] = boundaryForm.exec(contentType ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed();
  return Buffer.from(`\r\n--${boundary}`);
}

async function* fileBytes(window: Window, mark: Buffer): AsyncGenerator<Uint8Array> {
  yield* window.until(mark);
  await window.drain();
}

export type Window = {
  readonly put: (bytes: Buffer) => void;
  /** What stands before the mark; the mark is used up. @throws Fault('invalid') when it does not come */
  readonly until: (mark: Buffer) => AsyncGenerator<Uint8Array>;
  readonly skip: (mark: Buffer) => Promise<void>;
  readonly begins: (text: string) => Promise<boolean>;
  readonly take: (mark: Buffer, bytesMax: number) => Promise<Buffer>;
  readonly drain: () => Promise<void>;
};

export function createWindow(body: AsyncIterable<Uint8Array>, bytesMax: number): Window {
  const source = body[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let count = 0;
  const more = async (): Promise<boolean> => {
    const next = await nextOf(source);
    if (next.done === true) return false;
    count += next.value.length;
    if (count > bytesMax) {
      await source.return?.();
      throw new Fault('limit', `The file is larger than ${Math.floor(bytesMax / 1024 / 1024)} MB.`);
    }
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value]);
    return true;
  };
  async function* until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = held.indexOf(mark);
      if (at >= 0) {
        const before = held.subarray(0, at);
        held = held.subarray(at + mark.length);
        if (before.length > 0) yield before;
        return;
      }
      // The end of what is here may be the beginning of the mark.
      const sure = Math.max(0, held.length - mark.length + 1);
      const before = held.subarray(0, sure);
      held = held.subarray(sure);
      if (before.length > 0) yield before;
      if (!(await more())) throw malformed();
    }
  }
  return {
    until,
    skip: async (mark) => {
      const skipped = until(mark);
      while ((await skipped.next()).done !== true);
    },
    put: (bytes) => {
      held = Buffer.concat([bytes, held]);
    },
    begins: async (text) => {
      while (held.length < text.length) if (!(await more())) throw malformed();
      return held.subarray(0, text.length).toString('latin1') === text;
    },
    take: async (mark, takenMax) => {
      while (held.indexOf(mark) < 0) {
        if (held.length > takenMax || !(await more())) throw malformed();
      }
      const taken = held.subarray(0, held.indexOf(mark));
      held = held.subarray(taken.length + mark.length);
      return taken;
    },
    drain: async () => {
      held = Buffer.alloc(0);
      while (await more()) held = Buffer.alloc(0);
    },
  };
}

/** A sender that goes away in the middle is no fault of ours. */
async function nextOf(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await source.next();
  } catch (error) {
    throw malformed(error);
  }
}

/** The headers of the next part; null after the last. */
export async function headOf(window: Window): Promise<string | null> {
  if (await window.begins('--')) {
    await window.drain();
    return null;
  }
  await window.take(Buffer.from('\n'), headBytesMax);
  window.put(Buffer.from('\r\n'));
  return (await window.take(Buffer.from('\r\n\r\n'), headBytesMax)).toString('utf8');
}

type Disposition = {
  readonly field: string;
  /** A name alone, never a path; null for a field that is no file. */
  readonly file: string | null;
};

export function dispositionIn(head: string): Disposition {
  const line = head.split('\r\n').find((one) => /^content-disposition:/i.test(one)) ?? '';
  const field = /;\s*name="((?:[^"\\]|\\.)*)"/i.exec(line)?.[1] ?? '';
  const name = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(line)?.[1];
  if (name === undefined) return { field, file: null };
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return { field, file: last.replaceAll(/\p{Cc}+/gu, ' ').slice(0, nameCharactersMax) };
}

function malformed(cause?: unknown): Fault {
  return new Fault('invalid', 'The body is not a form with a file that came to its end.', { cause });
}
