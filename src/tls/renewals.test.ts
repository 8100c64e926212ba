import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { after, before, suite, test, type TestContext } from 'node:test';
import { openDatabase, type Database } from '#kit/database';
import { createLog } from '#kit/log';
import { pebbleProgram, startPebble } from '../../test/authorities/pebble.ts';
import { startProgram, type Running } from '../../test/authorities/programs.ts';
import { freePort } from '../../test/free-port.ts';
import { loadOn } from '../../test/authorities/load.ts';
import { isServed, openStaff, openTlsNode, shake, until, type NodeNeeds } from '../../test/authorities/tls-node.ts';
import { openTestDatabase } from '../../test/database.ts';
import { startDnsServer, type DnsServer } from '../../test/dns-server.ts';

const skip = pebbleProgram === null ? 'no pebble on this machine' : false;
const renewalsMin = 18;
const lifeSeconds = 12;
let dns: DnsServer;
let ports: { readonly httpsPort: number; readonly plainPort: number };

before(async () => {
  if (skip !== false) return;
  ports = { httpsPort: await freePort(), plainPort: await freePort() };
  dns = await startDnsServer();
});

after(() => {
  if (skip === false) dns.close();
});

/** A database, a keyring and an authority that issues for so many seconds. */
async function ground(context: TestContext, names: readonly string[], seconds: number) {
  for (const name of names) dns.four.set(name, ['127.0.0.1']);
  const pebble = await startPebble({ httpPort: ports.plainPort, tlsPort: ports.httpsPort }, dns, {}, seconds);
  const { url, close } = await openTestDatabase();
  const keysFolder = mkdtempSync(join(tmpdir(), 'glasspost-tls-keys-'));
  context.after(async () => {
    await pebble.close();
    await close();
    rmSync(keysFolder, { recursive: true });
  });
  const wanted = {
    ...{ names, directories: [pebble.directoryUrl], contact: null, binding: null, dnsHook: null },
    plainDoor: true,
  };
  const needs: NodeNeeds = { databaseUrl: url, keysFolder, ...ports, wanted, route: pebble.route };
  return { pebble, needs, root: pebble.roots[0] ?? '' };
}

suite('renewals', { skip }, () => {
  test(`${renewalsMin} renewals under load: no request fails, no certificate that has ended is served`, async (context) => {
    const names = Array.from({ length: 10 }, (_, at) => `s${at}.shop.example`);
    const { needs, root } = await ground(context, names, lifeSeconds);
    const node = await openTlsNode(needs);
    context.after(node.close);
    await node.start();
    for (const name of names) await until(name, isServed(ports.httpsPort, name, root));
    const load = loadOn({ port: ports.httpsPort, names, root, clients: 3 });
    await until('the renewals', async () => load.renewals() >= renewalsMin, 110_000);
    const { asked, failed, renewals } = await load.end();
    context.diagnostic(`${renewals} renewals, ${asked} requests, ${failed.length} failed`);
    assert.deepEqual(failed, []);
    assert.ok(asked > 500, `${asked} requests`);
  });
});

/** Two processes stand behind one address: each connection goes to the next of those that live. */
async function startFront(port: number, behind: readonly number[]): Promise<Server> {
  let turn = 0;
  const front = createServer((socket) => {
    turn += 1;
    // Kept: by the time one turns out to be away, others have come and turned further.
    const [mine, next] = [behind[turn % behind.length] ?? 0, behind[(turn + 1) % behind.length] ?? 0];
    const onward = connect(mine, '127.0.0.1');
    onward.on('error', () => {
      const other = connect(next, '127.0.0.1');
      other.on('error', () => socket.destroy()).pipe(socket);
      socket.pipe(other);
    });
    onward.once('connect', () => {
      onward.pipe(socket);
      socket.pipe(onward);
    });
    socket.on('error', () => onward.destroy());
  });
  front.listen(port, '127.0.0.1');
  await once(front, 'listening');
  return front;
}

async function ordersIn(database: Database): Promise<number> {
  return (await database.one<{ count: number }>('select count(*) as count from tls.ordering', []))?.count ?? 0;
}

const program = fileURLToPath(new URL('../../test/authorities/tls-node-process.ts', import.meta.url));
const loader = fileURLToPath(new URL('../../scripts/tsx.ts', import.meta.url));

function startNode(needs: NodeNeeds, dieAt: string | null, ready: RegExp): Promise<Running> {
  const command = [process.execPath, '--import', loader, program, JSON.stringify({ ...needs, dieAt })] as const;
  return startProgram(command, { env: { PATH: process.env['PATH'] ?? '' }, cwd: process.cwd() }, ready);
}

suite('two processes on one database', { skip }, () => {
  test('one renews, both serve it; authorities are answered by whichever they come to', async (context) => {
    const names = ['shop.example'];
    const { needs, root } = await ground(context, names, 518_400);
    const behind = [await freePort(), await freePort()];
    const plain = [await freePort(), await freePort()];
    const fronts = [await startFront(ports.httpsPort, behind), await startFront(ports.plainPort, plain)];
    const nodes = await Promise.all(
      behind.map((httpsPort, at) => startNode({ ...needs, httpsPort, plainPort: plain[at] ?? 0 }, null, /ready/)),
    );
    context.after(async () => {
      for (const front of fronts) front.close();
      for (const node of nodes) await node.close();
    });
    const serials = async (): Promise<readonly string[]> =>
      await Promise.all(
        behind.map(async (port) => (await shake(port, 'shop.example', root)).getPeerCertificate().serialNumber),
      );
    for (const port of behind) await until('both serve', isServed(port, 'shop.example', root));
    const first = await serials();
    assert.equal(first[0], first[1]);
    const database = openDatabase({ url: needs.databaseUrl });
    const staff = await openStaff(needs);
    await staff.renewNow('shop.example', 'staff');
    await until('both renewed', async () => (await serials()).every((serial) => serial !== first[0]));
    const second = await serials();
    assert.equal(second[0], second[1]);
    const row = await database.one<{ count: number }>('select count(*) as count from tls.certificate', []);
    await database.close();
    await staff.close();
    assert.equal(row?.count, 2, 'each certificate was ordered once');
  });

  test('the one that renews is killed when its order is decided; the other goes on with the same order', async (context) => {
    const { needs, root } = await ground(context, ['shop.example'], 518_400);
    const lines: string[] = [];
    const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
    // The proofs of the one are shown by the other, whose doors the authority comes to.
    const other = await openTlsNode(needs, { log });
    context.after(other.close);
    const [httpsPort, plainPort] = [await freePort(), await freePort()];
    const one = await startNode({ ...needs, httpsPort, plainPort }, '/finalize-order/', /ready/);
    await until('the order', async () => (await ordersIn(other.database)) === 1);
    await pause(1_000);
    const begun = performance.now();
    await other.start();
    await until('the certificate', isServed(ports.httpsPort, 'shop.example', root));
    context.diagnostic(
      `taken over ${Math.round(performance.now() - begun)} ms after it came, 2 s of them before the kill`,
    );
    await one.close();
    assert.ok(lines.some((line) => line.includes('goes on with an order')));
    assert.equal(await ordersIn(other.database), 0);
  });
});
