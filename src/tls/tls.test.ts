import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, suite, test, type TestContext } from 'node:test';
import { createLog } from '#kit/log';
import type { WantedCertificates } from '#tls';
import { pebbleProgram, startPebble, type Pebble } from '../../test/authorities/pebble.ts';
import { freePort } from '../../test/free-port.ts';
import {
  getPlain,
  isServed,
  openTlsNode,
  shake,
  until,
  type NodeNeeds,
  type TlsNode,
} from '../../test/authorities/tls-node.ts';
import { openTestDatabase } from '../../test/database.ts';
import { startDnsServer, type DnsServer } from '../../test/dns-server.ts';

const skip = pebbleProgram === null ? 'no pebble on this machine' : false;
const names = ['shop.example', 'track.shop.example'];
let dns: DnsServer;
let pebble: Pebble;
let root: string;
let ports: Pick<NodeNeeds, 'httpsPort' | 'plainPort'>;
const lines: string[] = [];
const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });

before(async () => {
  if (skip !== false) return;
  ports = { httpsPort: await freePort(), plainPort: await freePort() };
  dns = await startDnsServer();
  for (const name of names) dns.four.set(name, ['127.0.0.1']);
  pebble = await startPebble({ httpPort: ports.plainPort, tlsPort: ports.httpsPort }, dns);
  root = pebble.roots[0] ?? '';
});

after(async () => {
  if (skip !== false) return;
  await pebble.close();
  dns.close();
});

/** A house of its own; closed with the test. */
async function open(
  context: TestContext,
  more: Partial<WantedCertificates> = {},
  { at = pebble, ...fakes }: NonNullable<Parameters<typeof openTlsNode>[1]> & { readonly at?: Pebble } = {},
): Promise<TlsNode> {
  const { url, close } = await openTestDatabase();
  const keysFolder = mkdtempSync(join(tmpdir(), 'glasspost-tls-keys-'));
  const wanted = {
    ...{ names, directories: [at.directoryUrl], contact: 'tls@shop.example', binding: null, dnsHook: null },
    plainDoor: true,
    ...more,
  };
  const node = await openTlsNode(
    { databaseUrl: url, keysFolder, ...ports, wanted, route: at.route },
    { log, ...fakes },
  );
  context.after(async () => {
    await node.close();
    await close();
    rmSync(keysFolder, { recursive: true });
  });
  return node;
}

const serialAt = async (name: string): Promise<string> =>
  (await shake(ports.httpsPort, name, root)).getPeerCertificate().serialNumber;

