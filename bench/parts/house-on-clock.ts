import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring } from '#keys';
import { createManualClock, type ManualClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { createHttp } from '#kit/http';
import { createManualJobs, type ManualJobs } from '#kit/jobs';
import { createLog } from '#kit/log';
import { startMailbox } from '#kit/mailbox';
import type { Shop } from '#orders';
import { createHouse, ensureMonths, type House, type HouseNeeds } from '../../src/house.ts';
import { rates, type Rates } from '../../src/kit/http/rate-limit/rates.ts';
import { face } from './ground.ts';
import { placeAt } from '../../test/place.ts';

/** The whole house behind a real port on loopback, on a clock that is moved by hand and without limits of requests. */
export type HouseOnClock = {
  readonly house: House;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly jobs: ManualJobs;
  readonly shop: Shop;
  readonly port: number;
  /** Leaves the database's server running. */
  readonly close: () => Promise<void>;
};

const boundless = { perMinute: 6e12, burst: 1e12 };

/** @param needs `url` of a database that is migrated and empty */
export async function openHouseOnClock(needs: {
  readonly url: string;
  readonly startAt: Temporal.Instant;
  readonly smtp: HouseNeeds['smtp'];
}): Promise<HouseOnClock> {
  const database = openDatabase({ url: needs.url });
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-bench-keys-'));
  const clock = createManualClock(needs.startAt);
  const jobs = createManualJobs({ clock });
  const log = createLog({ level: 'silent' });
  const mailbox = await startMailbox({ limit: 10, clock });
  const publicUrl = 'https://paket.nordlicht.example';
  const house = createHouse({
    database,
    clock,
    log,
    mailbox,
    publicUrl,
    jobs,
    keyring: await openKeyring({ folder, database }),
    smtp: needs.smtp,
    dnsServers: [],
    about: { settings: () => [], version: '0' },
    place: placeAt(publicUrl),
    certificates: null,
    scanning: { own: [], allowPrivate: false, caPem: null, staff: [] },
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
  const ours = { name: 'Nordlicht', language: 'de', sample: false, face };
  const shop = await house.orders.addShop(database, ours);
  const close = async (): Promise<void> => {
    await http.close();
    await house.stop();
    await mailbox.stop();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { house, database, clock, jobs, shop, port, close };
}

function withoutLimits(): Rates {
  return { ...rates, requests: { ...rates.requests, page: boundless }, misses: { ...rates.misses, link: boundless } };
}
