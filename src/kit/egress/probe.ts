import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createGate } from '#kit/batches';
import { isPublicAddress } from './addresses.ts';
import { before, checkedAddresses, type Resolve } from './dial.ts';
import { EgressFault } from './shapes.ts';

/** A server whose answers to raw bytes are wanted: its name, and where that leads when no look-up is to say it. */
export type ProbeTarget = {
  readonly host: string;
  readonly port: number;
  readonly address: string | null;
  /** Lets loopback and private networks be reached. */
  readonly allowPrivate: boolean;
  /** False for what may lie in one's own network only. */
  readonly allowPublic: boolean;
};

/** What came back, and why no more of it was waited for. `closed`: the other side ended, in order or not. */
export type Exchange = { readonly bytes: Buffer; readonly end: 'whole' | 'closed' | 'timeout' | 'too_large' };

/** One server at one checked address, asked again and again over a fresh connection each time. */
export type Prober = {
  readonly address: string;
  /**
   * @param isWhole sees all that came so far; must not throw
   * @throws EgressFault when no connection comes about, and when all of it takes too long
   */
  readonly exchange: (sent: Uint8Array, isWhole: (bytes: Buffer) => boolean) => Promise<Exchange>;
};

const timeoutMs = 3_000;
const answerBytesMax = 128 * 1024;
const atOnceMax = 16;
const probesMax = 1_500;
/** From the first exchange to the last: a server that answers as slowly as it may must not hold anybody for hours. */
const allTimeoutMs = 30_000;

/**
 * Looks the name up once; what was checked is what is dialled ever after. One address among several that may not be
 * reached refuses the name.
 * @throws EgressFault
 */
export async function openProber(target: ProbeTarget, resolve: Resolve = systemResolve): Promise<Prober> {
  const [address] = await findAddresses(target, resolve);
  const go = createGate(atOnceMax);
  let left = probesMax;
  const began = performance.now();
  return {
    address,
    exchange: async (sent, isWhole) => {
      if (left <= 0 || performance.now() - began > allTimeoutMs) throw new EgressFault('timeout', target.host, null);
      left -= 1;
      return await go(() => exchangeOnce({ ...target, address }, sent, isWhole));
    },
  };
}

/** As this machine finds names, its own list of hosts among it. */
export function systemResolve(host: string): ReturnType<Resolve> {
  return lookup(host, { all: true });
}

/**
 * Every address of a name, all of them checked: one that may not be reached refuses the name.
 * @throws EgressFault
 */
export async function findAddresses(
  { host, address, ...may }: Omit<ProbeTarget, 'port'>,
  resolve: Resolve,
): Promise<readonly [string, ...string[]]> {
  const given = address ?? (isIP(host) === 0 ? null : host);
  const found = given === null ? await lookedUp(host, resolve) : [{ address: given }];
  const [first, ...others] = checkedAddresses(
    host,
    found,
    (one) => isIP(one) !== 0 && (isPublicAddress(one) ? may.allowPublic : may.allowPrivate),
  );
  return [first.address, ...others.map((other) => other.address)];
}

async function lookedUp(host: string, resolve: Resolve): ReturnType<Resolve> {
  try {
    return await before(AbortSignal.timeout(timeoutMs), resolve(host));
  } catch {
    throw new EgressFault('name', host, null);
  }
}

function exchangeOnce(
  to: { readonly host: string; readonly address: string; readonly port: number },
  sent: Uint8Array,
  isWhole: (bytes: Buffer) => boolean,
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.address, port: to.port, noDelay: true });
    let connected = false;
    let bytes: Buffer = Buffer.alloc(0);
    const finish = (end: Exchange['end']): void => {
      clearTimeout(timer);
      socket.destroy();
      if (connected) resolve({ bytes, end });
      else reject(new EgressFault(end === 'timeout' ? 'timeout' : 'connect', to.host, null));
    };
    const timer = setTimeout(() => finish('timeout'), timeoutMs);
    socket.on('connect', () => {
      connected = true;
      socket.write(sent);
    });
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
      if (isWhole(bytes)) finish('whole');
      else if (bytes.length > answerBytesMax) finish('too_large');
    });
    socket.on('end', () => finish('closed'));
    socket.on('error', () => finish('closed'));
  });
}
