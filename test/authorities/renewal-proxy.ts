// Stands before an authority that has neither renewal information nor profiles, and adds both (RFC 9773). All else goes
// through as it came.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { createAuthority } from '#kit/certificate';
import type { EgressRoute } from '#kit/egress';

export type RenewalProxy = {
  readonly route: EgressRoute;
  /** What `/ari/…` answers, by certificate id. */
  readonly windows: Map<string, { readonly start: string; readonly end: string }>;
  /** Ids that count as replaced: an order that names one is refused. */
  readonly replaced: Set<string>;
  /** The payloads of new orders, oldest first. */
  readonly orders: Readonly<Record<string, unknown>>[];
  readonly close: () => void;
};

type Behind = { readonly host: string; readonly socketPath: string; readonly rootPem: string };
type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly bytes: Buffer };

export async function startRenewalProxy(behind: Behind): Promise<RenewalProxy> {
  const authority = createAuthority('Proxy’s own');
  const { certPem, keyPem } = authority.issue([behind.host]);
  const proxy = { windows: new Map(), replaced: new Set<string>(), orders: [] } as Pick<
    RenewalProxy,
    'windows' | 'replaced' | 'orders'
  >;
  const server = createServer({ cert: certPem, key: keyPem }, (incoming, response) => {
    answerTo(incoming, behind, proxy).then(
      (answer) => write(response, answer),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    ...proxy,
    route: { hosts: { [behind.host]: { address: '127.0.0.1', port: address.port } }, caPem: authority.caPem },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerTo(
  incoming: IncomingMessage,
  behind: Behind,
  { windows, replaced, orders }: Pick<RenewalProxy, 'windows' | 'replaced' | 'orders'>,
): Promise<Answer> {
  const body = await buffer(incoming);
  const url = incoming.url ?? '';
  if (url.startsWith('/ari/')) return renewalOf(windows.get(url.slice(5)));
  if (url.endsWith('/new-order')) {
    const order = payloadOf(body);
    orders.push(order);
    if (replaced.has(String(order['replaces']))) return problem(409, 'alreadyReplaced');
  }
  const answer = await pass(incoming, body, behind);
  return url.endsWith('/directory') ? extended(answer, behind.host) : answer;
}

function renewalOf(window: { readonly start: string; readonly end: string } | undefined): Answer {
  if (window === undefined) return problem(404, 'malformed');
  const answer = { suggestedWindow: window, explanationURL: 'https://docs.authority.example/why' };
  return json(200, answer, { 'content-type': 'application/json', 'retry-after': '21600' });
}

function payloadOf(body: Buffer): Readonly<Record<string, unknown>> {
  const { payload } = JSON.parse(body.toString()) as { readonly payload: string };
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

function extended(answer: Answer, host: string): Answer {
  const directory = JSON.parse(answer.bytes.toString()) as { readonly meta?: object };
  const meta = { ...directory.meta, profiles: { tlsserver: 'The usual one', shortlived: 'Six days' } };
  return json(200, { ...directory, renewalInfo: `https://${host}/ari`, meta }, answer.headers);
}

function problem(status: number, kind: string): Answer {
  const type = `urn:ietf:params:acme:error:${kind}`;
  return json(status, { type, detail: 'The proxy says no' }, { 'content-type': 'application/problem+json' });
}

function json(status: number, value: object, headers: IncomingMessage['headers']): Answer {
  return { status, headers, bytes: Buffer.from(JSON.stringify(value)) };
}

function pass(incoming: IncomingMessage, body: Buffer, { host, socketPath, rootPem }: Behind): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { method, url, headers } = incoming;
  httpsRequest({ socketPath, servername: host, ca: rootPem, method, path: url, headers }, (answer) => {
    buffer(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes }), reject);
  })
    .on('error', reject)
    .end(body);
  return promise;
}

function write(response: ServerResponse, { status, headers, bytes }: Answer): void {
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = headers;
  response.writeHead(status, rest).end(bytes);
}
