import type { Server } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { Fault } from '#kit/fault';
import { addressBlocks } from './client.ts';

/** Names of this machine for itself. `localhost` is bound as 127.0.0.1, whatever a resolver makes of it. */
const loopbackHosts = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Plain HTTP never leaves the machine. Who serves others either ends TLS here or names the proxy that does.
 * @throws Fault('invalid') in one sentence that names both ways
 */
export function checkBind(settings: {
  readonly host: string;
  readonly tls: object | null;
  readonly trustedProxies: readonly string[];
}): void {
  if (settings.tls !== null || settings.trustedProxies.length > 0 || loopbackHosts.has(settings.host)) return;
  throw new Fault(
    'invalid',
    `Refusing to serve plain HTTP on ${settings.host}: set GLASSPOST_DOMAIN, or GLASSPOST_TLS_CERT and ` +
      'GLASSPOST_TLS_KEY, to serve HTTPS, or set GLASSPOST_TRUSTED_PROXIES to the reverse proxy that does it.',
  );
}

const listenTexts: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already taken by another program',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'is not on an address of this machine',
};

/** Opens the port. @throws Fault('unavailable') in one sentence when it cannot be had */
export function listenOn(server: NetServer, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => {
      const code = 'code' in error ? String(error.code) : '';
      const why = listenTexts[code] ?? `cannot be opened (${code})`;
      reject(new Fault('unavailable', `Port ${port} on ${host} ${why}.`, { cause: error }));
    };
    server.once('error', refused);
    server.listen(port, host === 'localhost' ? '127.0.0.1' : host, () => {
      server.removeListener('error', refused);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
    });
  });
}

/** Whether the port can be had; a free one for 0. @throws Fault('unavailable') as listenOn does */
export async function probePort(host: string, port: number): Promise<number> {
  const probe = createNetServer();
  const had = await listenOn(probe, host, port);
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
  return had.port;
}

/**
 * One address, or one IPv6 network, holds only so many connections at a time: whoever opens thousands and says nothing in
 * them takes nobody else's place. Not for proxies, which come from one address for all.
 */
export function limitConnections(server: Server, perAddressMax: number, isTrusted: (address: string) => boolean): void {
  const held = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (isTrusted(address)) return;
    const [block] = addressBlocks(address.replace(/^::ffff:/, ''));
    const count = (held.get(block) ?? 0) + 1;
    if (count > perAddressMax) {
      socket.destroy();
      return;
    }
    held.set(block, count);
    socket.once('close', () => {
      const left = (held.get(block) ?? 1) - 1;
      if (left === 0) held.delete(block);
      else held.set(block, left);
    });
  });
}

/** Takes no more connections, lets running requests end, and after the time given closes what is left. */
export function closeServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const last = setTimeout(() => server.closeAllConnections(), timeoutMs);
    // It also calls back when it was never open.
    server.close(() => {
      clearTimeout(last);
      resolve();
    });
    server.closeIdleConnections();
  });
}
