import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { realClock } from '#kit/clock';
import type { Lookup } from '#kit/egress';
import { createHttp, type Http, type HttpSettings } from '#kit/http';
import { createLog } from '#kit/log';
import { protectionPathOf } from '#orders';
import { scanTls, scanWeb } from '#tls';
import { startNginxBefore } from '../authorities/nginx.ts';
import { get, getPlain } from '../authorities/tls-node.ts';
import { hasNginx } from '../nginx.ts';
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
const http = createDoors({ tls: { from: files, redirectPort: 0 }, trustedProxies: [] });
const { port, redirectPort } = await http.listen();
after(async () => {
  await http.close();
  await opened.close();
  rmSync(folder, { recursive: true });
});

function createDoors(more: Pick<HttpSettings, 'tls' | 'trustedProxies'>): Http {
  const doors = createHttp({
    settings: { host: '127.0.0.1', port: 0, publicUrl, ...more },
    log: createLog({ level: 'silent' }),
    ready: () => Promise.resolve(true),
    errorPage: opened.house.customer.errorPage,
    hsts: () => `max-age=${lastStage}`,
  });
  opened.house.customer.mount(doors);
  opened.house.console.mount(doors);
  return doors;
}

const resolve: Lookup = {
  texts: async () => [],
  exchanges: async () => [],
  addresses: async (_name, family) => (family === 4 ? ['127.0.0.1'] : []),
  authorities: async () => [{ critical: false, tag: 'issue', value: 'ca.example' }],
};

/** As a proxy on this machine asks. */
function askInside(inside: number, path: string, said: string) {
  return getPlain(inside, host, path, 'GET', said === '' ? {} : { 'x-forwarded-proto': said });
}

type Ports = { readonly http: number; readonly https: number };

function look(start: string, ports: Ports, paths: readonly string[] = []) {
  return scanWeb({
    ...{ host, start, ports, paths, resolve, clock: opened.clock },
    caPem: authority.caPem,
    allowPrivate: true,
  });
}

/** Of 145, without the 5 for good cookies (there are none) and the 5 for the preload list of browsers. */
const reachable = 135;

test('A customer’s page has A+ by the Observatory’s tests at the last stage of HSTS, and contacts nobody else.', async () => {
  const path = await opened.putOrder('S-1');
  const protectionPath = protectionPathOf(opened.shop);
  const ports = { http: redirectPort ?? 0, https: port };
  const { seen, findings, observatory } = await look(path, ports, [protectionPath]);
  assert.equal(observatory?.grade, 'A+');
  assert.equal(observatory.score, reachable, JSON.stringify(observatory));
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
    ['dns.no_ipv6', 'caa.no_iodef'],
  );
});

const skip = !hasNginx && 'there is no nginx here';

test(
  'Behind a proxy that ends TLS it is the same, and who came to it in the clear is led to https in one hop.',
  { skip },
  async (t) => {
    const doors = createDoors({ tls: null, trustedProxies: ['127.0.0.1'] });
    const inside = await doors.listen();
    const nginx = await startNginxBefore(authority.issue([host]), inside.port);
    assert(nginx !== null);
    t.after(() => Promise.all([nginx.close(), doors.close()]));
    const path = await opened.putOrder('S-2');

    const { seen, findings, observatory } = await look(path, { http: nginx.plainPort, https: nginx.port });
    assert.deepEqual([observatory?.grade, observatory?.score], ['A+', reachable]);
    assert.deepEqual([seen.hsts?.seconds, seen.hsts?.stage], [lastStage, 4]);
    assert.deepEqual(
      seen.http.hops.map(({ status }) => status),
      [301, 200],
    );
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['dns.no_ipv6', 'caa.no_iodef'],
    );
    const { grade } = await scanTls({
      ...{ host, port: nginx.port, address: '127.0.0.1', caPem: authority.caPem, allowPrivate: true, clock: realClock },
      hstsSeconds: seen.hsts?.seconds ?? null,
    });
    assert.equal(grade, 'A+');

    const posted = await getPlain(nginx.plainPort, host, '/u/abc?x=1', 'POST');
    assert.deepEqual([posted.status, posted.headers.location], [308, `${publicUrl}/u/abc?x=1`]);
    const link = new URL(await opened.house.console.createLink()).pathname;
    const method = 'POST';
    const headers = { host, origin: publicUrl, 'content-type': 'application/x-www-form-urlencoded' };
    const entered = await get(nginx.port, host, authority.caPem, { path: link, method, headers });
    assert.match(
      String(entered.headers['set-cookie']),
      /^__Host-glasspost=.*; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
  },
);

test('What somebody who is no trusted proxy says about the way it came changes nothing.', async (t) => {
  const doors = createDoors({ tls: null, trustedProxies: ['192.0.2.1'] });
  const { port: inside } = await doors.listen();
  t.after(doors.close);
  const path = await opened.putOrder('S-3');
  for (const said of ['http', 'https']) {
    const seen = await askInside(inside, path, said);
    assert.equal(seen.status, 200);
    assert.equal(seen.headers['strict-transport-security'], undefined, 'this way in is not enciphered');
  }
});

test('Behind a proxy only those are led to https of whom it says that they came in the clear, and probes are answered.', async () => {
  const at = (path: string, said: string) => askInside(opened.port, path, said);
  assert.equal((await at('/healthz', 'http')).status, 200);
  for (const said of ['', 'javascript', 'http, https'])
    assert.equal((await at('/console/enter', said)).status, 200, said);
  assert.deepEqual((await at('/console/enter', 'https, http')).status, 301);
  assert.equal((await at('/nothing/here', 'http')).headers['strict-transport-security'], undefined);
});
