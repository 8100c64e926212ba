// A thousand renewals with everything that goes wrong with authorities, while clients ask without pause. Needs pebble.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { realClock, type Clock } from '#kit/clock';
import { createEgress, EgressFault, type EgressAnswer } from '#kit/egress';
import { createLog } from '#kit/log';
import type { TlsNeeds } from '#tls';
import { loadOn } from '../../test/authorities/load.ts';
import { startPebble, type Pebble } from '../../test/authorities/pebble.ts';
import { freePort } from '../../test/free-port.ts';
import { isServed, openTlsNode, until, type NodeNeeds, type TlsNode } from '../../test/authorities/tls-node.ts';
import { startTestServer, cloneTemplate, urlOf } from '../../test/template.ts';
import { startDnsServer } from '../../test/dns-server.ts';
import { figure, type Figure } from '../parts/figures.ts';

const renewalsMin = 1_000;
/** A renewal that is lost shows after 20 seconds. */
const lifeSeconds = 30;
const hosts = 20;
/** Besides those that are due, one is ordered so often, so that the run is not as long as certificates live. */
const orderEveryMs = 300;
const clients = 2;
/** The authority is away for 2 of every 12 seconds. */
const away = { everyMs: 12_000, forMs: 2_000 };
const limitedShare = 0.05;
const revokeEvery = 20;
/** Our clock goes from two seconds slow to two fast and back. */
const skew = { everyMs: 40_000, seconds: 2 };

type Faults = { down: number; limited: number; revoked: number };

export async function run(): Promise<readonly Figure[]> {
  const dns = await startDnsServer();
  const names = Array.from({ length: hosts }, (_, at) => `s${at}.shop.example`);
  for (const name of names) dns.four.set(name, ['127.0.0.1']);
  const ports = { httpsPort: await freePort(), plainPort: await freePort() };
  const pebble = await startPebble({ httpPort: ports.plainPort, tlsPort: ports.httpsPort }, dns, {}, lifeSeconds);
  const server = await startTestServer(undefined);
  const keysFolder = mkdtempSync(join(tmpdir(), 'glasspost-bench-keys-'));
  try {
    const databaseUrl = urlOf(server.adminUrl, await cloneTemplate(server));
    const directories = [pebble.directoryUrl];
    const wanted = { names, directories, contact: null, binding: null, dnsHook: null, plainDoor: true };
    return await renewals({ databaseUrl, keysFolder, ...ports, wanted, route: pebble.route }, pebble);
  } finally {
    await pebble.close();
    await server.stop();
    dns.close();
    rmSync(keysFolder, { recursive: true });
  }
}

async function renewals(needs: NodeNeeds, pebble: Pebble): Promise<readonly Figure[]> {
  const faults: Faults = { down: 0, limited: 0, revoked: 0 };
  let isTrouble = false;
  const refusedNonces = { count: 0 };
  const log = createLog({
    level: 'info',
    destination: {
      write: (line) => {
        if (line.includes('refused a nonce')) refusedNonces.count += 1;
      },
    },
  });
  const clock: Clock = { now: () => (isTrouble ? skewed() : realClock.now()) };
  const send = troubledSend(needs, faults, () => isTrouble);
  const node = await openTlsNode(needs, { clock, log, send });
  const { names } = needs.wanted;
  const root = pebble.roots[0] ?? '';
  try {
    await node.start();
    for (const name of names) await until(name, isServed(needs.httpsPort, name, root));
    isTrouble = true;
    const load = loadOn({ port: needs.httpsPort, names, root, clients });
    for (let turn = 0; load.renewals() < renewalsMin; turn += 1) {
      await pause(orderEveryMs);
      const name = names[turn % names.length] ?? '';
      if (turn % revokeEvery === 7) faults.revoked += await triedToRevoke(node, name);
      else await node.tls.renewNow(name, 'bench');
    }
    const { asked, failed, renewals: done } = await load.end();
    for (const [why, all] of Map.groupBy(failed, (one) => one.replace(/^\S+ /, '')))
      process.stderr.write(`  ${all.length} × ${why}\n`);
    return [
      figure('renewals', done, { aim: renewalsMin }),
      figure('requests meanwhile', asked),
      figure('failed requests', failed.length, { aim: 0 }),
      figure('certificates served that had ended', failed.filter((why) => /ended|EXPIRED/.test(why)).length, {
        aim: 0,
      }),
      figure('calls while the authority was away', faults.down),
      figure('orders refused as too many', faults.limited),
      figure('nonces refused', refusedNonces.count),
      figure('certificates revoked', faults.revoked),
    ];
  } finally {
    await node.close();
  }
}

/** The authority may be away just then. */
function triedToRevoke(node: TlsNode, name: string): Promise<0 | 1> {
  return node.tls.revoke(name, 'bench').then(
    () => 1,
    () => 0,
  );
}

function skewed(): Temporal.Instant {
  const turn = (Date.now() % skew.everyMs) / skew.everyMs;
  const ms = Math.round(Math.sin(turn * 2 * Math.PI) * skew.seconds * 1_000);
  return realClock.now().add({ milliseconds: ms });
}

function troubledSend(needs: NodeNeeds, faults: Faults, isTrouble: () => boolean): TlsNeeds['send'] {
  const egress = createEgress({ log: createLog({ level: 'silent' }) });
  return async (request) => {
    if (isTrouble() && Date.now() % away.everyMs < away.forMs) {
      faults.down += 1;
      throw new EgressFault('connect', 'ca.pebble.example', null);
    }
    if (isTrouble() && request.url.endsWith('/order-plz') && Math.random() < limitedShare) {
      faults.limited += 1;
      return tooMany;
    }
    return await egress.send(request, needs.route);
  };
}

const tooMany: EgressAnswer = {
  status: 429,
  headers: { 'content-type': 'application/problem+json', 'retry-after': '2' },
  bytes: Buffer.from(JSON.stringify({ type: 'urn:ietf:params:acme:error:rateLimited', detail: 'Too many orders.' })),
};
