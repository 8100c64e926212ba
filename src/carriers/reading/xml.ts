import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** More than any tracking answer; what is longer is not read at all. */
const bytesMax = 2 * 1024 * 1024;
/** Elements within elements; carriers need five. */
const depthMax = 16;
const elementsMax = 20_000;

const encodings: ReadonlyMap<string, string> = new Map([
  ['iso-8859-1', 'windows-1252'],
  ['iso-8859-15', 'iso-8859-15'],
  ['windows-1252', 'windows-1252'],
  ['us-ascii', 'utf-8'],
]);

const namedCharacters: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const reference = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi;

/** The five names and the numbers that need no declaration; what is declared in a document is never looked up. */
function characters(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(reference, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return namedCharacters.get(name.toLowerCase()) ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = point > 0 && point <= 0x10_ff_ff && !(point >= 0xd8_00 && point <= 0xdf_ff);
    return isCharacter ? String.fromCodePoint(point) : whole;
  });
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Entities are off: a document can neither declare nor multiply anything. References to characters are read above.
  processEntities: false,
  htmlEntities: false,
  maxNestedTags: depthMax,
  attributeValueProcessor: (_name, value) => characters(value),
  tagValueProcessor: (_name, value) => characters(value),
});

function textIn(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w-]+)/.exec(head)?.[1]?.toLowerCase() ?? '';
  return new TextDecoder(encodings.get(declared) ?? 'utf-8').decode(bytes);
}

/** Deeper or longer than anything a carrier sends: counted before the parser builds anything. */
function isTooMuch(text: string): boolean {
  let elements = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    elements += 1;
    if (elements > elementsMax * 2) return true;
  }
  return false;
}

/**
 * The elements in the bytes as records: attributes are fields, elements within are records under their tag's name (a list
 * where there are several), text is `#text`. Undefined when the bytes are no well-formed XML, are too much, or declare
 * anything: a document with a DOCTYPE is not read.
 */
export function parseXml(bytes: Uint8Array): unknown {
  if (bytes.byteLength > bytesMax) return undefined;
  const text = textIn(bytes).trim();
  if (!text.startsWith('<') || /<!(?:DOCTYPE|ENTITY)/i.test(text) || isTooMuch(text)) return undefined;
  try {
    if (XMLValidator.validate(text) !== true) return undefined;
    const value: unknown = parser.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
