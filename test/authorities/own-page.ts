// A page of the house as visitors reach it: over TLS, told how long to come by https only, with a plain port that leads there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '#kit/certificate';
import { answer, anyone, createHttp } from '#kit/http';
import { createLog } from '#kit/log';
import type { TlsNeeds } from '#tls';

export type ServedPage = {
  readonly ownPage: NonNullable<TlsNeeds['ownPage']>;
  readonly close: () => Promise<void>;
};

/** @param seconds what browsers are told at each request */
export async function serveOwnPage(host: string, seconds: () => number): Promise<ServedPage> {
  const authority = createAuthority('Of our own page');
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-own-page-'));
  const from = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const { certPem, keyPem } = authority.issue([host]);
  writeFileSync(from.certFile, certPem);
  writeFileSync(from.keyFile, keyPem);
  const http = createHttp({
    settings: {
      ...{ host: '127.0.0.1', port: 0, trustedProxies: [], publicUrl: `https://${host}` },
      tls: { from, redirectPort: 0 },
    },
    log: createLog({ level: 'silent' }),
    ready: () => Promise.resolve(true),
    hsts: () => `max-age=${seconds()}`,
  });
  const page = { method: 'GET', path: '/page', audience: 'people', admit: anyone, takes: 'nothing' } as const;
  http.route({ ...page, handle: () => answer.page('<!doctype html><title>A page</title>') });
  const { port, redirectPort } = await http.listen();
  return {
    ownPage: {
      url: `https://${host}:${port}/page`,
      plainPort: redirectPort ?? 0,
      caPem: authority.caPem,
      addressesOf: async (_host, family) => (family === 4 ? ['127.0.0.1'] : []),
    },
    close: async () => {
      await http.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
