import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, request as plainRequest, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { createAuthority } from '#kit/certificate';
import { assertEnded, command, newHome, portOf, skip, start } from './running.ts';
import { until } from '../authorities/tls-node.ts';
import { freePort } from '../free-port.ts';

const name = 'tracking.shop.example';
const reloadMsMax = 15_000;

type Seen = {
  readonly status: number;
  readonly location: string | null;
  readonly hsts: string | null;
  readonly fingerprint: string | null;
};

function seenOf({ statusCode, headers }: IncomingMessage): Omit<Seen, 'fingerprint'> {
  const { location = null, 'strict-transport-security': hsts = null } = headers;
  return { status: statusCode ?? 0, location, hsts };
}

/** Asks by https, for a name of the shop's, at a port on this machine. */
function ask(port: number, path: string, ca: string, host = name): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, ca, servername: host, headers: { host }, agent: false };
    request(options, (answer) => {
      const fingerprint = (answer.socket as TLSSocket).getPeerCertificate().fingerprint256;
      answer.resume().on('end', () => {
        resolve({ ...seenOf(answer), fingerprint });
      });
    })
      .on('error', reject)
      .end();
  });
}

function askPlain(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<Seen> {
  return new Promise((resolve, reject) => {
    plainRequest({ host: '127.0.0.1', port, path, headers: { ...headers }, agent: false }, (answer) => {
      answer.resume().on('end', () => {
        resolve({ ...seenOf(answer), fingerprint: null });
      });
    })
      .on('error', reject)
      .end();
  });
}

test(
  'HTTPS is served from PEM files to everyone, for the shop’s own server too, a new certificate without a restart, and the plain port leads there',
  { skip },
  async (t) => {
    const [port, plainPort] = [await freePort(), await freePort()];
    const shop = createServer((_asked, response) => response.writeHead(418).end()).listen(0, '127.0.0.1');
    t.after(() => shop.close());
    await once(shop, 'listening');
    const home = newHome({
      GLASSPOST_FRONT: `shop.example=http://127.0.0.1:${(shop.address() as AddressInfo).port}`,
      GLASSPOST_HOST: '0.0.0.0',
      GLASSPOST_PORT: String(port),
      GLASSPOST_PLAIN_PORT: String(plainPort),
      GLASSPOST_PUBLIC_URL: `https://${name}`,
    });
    const folder = join(home.folder, 'tls');
    mkdirSync(folder);
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const authority = createAuthority('A test');
    const renew = (): void => {
      const { certPem, keyPem } = authority.issue([name, 'shop.example']);
      for (const [path, pem] of [
        [certFile, certPem],
        [keyFile, keyPem],
      ] as const) {
        writeFileSync(`${path}.new`, pem, { mode: 0o600 });
        renameSync(`${path}.new`, path);
      }
    };
    renew();
    const secure = {
      ...home,
      settings: { ...home.settings, GLASSPOST_TLS_CERT: certFile, GLASSPOST_TLS_KEY: keyFile },
    };
    const running = start(secure);
    const lines = await running.greeting();
    assert.equal(lines[0], `Glasspost runs at https://${name}`);
    assert.ok(
      lines.some((line) => line.includes(`https://${name}/console/enter/`)),
      lines.join('\n'),
    );
    const link = await command(secure, ['console', 'link', '--json']);
    assert.match(link.out, new RegExp(`^\\{"url":"https://${name}/console/enter/`));

    const before = await ask(port, '/healthz', authority.caPem);
    assert.equal(before.status, 200);
    assert.equal((await ask(port, '/readyz', authority.caPem)).status, 200);
    const led = await askPlain(plainPort, '/t/abc?d=1', { host: name });
    assert.deepEqual([led.status, led.location], [301, `https://${name}/t/abc?d=1`]);

    assert.equal((await ask(port, '/', authority.caPem, 'shop.example')).status, 418);
    const fronts = await command(secure, ['front', 'list', '--json']);
    assert.match(fronts.out, /"name": "shop\.example"[^]*"status": 418[^]*"stage": 1/);

    renew();
    const begun = performance.now();
    let after = before;
    while (after.fingerprint === before.fingerprint && performance.now() - begun < reloadMsMax) {
      await pause(250);
      after = await ask(port, '/healthz', authority.caPem);
    }
    assert.notEqual(after.fingerprint, before.fingerprint);
    t.diagnostic(`the new certificate was served after ${Math.round(performance.now() - begun)} ms`);
    assertEnded(home, await running.stop('SIGTERM'), 0);
  },
);

test(
  'behind a named proxy plain HTTP is served on every address, and links carry the public address',
  { skip },
  async () => {
    const home = newHome({
      GLASSPOST_HOST: '0.0.0.0',
      GLASSPOST_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8',
      GLASSPOST_PUBLIC_URL: 'https://parcels.shop.example',
      GLASSPOST_PORT: String(await freePort()),
    });
    const running = start(home);
    const lines = await running.greeting();
    assert.equal(lines[0], 'Glasspost runs at https://parcels.shop.example');
    assert.equal(lines.filter((line) => line.includes('https://parcels.shop.example/console')).length, 2);
    assert.ok(Number.isNaN(portOf(lines)));
    const port = Number(home.settings['GLASSPOST_PORT']);
    const forwarded = { host: 'parcels.shop.example', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };
    for (const path of ['/healthz', '/readyz']) assert.equal((await askPlain(port, path, forwarded)).status, 200, path);
    await command(home, ['certificate', 'stage']);
    const told = async (): Promise<string | null> => (await askPlain(port, '/console/enter', forwarded)).hsts;
    await until('the stage is told', async () => (await told()) === 'max-age=604800', 10_000);
    const plain = await askPlain(port, '/console/enter', { ...forwarded, 'x-forwarded-proto': 'http' });
    assert.deepEqual([plain.status, plain.location], [301, 'https://parcels.shop.example/console/enter']);
    assertEnded(home, await running.stop('SIGTERM'), 0);
  },
);
