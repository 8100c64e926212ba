import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring, type Keyring } from '#keys';
import { realClock, type Clock } from '#kit/clock';
import { migrate, openDatabase, type Database } from '#kit/database';
import { startEmbeddedPostgres } from '#kit/embedded-postgres';
import { createFacts, type Facts } from '#kit/facts';
import { migrateJobs } from '#kit/jobs';
import { createOrders, orderBody, readOrder, type Shop } from '#orders';
import { createParcels, type Parcels } from '#parcels';
import { createPrivacy, type Privacy } from '#privacy';
import { ensureMonths, schemaFolders } from '../../src/house.ts';
import { orderBodyOf } from './orders.ts';
import { settle } from './settle.ts';

/** The lower floors on a database that keeps what it acknowledges, as in a real installation. */
export type BenchGround = {
  readonly url: string;
  /** Keys and database lie in it; removed at the end. */
  readonly folder: string;
  readonly keyring: Keyring;
  readonly database: Database;
  readonly facts: Facts;
  readonly privacy: Privacy;
  readonly parcels: Parcels;
  readonly shop: Shop;
  /** Lets PostgreSQL finish what it does in the background, so that it is not counted in what comes next. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export const face: Shop['face'] = {
  brand: '#1f4e5f',
  onBrand: '#ffffff',
  logoUrl: null,
  contact: { email: 'hallo@nordlicht.example', phone: null, hours: null, url: null },
  sender: { name: 'Nordlicht', address: 'post@nordlicht.example' },
};

/** @param settings of PostgreSQL, for a look inside */
export async function openBenchGround(
  settings: Readonly<Record<string, string>> = {},
  clock: Clock = realClock,
): Promise<BenchGround> {
  const server = await startBenchServer(settings);
  const { url, folder } = server;
  const database = openDatabase({ url });
  const keyring = await openKeyring({ folder: join(folder, 'keys'), database });
  const facts = createFacts({ database, clock, log: () => {} });
  const privacy = createPrivacy({ database, clock, keyring });
  const orders = createOrders({ database, clock, keyring, privacy, publicUrl: 'https://shop.example' });
  const parcels = createParcels({ database, clock, privacy, facts, orders });
  await ensureMonths(database, clock.now(), clock.now());
  const shop = await orders.addShop(database, { name: 'Nordlicht', language: 'de', sample: false, face });
  return {
    ...{ url, folder, keyring, database, facts, privacy, parcels, shop },
    settle: () => settle(url),
    close: async () => {
      await database.close();
      await server.close();
    },
  };
}

/** A database as a new installation has it: migrated, empty, and keeping what it acknowledges. */
export type BenchServer = {
  readonly url: string;
  /** Of this run; gone once it is closed. */
  readonly folder: string;
  /** Where PostgreSQL keeps its data. */
  readonly cluster: string;
  readonly close: () => Promise<void>;
};

export async function startBenchServer(settings: Readonly<Record<string, string>> = {}): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-bench-'));
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), settings, log: () => {} });
  const { url } = server;
  const database = openDatabase({ url });
  await migrate(database, schemaFolders);
  await database.close();
  await migrateJobs(url);
  const close = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, folder, cluster: join(folder, 'postgres/cluster'), close };
}

const ordersPerTransaction = 200;

/** Orders of one parcel each. Answers their tracking numbers. */
export async function putOrders(
  ground: Pick<BenchGround, 'database' | 'parcels' | 'shop'>,
  prefix: string,
  count: number,
): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(10, '0')}`);
  for (let from = 0; from < count; from += ordersPerTransaction) {
    const orders = numbers.slice(from, from + ordersPerTransaction).map(orderOf);
    await ground.database.tx((tx) => ground.parcels.takeOrders(tx, ground.shop.shopId, orders));
  }
  return numbers;
}

function orderOf(number: string) {
  return readOrder(`O-${number}`, orderBody.parse(orderBodyOf(number)));
}