suite('certificates by themselves', { skip }, () => {
  for (const [kind, plainDoor] of [
    ['http-01', true],
    ['tls-alpn-01', false],
  ] as const) {
    test(`from nothing to serving both names within a second, by ${kind}`, async (context) => {
      const took: number[] = [];
      // On a machine that does much else, one of several is.
      for (let more = 0; more < 5 && Math.min(...took, Infinity) >= 1_000; more += 1) {
        await context.test('a new house', async (inner) => {
          const node = await open(inner, { plainDoor });
          assert.equal((await getPlain(ports.plainPort, 'shop.example', '/t/x')).status, 503);
          await assert.rejects(shake(ports.httpsPort, 'shop.example', root));
          const begun = performance.now();
          await node.start();
          for (const name of names) await until(name, isServed(ports.httpsPort, name, root));
          took.push(performance.now() - begun);
        });
      }
      context.diagnostic(`start to serving two names: ${took.map(Math.round).join(', ')} ms`);
      assert.ok(Math.min(...took) < 1_000, took.join(', '));
    });
  }

  test('what is served has the whole profile; names that are not ours are refused; the plain door leads to https', async (context) => {
    const node = await open(context);
    await node.start();
    for (const name of names) await until(name, isServed(ports.httpsPort, name, root));
    const socket = await shake(ports.httpsPort, 'track.shop.example', root);
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    assert.equal(socket.getPeerCertificate().subjectaltname, 'DNS:track.shop.example');
    const older = await shake(ports.httpsPort, 'shop.example', root, { maxVersion: 'TLSv1.2' });
    assert.equal(older.getProtocol(), 'TLSv1.2');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await assert.rejects(shake(ports.httpsPort, 'shop.example', root, old));
    await assert.rejects(shake(ports.httpsPort, 'other.example', root, { rejectUnauthorized: false }));
    await assert.rejects(shake(ports.httpsPort, '', root, { rejectUnauthorized: false }));
    const alpn = { ALPNProtocols: ['acme-tls/1'], rejectUnauthorized: false };
    await assert.rejects(shake(ports.httpsPort, 'shop.example', root, alpn), 'a proof is shown that nobody asked for');
    const redirected = await getPlain(ports.plainPort, 'Shop.Example', '/t/x?y=1');
    assert.deepEqual(
      [redirected.status, redirected.headers.location],
      [301, `https://shop.example:${ports.httpsPort}/t/x?y=1`],
    );
    assert.equal((await getPlain(ports.plainPort, 'shop.example', '/v1/x', 'POST')).status, 308);
    assert.equal((await getPlain(ports.plainPort, 'other.example', '/')).status, 421);
    for (const host of ['shop.example', 'other.example']) {
      assert.equal((await getPlain(ports.plainPort, host, '/.well-known/acme-challenge/abc')).status, 404);
    }
  });

  test('every secret lies sealed, and the log knows no name', async (context) => {
    const node = await open(context);
    await node.start();
    for (const name of names) await until(name, isServed(ports.httpsPort, name, root));
    const kept = await node.database.rows<{ text: string }>(
      `select encode(private, 'escape') as text from tls.certificate
       union all select encode(private, 'escape') from tls.account`,
      [],
    );
    assert.equal(kept.length, 3);
    assert.ok(kept.every(({ text: secret }) => !secret.includes('PRIVATE')));
    assert.ok(lines.some((line) => line.includes('certificate renewed')));
    assert.ok(lines.every((line) => !line.includes('shop.example')));
  });
});

