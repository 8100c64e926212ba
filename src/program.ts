import { openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import type { OpenedHouse } from '#cli';
import { openKeyring, type Keyring } from '#keys';
import { realClock, type Clock } from '#kit/clock';
import { migrate, openDatabase, type Database } from '#kit/database';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#kit/embedded-postgres';
import { Fault } from '#kit/fault';
import { takeFolderLock, type FolderLock } from '#kit/folder-lock';
import { checkHttp, createHttp, type Http, type HttpSettings } from '#kit/http';
import { createWorkerJobs, migrateJobs, type Jobs } from '#kit/jobs';
import { createLog, type Log } from '#kit/log';
import { startMailbox, type Mailbox } from '#kit/mailbox';
import type { Shop } from '#orders';
import { openSampleWorld, type Past, type SampleWorld } from '#sample';
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
/** Calls, jobs and mails that have begun get this long to end; then the database is stopped under them. */
const farewellMsMax = 1_500;
const disconnectMsMax = 300;
/** Of this program, as package.json has it. */
const programVersion = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'))).version;

export type Opening = {
  /** What a test puts in the keyring's place: one that seals nothing shows that sealing is what hides. */
  readonly keyringAs?: (keyring: Keyring) => Keyring;
  /** Once it is aborted nothing more is begun, and what was begun is ended again. */
  readonly stopped?: AbortSignal;
};

type Ground = {
  readonly settings: Settings;
  readonly log: Log;
  readonly url: string;
  /** Where this house is known to be reached; null before a port is chosen. */
  readonly publicUrl: string | null;
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
 * @param first what is to be known before anything is started
 * @throws Fault with a sentence for whoever operates this
 */
async function openGround(
  settings: Settings,
  opening: Opening,
  first: () => Promise<void> = async () => {},
): Promise<Ground> {
  const lock: FolderLock = takeFolderLock(settings.dataDir, 'program.lock');
  let embedded: EmbeddedPostgres | null = null;
  let database: Database | null = null;
  const close = async (): Promise<void> => {
    rmSync(runningPath(settings), { force: true });
    await within(disconnectMsMax, database?.close());
    await embedded?.stop();
    lock.release();
  };
  try {
    await first();
    const log = openLog(settings);
    const say = sayTo(log);
    if (settings.databaseUrl === null) {
      embedded = await startEmbeddedPostgres({ folder: join(settings.dataDir, 'postgres'), log: say });
    }
    const url = settings.databaseUrl ?? embedded?.url ?? '';
    database = openDatabase({ url, log: say });
    await prepare(database, url);
    const keyring = await openKeys(settings, database, opening);
    return { settings, log, url, publicUrl: settings.publicUrl, database, keyring, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openKeys(settings: Settings, database: Database, { keyringAs }: Opening): Promise<Keyring> {
  const keyring = await openKeyring({ folder: settings.keysDir, database });
  return keyringAs === undefined ? keyring : keyringAs(keyring);
}

function openLog(settings: Settings): Log {
  const path = join(settings.dataDir, 'glasspost.log');
  try {
    return createLog({ level: settings.logLevel, destination: openSync(path, 'a', 0o600) });
  } catch (cause) {
    throw new Fault('unavailable', `The log ${path} cannot be written.`, { cause });
  }
}

async function prepare(database: Database, url: string): Promise<void> {
  const major = await database.version();
  if (major < postgresMin) {
    throw new Fault('conflict', `This is PostgreSQL ${major}; Glasspost needs ${postgresMin} or later.`);
  }
  await migrate(database, schemaFolders);
  await migrateJobs(url);
}

const sayTo = (log: Log) => (line: string) => log.warn('notice', { line });

/** Opens everything that serving needs; nothing is reached from outside before `serve`. */
export async function openProgram(settings: Settings, opening: Opening = {}): Promise<Program> {
  let port = settings.port;
  const ground = await openGround(settings, opening, async () => {
    port = await checkHttp(doorsOf(settings));
  });
  try {
    opening.stopped?.throwIfAborted();
    return await furnish(ground, port);
  } catch (error) {
    await ground.close();
    throw error;
  }
}

async function furnish(ground: Ground, port: number): Promise<Program> {
  const { database, log, settings } = ground;
  let pastClock: Clock | null = null;
  // Mails of the sample world's past carry the time of that past.
  const mailbox = await startMailbox({ limit: mailsKeptMax, clock: { now: () => (pastClock ?? realClock).now() } });
  const publicUrl = settings.publicUrl ?? urlOf(settings, port);
  let sample: SampleWorld | null = null;
  const jobs = createWorkerJobs({ database, url: ground.url, log: sayTo(log) });
  const routeOf: HouseNeeds['routeOf'] = (shopId) => sample?.routeOf(shopId) ?? null;
  const base = houseNeeds(ground, mailbox, publicUrl);
  const house = createHouse({ ...base, jobs, routeOf });
  const http = serveHouse(ground, house, { ...doorsOf(settings), port, publicUrl });
  const buildPast: NewShops['buildPast'] = (past, pastDatabase) => {
    pastClock = past.clock;
    // What the past did by the way is told by its pages; the log has times of its own.
    const quiet = openLog(settings.logLevel === 'info' ? { ...settings, logLevel: 'warn' } : settings);
    return createHouse({ ...base, ...past, database: pastDatabase, log: quiet });
  };
  return {
    serve: async () => {
      sample = await openShops({ ground, house, jobs, publicUrl, buildPast });
      pastClock = null;
      await house.start();
      await http.listen();
      note(ground, { databaseUrl: ground.url, publicUrl, routes: routesOf(sample) });
      return await greeting(ground, house, publicUrl, sample?.shop ?? null);
    },
    stop: async () => {
      await within(farewellMsMax, Promise.all([http.close(), sample?.stop(), house.stop(), mailbox.stop()]));
      await ground.close();
    },
  };
}

/** Waits for the end of something, but no longer than this. */
async function within(msMax: number, ending: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, msMax);
  });
  await Promise.race([ending, late]).finally(() => clearTimeout(timer));
}

type NewShops = {
  readonly ground: Ground;
  readonly house: House;
  readonly jobs: Jobs;
  readonly publicUrl: string;
  readonly buildPast: (past: Past, database: Database) => House;
};

/**
 * The shops of this installation. A new one gets its own shop last, together with the jobs that the sample world left to
 * do: an installation without one was stopped while it was being made, and begins again.
 */
async function openShops({ ground, house, jobs, publicUrl, buildPast }: NewShops): Promise<SampleWorld | null> {
  const { database, log, settings } = ground;
  const shops = await house.orders.shops(database);
  const isNew = shops.every((shop) => shop.sample);
  if (isNew) await house.removeSample('program');
  const shop = isNew ? null : (shops.find((one) => one.sample) ?? null);
  let sample: SampleWorld | null = null;
  if (shop !== null || (isNew && settings.sample === 'on')) {
    // What a power cut takes from a world that is being made is made again: it need not wait for the disk.
    const hasty = openDatabase({ url: ground.url, settings: { synchronous_commit: 'off' } });
    try {
      sample = await openSampleWorld({
        log,
        database: hasty,
        publicUrl,
        house,
        shop,
        buildPast: (past) => buildPast(past, hasty),
        ensureMonths: (from) => ensureMonths(database, from, realClock.now()),
      });
    } finally {
      await within(disconnectMsMax, hasty.close());
    }
  }
  const waiting = sample?.waiting ?? [];
  await database.tx(async (tx) => {
    if (isNew) await house.orders.addShop(tx, ownShop(publicUrl));
    await jobs.add(tx, ...waiting);
  });
  return sample;
}

function houseNeeds(ground: Ground, mailbox: Mailbox, publicUrl: string): Omit<HouseNeeds, 'jobs' | 'routeOf'> {
  const { database, keyring, log, settings } = ground;
  const { smtpUrl, smtpOperator } = settings;
  const operator = smtpOperator ?? URL.parse(smtpUrl ?? '')?.hostname ?? null;
  return {
    database,
    keyring,
    log,
    mailbox,
    publicUrl,
    clock: realClock,
    smtp: smtpUrl === null ? null : { url: smtpUrl, operator: operator === 'self' ? null : operator },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    about: { settings: shownSettings, version: programVersion },
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

function doorsOf(settings: Settings): Omit<HttpSettings, 'publicUrl'> {
  const { host, port, tlsCert, tlsKey, plainPort, trustedProxies } = settings;
  const tls =
    tlsCert === null || tlsKey === null ? null : { certFile: tlsCert, keyFile: tlsKey, redirectPort: plainPort };
  return { host, port, tls, trustedProxies };
}

/** The address it listens on. */
function urlOf(settings: Settings, port: number): string {
  const scheme = settings.tlsCert === null ? 'http' : 'https';
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return `${scheme}://${host}:${port}`;
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
  const path = runningPath(ground.settings);
  writeFileSync(`${path}.new`, `${JSON.stringify(running)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The note of the program that runs on this data, or null when none does. */
function readNote(settings: Settings): Running | null {
  try {
    return runningShape.parse(JSON.parse(readFileSync(runningPath(settings), 'utf8')));
  } catch {
    return null;
  }
}

/** Where the sample shop's calls are led while the program runs. */
export function sampleRoutes(settings: Settings): Running['routes'] {
  return readNote(settings)?.routes ?? [];
}

/** A path as somebody at this terminal would write it. */
function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : `./${short}`;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(20)}${text}`;
}

async function greeting(
  ground: Ground,
  house: House,
  publicUrl: string,
  sample: Shop | null,
): Promise<readonly string[]> {
  const { dataDir, keysDir } = ground.settings;
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
export async function withOpenedHouse<T>(
  settings: Settings,
  work: (house: OpenedHouse) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const ground = await openGround(settings, opening).catch(async (error: unknown) => {
    const running = error instanceof Fault && error.code === 'conflict' ? readNote(settings) : null;
    if (running === null) throw error;
    return await joinGround(settings, opening, running);
  });
  const mailbox = await startMailbox({ limit: 1, clock: realClock });
  const publicUrl = ground.publicUrl ?? urlOf(settings, settings.port);
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

async function joinGround(settings: Settings, opening: Opening, running: Running): Promise<Ground> {
  const log = createLog({ level: 'silent' });
  const database = openDatabase({ url: running.databaseUrl });
  const keyring = await openKeys(settings, database, opening);
  const { databaseUrl: url, publicUrl } = running;
  return { settings, log, url, publicUrl, database, keyring, close: database.close };
}

function openedHouse(ground: Ground, house: House, publicUrl: string): OpenedHouse {
  const { database } = ground;
  const actor = 'command line';
  const { orders, privacy, carriers, facts, pushUrlOf, api } = house;
  return {
    database,
    orders,
    privacy,
    carriers,
    facts,
    publicUrl,
    pushUrlOf,
    createKey: (shopId, name, scopes) => api.keys.create(shopId, name, scopes, actor),
    keys: api.keys.list,
    revokeKey: (shopId, id) => api.keys.revoke(shopId, id, actor),
    consoleLink: house.console.createLink,
    removeSample: () => house.removeSample(actor),
  };
}
