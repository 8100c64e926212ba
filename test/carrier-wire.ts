import { XMLParser } from 'fast-xml-parser';

/** An answer as a tree, whatever it is written in: XML attributes are fields, elements lists or records. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How a carrier writes its answers. */
export type WireForm = 'json' | 'xml';

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false });

export function formOf(fileName: string): WireForm {
  return fileName.endsWith('.xml') ? 'xml' : 'json';
}

export function treeOf(form: WireForm, bytes: Uint8Array): Json {
  const text = Buffer.from(bytes).toString('utf8');
  return (form === 'json' ? JSON.parse(text) : parser.parse(text.replace(/^<\?.*?\?>/, ''))) as Json;
}

const encoder = new TextEncoder();

export function encodedAs(form: WireForm, tree: unknown): Uint8Array {
  return encoder.encode(form === 'json' ? (JSON.stringify(tree) ?? 'null') : xmlOf(JSON.parse(JSON.stringify(tree))));
}

const isName = (key: string) => /^[A-Za-z_][\w.-]*$/.test(key);
const escaped = (text: string) =>
  text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;');

function xmlOf(tree: unknown): string {
  const roots = tree !== null && typeof tree === 'object' && !Array.isArray(tree) ? Object.entries(tree) : [];
  const [root] = roots;
  return roots.length === 1 && root !== undefined && isName(root[0])
    ? elements(root[0], root[1]).slice(0, 1).join('')
    : elements('data', tree).slice(0, 1).join('');
}

function elements(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => elements(name, one));
  if (value === null || typeof value !== 'object') return [`<${name}>${escaped(String(value))}</${name}>`];
  const entries = Object.entries(value as Record<string, unknown>).filter(([key]) => isName(key));
  const isPlain = (one: unknown) => one !== null && typeof one !== 'object';
  const attributes = entries.filter(([, one]) => isPlain(one)).map(([key, one]) => ` ${key}="${escaped(String(one))}"`);
  const within = entries.filter(([, one]) => typeof one === 'object' && one !== null);
  const content = within.flatMap(([key, one]) => elements(key, one));
  return [`<${name}${attributes.join('')}>${content.join('')}</${name}>`];
}
