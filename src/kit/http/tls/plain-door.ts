import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hostOf } from '../client.ts';
import type { CertificateSource, ProofReader } from './sni.ts';

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
export function createPlainDoor(publicUrl: string, { source, proofFor }: Omit<Door, 'port'>): Server {
  const { port } = new URL(publicUrl);
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 16_384 },
    (request, response) => {
      answerPlain(request, response, { port, source, proofFor }).catch(() => response.destroy());
    },
  );
  server.maxConnections = 1_000;
  return server;
}

type Door = {
  readonly port: string;
  readonly source: Pick<CertificateSource, 'stateOf'> | null;
  readonly proofFor: ProofReader | null;
};

async function answerPlain(request: IncomingMessage, response: ServerResponse, door: Door): Promise<void> {
  // The database may be away just now.
  const { status, headers, body = '' } = await plainAnswer(request, door).catch(() => later);
  response.writeHead(status, {
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(body);
}

async function plainAnswer({ method, headers, url: path = '/' }: IncomingMessage, door: Door): Promise<PlainAnswer> {
  const host = hostOf(headers.host).replace(/:\d+$/, '');
  if (host === '' || !path.startsWith('/')) return { status: 400 };
  const isRead = method === 'GET' || method === 'HEAD';
  const own = (isRead ? await proofAt(path, door.proofFor) : null) ?? ownAnswer(door.source, host);
  if (own !== null) return own;
  const location = `https://${host}${door.port === '' ? '' : `:${door.port}`}${path}`;
  return { status: isRead ? 301 : 308, headers: { location } };
}

/** Null where this is no place of a proof, or none are given. */
async function proofAt(path: string, proofFor: Door['proofFor']): Promise<PlainAnswer | null> {
  const token = challenge.exec(path)?.groups?.['token'];
  return proofFor === null || token === undefined ? null : proofAnswer(await proofFor(token));
}

/** What is answered here and not over https; null where the way leads there. */
function ownAnswer(source: Door['source'], host: string): PlainAnswer | null {
  const state = source?.stateOf(host) ?? 'ready';
  if (state === 'ready') return null;
  return state === 'waiting' ? beingSetUp : { status: 421 };
}

function proofAnswer(body: string | null): PlainAnswer {
  return body === null ? { status: 404 } : { status: 200, headers: { 'content-type': 'text/plain' }, body };
}

const later: PlainAnswer = { status: 503, headers: { 'retry-after': String(waitSeconds) } };

const beingSetUp: PlainAnswer = {
  status: 503,
  headers: {
    'retry-after': String(waitSeconds),
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  },
  body: 'This address is being set up. Please try again in a moment.\nDiese Adresse wird gerade eingerichtet. Bitte gleich noch einmal versuchen.\n',
};
