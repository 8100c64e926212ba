import assert from 'node:assert/strict';
import type { RequestClass } from './rate-limit/rates.ts';
import type { SentFile } from './upload/file-part.ts';
import type { FormLimits, FormParts } from './upload/form-parts.ts';

/** Who asks. `address` is the client's own, behind any trusted proxy; `host` is in lower case, with a port when it has one. */
export type Client = { readonly address: string; readonly scheme: 'http' | 'https'; readonly host: string };

/** A request before its body is read. `path` and `query` may hold a token: they are never logged. */
export type RequestHead = {
  readonly method: string;
  readonly path: string;
  /** The named parts of the route's path, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly client: Client;
};

export type HttpRequest = RequestHead & {
  /** The body as it came in, for signatures; empty when there is none. */
  readonly bytes: Uint8Array;
  /** @throws Fault('invalid') when the body is not JSON in UTF-8, or names `__proto__` */
  readonly json: () => unknown;
  /** The fields of an HTML form. @throws Fault('invalid') when the body is not UTF-8 */
  readonly form: () => URLSearchParams;
  /** The first file of a form, read as it comes; null when it has none. @throws Fault('invalid') when it is no such form */
  readonly file: () => Promise<SentFile | null>;
  /** A whole form with files, where the route takes a file. @throws Fault('invalid') when it is no such form, Fault('limit') */
  readonly parts: (limits: Omit<FormLimits, 'bytesMax'>) => Promise<FormParts>;
};

/**
 * What a body must be, by its content type; `nothing` is not looked at, `bytes` is anything. `file` is a form with a file:
 * its body is not read before the route asks for it.
 */
export type Takes = 'nothing' | 'json' | 'form' | 'bytes' | 'file';

export type Route<Who> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/orders/:number`; a part after a colon is a name in `params`. */
  readonly path: string;
  /** Machines are answered problems as JSON, people as a page. */
  readonly audience: 'machines' | 'people';
  /** Who may come in, decided before the body is read; throws the Fault that turns others away. `anyone` when all may. */
  readonly admit: (head: RequestHead) => Promise<Who> | Who;
  /**
   * How its requests are limited, by the client's address and before `admit`: pages as `page` and machines' routes as
   * `machine` when it is missing. `by caller` leaves it to `admit`, which knows who calls.
   */
  readonly limit?: RequestClass | 'by caller';
  readonly takes: Takes;
  /** 256 KiB when it is missing. */
  readonly bodyBytesMax?: number;
  readonly handle: (request: HttpRequest, who: Who) => Promise<Answer> | Answer;
};

/** Admits all. A route that wants no proof says so. */
export function anyone(): null {
  return null;
}

/** One server-sent event. `name` is `message` when it is missing; `text` may have several lines. */
export type ServerEvent = { readonly name?: string; readonly id?: string; readonly text: string };

/** Sends into one open stream until the client or the server ends it. */
export type EventWriter = { readonly send: (event: ServerEvent) => void; readonly end: () => void };

/** `key` names whose stream it is, for the limit per key. `open` gives back what to do when the stream has ended. */
export type EventFeed = { readonly key: string; readonly open: (to: EventWriter) => () => void };

export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What a route answers. Its headers go over those that every answer carries (`protectiveHeaders` in outgoing.ts). */
export type Answer = {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string | Uint8Array | EventFeed | null;
};

type More = { readonly status?: number; readonly headers?: AnswerHeaders };

function typed(contentType: string, body: string | Uint8Array, more: More): Answer {
  return { status: more.status ?? 200, headers: { 'content-type': contentType, ...more.headers }, body };
}

/** Makers of answers; each is a plain value until it is sent. */
export const answer = {
  page: (html: string, more: More = {}): Answer => typed('text/html; charset=utf-8', html, more),
  json: (value: unknown, more: More = {}): Answer =>
    typed('application/json; charset=utf-8', JSON.stringify(value), more),
  text: (text: string, more: More = {}): Answer => typed('text/plain; charset=utf-8', text, more),
  bytes: (contentType: string, bytes: Uint8Array, more: More = {}): Answer => typed(contentType, bytes, more),
  nothing: (more: More = {}): Answer => ({ status: more.status ?? 204, headers: more.headers ?? {}, body: null }),
  /** To a path of this house or to an `https:` address; never to `//elsewhere`, which browsers take for a host. */
  redirect: (location: string, more: More = {}): Answer => {
    assert(/^(?:\/(?![/\\])|https:\/\/)[\x21-\x7e]*$/.test(location), 'a redirect leads to a path or to https');
    return { status: more.status ?? 303, headers: { location, ...more.headers }, body: null };
  },
  /** A stream of server-sent events: kept open with a heartbeat, ended when the server closes. */
  events: (feed: EventFeed): Answer => ({
    status: 200,
    // The last one keeps a proxy from holding events back.
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
    body: feed,
  }),
};