suite('staff, other authorities, other proofs', { skip }, () => {
  test('staff have one renewed, one taken back, and see how it stands; both are in the audit', async (context) => {
    const audited: string[] = [];
    const audit = async (
      _queries: unknown,
      { actor, verb, subject }: { actor: string; verb: string; subject: string },
    ) => {
      audited.push(`${actor} ${verb} ${subject}`);
    };
    const node = await open(context, {}, { audit });
    await node.start();
    for (const name of names) await until(name, isServed(ports.httpsPort, name, root));
    const first = await serialAt('shop.example');
    await node.tls.renewNow('shop.example', 'staff');
    await until('the renewed', async () => (await serialAt('shop.example')) !== first);
    const second = await serialAt('shop.example');
    await node.tls.revoke('shop.example', 'staff');
    await until('the one after the revoked', async () => (await serialAt('shop.example')) !== second);
    assert.deepEqual(audited, ['staff certificate.renew shop.example', 'staff certificate.revoke shop.example']);
    await assert.rejects(node.tls.renewNow('other.example', 'staff'), { code: 'not_found' });
    const [line] = await node.tls.list();
    assert.equal(line?.name, 'shop.example');
    assert.equal(line.failure, null);
    assert.ok(line.served !== null && line.served.leftOfLife > 0.99 && !line.served.revoked);
    const hours = line.served.notBefore.until(line.nextAt).total('hours');
    assert.ok(hours > 95 && hours < 103, `renewed after ${hours} of 144 h`);
  });

  test('an authority that cannot be reached is followed by the next; a name that leads elsewhere says so', async (context) => {
    const away = 'https://away.example/directory';
    const unknown = 'nowhere.shop.example';
    const node = await open(context, { names: ['shop.example', unknown], directories: [away, pebble.directoryUrl] });
    await node.start();
    await until('the certificate of the other authority', isServed(ports.httpsPort, 'shop.example', root));
    await until('the failure', async () => (await node.tls.list()).some(({ failure }) => failure !== null));
    const [good, bad] = await node.tls.list();
    assert.equal(good?.served?.authority, 'ca.pebble.example');
    assert.equal(bad?.served, null);
    assert.ok(['dns', 'connection'].includes(String(bad?.failure?.why)), String(bad?.failure?.why));
    assert.equal((await getPlain(ports.plainPort, unknown, '/')).status, 503);
  });

  test('a certificate of an authority that is no longer named is followed by another at the next start', async (context) => {
    const node = await open(context, { names: ['shop.example'] });
    await node.start();
    await until('the first', isServed(ports.httpsPort, 'shop.example', root));
    const first = await serialAt('shop.example');
    await node.tls.stop();
    await node.database.rows(`update tls.certificate set directory = 'https://staging.example/directory'`, []);
    await node.tls.start('now');
    await until('the next', async () => (await serialAt('shop.example')) !== first);
  });

  test('an authority that binds accounts is passed over without a binding, and issues with one', async (context) => {
    const macKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';
    const proofPorts = { httpPort: ports.plainPort, tlsPort: ports.httpsPort };
    const at = await startPebble(proofPorts, dns, { 'kid-1': macKey });
    context.after(at.close);
    await context.test('without', async (inner) => {
      const node = await open(inner, {}, { at });
      await node.start();
      await until('the failure', async () => (await node.tls.list()).every(({ failure }) => failure !== null));
      const [line] = await node.tls.list();
      assert.equal(line?.failure?.why, 'externalAccountRequired');
    });
    await context.test('with', async (inner) => {
      const node = await open(inner, { binding: { keyId: 'kid-1', macKey } }, { at });
      await node.start();
      await until('a certificate', isServed(ports.httpsPort, 'shop.example', at.roots[0] ?? ''));
    });
  });

  test('a wildcard is proven by a program that puts records into DNS', async (context) => {
    const calls: string[] = [];
    const record = async (incoming: IncomingMessage): Promise<void> => {
      const call = await text(incoming);
      calls.push(call);
      const [verb, name = '', value = ''] = call.split(' ');
      dns.texts.set(name, verb === 'add' ? [value] : []);
    };
    const recorder = createServer((incoming, response) => {
      record(incoming)
        .catch(() => {})
        .finally(() => response.end());
    });
    const port = await freePort();
    recorder.listen(port, '127.0.0.1');
    const folder = mkdtempSync(join(tmpdir(), 'glasspost-hook-'));
    const dnsHook = join(folder, 'hook');
    const send = `fetch('http://127.0.0.1:${port}', { method: 'POST', body: process.argv.slice(2).join(' ') })`;
    writeFileSync(dnsHook, `#!${process.execPath}\n${send};\n`);
    chmodSync(dnsHook, 0o700);
    context.after(() => {
      recorder.close();
      recorder.closeAllConnections();
      rmSync(folder, { recursive: true });
    });
    const other = '*.erp.example';
    const delivered = { hosts: [other], directory: null, reload: null };
    const node = await open(context, { names: ['*.shop.example'], dnsHook, delivered });
    await node.start();
    await until('a name under the wildcard', isServed(ports.httpsPort, 'any.shop.example', root));
    const asking = { actor: 'test', has: () => false };
    await until('that of another server', () =>
      node.tls.handOut(other, asking).then(
        ({ bundle }) => bundle !== null,
        () => false,
      ),
    );
    await assert.rejects(shake(ports.httpsPort, 'any.erp.example', root, { rejectUnauthorized: false }));
    assert.deepEqual(
      calls.map((call) => call.split(' ').slice(0, 2).join(' ')).toSorted(),
      ['erp', 'shop']
        .flatMap((of) => [`add _acme-challenge.${of}.example`, `remove _acme-challenge.${of}.example`])
        .toSorted(),
    );
    await assert.rejects(shake(ports.httpsPort, 'a.b.shop.example', root, { rejectUnauthorized: false }));
  });
});
