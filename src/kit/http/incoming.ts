import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Fault } from '#kit/fault';
import type { ReadClient } from './client.ts';
import { Refusal } from './problem.ts';
import type { HttpRequest, RequestHead, Takes } from './route.ts';
import { readFilePart } from './upload/file-part.ts';
import { readFormParts } from './upload/form-parts.ts';

/** Reads the head of a request, once. */
export function createHeadReader(needs: {
  readonly readClient: ReadClient;
  readonly scheme: 'http' | 'https';
}): (request: FastifyRequest) => RequestHead {
  const heads = new WeakMap<FastifyRequest, RequestHead>();
  return (request) => {
    const known = heads.get(request);
    if (known !== undefined) return known;
    const { raw } = request;
    const [path, query] = splitOnce(raw.url ?? '/', '?');
    const headers = isJoined(raw.headers) ? raw.headers : joined(raw.headers);
    const head = {
      method: request.method,
      path,
      params: readParams(request.params),
      query: new URLSearchParams(query),
      headers,
      client: needs.readClient({ address: raw.socket.remoteAddress ?? '', scheme: needs.scheme }, headers),
    };
    heads.set(request, head);
    return head;
  };
}

type Headers = FastifyRequest['raw']['headers'];

/** Node joins what comes twice itself, but for one that only answers have. */
function isJoined(headers: object): headers is Readonly<Record<string, string | undefined>> {
  return !('set-cookie' in headers);
}

function joined({ 'set-cookie': cookies, ...headers }: Headers): Record<string, string | undefined> {
  return { ...headers, 'set-cookie': cookies?.join(', ') };
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function readParams(params: unknown): Readonly<Record<string, string | undefined>> {
  const read: Record<string, string | undefined> = {};
  if (typeof params !== 'object' || params === null) return read;
  for (const [name, value] of Object.entries(params)) if (typeof value === 'string') read[name] = value;
  return read;
}

/** The whole request, once its body is there; where a file is awaited, before that. `awaits` hears that it is. */
export function requestOf(
  head: RequestHead,
  body: unknown,
  bodyBytesMax: number,
  awaits = (): void => {},
): HttpRequest {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
  const pieces = (): AsyncIterable<Uint8Array> => {
    awaits();
    const stream = body instanceof Readable ? body : Readable.from([bytes]);
    // Whoever is sent away in the middle of a file still needs a connection to be told so.
    return stream.iterator({ destroyOnReturn: false });
  };
  const type = head.headers['content-type'];
  const file: HttpRequest['file'] = () => readFilePart(type, pieces(), bodyBytesMax);
  const parts: HttpRequest['parts'] = (limits) => readFormParts(type, pieces(), { ...limits, bytesMax: bodyBytesMax });
  return { ...head, bytes, file, parts, json: () => readJson(bytes), form: () => readForm(bytes) };
}

const contentTypes = {
  json: { pattern: /^application\/(?:[a-z0-9.-]+\+)?json$/, name: 'application/json' },
  form: { pattern: /^application\/x-www-form-urlencoded$/, name: 'application/x-www-form-urlencoded' },
};

/** Looks at what a body says of itself, before it is read. @throws Refusal 415 */
export function checkContent(takes: Takes, headers: RequestHead['headers']): void {
  if (takes === 'nothing' || takes === 'bytes' || takes === 'file' || !hasBody(headers)) return;
  const { pattern, name } = contentTypes[takes];
  const [type = '', ...parameters] = partsOf(headers['content-type']);
  const plain = headers['content-encoding'] === undefined || headers['content-encoding'] === 'identity';
  if (plain && pattern.test(type) && parameters.every(isUtf8)) return;
  throw new Refusal(415, 'media_type', `The body must be ${name} in UTF-8, not compressed.`);
}

function hasBody(headers: RequestHead['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);
}

function partsOf(header: string | undefined): readonly string[] {
  return (header ?? '').split(';').map((part) => part.trim().toLowerCase());
}

/** Also true of a parameter that is no charset. */
function isUtf8(parameter: string): boolean {
  return !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Fault('invalid') when the bytes are not JSON in UTF-8, or name `__proto__` */
function readJson(bytes: Uint8Array): unknown {
  const text = readText(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault(
      'invalid',
      text.trim() === '' ? 'The body is empty; JSON is needed.' : 'The body is not valid JSON.',
      {
        cause: error,
      },
    );
  }
  // A name may be spelled with escapes, so only a text without either is surely clean.
  if (/__proto__|\\u00/.test(text) && hasPrototypeName(value)) {
    throw new Fault('invalid', 'The body names "__proto__", which no field is called.');
  }
  return value;
}

/** @throws Fault('invalid') when the bytes are not UTF-8 */
function readForm(bytes: Uint8Array): URLSearchParams {
  return new URLSearchParams(readText(bytes));
}

function readText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new Fault('invalid', 'The body is not valid UTF-8.', { cause: error });
  }
}

/** Walks without recursion: depth is the sender's choice. */
function hasPrototypeName(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const at = open.pop();
    if (typeof at !== 'object' || at === null) continue;
    if (Object.hasOwn(at, '__proto__')) return true;
    for (const inner of Object.values(at)) open.push(inner);
  }
  return false;
}

/**
 * One host, and a path as it is written between a browser and a server (RFC 9112 §3.2): what a proxy in front of us may
 * have read otherwise than we do is not answered at all.
 * @param lines names and values in turn
 */
export function isPlainTarget(lines: readonly string[], path: string): boolean {
  return hostsIn(lines) <= 1 && path.startsWith('/') && !path.includes('#');
}

function hostsIn(lines: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
