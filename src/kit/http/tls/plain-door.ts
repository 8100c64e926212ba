import { createServer, type IncomingMessage, type Server } from 'node:http';
import { hostOf } from '../client.ts';
import type { CertificateSource } from './sni.ts';

type PlainAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

const challenge = /^\/\.well-known\/acme-challenge\/(?<token>[\w-]{1,128})$/;
const waitSeconds = 10;

/**
 * The plain port: sends everyone to the same host and path over https, in one hop. What is not a GET keeps its method. With
 * certificates by themselves it also answers authorities that look for a proof, and until there is a certificate it says so.
 * @param publicUrl gives the port of the https address when that is not 443
 */
export function createPlainDoor(
  publicUrl: string,
  source: Pick<CertificateSource, 'bodyFor' | 'stateOf'> | null,
): Server {
  const { port } = new URL(publicUrl);
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 16_384 },
    (request, response) => {
      plainAnswer(request, port, source)
        .catch((): PlainAnswer => ({ status: 503, headers: { 'retry-after': String(waitSeconds) } }))
        .then(({ status, headers, body = '' }) => {
          response.writeHead(status, {
            ...headers,
            'content-length': String(Buffer.byteLength(body)),
            'referrer-policy': 'no-referrer',
            'x-content-type-options': 'nosniff',
            connection: 'close',
          });
          response.end(body);
        })
        .catch(() => response.destroy());
    },
  );
  server.maxConnections = 1_000;
  return server;
}

async function plainAnswer(
  request: IncomingMessage,
  port: string,
  source: Pick<CertificateSource, 'bodyFor' | 'stateOf'> | null,
): Promise<PlainAnswer> {
  const host = hostOf(request.headers.host).replace(/:\d+$/, '');
  const path = request.url ?? '/';
  if (host === '' || !path.startsWith('/')) return { status: 400 };
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (source !== null) {
    const token = isRead ? challenge.exec(path)?.groups?.['token'] : undefined;
    if (token !== undefined) return proofAnswer(await source.bodyFor(host, token));
    const state = source.stateOf(host);
    if (state === 'unknown') return { status: 421 };
    if (state === 'waiting') return beingSetUp;
  }
  const location = `https://${host}${port === '' ? '' : `:${port}`}${path}`;
  return { status: isRead ? 301 : 308, headers: { location } };
}

function proofAnswer(body: string | null): PlainAnswer {
  return body === null ? { status: 404 } : { status: 200, headers: { 'content-type': 'text/plain' }, body };
}

const beingSetUp: PlainAnswer = {
  status: 503,
  headers: {
    'retry-after': String(waitSeconds),
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  },
  body: 'This address is being set up. Please try again in a moment.\nDiese Adresse wird gerade eingerichtet. Bitte gleich noch einmal versuchen.\n',
};
