import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import type { Lookup } from '#kit/egress';
import { createHttp } from '#kit/http';
import { createLog } from '#kit/log';
import { protectionPathOf } from '#orders';
import { scanWeb } from '#tls';
import { openHouse, publicUrl } from './house-on-clock.ts';

const { hostname: host } = new URL(publicUrl);
const lastStage = 63_072_000;
const authority = createAuthority('A story');
const opened = await openHouse();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-story-tls-'));
const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
const { certPem, keyPem } = authority.issue([host]);
writeFileSync(files.certFile, certPem);
writeFileSync(files.keyFile, keyPem);

/** The customer's door as it stands in the world: on TLS, with the last stage of HSTS, and a plain port that leads there. */
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: { from: files, redirectPort: 0 }, trustedProxies: [], publicUrl },
  log: createLog({ level: 'silent' }),
  ready: () => Promise.resolve(true),
  errorPage: opened.house.customer.errorPage,
  hstsSeconds: () => lastStage,
});
opened.house.customer.mount(http);
const { port, redirectPort } = await http.listen();
after(async () => {
  await http.close();
  await opened.close();
  rmSync(folder, { recursive: true });
});

const resolve: Lookup = {
  texts: async () => [],
  exchanges: async () => [],
  addresses: async (_name, family) => (family === 4 ? ['127.0.0.1'] : []),
  authorities: async () => [{ critical: false, tag: 'issue', value: 'ca.example' }],
};

/** Of 145, without the 5 for good cookies (there are none) and the 5 for the preload list of browsers. */
const reachable = 135;
/** The page's own script comes without a checksum, which is worth 5. */
const atLeast = reachable - 5;

test('A customer’s page has A+ by the Observatory’s tests at the last stage of HSTS, and contacts nobody else.', async () => {
  const path = await opened.putOrder('S-1');
  const protectionPath = protectionPathOf(opened.shop);
  const { seen, findings, observatory } = await scanWeb({
    ...{ host, start: path, paths: [protectionPath], resolve, clock: opened.clock },
    ports: { http: redirectPort ?? 0, https: port },
    caPem: authority.caPem,
    allowPrivate: true,
  });
  assert.equal(observatory?.grade, 'A+');
  assert.ok(observatory.score >= atLeast, JSON.stringify(observatory));
  assert.deepEqual(
    observatory.tests.filter(({ modifier }) => modifier < 0),
    [],
  );
  assert.deepEqual([seen.hsts?.seconds, seen.hsts?.stage], [lastStage, 4]);
  const alone = { status: 200, thirdParties: [] };
  assert.deepEqual(seen.pages, [
    { path, ...alone },
    { path: protectionPath, ...alone },
  ]);
  // DNS is the test's own; of the pages themselves nothing is to be said.
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['dns.no_ipv6', 'caa.no_iodef', 'header.absent'],
  );
});
