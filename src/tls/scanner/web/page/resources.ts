import { addressesInCss } from './css.ts';
import type { Tag } from './tokens.ts';

/**
 * What a browser does with an address of a page. `script`, `style`, `frame` and `object` can change the page; `image`
 * and `media` are only shown; `hint` opens a connection; a `form` is sent there, a `refresh` or a `link` leads there.
 */
export type Kind = 'script' | 'style' | 'frame' | 'object' | 'image' | 'media' | 'hint' | 'form' | 'refresh' | 'link';

export type Resource = {
  readonly kind: Kind;
  /** Absolute. */
  readonly url: string;
  readonly integrity: boolean;
};

const resourcesMax = 5_000;

/** The address attributes of each element, and what becomes of them. */
const attributes: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  script: { src: 'script' },
  iframe: { src: 'frame' },
  frame: { src: 'frame' },
  embed: { src: 'object' },
  object: { data: 'object' },
  applet: { code: 'object', archive: 'object' },
  img: { src: 'image', srcset: 'image' },
  image: { href: 'image', 'xlink:href': 'image' },
  use: { href: 'image', 'xlink:href': 'image' },
  input: { src: 'image', formaction: 'form' },
  button: { formaction: 'form' },
  picture: {},
  source: { src: 'media', srcset: 'image' },
  video: { src: 'media', poster: 'image' },
  audio: { src: 'media' },
  track: { src: 'media' },
  body: { background: 'image' },
  form: { action: 'form' },
  a: { href: 'link' },
  area: { href: 'link' },
};

/** What `rel` of a link makes of it; the first that is known counts. */
const relations: Readonly<Record<string, Kind>> = {
  stylesheet: 'style',
  modulepreload: 'script',
  manifest: 'object',
  icon: 'image',
  'apple-touch-icon': 'image',
  'mask-icon': 'image',
  preconnect: 'hint',
  'dns-prefetch': 'hint',
  prefetch: 'hint',
  prerender: 'hint',
};

const preloads: Readonly<Record<string, Kind>> = {
  script: 'script',
  style: 'style',
  image: 'image',
  document: 'frame',
};

/** Every address that a page makes a browser contact, follow or post to, in the page's order. */
export function resourcesOf(tags: readonly Tag[], pageUrl: string): readonly Resource[] {
  const base = baseOf(tags, pageUrl);
  return tags.flatMap((tag) => resourcesIn(tag, base)).slice(0, resourcesMax);
}

/** What a style sheet loads: another sheet can change the page, all else is shown. */
export function resourcesOfCss(css: string, base: string): readonly Resource[] {
  return addressesInCss(css).flatMap(({ imports, address }) => resource(imports ? 'style' : 'image', address, base));
}

/** Of several `<base href>` the first counts. */
function baseOf(tags: readonly Tag[], pageUrl: string): string {
  const href = tags.find((tag) => tag.name === 'base' && tag.attributes.has('href'))?.attributes.get('href');
  return URL.parse(href ?? '', pageUrl)?.href ?? pageUrl;
}

function resourcesIn(tag: Tag, base: string): readonly Resource[] {
  const style = tag.attributes.get('style');
  return [
    ...addressesIn(tag, base),
    ...(style === undefined ? [] : resourcesOfCss(style, base)),
    ...(tag.name === 'style' ? resourcesOfCss(tag.text, base) : []),
  ];
}

function addressesIn(tag: Tag, base: string): readonly Resource[] {
  if (tag.name === 'link') return linkOf(tag, base);
  if (tag.name === 'meta') return refreshOf(tag, base);
  const integrity = (tag.attributes.get('integrity') ?? '') !== '';
  const table = Object.hasOwn(attributes, tag.name) ? attributes[tag.name] : undefined;
  return Object.entries(table ?? {}).flatMap(([attribute, kind]) => {
    const value = tag.attributes.get(attribute);
    if (value === undefined) return [];
    const written = attribute === 'srcset' ? candidatesOf(value) : [value];
    return written.flatMap((address) => resource(kind, address, base, integrity));
  });
}

/** `a.png 1x, b.png 2x`: an address ends at a space, and a comma before a space ends a candidate. */
function candidatesOf(srcset: string): readonly string[] {
  return srcset
    .split(/,\s+|,(?=https?:)/)
    .map((candidate) => candidate.trim().split(/\s/)[0] ?? '')
    .filter((address) => address !== '');
}

function linkOf({ attributes: given }: Tag, base: string): readonly Resource[] {
  const words = (given.get('rel') ?? '').toLowerCase().split(/\s+/);
  const href = given.get('href');
  if (href === undefined) return [];
  const relation = words.find((word) => Object.hasOwn(relations, word));
  const preload = words.includes('preload') ? (preloads[given.get('as')?.toLowerCase() ?? ''] ?? 'media') : undefined;
  const kind = relation === undefined ? preload : relations[relation];
  return kind === undefined ? [] : resource(kind, href, base, (given.get('integrity') ?? '') !== '');
}

/** `<meta http-equiv=refresh content="0; url=…">` */
function refreshOf({ attributes: given }: Tag, base: string): readonly Resource[] {
  if (given.get('http-equiv')?.trim().toLowerCase() !== 'refresh') return [];
  const target = /^[\s\d.]*[;,]?\s*(?:url\s*=\s*)?["']?([^"']*)/i.exec(given.get('content') ?? '')?.[1]?.trim() ?? '';
  return target === '' ? [] : resource('refresh', target, base);
}

/** None for what leads nowhere a browser would go: `data:`, `mailto:`, what is no address. */
function resource(kind: Kind, written: string, base: string, integrity = false): readonly Resource[] {
  const url = URL.parse(written.trim(), base);
  return url !== null && /^(?:https?|wss?|ftp):$/.test(url.protocol) ? [{ kind, url: url.href, integrity }] : [];
}
