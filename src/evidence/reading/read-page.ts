import { domainToUnicode } from 'node:url';
import { textWith, type AdapterPage, type Filling, type Source } from './adapter.ts';
import { readHtml, type HtmlPage } from './html.ts';
import { atPointer, findTyped, readJson } from './json.ts';
import { leadsTo, namesHost, says } from './named.ts';
import { readCount, readGrade, readLabel, readUntil } from './values.ts';

/** What an issuer says about a shop. Grades have two decimals. */
export type Reading = {
  readonly grade: number | null;
  readonly scale: number | null;
  readonly count: number | null;
  readonly label: string | null;
  readonly validUntil: Temporal.Instant | null;
};

/** Why a seal is not shown any more, from the issuer's own answer. */
export type EndedReason = 'expired' | 'withdrawn' | 'not_named' | 'not_valid' | 'gone';

export type PageRead =
  | { readonly read: Reading }
  | { readonly ended: EndedReason }
  /** `changed`: what was to be read does not stand there; the issuer may have built its page anew. */
  | { readonly failed: 'changed' };

const defaultScale = 5;

/** Reads one answer, whatever it holds: it never throws. */
export function readPage(page: AdapterPage, bytes: Uint8Array, filling: Filling, now: Temporal.Instant): PageRead {
  const body = bodyOf(page, decoded(bytes), filling);
  if (body === null) return { failed: 'changed' };
  if (body === 'no entry') return { ended: 'not_named' };
  const word = page.ended?.find((words) => says(body.text, words));
  if (word !== undefined) return { ended: 'withdrawn' };
  if (page.names?.some((name) => isNamed(body, textWith(name, filling))) === false) return { ended: 'not_named' };
  return stateNo(page, body) ?? readingOf(page, body, now);
}

/** UTF-8, and where it is none what old pages are written in: a word that ends something may have an umlaut. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Null where the issuer says that it is valid, or need not say so. */
function stateNo({ valid }: AdapterPage, body: Body): PageRead | null {
  if (valid === undefined) return null;
  const state = readLabel(valueAt(body, valid.at));
  if (state === null) return { failed: 'changed' };
  return valid.is.includes(state) ? null : { ended: 'not_valid' };
}

type Body = { readonly json: unknown; readonly html: HtmlPage | null; readonly text: string };

function bodyOf(page: AdapterPage, text: string, filling: Filling): Body | 'no entry' | null {
  if (page.format === 'html') {
    const html = readHtml(text);
    return html.text === '' ? null : { json: undefined, html, text: html.text };
  }
  const json = readJson(text);
  if (json === undefined) return null;
  const { within } = page;
  if (within === undefined) return { json, html: null, text };
  const list = within.lists.map((pointer) => atPointer(json, pointer)).find((one) => Array.isArray(one));
  if (!Array.isArray(list)) return null;
  const wanted = textWith(within.is, filling);
  const entry: unknown = list.find((one: unknown) => readLabel(atPointer(one, within.key)) === wanted);
  return entry === undefined ? 'no entry' : { json: entry, html: null, text: JSON.stringify(entry) };
}

/** In the text that is seen, or as an address that it leads to: not in the address of the page itself. */
function isNamed({ html, text }: Body, name: string): boolean {
  if (!name.includes('.') || name.includes(' ')) return says(text, name);
  const written = domainToUnicode(name);
  return [name, written].some((host) => namesHost(text, host) || (html !== null && leadsTo(html.markup, host)));
}

function valueAt({ json, html, text }: Body, source: Source): unknown {
  if ('jsonLd' in source)
    return html === null ? undefined : atPointer(findTyped(html.jsonLd, source.jsonLd), source.pointer);
  if ('pointer' in source) return atPointer(json, source.pointer);
  if ('meta' in source) return html?.metas.get(source.meta.toLowerCase());
  const at = text.indexOf(source.after);
  if (at < 0) return undefined;
  const from = at + source.after.length;
  const end = text.indexOf(source.before, from);
  return end < 0 ? undefined : text.slice(from, Math.min(end, from + 200)).trim();
}

function readingOf({ read }: AdapterPage, body: Body, now: Temporal.Instant): PageRead {
  const at = (source: Source | undefined): unknown => (source === undefined ? undefined : valueAt(body, source));
  const grade = readGrade(at(read.grade));
  const count = readCount(at(read.count));
  const validUntil = readUntil(at(read.validUntil));
  const scale = scaleOf(read.scale, at);
  const wanted = [
    [read.grade, grade],
    [read.count, count],
    [read.validUntil, validUntil],
  ] as const;
  const isMissing = wanted.some(([source, value]) => source !== undefined && value === null);
  if (isMissing || scale <= 0 || (grade ?? 0) > scale) return { failed: 'changed' };
  if (validUntil !== null && Temporal.Instant.compare(validUntil, now) <= 0) return { ended: 'expired' };
  return { read: { grade, scale: grade === null ? null : scale, count, label: readLabel(at(read.label)), validUntil } };
}

function scaleOf(scale: AdapterPage['read']['scale'], at: (source: Source | undefined) => unknown): number {
  return typeof scale === 'number' ? scale : (readGrade(at(scale)) ?? defaultScale);
}
