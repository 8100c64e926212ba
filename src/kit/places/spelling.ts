/**
 * One spelling for many: letters lose their case and marks, everything that is no letter or digit parts words. `loose`
 * writes ü as u, `spelled` writes it as ue, so that München, Munchen and Muenchen meet in at least one of the two.
 */
export type Spelling = 'loose' | 'spelled';

/** Latin letters with marks; general punctuation, where dashes and curly apostrophes live. */
const latinRanges = [
  [0x0000, 0x0250],
  [0x1e00, 0x1f00],
  [0x2000, 0x2070],
] as const;
const codePointMax = 0x2070;
const wordEnd = 0;
const foreign = -1;
const space = 32;

/** Letters that Unicode does not take apart, as both spellings write them. */
const undivided: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ŋ: 'n',
  ŧ: 't',
  ə: 'e',
};
const spelledOut: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };

/** For each code point the one or two ASCII letters it is written as, packed into a number; `wordEnd` or `foreign`. */
function lettersTable(spelling: Spelling): Int32Array {
  const table = new Int32Array(codePointMax).fill(foreign);
  for (const [first, end] of latinRanges) {
    for (let codePoint = first; codePoint < end; codePoint += 1) {
      const character = String.fromCodePoint(codePoint).toLowerCase();
      const [base = ''] = character.normalize('NFD');
      const letters = (spelling === 'spelled' ? spelledOut[character] : undefined) ?? undivided[character] ?? base;
      if (/^[a-z0-9]{1,2}$/.test(letters)) table[codePoint] = packed(letters);
      else if (codePoint < 0xc0 || codePoint >= 0x2000) table[codePoint] = wordEnd;
    }
  }
  return table;
}

const packed = (letters: string): number => letters.charCodeAt(0) | ((letters.charCodeAt(1) || 0) << 8);

const tables: Readonly<Record<Spelling, Int32Array>> = {
  loose: lettersTable('loose'),
  spelled: lettersTable('spelled'),
};

/**
 * A number for a spelling, equal for equal spellings: 20 bits to place it and 32 to tell it apart. 0 when there is
 * nothing to spell or a letter is not Latin. Works on UTF-8, because a million names are read from a file.
 */
export function spellingKey(bytes: Uint8Array, from: number, to: number, spelling: Spelling): number {
  const table = tables[spelling];
  let first = 0x811c9dc5;
  let second = 0x2545f491;
  let parted = false;
  let begun = false;
  for (let position = from; position < to; position += bytesOfCharacter(bytes[position] ?? 0)) {
    const letters = table[codePointAt(bytes, position)] ?? foreign;
    if (letters === foreign) return 0;
    if (letters === wordEnd) {
      parted = begun;
      continue;
    }
    for (let rest = parted ? (letters << 8) | space : letters; rest > 0; rest >>>= 8) {
      first = Math.imul(first ^ (rest & 0xff), 0x01000193);
      second = Math.imul((second << 5) ^ (second >>> 27) ^ (rest & 0xff), 0x5bd1e995);
    }
    parted = false;
    begun = true;
  }
  return begun ? (Math.imul(first ^ (first >>> 15), 0x85ebca6b) >>> 12) * 0x1_0000_0000 + (second >>> 0 || 1) : 0;
}

function bytesOfCharacter(firstByte: number): number {
  if (firstByte < 0x80) return 1;
  if (firstByte < 0xe0) return 2;
  return firstByte < 0xf0 ? 3 : 4;
}

/** Beyond the table for what takes four bytes: no Latin letter does. */
function codePointAt(bytes: Uint8Array, position: number): number {
  const byte = bytes[position] ?? 0;
  if (byte < 0x80) return byte;
  const second = (bytes[position + 1] ?? 0) & 0x3f;
  if (byte < 0xe0) return ((byte & 0x1f) << 6) | second;
  return byte < 0xf0 ? ((byte & 0x0f) << 12) | (second << 6) | ((bytes[position + 2] ?? 0) & 0x3f) : codePointMax;
}

/** The two keys of a text; they are one when it has no letter that they write differently. */
export function spellingKeys(text: string): readonly number[] {
  const bytes = Buffer.from(text.normalize('NFC'));
  const keys = [spellingKey(bytes, 0, bytes.length, 'loose'), spellingKey(bytes, 0, bytes.length, 'spelled')];
  return [...new Set(keys)].filter((key) => key > 0);
}
