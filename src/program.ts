import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { z } from 'zod';
import type { OpenedHouse } from '#cli';
import { openKeyring, type Keyring } from '#keys';
import { realClock, type Clock } from '#kit/clock';
import { migrate, openDatabase, type Database } from '#kit/database';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#kit/embedded-postgres';
import { Fault } from '#kit/fault';
import { takeFolderLock, type FolderLock } from '#kit/folder-lock';
import { createHttp, type Http, type HttpSettings } from '#kit/http';
import { createWorkerJobs, migrateJobs } from '#kit/jobs';
import { createLog, type Log } from '#kit/log';
import { startMailbox, type Mailbox } from '#kit/mailbox';
import type { Shop } from '#orders';
import { openSampleWorld, type SampleWorld } from '#sample';
import packageFile from '../package.json' with { type: 'json' };
import { createHouse, ensureMonths, schemaFolders, type House, type HouseNeeds } from './house.ts';
import { shownSettings, type Settings } from './settings.ts';

/** The program from its settings to its end: database, keys, house, doors, sample world. */
export type Program = {
  /** Opens the doors. Answers what to print: eight lines at the most. */
  readonly serve: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
};

const postgresMin = 15;
const mailsKeptMax = 500;
const { version } = packageFile;

type Ground = {
  readonly settings: Settings;
  readonly log: Log;
  readonly url: string;
  readonly database: Database;
  readonly keyring: Keyring;
  readonly close: () => Promise<void>;
};

/** What a second process needs to reach the one that runs. It lies in the data folder, readable by its owner only. */
const runningShape = z.object({
  databaseUrl: z.string(),
  publicUrl: z.string(),
  routes: z.array(z.object({ host: z.string(), to: z.string() })),
});
type Running = z.infer<typeof runningShape>;

const runningPath = (settings: Settings): string => join(settings.dataDir, 'running.json');

/**
 * Everything up to the house: the data folder is ours alone, the database runs, is of this program and has its keyring.
 * @throws Fault with a sentence for whoever operates this
 */
