// Protection over a real database, real servers on loopback, real DNS and a real mail server; its time is moved by hand.
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { createAuthority } from '#kit/certificate';
import { createManualClock, realClock } from '#kit/clock';
import { createLookup } from '#kit/egress';
import { createManualJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { createSmtpTransport } from '#kit/mail';
import { startMailbox } from '#kit/mailbox';
import { createProtection, type Protection } from '#protection';
import { scanMail, scanSite } from '#tls';
import { startDnsServer } from '../dns-server.ts';
import { openGround } from '../ground.ts';
import { profile } from '../zoo/servers.ts';
import { strictHeaders } from '../zoo/web/setups.ts';

type Needs = Parameters<typeof createProtection>[0];

export const host = 'shop.example';
export const staff = 'technik@nordlicht.example';

/** What the host answers; a path that is not here is its page. */
type Pages = {
  readonly files: Map<string, string>;
  readonly headers: Map<string, string>;
};

async function serve(pages: Pages, chain: { readonly certPem: string; readonly keyPem: string }): Promise<Server> {
  const server = createServer({ ...profile, cert: chain.certPem, key: chain.keyPem }, ({ url = '/' }, response) => {
    const file = pages.files.get(url);
    for (const [name, value] of [...Object.entries(strictHeaders), ...pages.headers]) {
      if (value !== '') response.setHeader(name, value);
    }
    response.end(file ?? '<!doctype html><title>Shop</title>');
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export async function openWatched() {
  const clock = createManualClock(realClock.now().round('second'));
  const mailbox = await startMailbox({ limit: 100, clock });
  const inside = createSmtpTransport({ url: mailbox.url, operator: null, log: () => {} });
  const gone = createSmtpTransport({ url: 'smtp://127.0.0.1:9', operator: null, log: () => {} });
  let isMailServerAway = false;
  const dns = await startDnsServer();
  const transportOf = () => (isMailServerAway ? gone : inside);
  const ground = await openGround({ transportOf, dnsServers: [dns.address] });
  const authority = createAuthority('Watched');
  const now = clock.now();
  const names = [host, `*.${host}`];
  // 45 of 60 days are left of it.
  const chain = authority.issue(names, { from: now.subtract({ hours: 15 * 24 }), until: now.add({ hours: 45 * 24 }) });
  const pages: Pages = { files: new Map(), headers: new Map() };
  const server = await serve(pages, chain);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let asked = 0;
  server.on('connection', () => (asked += 1));
  for (const name of names.concat(`www.${host}`)) dns.four.set(name, ['127.0.0.1']);

  /** A house of its own, with the jobs of the others. */
  const open = (more: Partial<Needs> = {}) => {
    const jobs = createManualJobs({ clock });
    const protection = createProtection({
      ...{ database: ground.database, clock, jobs, mail: ground.mail, audit: ground.privacy.audit, scanMail },
      ...{ own: [], allowPrivate: true, caPem: authority.caPem, staff: [staff] },
      ...{
        publicUrl: 'https://track.shop.example',
        version: '1',
        ownStart: () => '/protection',
        resolve: createLookup([dns.address]),
      },
      log: createLog({ level: 'silent' }),
      shops: () => ground.orders.shops(ground.database),
      certificates: ground.tls.list,
      scan: scanSite,
      ...more,
    });
    return { protection, jobs };
  };
  return {
    ...{ ground, clock, mailbox, dns, pages, port, open, caPem: authority.caPem, shopId: ground.shop.shopId },
    asked: () => asked,
    pass: (duration: Temporal.DurationLike) => clock.advanceTo(clock.now().add(duration)),
    mailServer: (is: 'there' | 'away') => void (isMailServerAway = is === 'away'),
    /** Nobody listens at the host any more, as when its machine is down. */
    away: (is: boolean) => void dns.four.set(host, is ? ['127.0.0.2'] : ['127.0.0.1']),
    close: async () => {
      server.closeAllConnections();
      server.close();
      dns.close();
      await ground.close();
      await mailbox.stop();
      await Promise.all([inside.close(), gone.close()]);
    },
  };
}

export type Watched = Awaited<ReturnType<typeof openWatched>>;

/** Adds a host, shows its proof in DNS and has it looked for. */
export async function addProven({ dns, shopId, port }: Watched, protection: Protection, name: string): Promise<string> {
  const { siteId, proof } = await protection.addSite(shopId, { host: name, port, kind: 'shop' }, 'test');
  dns.texts.set(proof?.dns.name ?? '', ['other', proof?.dns.value ?? '']);
  await protection.proveSite(shopId, siteId, 'test');
  return siteId;
}
