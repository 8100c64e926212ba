// Reads HTML as far as a scan needs it: the tags that a browser would act on, with their attributes. Takes every text.

export type Tag = { readonly name: string; readonly attributes: ReadonlyMap<string, string>; readonly text: string };

const tagsMax = 50_000;
/** Elements whose inside is text and no tags, up to their own end. */
const rawText = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes']);
const name = /[a-z][^\s/>]*/iy;
const attribute = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y;

/** Every start tag in order; `text` is the inside of an element that holds text only (style, script, title …). */
export function readTags(html: string): readonly Tag[] {
  const tags: Tag[] = [];
  let at = html.indexOf('<');
  while (at !== -1 && tags.length < tagsMax) {
    if (html.startsWith('<!--', at)) at = afterComment(html, at);
    else {
      name.lastIndex = at + 1;
      const found = name.exec(html)?.[0].toLowerCase();
      if (found === undefined) at += 1;
      else at = readTag(html, at + 1 + found.length, found, tags);
    }
    at = html.indexOf('<', at);
  }
  return tags;
}

/** `<!-->` and `<!--->` are whole comments; one that never ends takes the rest. */
function afterComment(html: string, at: number): number {
  const short = /^<!--(?:-?>)/.exec(html.slice(at, at + 6))?.[0];
  if (short !== undefined) return at + short.length;
  const end = /--!?>/g;
  end.lastIndex = at + 4;
  return end.exec(html) === null ? html.length : end.lastIndex;
}

/** Notes the tag whose name ends at `from`, and gives the place after it and its text. */
function readTag(html: string, from: number, tagName: string, tags: Tag[]): number {
  const attributes = new Map<string, string>();
  let at = from;
  attribute.lastIndex = at;
  for (let found = attribute.exec(html); found !== null; found = attribute.exec(html)) {
    const [, key = '', double, single, bare = ''] = found;
    const known = key.toLowerCase();
    // Of an attribute given twice the first counts.
    if (!attributes.has(known)) attributes.set(known, decode(double ?? single ?? bare));
    at = attribute.lastIndex;
  }
  const close = html.indexOf('>', at);
  // A tag that never closes is no tag.
  if (close === -1) return html.length;
  const inside = rawText.has(tagName) ? textUntilEnd(html, close + 1, tagName) : '';
  tags.push({ name: tagName, attributes, text: inside });
  return close + 1 + inside.length;
}

function textUntilEnd(html: string, from: number, tagName: string): string {
  const end = new RegExp(`</${tagName}[\\s/>]`, 'gi');
  end.lastIndex = from;
  const found = end.exec(html);
  return html.slice(from, found === null ? html.length : found.index);
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  colon: ':',
  sol: '/',
  period: '.',
  Tab: '\t',
  NewLine: '\n',
};

/** The references by which an address can be written; others stand as they are. */
function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));?/gi, (whole, hex, decimal, word: string) => {
    if (word !== undefined) return Object.hasOwn(named, word) ? (named[word] ?? whole) : whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}