async function openGround(settings: Settings): Promise<Ground> {
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const lock: FolderLock = takeFolderLock(settings.dataDir, 'program.lock');
  let embedded: EmbeddedPostgres | null = null;
  let database: Database | null = null;
  const close = async (): Promise<void> => {
    rmSync(runningPath(settings), { force: true });
    await database?.close();
    await embedded?.stop();
    lock.release();
  };
  try {
    const file = openSync(join(settings.dataDir, 'glasspost.log'), 'a', 0o600);
    const log = createLog({ level: settings.logLevel, destination: file });
    const say = sayTo(log);
    if (settings.databaseUrl === null) {
      embedded = await startEmbeddedPostgres({ folder: join(settings.dataDir, 'postgres'), log: say });
    }
    const url = settings.databaseUrl ?? embedded?.url ?? '';
    database = openDatabase({ url, log: say });
    await prepare(database, url);
    const keyring = await openKeyring({ folder: settings.keysDir, database });
    return { settings, log, url, database, keyring, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepare(database: Database, url: string): Promise<void> {
  const version = await database.version();
  if (version < postgresMin) {
    throw new Fault('conflict', `This is PostgreSQL ${version}; Glasspost needs ${postgresMin} or later.`);
  }
  await migrate(database, schemaFolders);
  await migrateJobs(url);
}

const sayTo = (log: Log) => (line: string) => log.warn('notice', { line });

export async function openProgram(settings: Settings): Promise<Program> {
  const ground = await openGround(settings);
  const { database, log } = ground;
  let pastClock: Clock | null = null;
  // Mails of the sample world's past carry the time of that past.
  const mailbox = await startMailbox({ limit: mailsKeptMax, clock: { now: () => (pastClock ?? realClock).now() } });
  const publicUrl = settings.publicUrl ?? (await ownUrl(settings));
  let sample: SampleWorld | null = null;
  const jobs = createWorkerJobs({ database, url: ground.url, log: sayTo(log) });
  const routeOf: HouseNeeds['routeOf'] = (shopId) => sample?.routeOf(shopId) ?? null;
  const base = houseNeeds(ground, mailbox, publicUrl);
  const house = createHouse({ ...base, jobs, routeOf });
  const http = serveHouse(ground, house, httpSettings(settings, publicUrl));
  return {
    serve: async () => {
      const shops = await house.orders.shops(database);
      if (shops.length === 0) await house.orders.addShop(database, ownShop(publicUrl));
      const before = shops.find((shop) => shop.sample) ?? null;
      if (before !== null || (shops.length === 0 && settings.sample === 'on')) {
        sample = await openSampleWorld({
          ...{ log, database, publicUrl, house, shop: before },
          buildPast: (past) => {
            pastClock = past.clock;
            return createHouse({ ...base, ...past });
          },
          ensureMonths: (from) => ensureMonths(database, from, realClock.now()),
        });
        pastClock = null;
        const { waiting } = sample;
        await database.tx((tx) => jobs.add(tx, ...waiting));
      }
      await house.start();
      await http.listen();
      note(ground, { databaseUrl: ground.url, publicUrl, routes: routesOf(sample) });
      return await greeting(ground, house, publicUrl, sample?.shop ?? null);
    },
    stop: async () => {
      await http.close();
      await sample?.stop();
      await house.stop();
      await mailbox.stop();
      await ground.close();
    },
  };
}

function houseNeeds(ground: Ground, mailbox: Mailbox, publicUrl: string): Omit<HouseNeeds, 'jobs' | 'routeOf'> {
  const { database, keyring, log, settings } = ground;
  const { smtpUrl, smtpOperator } = settings;
  const operator = smtpOperator ?? URL.parse(smtpUrl ?? '')?.hostname ?? null;
  return {
    ...{ database, keyring, log, mailbox, publicUrl, clock: realClock },
    smtp: smtpUrl === null ? null : { url: smtpUrl, operator: operator === 'self' ? null : operator },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    about: { settings: shownSettings, version },
  };
}

function serveHouse(ground: Ground, house: House, settings: HttpSettings): Http {
  const http = createHttp({
    settings,
    log: ground.log,
    ready: async () => (await ground.database.version()) >= postgresMin,
    errorPage: house.customer.errorPage,
  });
  house.customer.mount(http);
  house.console.mount(http);
  house.api.mount(http);
  return http;
}

function httpSettings(settings: Settings, publicUrl: string): HttpSettings {
  const { host, tlsCert, tlsKey, plainPort, trustedProxies } = settings;
  const tls =
    tlsCert === null || tlsKey === null ? null : { certFile: tlsCert, keyFile: tlsKey, redirectPort: plainPort };
  const port = settings.port === 0 ? Number(URL.parse(publicUrl)?.port ?? 0) : settings.port;
  return { host, port, tls, trustedProxies, publicUrl };
}

/** The address it listens on. A port of 0 is made a real one here, because links need it before anything listens. */
async function ownUrl(settings: Settings): Promise<string> {
  const scheme = settings.tlsCert === null ? 'http' : 'https';
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const port = settings.port === 0 ? await freePort(settings.host) : settings.port;
  return `${scheme}://${host}:${port}`;
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** The shop of a new installation, before anybody has said what it is called. */
function ownShop(publicUrl: string): Omit<Shop, 'shopId'> {
  const host = URL.parse(publicUrl)?.hostname ?? 'localhost';
  const domain = /[a-z]/i.test(host) && host.includes('.') ? host : 'shop.invalid';
  return {
    name: 'My shop',
    language: 'en',
    sample: false,
    face: {
      brand: '#0f4c5c',
      onBrand: '#ffffff',
      logoUrl: null,
      contact: { email: null, phone: null, hours: null, url: null },
      sender: { name: 'My shop', address: `orders@${domain}` },
    },
  };
}

function routesOf(sample: SampleWorld | null): Running['routes'] {
  const hosts = Object.entries(sample?.routeOf(sample.shop.shopId)?.hosts ?? {});
  return hosts.map(([host, { address, port }]) => ({ host, to: `${address}:${port}` }));
}

function note(ground: Ground, running: Running): void {
  writeFileSync(runningPath(ground.settings), `${JSON.stringify(running)}\n`, { mode: 0o600 });
}

/** The note of the program that runs on this data, or null when none does. */
function readNote(settings: Settings): Running | null {
  if (!existsSync(runningPath(settings))) return null;
  const read = runningShape.safeParse(JSON.parse(readFileSync(runningPath(settings), 'utf8')));
  return read.success ? read.data : null;
}

/** Where the sample shop's calls are led while the program runs. */
export function sampleRoutes(settings: Settings): Running['routes'] {
  return readNote(settings)?.routes ?? [];
}

async function greeting(
  ground: Ground,
  house: House,
  publicUrl: string,
  sample: Shop | null,
): Promise<readonly string[]> {
  const { dataDir, keysDir } = ground.settings;
  const near = (path: string): string => {
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : `./${short}`;
  };
  const row = (label: string, text: string): string => `  ${label.padEnd(20)}${text}`;
  const guided = sample === null ? null : await house.orders.find(ground.database, sample.shopId, guidedNumber);
  return [
    `Glasspost runs at ${publicUrl}`,
    ...(guided === null ? [] : [row('A parcel on its way', house.orders.customerUrl(guided))]),
    row('Console, once', await house.console.createLink()),
    row('Mailbox', `${publicUrl}/console/mailbox`),
    row('Data', near(dataDir)),
    row('Keys', `${near(keysDir)} (back them up apart from the data)`),
    row('Stop', 'Ctrl-C'),
  ];
}

/** The sample order whose parcel goes its way while a newcomer looks. */
const guidedNumber = 'NK-10500';

/** For the command line: joins the program that runs on this data, or opens the data for as long as the work takes. */
export async function withOpenedHouse<T>(settings: Settings, work: (house: OpenedHouse) => Promise<T>): Promise<T> {
  const running = readNote(settings);
  const ground = await openGround(settings).catch(async (error: unknown) => {
    if (running === null || !(error instanceof Fault) || error.code !== 'conflict') throw error;
    return await joinGround(settings, running);
  });
  const mailbox = await startMailbox({ limit: 1, clock: realClock });
  const publicUrl = settings.publicUrl ?? running?.publicUrl ?? (await ownUrl(settings));
  const jobs = createWorkerJobs({ database: ground.database, url: ground.url, log: sayTo(ground.log) });
  const house = createHouse({ ...houseNeeds(ground, mailbox, publicUrl), jobs, routeOf: () => null });
  try {
    return await work(openedHouse(ground, house, publicUrl));
  } finally {
    await house.stop();
    await mailbox.stop();
    await ground.close();
  }
}

async function joinGround(settings: Settings, running: Running): Promise<Ground> {
  const log = createLog({ level: 'silent' });
  const database = openDatabase({ url: running.databaseUrl });
  const keyring = await openKeyring({ folder: settings.keysDir, database });
  return { settings, log, url: running.databaseUrl, database, keyring, close: database.close };
}

function openedHouse(ground: Ground, house: House, publicUrl: string): OpenedHouse {
  const { database } = ground;
  const actor = 'command line';
  const { orders, privacy, carriers, facts, pushUrlOf, api } = house;
  return {
    ...{ database, orders, privacy, carriers, facts, publicUrl, pushUrlOf },
    createKey: (shopId, name, scopes) => api.keys.create(shopId, name, scopes, actor),
    keys: api.keys.list,
    revokeKey: (shopId, id) => api.keys.revoke(shopId, id, actor),
    consoleLink: house.console.createLink,
    removeSample: () => house.removeSample(actor),
  };
}
