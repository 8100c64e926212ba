import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { WantedCertificates } from '#tls';
import { pebbleProgram, startPebble } from '../../../test/authorities/pebble.ts';
import { findProgram, startProgram, untilOpen } from '../../../test/authorities/programs.ts';
import { get, getPlain, isServed, openTlsNode, shake, until } from '../../../test/authorities/tls-node.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { startDnsServer } from '../../../test/dns-server.ts';
import { freePort } from '../../../test/free-port.ts';

const nginx = findProgram('nginx');
const missing =
  pebbleProgram === null ? 'no pebble on this machine' : nginx === null ? 'no nginx on this machine' : false;
const own = 'track.shop.example';
const [redirected, proxied] = ['www.shop.example', 'erp.shop.example'];

/** The shop's own server, to which all names lead: it sends what authorities ask for on to this house. */
async function startShopServer(context: TestContext, port: number, { to }: { readonly to: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-nginx-'));
  mkdirSync(join(folder, 'logs'));
  const serve = (name: string, act: string): string =>
    `server { listen 127.0.0.1:${port}; server_name ${name}; location /.well-known/acme-challenge/ { ${act}; } }`;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr notice; events {}
     http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
     uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
     ${serve(redirected, `return 302 http://${own}:${to}$request_uri`)}
     ${serve(`${proxied} ${own}`, `proxy_pass http://127.0.0.1:${to}`)} }`,
  );
  const command = [nginx ?? 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')] as const;
  const running = await startProgram(command, { cwd: folder, env: {} }, /OS: /);
  context.after(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await untilOpen(port);
}

/** A house whose authority looks at the shop's own server, and DNS in which all names lead to it. */
async function open(context: TestContext, more: Partial<WantedCertificates>, lifeSeconds = 518_400) {
  const [port, httpsPort, plainPort] = [await freePort(), await freePort(), await freePort()];
  const dns = await startDnsServer();
  for (const name of [own, redirected, proxied]) dns.four.set(name, ['127.0.0.1']);
  const pebble = await startPebble({ httpPort: port, tlsPort: httpsPort }, dns, {}, lifeSeconds);
  const { url, close } = await openTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-others-'));
  const reload = join(folder, 'reload');
  writeFileSync(reload, '#!/bin/sh\necho "$1" >>"$(dirname "$0")/calls"\n');
  chmodSync(reload, 0o700);
  const delivered = { hosts: [redirected, proxied], directory: join(folder, 'certificates'), reload };
  const wanted = {
    ...{ names: [own], directories: [pebble.directoryUrl], contact: null, binding: null, dnsHook: null },
    ...{ plainDoor: true, delivered, ...more },
  };
  const ports = { httpsPort, plainPort };
  const node = await openTlsNode({ databaseUrl: url, keysFolder: folder, ...ports, wanted, route: pebble.route });
  context.after(async () => {
    await node.close();
    await pebble.close();
    await close();
    dns.close();
    rmSync(folder, { recursive: true });
  });
  // Without names of its own there is no plain port, but the door behind the proxy.
  await startShopServer(context, port, { to: wanted.names.length === 0 ? httpsPort : plainPort });
  await node.start();
  const file = (name: string, host: string): string => join(folder, 'certificates', host, `${name}.pem`);
  return {
    ...{ node, ports, root: pebble.roots[0] ?? '' },
    calls: () =>
      existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [],
    isDelivered: (host: string) => async () => existsSync(file('privkey', host)),
    cert: (host: string) => new X509Certificate(readFileSync(file('fullchain', host))),
    key: (host: string) => createPrivateKey(readFileSync(file('privkey', host))),
  };
}

suite('certificates for servers that lead their proofs here', { skip: missing }, () => {
  test('by redirect and by proxy: proven, delivered, reloaded once, renewed when asked; and never served here', async (context) => {
    const { node, ports, root, calls, isDelivered, cert, key } = await open(context, {});
    await until('our own', isServed(ports.httpsPort, own, root));
    for (const host of [redirected, proxied]) {
      await until(host, isDelivered(host));
      assert.equal(cert(host).subjectAltName, `DNS:${host}`);
      assert.ok(cert(host).checkPrivateKey(key(host)));
      await assert.rejects(shake(ports.httpsPort, host, root, { rejectUnauthorized: false }));
      assert.equal((await getPlain(ports.plainPort, host, '/')).status, 421);
    }
    await until('the reloads', async () => calls().length === 2);
    assert.deepEqual(calls().toSorted(), [proxied, redirected]);
    const first = cert(redirected).serialNumber;
    await node.tls.renewNow(redirected, 'staff');
    await until('the next', async () => cert(redirected).serialNumber !== first && calls().length === 3);
    await until('staff to see it', async () => {
      const line = (await node.tls.list()).find(({ name }) => name === redirected);
      return line?.delivery?.files.every(({ isCurrent, failure }) => isCurrent && failure === null) ?? false;
    });
    const proof = '/.well-known/acme-challenge/nothing';
    assert.equal((await getPlain(ports.plainPort, 'any.example', proof)).status, 404);
    assert.equal((await get(ports.httpsPort, own, root, { path: proof })).status, 404);
  });

  test('without names of its own, behind a proxy, it renews by the certificate’s own lifetime', async (context) => {
    const delivering = await open(context, { names: [], plainDoor: false }, 12);
    const serials = new Set<string>();
    await until('the first', delivering.isDelivered(proxied));
    await until('two renewals', async () => serials.add(delivering.cert(proxied).serialNumber).size >= 3);
    const reloads = delivering.calls().filter((host) => host === proxied).length;
    assert.ok(reloads >= serials.size - 1 && reloads <= serials.size + 1, `${reloads} of ${serials.size}`);
  });
});
