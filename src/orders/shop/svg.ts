import type { Trouble } from './troubles.ts';

type No = { readonly no: Omit<Trouble, 'field'> };

const elementsMax = 5_000;
const depthMax = 50;
/** Copies of copies of copies would take a browser for ever. */
const copiesMax = 20;

const drawn = new Set(
  `svg g defs symbol use path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath mask
   text tspan style`.split(/\s+/),
);
/** Says something about the picture and draws nothing; what it holds goes with it. */
const silent = new Set(['metadata', 'title', 'desc']);
const worded = new Set(['text', 'tspan', 'style']);

const attributes = new Set(
  `id class d x y x1 y1 x2 y2 dx dy cx cy r rx ry fx fy fr width height viewBox points transform offset version pathLength
   preserveAspectRatio gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits href
   xlink:href style fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
   stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity clip-path clip-rule mask
   mask-type display visibility overflow paint-order vector-effect shape-rendering text-rendering color-interpolation
   font-family font-size font-style font-weight font-variant letter-spacing word-spacing text-anchor text-decoration
   dominant-baseline alignment-baseline baseline-shift textLength lengthAdjust rotate xml:space`.split(/\s+/),
);

const attribute = /\s+([\w:.-]+)\s*=\s*("[^"<]*"|'[^'<]*')/g;
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

type State = {
  readonly out: string[];
  /** Open elements, the outermost first; null is one that is left out. */
  readonly open: { readonly name: string; readonly isOut: boolean }[];
  elements: number;
  copies: number;
};

/**
 * An SVG written anew from the shapes that were understood in it. What would run or call somebody is refused by name; what
 * draws nothing (an editor's notes, other languages) is left out. What a browser then reads is what was written here. Total.
 */
export function readSvg(bytes: Uint8Array): { readonly text: string } | No {
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return no('svg.broken', { near: 'UTF-8' });
  }
  const state: State = { out: [], open: [], elements: 0, copies: 0 };
  for (let at = 0; at < source.length;) {
    token.lastIndex = at;
    const found = token.exec(source);
    const near = source.slice(at, at + 30);
    if (found === null) return no('svg.broken', { near });
    const trouble = take(state, found, near);
    if (trouble !== null) return { no: trouble };
    at = token.lastIndex;
  }
  if (state.open.length > 0 || state.elements === 0) return no('svg.broken', { near: '</svg>' });
  return { text: state.out.join('') };
}

function no(code: Trouble['code'], values: Trouble['values'] = {}): No {
  return { no: { code, values } };
}

function take(state: State, found: RegExpExecArray, near: string): No['no'] | null {
  const [, cdata, closes, opens, pairs = '', isEmpty, text] = found;
  if (opens !== undefined) return begin(state, opens, pairs, isEmpty === '/', near);
  if (closes !== undefined) return end(state, closes, near);
  const words = cdata ?? (text === undefined ? '' : decoded(text));
  return words === null ? no('svg.broken', { near }).no : say(state, words, near);
}

function begin(state: State, name: string, pairs: string, isEmpty: boolean, near: string): No['no'] | null {
  const isRoot = state.open.length === 0;
  if (isRoot && (name !== 'svg' || state.out.length > 0)) return no('svg.broken', { near }).no;
  const isOut = isLeftOut(state, name);
  const refused = refusalOf(state, name, isOut);
  if (refused !== null) return refused;
  // Also of what is left out: it should not have been there.
  const written = attributesOf(pairs, isRoot);
  if ('no' in written) return written.no;
  if (!isOut) state.out.push(`<${name}${written.text}${isEmpty ? '/' : ''}>`);
  if (!isEmpty) state.open.push({ name, isOut });
  return null;
}

function isLeftOut(state: State, name: string): boolean {
  return state.open.at(-1)?.isOut === true || silent.has(name) || name.includes(':');
}

