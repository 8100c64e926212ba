// What an authority looks at: a web server, a TLS server and a DNS that show the proofs that were given to them.
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import type { ListenOptions, Server } from 'node:net';
import { createSecureContext, createServer as createTls } from 'node:tls';
import type { AcmeProof, AcmeProving } from '#tls';
import type { DnsServer } from '../dns-server.ts';

export type Prover = {
  readonly shown: readonly AcmeProof[];
  readonly proving: (...kinds: AcmeProving['kinds']) => AcmeProving;
  readonly httpPort: number;
  readonly tlsPort: number;
  readonly close: () => void;
};

/** @param at where the two servers listen; the default are free ports on loopback */
export async function startProver(
  dns: DnsServer | null,
  at: { readonly http: ListenOptions; readonly tls: ListenOptions } = { http: loopback, tls: loopback },
): Promise<Prover> {
  const shown: AcmeProof[] = [];
  const http = createHttp((request, response) => {
    const proof = shown.find((one) => one.kind === 'http-01' && isAskedFor(one, request.headers.host, request.url));
    response.statusCode = proof === undefined ? 404 : 200;
    response.end(proof?.kind === 'http-01' ? proof.body : '');
  });
  const tls = createTls({
    ALPNProtocols: ['acme-tls/1'],
    SNICallback: (name, done) => {
      const proof = shown.find((one) => one.kind === 'tls-alpn-01' && one.name === name);
      if (proof?.kind !== 'tls-alpn-01') done(new Error('nothing to show'));
      else done(null, createSecureContext({ cert: proof.certPem, key: proof.keyPem }));
    },
  });
  tls.on('tlsClientError', () => {});
  const record = (proof: AcmeProof, change: (values: readonly string[], value: string) => readonly string[]): void => {
    if (proof.kind === 'dns-01') dns?.texts.set(proof.record, change(dns.texts.get(proof.record) ?? [], proof.value));
  };
  return {
    shown,
    proving: (...kinds) => ({
      kinds,
      show: async (proof) => {
        shown.push(proof);
        record(proof, (values, value) => [...values, value]);
      },
      hide: async (proof) => {
        shown.splice(shown.indexOf(proof), 1);
        record(proof, (values, value) => values.filter((other) => other !== value));
      },
    }),
    httpPort: await listen(http, at.http),
    tlsPort: await listen(tls, at.tls),
    close: () => {
      http.close();
      http.closeAllConnections();
      tls.close();
    },
  };
}

const loopback: ListenOptions = { host: '127.0.0.1', port: 0 };

function isAskedFor(proof: AcmeProof, host = '', url = ''): boolean {
  if (proof.kind !== 'http-01') return false;
  return host.split(':')[0] === proof.name && url === `/.well-known/acme-challenge/${proof.token}`;
}

/** The port; 0 on a socket of the file system. */
async function listen(server: Server, at: ListenOptions): Promise<number> {
  server.listen(at);
  await once(server, 'listening');
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
