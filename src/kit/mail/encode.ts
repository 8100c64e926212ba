/** What a mail's lines are made of: seven bits, in lines of at most 76 characters (RFC 2045 §6.7, RFC 2047). */
const lineLengthMax = 76;
const plainLine = /^[\t\x20-\x3c\x3e-\x7e]{0,75}$/u;

/** Text as quoted-printable with CRLF; nothing in it depends on who passes it on: no bare dot, no `From `, no end in space. */
export function quotedPrintable(text: string): string {
  return text
    .split(/\r\n|\r|\n/u)
    .map((line) => (isPlain(line) ? line : quotedLine(line)))
    .join('\r\n');
}

function isPlain(line: string): boolean {
  return plainLine.test(line) && !/[\t ]$|^(?:From |\.)/u.test(line);
}

function quotedLine(line: string): string {
  const quoted = line
    .replaceAll('=', '=3D')
    .replaceAll(/[^\t\x20-\x7e]+/gu, hexOf)
    .replace(/[\t ]$/u, hexOf)
    .replace(/^(?:\.|F(?=rom ))/u, hexOf);
  return folded(quoted);
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase().replaceAll(/../gu, '=$&');
}

/** Soft line ends; a code of three characters is not torn. */
function folded(line: string): string {
  const lines: string[] = [];
  let from = 0;
  while (line.length - from > lineLengthMax) {
    let to = from + lineLengthMax - 1;
    const torn = line.lastIndexOf('=', to - 1);
    if (torn > to - 3) to = torn;
    lines.push(line.slice(from, to));
    from = to;
  }
  lines.push(line.slice(from));
  return lines.join('=\r\n');
}

const wordBytesMax = 45;

/** A text of a header as it is when it is plain, else as encoded words; folded at spaces either way. */
export function unstructured(name: string, text: string): string {
  const words = /^[\x20-\x7e]*$/u.test(text) && !text.includes('=?') ? text.split(' ') : encodedWords(text);
  return foldedAt(`${name}:`, words);
}

/** `"Anna Kunde" <anna@kunde.example>`, the name as encoded words when it is not plain. */
export function mailbox(name: string, address: string): readonly string[] {
  if (name === '') return [address];
  if (!/^[\x20-\x7e]*$/u.test(name) || name.includes('=?')) return [...encodedWords(name), `<${address}>`];
  const isAtoms = /^[\w!#$%&'*+/=?^`{|}~ -]+$/u.test(name);
  const shown = isAtoms ? name : `"${name.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
  return [...shown.split(' '), `<${address}>`];
}

/** Words after the name of a header, on as many lines as they need. A single word that is longer stays whole. */
export function foldedAt(start: string, words: readonly string[]): string {
  let line = start;
  const lines: string[] = [];
  for (const word of words) {
    // A line of nothing but spaces would end the head of the mail for some readers.
    if (line.trim() !== '' && word !== '' && line !== start && line.length + 1 + word.length > lineLengthMax) {
      lines.push(line);
      line = ` ${word}`;
    } else line += ` ${word}`;
  }
  return [...lines, line].join('\r\n');
}

function encodedWords(text: string): readonly string[] {
  const words: string[] = [];
  let bytes = 0;
  let part = '';
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > wordBytesMax) {
      words.push(part);
      part = '';
      bytes = 0;
    }
    part += character;
    bytes += size;
  }
  return [...words, part].map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`);
}
