import { Agent as PlainAgent, request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isPublicAddress } from './addresses.ts';
import {
  before,
  checkedAddresses,
  codeOf,
  headOf,
  joinedHeaders,
  pinnedTo,
  type Addresses,
  type Resolve,
} from './dial.ts';
import { EgressFault, type EgressReason } from './shapes.ts';

/** One look at a host as a stranger's browser would take it: no credential, no body, no redirect followed. */
export type Visit = {
  readonly method: 'GET' | 'OPTIONS';
  /** `http:` or `https:` on its usual port, without user and password. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What stands for the ports 80 and 443. */
  readonly ports: { readonly http: number; readonly https: number };
  /** Null: what the resolver says. One given is checked like every other. */
  readonly address: string | null;
  /** The authorities believed besides none other; null for the usual ones. */
  readonly caPem: string | null;
  /** Lets loopback and private networks be reached, and addresses in place of names. */
  readonly allowPrivate: boolean;
  /** False keeps to private addresses; true lets public ones stand in place of names too. */
  readonly allowPublic?: boolean;
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
};

/** Header names are in lower case, several of one name joined by `, `; cookies apart, each as it came. */
export type Visited = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly bytes: Uint8Array;
  /** There was more than `answerBytesMax`. */
  readonly cut: boolean;
  /** Whether the certificate is the host's and believed. A stranger's is looked at all the same; true over plain HTTP. */
  readonly trusted: boolean;
};

const secureAgent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
const plainAgent = new PlainAgent({ keepAlive: false });
const answerHeaderBytesMax = 65_536;

/** @throws EgressFault with the reason when nothing came back */
export async function takeVisit(visit: Visit, resolve: Resolve): Promise<Visited> {
  const url = urlOf(visit);
  const deadline = AbortSignal.timeout(visit.timeoutMs);
  let phase: EgressReason = 'name';
  try {
    const addresses = await before(deadline, addressesOf(url, visit, resolve));
    phase = 'refused_header';
    const out = open(url, visit, addresses, deadline);
    phase = 'connect';
    out.on('socket', (socket) => {
      socket.once('connect', () => (phase = url.protocol === 'https:' ? 'tls' : 'broken'));
      socket.once('secureConnect', () => (phase = 'broken'));
    });
    const head = await before(deadline, headOf(out, url.hostname, null));
    return await before(deadline, collect(head, visit.answerBytesMax));
  } catch (error) {
    if (error instanceof EgressFault) throw error;
    throw new EgressFault(deadline.aborted ? 'timeout' : phase, url.hostname, codeOf(error));
  }
}

function urlOf(visit: Visit): URL {
  const url = URL.parse(visit.url);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.port === '';
  if (!isPlain || url.username !== '' || url.password !== '') {
    throw new EgressFault('refused_url', url?.hostname ?? '', null);
  }
  return url;
}

/** Without the brackets of an IPv6 address. */
function hostIn({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** An address in place of a name is for one's own network alone, unless the visit says otherwise. */
async function addressesOf(url: URL, visit: Visit, resolve: Resolve): Promise<Addresses> {
  const host = hostIn(url);
  const literal = isIP(host) === 0 ? null : host;
  const named = visit.address ?? literal;
  const found = named === null ? await resolve(host) : [{ address: named }];
  const { allowPrivate, allowPublic = literal === null || allowPrivate } = visit;
  return checkedAddresses(
    host,
    found,
    (address) => isIP(address) !== 0 && (isPublicAddress(address) ? allowPublic : allowPrivate),
  );
}

function open(url: URL, visit: Visit, addresses: Addresses, deadline: AbortSignal): ClientRequest {
  const [first] = addresses;
  const way = {
    method: visit.method,
    // A name goes through the pinned look-up; an address in its place is the one that was checked.
    host: isIP(hostIn(url)) === 0 ? url.hostname : first.address,
    path: url.pathname + url.search,
    headers: { 'accept-encoding': 'identity', ...visit.headers, host: url.host },
    lookup: pinnedTo(addresses),
    maxHeaderSize: answerHeaderBytesMax,
    signal: deadline,
  };
  if (url.protocol === 'http:') return plainRequest({ ...way, agent: plainAgent, port: visit.ports.http });
  return secureRequest({
    ...way,
    agent: secureAgent,
    port: visit.ports.https,
    servername: isIP(way.host) === 0 ? way.host : '',
    // What a stranger says is read and judged, and nothing is told: the certificate's fault is one finding among others.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ...(visit.caPem === null ? {} : { ca: visit.caPem }),
  });
}

async function collect(answer: IncomingMessage, bytesMax: number): Promise<Visited> {
  const { socket } = answer;
  const trusted = !(socket instanceof TLSSocket) || socket.authorized;
  const chunks: Uint8Array[] = [];
  let left = bytesMax;
  for await (const chunk of answer) {
    if (!(chunk instanceof Uint8Array)) continue;
    chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left < 0) break;
  }
  const { 'set-cookie': cookies = [], ...others } = answer.headers;
  return {
    status: answer.statusCode ?? 0,
    headers: joinedHeaders(others),
    cookies,
    bytes: Buffer.concat(chunks),
    cut: left < 0,
    trusted,
  };
}
