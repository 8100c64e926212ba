import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring } from '#keys';
import { createManualClock, type ManualClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { createHttp } from '#kit/http';
import { createManualJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { startMailbox } from '#kit/mailbox';
import { orderBody, readOrder, type Shop, type StoredOrder } from '#orders';
import { createHouse, ensureMonths, type House } from '../../src/house.ts';
import { rates, type Rates } from '../../src/kit/http/rate-limit/rates.ts';
import { cloneTemplate, dropQuietly, startTestServer, urlOf } from '../../test/template.ts';

/** The whole house behind a real port on loopback, on a clock that is moved by hand and without limits of requests. */
export type GuardHouse = {
  readonly house: House;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly shop: Shop;
  readonly port: number;
  readonly putOrder: (number: string) => Promise<StoredOrder>;
  readonly close: () => Promise<void>;
};

const face: Shop['face'] = {
  brand: '#1f4e5f',
  onBrand: '#ffffff',
  logoUrl: null,
  contact: { email: 'hallo@nordlicht.example', phone: null, hours: null, url: null },
  sender: { name: 'Nordlicht', address: 'post@nordlicht.example' },
};

const boundless = { perMinute: 6e12, burst: 1e12 };

export async function openGuardHouse(): Promise<GuardHouse> {
  const server = await startTestServer(undefined);
  const url = urlOf(server.adminUrl, await cloneTemplate(server));
  const database = openDatabase({ url });
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-bench-keys-'));
  const clock = createManualClock(Temporal.Instant.from('2026-11-20T08:00:00Z'));
  const log = createLog({ level: 'silent' });
  const mailbox = await startMailbox({ limit: 10, clock });
  const publicUrl = 'https://paket.nordlicht.example';
  const house = createHouse({
    database,
    clock,
    log,
    mailbox,
    publicUrl,
    jobs: createManualJobs({ clock }),
    keyring: await openKeyring({ folder, database }),
    smtp: null,
    dnsServers: [],
    about: { settings: () => [], version: '0' },
    routeOf: () => null,
    pause: () => Promise.resolve(),
  });
  await ensureMonths(database, clock.now(), clock.now());
  const http = createHttp({
    settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl },
    log,
    ready: () => Promise.resolve(true),
    errorPage: house.customer.errorPage,
    rates: withoutLimits(),
  });
  for (const door of [house.customer, house.console, house.api]) door.mount(http);
  const { port } = await http.listen();
  const shop = await house.orders.addShop(database, { name: 'Nordlicht', language: 'de', sample: false, face });
  const putOrder = async (number: string): Promise<StoredOrder> => {
    const order = readOrder(number, orderBody.parse(orderOf(number)));
    await database.tx((tx) => house.parcels.takeOrder(tx, shop.shopId, order));
    const stored = await house.orders.find(database, shop.shopId, number);
    if (stored === null) throw new Error(`order ${number} is not there`);
    return stored;
  };
  const close = async (): Promise<void> => {
    await http.close();
    await house.stop();
    await mailbox.stop();
    await database.close();
    await dropQuietly(server.adminUrl, new URL(url).pathname.slice(1));
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { house, database, clock, shop, port, putOrder, close };
}

function withoutLimits(): Rates {
  return { ...rates, requests: { ...rates.requests, page: boundless }, misses: { ...rates.misses, link: boundless } };
}

function orderOf(number: string): object {
  return {
    placed_at: '2026-11-19T10:00:00+01:00',
    language: 'de',
    customer: { id: number, name: 'Ada Beispiel', email: `${number.toLowerCase()}@kunde.example`, phone: null },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    parcels: [{ carrier: 'dhl-unified', tracking_number: `JJD${number.padStart(12, '0')}`, service: 'parcel-de' }],
  };
}
