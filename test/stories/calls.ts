import assert from 'node:assert/strict';

/** An answer as a client sees it; `body` is what its JSON says, or null where it is none. */
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>> | null;
};

export type Ask = {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, text and bytes as they are. */
  readonly body?: object | string | Uint8Array<ArrayBuffer>;
};

export type Call = (method: string, path: string, ask?: Ask) => Promise<Reply>;

const answerTimeoutMs = 30_000;

/** Calls a server on this machine; with a key, as the shop's own systems do. */
export function callerOf(port: number, key: string | null = null): Call {
  return async (method, path, { headers = {}, body } = {}) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const request: RequestInit = {
      method,
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      signal: AbortSignal.timeout(answerTimeoutMs),
    };
    if (body !== undefined) request.body = isRaw ? body : JSON.stringify(body);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, request);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
  };
}

function parsed(text: string): Reply['body'] {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

type Parcel = { readonly id: string; readonly milestone: string };

/** The parcels in an answer about an order. */
export function parcelsIn({ body }: Reply): readonly Parcel[] {
  return (body?.['parcels'] ?? []) as readonly Parcel[];
}

/** The path of the customer's link in an answer about an order. */
export function pathOfCustomer({ body }: Reply): string {
  const { customer } = (body?.['links'] ?? {}) as { readonly customer?: string };
  assert.ok(customer !== undefined, 'the answer has no link');
  return new URL(customer).pathname;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What a person reads of a page: its text without tags, on one line. */
export function readable(html: string): string {
  const body = html.slice(Math.max(0, html.indexOf('<body')));
  return body
    .replaceAll(/<(svg|script|style)[^]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The first headline of a page. */
export function headline(html: string): string {
  return readable(/<h1[^]*?<\/h1>/.exec(html)?.[0] ?? '');
}
