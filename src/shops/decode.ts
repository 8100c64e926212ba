/** How the bytes of a file are letters. `windows-1252` reads ISO-8859-1 as well. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const headBytes = 4_096;
/** A letter of UTF-8 has four bytes at the most: so many may still be missing at the end of what was read. */
const letterBytesMax = 4;

const marks: readonly (readonly [encoding: Encoding, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Bytes as text, in pieces. The encoding is told by its mark, else by where zeros stand, else by the first letter that is
 * not ASCII: either it is UTF-8, or the file is of the old kind that spreadsheets write. `encoding` counts once the text
 * has been read. What is no letter becomes U+FFFD.
 */
export function decodeText(bytes: AsyncIterable<Uint8Array>): {
  encoding: () => Encoding;
  text: AsyncIterable<string>;
} {
  const reader = createReader();
  async function* text(): AsyncGenerator<string> {
    for await (const piece of bytes) yield reader.take(piece);
    yield reader.end();
  }
  return { encoding: reader.encoding, text: text() };
}

type Reader = {
  readonly encoding: () => Encoding;
  readonly take: (piece: Uint8Array) => string;
  readonly end: () => string;
};

function createReader(): Reader {
  let encoding: Encoding = 'utf-8';
  let decoder: TextDecoder | null = null;
  let held: Uint8Array = new Uint8Array(0);
  let isHead = true;
  const decide = (told: Encoding): TextDecoder => {
    encoding = told;
    decoder = new TextDecoder(told);
    return decoder;
  };
  const release = (): Uint8Array => {
    const released = held;
    held = new Uint8Array(0);
    return released;
  };
  return {
    encoding: () => encoding,
    take: (piece) => {
      if (decoder !== null) return decoder.decode(piece, { stream: true });
      held = held.length === 0 ? piece : Buffer.concat([held, piece]);
      if (isHead && held.length < headBytes) return '';
      const told = (isHead ? markedAs(held) : null) ?? toldBy(held);
      isHead = false;
      if (told === 'more') return '';
      return told === 'ascii' ? plainText(release()) : decide(told).decode(release(), { stream: true });
    },
    end: () => (decoder ?? decide((isHead ? markedAs(held) : null) ?? endedAs(held))).decode(release()),
  };
}

function markedAs(head: Uint8Array): Encoding | null {
  for (const [encoding, mark] of marks) if (mark.every((byte, place) => head[place] === byte)) return encoding;
  return withoutMark(head.subarray(0, headBytes));
}

/** Every other byte of Western text in UTF-16 is zero, and in no other encoding is there any. */
function withoutMark(head: Uint8Array): Encoding | null {
  let even = 0;
  let odd = 0;
  for (const [place, byte] of head.entries()) {
    if (byte !== 0) continue;
    if (place % 2 === 0) even += 1;
    else odd += 1;
  }
  const many = head.length / 5;
  if (odd > many && even < odd / 4) return 'utf-16le';
  return even > many && odd < even / 4 ? 'utf-16be' : null;
}

function toldBy(bytes: Uint8Array): 'utf-8' | 'windows-1252' | 'ascii' | 'more' {
  const at = bytes.findIndex((byte) => byte > 0x7f);
  if (at < 0) return 'ascii';
  if (bytes.length - at < letterBytesMax) return 'more';
  return isUtf8(bytes, true) ? 'utf-8' : 'windows-1252';
}

function endedAs(bytes: Uint8Array): Encoding {
  return isUtf8(bytes, false) ? 'utf-8' : 'windows-1252';
}

function isUtf8(bytes: Uint8Array, isCut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    return true;
  } catch {
    return false;
  }
}

function plainText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
