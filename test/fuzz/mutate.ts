// Valid samples, damaged: what comes in from outside is nearly right far more often than it is noise.

/** A source of numbers in [0, 1) that is the same for the same seed. */
export type Lots = () => number;

export function lotsOf(seed: number): Lots {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What readers trip over, wherever it is put. */
const words = [
  ...[
    '',
    ' ',
    '\0',
    '\r\n',
    '\n\n',
    '\t',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    ',',
    ';',
    ':',
    '=',
    '%00',
    '%',
    '../',
    '//',
    '<b>',
  ],
  ...[
    '{}',
    '[]',
    'null',
    'true',
    '{"',
    '[[[[',
    '"__proto__":{}',
    'constructor',
    'toString',
    '-0',
    '1e999',
    '-1',
    '0x10',
  ],
  ...[
    '99999999999999999999',
    '00340434161094015902',
    'NaN',
    'Infinity',
    '١٢٣',
    '１２',
    '²',
    '\u202e',
    '\ufeff',
    '\u2028',
    'é',
    '😀',
  ],
  ...[
    '2026-02-30',
    '2026-11-20T24:00:00',
    '0001-01-01',
    '9999-12-31T23:59:60Z',
    '+14:01',
    '-00:00',
    'Z',
    'Europe/Berlin',
    'Etc/GMT+14',
  ],
  ...[
    '127.0.0.1',
    '::ffff:1.2.3.4',
    '::',
    '[::1]:80',
    'fe80::1%eth0',
    'a@b',
    '@',
    '"a b"@c.example',
    'https://',
    'file:///',
  ],
  ...['-----BEGIN CERTIFICATE-----', '-----END', 'charset=utf-16', 'q=0', 'bytes=0-', 'Bearer ', 'whsec_', 'v1,'],
];
const repeats = [2, 3, 50, 2_000];
const bytesMax = 64 * 1024;

type Change = (bytes: Buffer, lots: Lots, others: readonly Uint8Array[]) => Buffer;

const changes: readonly Change[] = [
  // A bit turned.
  (bytes, lots) => {
    const changed = Buffer.from(bytes);
    const at = below(lots, bytes.length);
    if (bytes.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << below(lots, 8));
    return changed;
  },
  // Any byte.
  (bytes, lots) => put(bytes, below(lots, bytes.length), 1, Buffer.of(below(lots, 256))),
  // Cut off.
  (bytes, lots) => bytes.subarray(0, below(lots, bytes.length + 1)),
  // A piece missing.
  (bytes, lots) => put(bytes, below(lots, bytes.length), below(lots, 40), Buffer.alloc(0)),
  // A piece again and again.
  (bytes, lots) => {
    const [at, length] = [below(lots, bytes.length), 1 + below(lots, 30)];
    const piece = bytes.subarray(at, at + length);
    return put(bytes, at, 0, Buffer.concat(Array.from({ length: pick(lots, repeats) ?? 1 }, () => piece)));
  },
  // A word in between, or instead.
  (bytes, lots) => put(bytes, below(lots, bytes.length + 1), 0, Buffer.from(pick(lots, words) ?? '')),
  (bytes, lots) => put(bytes, below(lots, bytes.length), below(lots, 12), Buffer.from(pick(lots, words) ?? '')),
  // Instead of a whole word, number or text.
  (bytes, lots) => instead(bytes, lots, pick(lots, words) ?? ''),
  (bytes, lots) => instead(bytes, lots, (pick(lots, words) ?? '').repeat(pick(lots, repeats) ?? 1)),
  // Half of one and half of another.
  (bytes, lots, others) => {
    const other = Buffer.from(pick(lots, others) ?? Buffer.alloc(0));
    return Buffer.concat([
      bytes.subarray(0, below(lots, bytes.length + 1)),
      other.subarray(below(lots, other.length + 1)),
    ]);
  },
  // Deeper than anybody would write.
  (bytes, lots) => {
    const depth = pick(lots, [3, 20, 5_000]) ?? 3;
    return Buffer.concat([Buffer.from('['.repeat(depth)), bytes, Buffer.from(']'.repeat(depth))]);
  },
];

/** One of the samples with one to six changes; now and then noise alone. */
export function mutant(samples: readonly Uint8Array[], lots: Lots): Buffer {
  if (lots() < 0.02) return Buffer.from(Array.from({ length: below(lots, 300) }, () => below(lots, 256)));
  let bytes = Buffer.from(pick(lots, samples) ?? Buffer.alloc(0));
  const count = 1 + below(lots, 6);
  for (let change = 0; change < count; change += 1) {
    bytes = Buffer.from((pick(lots, changes) ?? cutNothing)(bytes, lots, samples)).subarray(0, bytesMax);
  }
  return bytes;
}

const cutNothing: Change = (bytes) => bytes;

function below(lots: Lots, limit: number): number {
  return Math.floor(lots() * limit);
}

function pick<T>(lots: Lots, list: readonly T[]): T | undefined {
  return list[below(lots, list.length)];
}

function put(bytes: Buffer, at: number, length: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + length)]);
}

/** Words of the latin letters and digits; what is between quotes as one. */
function instead(bytes: Buffer, lots: Lots, word: string): Buffer {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/"[^"]{0,80}"|[\w.:+-]+/g)];
  const one = pick(lots, found);
  if (one === undefined) return bytes;
  const isQuoted = one[0].startsWith('"') && lots() < 0.5;
  const at = one.index + (isQuoted ? 1 : 0);
  return put(bytes, at, one[0].length - (isQuoted ? 2 : 0), Buffer.from(word));
}
