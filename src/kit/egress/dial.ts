import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses.ts';
import { EgressFault, type EgressAnswer, type EgressReason, type EgressRequest } from './shapes.ts';

export type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;

/** One checked request: where it goes, and what it may cost. */
export type Call = {
  readonly request: EgressRequest;
  readonly host: string;
  readonly path: string;
  /** Null: the public internet, port 443, the usual authorities. */
  readonly loopback: { readonly port: number; readonly caPem: string } | null;
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
  readonly resolve: Resolve;
};

type Address = { readonly address: string; readonly family: number };
export type Addresses = [Address, ...Address[]];

// An agent of our own reads no proxy from the environment. No connection and no TLS session outlives its request, so
// that nothing of one account is ever used for another.
const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
const answerHeaderBytesMax = 32_768;

/** Looks up once, opens one connection to what was found and brings back one answer, all before one deadline. */
export async function dial(call: Call): Promise<EgressAnswer> {
  const deadline = AbortSignal.timeout(call.timeoutMs);
  let phase: EgressReason = 'name';
  try {
    const addresses = await before(deadline, addressesOf(call));
    phase = 'refused_header';
    const out = open(call, addresses, deadline);
    phase = 'connect';
    out.on('socket', (socket) => {
      socket.once('connect', () => (phase = 'tls'));
      socket.once('secureConnect', () => (phase = 'broken'));
    });
    const head = await before(deadline, headOf(out, call.host, call.request.body));
    return await before(deadline, collect(head, call));
  } catch (error) {
    if (error instanceof EgressFault) throw error;
    throw new EgressFault(deadline.aborted ? 'timeout' : phase, call.host, codeOf(error));
  }
}

/** The system's resolver cannot be called off; waiting for it can. */
export function before<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new Error('deadline')), { once: true });
  });
  return Promise.race([work, late]);
}

async function addressesOf(call: Call): Promise<Addresses> {
  if (call.loopback !== null) return [{ address: '127.0.0.1', family: 4 }];
  return checkedAddresses(call.host, await call.resolve(call.host), isPublicAddress);
}

/** One address among them that may not be reached refuses the whole name. @throws EgressFault */
export function checkedAddresses(
  host: string,
  found: Awaited<ReturnType<Resolve>>,
  mayReach: (address: string) => boolean,
): Addresses {
  const [first, ...others] = found.map(({ address }) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  if (first === undefined) throw new EgressFault('name', host, null);
  if (!found.every(({ address }) => mayReach(address))) throw new EgressFault('refused_address', host, null);
  return [first, ...others];
}

function open(call: Call, addresses: Addresses, deadline: AbortSignal): ClientRequest {
  const { request, host, loopback } = call;
  const length = request.body === null ? {} : { 'content-length': `${Buffer.byteLength(request.body)}` };
  return httpsRequest({
    agent,
    method: request.method,
    host,
    servername: host,
    port: loopback?.port ?? 443,
    path: call.path,
    // The stand-in on loopback is told the real host, as the real one would be.
    headers: { 'accept-encoding': 'identity', ...request.headers, ...length, host },
    lookup: pinnedTo(addresses),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    maxHeaderSize: answerHeaderBytesMax,
    signal: deadline,
    ...(loopback === null ? {} : { ca: loopback.caPem }),
  });
}

/**
 * The connection's own look-up gives back the addresses that were checked: they are the ones that are dialled, and a
 * name that would answer differently a moment later gains nothing.
 */
export function pinnedTo(addresses: Addresses): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses;
    if (options.all === true) done(null, addresses);
    else done(null, first.address, first.family);
  };
}

export async function headOf(out: ClientRequest, host: string, body: string | null): Promise<IncomingMessage> {
  return await new Promise<IncomingMessage>((resolve, reject) => {
    out.on('response', resolve);
    out.on('error', reject);
    // A switch of protocols ends the exchange without an error of its own.
    out.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new EgressFault('broken', host, null));
    });
    out.end(body ?? undefined);
  });
}

async function collect(answer: IncomingMessage, call: Call): Promise<EgressAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > call.answerBytesMax) throw new EgressFault('too_large', call.host, null);
    chunks.push(chunk);
  }
  if (!answer.complete) throw new EgressFault('broken', call.host, null);
  return { status: answer.statusCode ?? 0, headers: joinedHeaders(answer.headers), bytes: Buffer.concat(chunks) };
}

/** A header that came several times has its values in one text. */
export function joinedHeaders(given: IncomingMessage['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
