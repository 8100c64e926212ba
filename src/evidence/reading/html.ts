/** What a page of an issuer says, taken apart in one pass: no pattern, no script of it is run, nothing is loaded. */
export type HtmlPage = {
  /** As a reader sees it, spaces joined. */
  readonly text: string;
  /** In lower case, without comments and without what stands in scripts and styles. */
  readonly markup: string;
  /** Texts of `<script type="application/ld+json">`. */
  readonly jsonLd: readonly string[];
  /** By `name` or `property`, in lower case. */
  readonly metas: ReadonlyMap<string, string>;
};

const jsonLdMax = 20;
const metasMax = 200;
const unread: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'title']);

export function readHtml(html: string): HtmlPage {
  const page = {
    text: [] as string[],
    markup: [] as string[],
    jsonLd: [] as string[],
    metas: new Map<string, string>(),
  };
  // Searched for in a copy in which every letter is as long as it was.
  const low = html.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      page.text.push(html.slice(at));
      break;
    }
    page.text.push(html.slice(at, open), ' ');
    at = pastTag(html, low, open, page);
  }
  return {
    text: joined(decoded(page.text.join(''))),
    markup: page.markup.join('\n'),
    jsonLd: page.jsonLd,
    metas: page.metas,
  };
}

type Taken = { readonly markup: string[]; readonly jsonLd: string[]; readonly metas: Map<string, string> };

/** Takes one tag, with its content where a reader does not see it; answers where it goes on. */
function pastTag(html: string, low: string, open: number, page: Taken): number {
  if (low.startsWith('<!--', open)) return after(low, '-->', open + 4);
  const close = html.indexOf('>', open);
  if (close < 0) return html.length;
  const tag = low.slice(open + 1, close);
  const name = nameOf(tag);
  if (name === 'meta') takeMeta(html.slice(open + 1, close), page.metas);
  page.markup.push(tag);
  if (!unread.has(name)) return close + 1;
  const end = low.indexOf(`</${name}`, close);
  if (name === 'script' && tag.includes('application/ld+json') && page.jsonLd.length < jsonLdMax) {
    page.jsonLd.push(html.slice(close + 1, end < 0 ? html.length : end));
  }
  return end < 0 ? html.length : after(low, '>', end);
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function nameOf(tag: string): string {
  let end = 0;
  while (end < tag.length && end < 20 && /[a-z0-9]/.test(tag[end] ?? '')) end += 1;
  return tag.slice(0, end);
}

function takeMeta(tag: string, metas: Map<string, string>): void {
  const name = attributeOf(tag, 'name') ?? attributeOf(tag, 'property') ?? attributeOf(tag, 'itemprop');
  const content = attributeOf(tag, 'content');
  if (name === null || content === null || metas.size >= metasMax) return;
  metas.set(name.toLowerCase(), joined(decoded(content)));
}

/** `name="value"` or `name='value'`; what stands without quotes is not read. */
function attributeOf(tag: string, name: string): string | null {
  for (const quote of ['"', "'"]) {
    const begin = ` ${name}=${quote}`;
    const at = tag.replaceAll(/\s/g, ' ').toLowerCase().indexOf(begin);
    if (at < 0) continue;
    const from = at + begin.length;
    const end = tag.indexOf(quote, from);
    if (end >= 0) return tag.slice(from, end);
  }
  return null;
}

/** Where a word may break, and what has no width: it parts no word for a reader. */
const unseen = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

function joined(text: string): string {
  return text
    .replaceAll(unseen, '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
};

function decoded(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-fA-F]{1,6}|[a-zA-Z]{2,6});/g, (whole, entity: string) => {
    if (!entity.startsWith('#')) return named[entity] ?? whole;
    const isHex = entity[1] === 'x';
    const code = Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff) ? String.fromCodePoint(code) : ' ';
  });
}
