import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type ListenOptions } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { realClock } from '#kit/clock';
import { caddyHost, caddyIsMissing, makeCaddyFolder, startCaddy } from '../../../test/authorities/caddy.ts';
import { freePort } from '../../../test/free-port.ts';
import { startRenewalProxy } from '../../../test/authorities/renewal-proxy.ts';
import { isServed, openTlsNode, shake, until } from '../../../test/authorities/tls-node.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { renewalIdOf } from '../acme/renewal.ts';

const skip = caddyIsMissing();
const name = 'shop.example';

/** Carries connections from a socket of the file system, which Caddy reaches, to a port here. */
async function carry(from: ListenOptions, port: number, context: TestContext): Promise<void> {
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    socket.on('error', () => onward.destroy()).pipe(onward);
    onward.on('error', () => socket.destroy()).pipe(socket);
  });
  server.listen(from);
  await once(server, 'listening');
  context.after(() => server.close());
}

suite('an authority that says when', { skip }, () => {
  test('its window is asked for and kept to; the new order names what it replaces, and the profile for servers', async (context) => {
    const folder = makeCaddyFolder();
    const [httpsPort, plainPort] = [await freePort(), await freePort()];
    await carry(folder.http, plainPort, context);
    await carry(folder.tls, httpsPort, context);
    const caddy = await startCaddy(folder.path, [name]);
    context.after(caddy.close);
    const proxy = await startRenewalProxy({ host: caddyHost, socketPath: caddy.socketPath, rootPem: caddy.rootPem });
    context.after(proxy.close);
    const { url, close } = await openTestDatabase();
    const keysFolder = mkdtempSync(join(tmpdir(), 'glasspost-tls-keys-'));
    const ahead = { minutes: 0 };
    const wanted = {
      ...{ names: [name], directories: [caddy.directoryUrl], contact: null, binding: null, dnsHook: null },
      plainDoor: true,
    };
    const node = await openTlsNode(
      { databaseUrl: url, keysFolder, httpsPort, plainPort, wanted, route: proxy.route },
      { clock: { now: () => realClock.now().add(ahead) } },
    );
    context.after(async () => {
      await node.close();
      await close();
      rmSync(keysFolder, { recursive: true });
    });
    await node.start();
    const leaf = async () => (await shake(httpsPort, name, caddy.rootPem)).getPeerCertificate().raw;
    await until('the first', isServed(httpsPort, name, caddy.rootPem));
    const first = new X509Certificate(await leaf());
    const id = renewalIdOf(first.toString());
    assert(id !== null);
    const [line] = await node.tls.list();
    const waitsHours = realClock
      .now()
      .until(line?.nextAt ?? realClock.now())
      .total('hours');
    assert.ok(waitsHours > 7.5 && waitsHours < 8.6, `without a window the next one comes in ${waitsHours} h`);
    // It was revoked at the authority, say: the window has passed.
    const [start, end] = [2, 1].map((hours) => realClock.now().subtract({ hours }).toString());
    proxy.windows.set(id, { start: start ?? '', end: end ?? '' });
    ahead.minutes = 2;
    await until('the next', async () => new X509Certificate(await leaf()).serialNumber !== first.serialNumber);
    assert.deepEqual(
      proxy.orders.map(({ profile, replaces }) => [profile, replaces]),
      [
        ['tlsserver', undefined],
        ['tlsserver', id],
      ],
    );
  });
});