/** What may not stand here, or not so often. */
function refusalOf(state: State, name: string, isOut: boolean): No['no'] | null {
  state.elements += 1;
  if (name === 'use') state.copies += 1;
  if (state.elements > elementsMax || state.copies > copiesMax || state.open.length >= depthMax)
    return no('svg.large').no;
  if (/^(?:script|handler|listener)$/i.test(name)) return no('svg.script', { name: `<${name}>` }).no;
  const isInner = name === 'svg' && state.open.length > 0;
  return !isOut && (isInner || !drawn.has(name)) ? no('svg.element', { name }).no : null;
}

function end(state: State, name: string, near: string): No['no'] | null {
  const last = state.open.pop();
  if (last?.name !== name) return no('svg.broken', { near }).no;
  if (!last.isOut) state.out.push(`</${name}>`);
  return null;
}

/** Words between elements: only those that are drawn or that say how. */
function say(state: State, words: string, near: string): No['no'] | null {
  const parent = state.open.at(-1);
  if (parent === undefined) return words.trim() === '' ? null : no('svg.broken', { near }).no;
  if (parent.isOut || !worded.has(parent.name)) return null;
  if (parent.name === 'style') {
    const reaching = reachOf(words);
    if (reaching !== null) return no('svg.outside', { name: reaching }).no;
  }
  state.out.push(escaped(words));
  return null;
}

function attributesOf(pairs: string, isRoot: boolean): { readonly text: string } | No {
  const kept = new Map<string, string>();
  for (const [, name = '', quoted = ''] of pairs.matchAll(attribute)) {
    const value = decoded(quoted.slice(1, -1));
    const trouble = attributeTrouble(name, value);
    if (trouble !== null) return trouble;
    if (attributes.has(name) && value !== null) kept.set(name.replace('xlink:', ''), value);
  }
  if (isRoot && !isSized(kept)) return no('svg.size');
  if (isRoot) kept.set('xmlns', 'http://www.w3.org/2000/svg');
  return { text: [...kept].map(([name, value]) => ` ${name}="${escaped(value)}"`).join('') };
}

function attributeTrouble(name: string, value: string | null): No | null {
  if (/^on/i.test(name)) return no('svg.script', { name });
  if (value === null) return no('svg.broken', { near: name });
  const reaching = attributes.has(name) ? reachBy(name, value) : null;
  return reaching === null ? null : no('svg.outside', { name: `${name}: ${reaching}`.slice(0, 60) });
}

/** A link may lead to a part of the same picture. */
function reachBy(name: string, value: string): string | null {
  if (!name.endsWith('href')) return reachOf(value);
  return /^\s*#[\w.-]+\s*$/.test(value) ? null : value;
}

/** One with sides in pixels and no viewBox is given one, so that it can be scaled. */
function isSized(root: Map<string, string>): boolean {
  const sides = ['width', 'height'].map((side) => /^\s*(\d+(?:\.\d+)?)(?:px)?\s*$/.exec(root.get(side) ?? '')?.[1]);
  const box = (root.get('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  if (box.length === 4 && box.every(Number.isFinite)) return (box[2] ?? 0) > 0 && (box[3] ?? 0) > 0;
  if (root.has('viewBox') || sides.some((side) => side === undefined || Number(side) <= 0)) return false;
  root.set('viewBox', `0 0 ${sides.join(' ')}`);
  return true;
}

/** The part of a style or a value that reaches out of the picture, or might; null when none does. */
function reachOf(text: string): string | null {
  const found =
    /\\|@|<|\b(?:image|image-set|cross-fade|element|src|attr|expression)\s*\(|javascript:|url\s*\((?!\s*["']?#[\w.-]+["']?\s*\))/i.exec(
      text,
    );
  return found === null ? null : text.slice(found.index, found.index + 40).trim();
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Null for an entity that is not one of XML's own. */
function decoded(text: string): string | null {
  let isRead = true;
  const read = text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));|&/gi,
    (_, hex?: string, digits?: string, name?: string) => {
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      const character =
        name === undefined ? (code <= 0x10_ff_ff && code > 0 ? String.fromCodePoint(code) : undefined) : named[name];
      isRead &&= character !== undefined;
      return character ?? '';
    },
  );
  return isRead ? read : null;
}

function escaped(text: string): string {
  return text
    .replaceAll(/[[\p{Cs}\p{Cc}\uFFFE\uFFFF]--[\t\n\r]]/gv, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
