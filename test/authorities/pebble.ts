// Pebble, the test server of Let's Encrypt: strict, refuses every fifth nonce, looks at every proof three times.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createAuthority } from '#kit/certificate';
import type { EgressRoute } from '#kit/egress';
import type { DnsServer } from '../dns-server.ts';
import { findProgram, startProgram, untilOpen, type Running } from './programs.ts';
import { freePort } from '../free-port.ts';
import type { Prover } from './prover.ts';

export const pebbleHost = 'ca.pebble.example';

export type Pebble = Running & {
  readonly directoryUrl: string;
  /** Leads `pebbleHost` to it. */
  readonly route: EgressRoute;
  /** The roots that it made at this start, PEM: the usual one and the one of its alternate chains. */
  readonly roots: readonly string[];
};

export const pebbleProgram = findProgram('pebble');

/** Names of accounts that it binds to, with their keys. None: it wants no binding. */
export type Bindings = Readonly<Record<string, string>>;

/** @param lifeSeconds of what it issues */
export async function startPebble(
  prover: Pick<Prover, 'httpPort' | 'tlsPort'>,
  dns: DnsServer,
  bindings: Bindings = {},
  lifeSeconds = 518_400,
): Promise<Pebble> {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-pebble-'));
  const authority = createAuthority('Pebble’s own');
  const { certPem, keyPem } = authority.issue([pebbleHost]);
  const [port, rootsPort] = [await freePort(), await freePort()];
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), config: join(folder, 'config.json') };
  const config = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${rootsPort}`,
    certificate: files.cert,
    privateKey: files.key,
    httpPort: prover.httpPort,
    tlsPort: prover.tlsPort,
    externalAccountBindingRequired: Object.keys(bindings).length > 0,
    externalAccountMACKeys: bindings,
    certificateValidityPeriod: lifeSeconds,
  };
  writeFileSync(files.cert, certPem);
  writeFileSync(files.key, keyPem);
  writeFileSync(files.config, JSON.stringify({ pebble: config }));
  const running = await startProgram(
    [pebbleProgram ?? 'pebble', '-config', files.config, '-strict', '-dnsserver', dns.address],
    {
      cwd: folder,
      env: {
        PEBBLE_WFE_NONCEREJECT: '20',
        PEBBLE_VA_NOSLEEP: '1',
        PEBBLE_AUTHZREUSE: '0',
        PEBBLE_ALTERNATE_ROOTS: '1',
      },
    },
    /Listening on/,
  );
  await Promise.all([untilOpen(port), untilOpen(rootsPort)]);
  const roots = [0, 1].map((at) => readRoot(rootsPort, at, authority.caPem));
  return {
    directoryUrl: `https://${pebbleHost}/dir`,
    route: { hosts: { [pebbleHost]: { address: '127.0.0.1', port } }, caPem: authority.caPem },
    roots: await Promise.all(roots),
    close: async () => {
      await running.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function readRoot(port: number, at: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const out = request({ host: '127.0.0.1', port, path: `/roots/${at}`, servername: pebbleHost, ca }, (answer) => {
      text(answer).then(resolve, reject);
    });
    out.on('error', reject).end();
  });
}
