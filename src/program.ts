import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import type { OpenedHouse } from '#cli';
import type { Examination, Place } from '#doctor';
import { realClock, type Clock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { checkHttp, createHttp, type Http, type HttpSettings } from '#kit/http';
import { createWorkerJobs, type Jobs } from '#kit/jobs';
import { startMailbox, type Mailbox } from '#kit/mailbox';
import { newShop, type Shop } from '#orders';
import { openSampleWorld, type Past, type SampleWorld } from '#sample';
import { wantedCertificates } from './program/wanted.ts';
import { createHouse, ensureMonths, type House, type HouseNeeds } from './house.ts';
import { confinementOf } from './program/confine.ts';
import { examineBy } from './program/examine.ts';
import {
  joinGround,
  logPath,
  openGround,
  openLog,
  sayTo,
  within,
  type Ground,
  type Opening,
} from './program/ground.ts';
import { readNote, writeNote, type Running } from './program/note.ts';
import { scanSettings } from './program/scanning.ts';
import { shownSettings, type Settings, type settingsAsRead } from './settings.ts';

export { confine } from './program/confine.ts';
export { restoreInstallation } from './program/restoring.ts';
export type { Opening };

/** The program from its settings to its end: database, keys, house, doors, sample world. */
export type Program = {
  /** Opens the doors. Answers what to print: eight lines at the most. */
  readonly serve: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
};

const mailsKeptMax = 500;
/** Calls, jobs and mails that have begun get this long to end; then the database is stopped under them. */
const farewellMsMax = 1_500;
/** Of this program, as package.json has it. */
const programVersion = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'))).version;

/** Opens everything that serving needs; nothing is reached from outside before `serve`. */
export async function openProgram(settings: Settings, opening: Opening = {}): Promise<Program> {
  let port = settings.port;
  const ground = await openGround(settings, opening, async () => {
    port = await checkHttp({ ...settings, tls: tlsOf(settings) });
  });
  try {
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
  const base = houseNeeds(ground, mailbox, placeOf(settings, { publicUrl, port, isServing: true }));
  const house = createHouse({ ...base, jobs, routeOf });
  const http = serveHouse(ground, house, { ...doorsOf(settings, house), port, publicUrl });
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
      await house.start(settings.role);
      await http.listen();
      // Authorities look at the doors, so these are open first; a worker has none to show.
      await house.tls.start(settings.role === 'worker' ? 'late' : 'now');
      const confinement = confinementOf(settings);
      if (confinement !== null) log.info('permissions', { confinement });
      writeNote(settings, { databaseUrl: ground.url, publicUrl, routes: routesOf(sample) });
      return await greeting(ground, house, publicUrl, sample?.shop ?? null);
    },
    stop: async () => {
      await within(farewellMsMax, Promise.all([http.close(), sample?.stop(), house.stop(), mailbox.stop()]));
      await ground.close();
    },
  };
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
  if (settings.role !== 'all') return await openOwnShop(database, house, publicUrl, shops);
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
      await within(farewellMsMax, hasty.close());
    }
  }
  const waiting = sample?.waiting ?? [];
  await database.tx(async (tx) => {
    if (isNew) await house.orders.addShop(tx, newShop('My shop', publicUrl));
    await jobs.add(tx, ...waiting);
  });
  return sample;
}

/** One of several processes: the sample world lives in the memory of one, so there is none here. */
async function openOwnShop(database: Database, house: House, publicUrl: string, shops: readonly Shop[]): Promise<null> {
  if (shops.some((shop) => shop.sample)) {
    const how = 'Remove it with `npm run -s glasspost -- sample remove`, or start with GLASSPOST_ROLE=all.';
    throw new Fault('conflict', `The sample shop lives in one process. ${how}`);
  }
  await database.tx((tx) => house.orders.addFirstShop(tx, newShop('My shop', publicUrl)));
  return null;
}

function houseNeeds(ground: Ground, mailbox: Mailbox, place: Place): Omit<HouseNeeds, 'jobs' | 'routeOf'> {
  const { database, keyring, log, settings } = ground;
  const { smtpUrl, smtpOperator, dnsServers } = settings;
  const operator = smtpOperator ?? URL.parse(smtpUrl ?? '')?.hostname ?? null;
  return {
    database,
    keyring,
    log,
    mailbox,
    place,
    publicUrl: place.publicUrl,
    clock: realClock,
    dnsServers,
    backupRecipients: settings.keysRecipients,
    certificates: wantedCertificates(settings),
    fronts: settings.fronts,
    scanning: scanSettings(settings, place.publicUrl),
    smtp: smtpUrl === null ? null : { url: smtpUrl, operator: operator === 'self' ? null : operator },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    about: { settings: shownSettings, version: programVersion },
  };
}

function serveHouse(ground: Ground, house: House, settings: HttpSettings): Http {
  const http = createHttp({
    settings,
    log: ground.log,
    ready: async () => (await ground.database.version()) > 0,
    errorPage: house.customer.errorPage,
    hsts: house.tls.hstsHeader,
    proofFor: house.tls.proofFor,
  });
  // A worker has nothing to say to anybody but whoever watches the machine.
  if (ground.settings.role === 'worker') return http;
  house.doctor.mount(http);
  house.privacy.witness.mount(http);
  house.customer.mount(http);
  house.console.mount(http);
  house.api.mount(http);
  return http;
}

function doorsOf(settings: Settings, house: House): Omit<HttpSettings, 'publicUrl'> {
  const { host, port, trustedProxies, webProcesses, role } = settings;
  const fronts = role === 'worker' ? [] : settings.fronts;
  const tls = tlsOf(settings);
  const from = house.tls.source ?? tls?.files ?? null;
  return {
    host,
    port,
    tls: tls === null || from === null ? null : { ...tls, from },
    trustedProxies,
    webProcesses,
    fronts,
  };
}

/** Null: whoever ends TLS is somebody else, or everybody is on this machine. */
function tlsOf(settings: Settings): Parameters<typeof checkHttp>[0]['tls'] {
  const { tlsCert, tlsKey, plainPort, domain } = settings;
  if (tlsCert !== null && tlsKey !== null) {
    return { files: { certFile: tlsCert, keyFile: tlsKey }, redirectPort: plainPort };
  }
  return domain.length === 0 ? null : { files: null, redirectPort: plainPort };
}

/** What the doctor looks at. */
function placeOf(settings: Settings, known: Pick<Place, 'publicUrl' | 'port' | 'isServing'>): Place {
  const { role, host, plainPort, domain, trustedProxies, dataDir, keysDir, smtpUrl, dnsServers } = settings;
  return {
    role,
    host,
    plainPort,
    domain,
    trustedProxies,
    dataDir,
    keysDir,
    smtpUrl,
    dnsServers,
    ...known,
    directories: settings.acmeDirectories,
    hasDnsHook: settings.acmeDnsHook !== null,
    tlsFiles: tlsOf(settings)?.files ?? null,
    tempDir: tmpdir(),
    logFile: logPath(settings),
    hasOwnDatabase: settings.databaseUrl === null,
  };
}

/** The address it is reached at: its first name, else where it listens. */
function urlOf(settings: Settings, port: number): string {
  const [name] = settings.domain;
  if (name !== undefined) return port === 443 ? `https://${name}` : `https://${name}:${port}`;
  const scheme = settings.tlsCert === null ? 'http' : 'https';
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return `${scheme}://${host}:${port}`;
}

function routesOf(sample: SampleWorld | null): Running['routes'] {
  const hosts = Object.entries(sample?.routeOf(sample.shop.shopId)?.hosts ?? {});
  return hosts.map(([host, { address, port }]) => ({ host, to: `${address}:${port}` }));
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
  const confinement = confinementOf(ground.settings);
  const guided = sample === null ? null : await house.orders.find(ground.database, sample.shopId, guidedNumber);
  return [
    `Glasspost runs at ${publicUrl}`,
    ...(ground.settings.role === 'all' ? [] : [row('Role', ground.settings.role)]),
    ...(guided === null ? [] : [row('A parcel on its way', house.orders.customerUrl(guided))]),
    ...(ground.settings.role === 'worker' ? [] : [row('Console, once', await house.console.createLink())]),
    ...(ground.settings.role === 'all' ? [row('Mailbox', `${publicUrl}/console/mailbox`)] : []),
    row('Data', near(dataDir)),
    row('Keys', `${near(keysDir)} (back them up apart from the data)`),
    ...(confinement === null ? [] : [row('Permissions', confinement)]),
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
  return await withHouse(settings, opening, (house, { ground, publicUrl }) =>
    work(openedHouse(ground, house, publicUrl)),
  );
}

/** The house itself, without its doors, as `withOpenedHouse` opens it. */
async function withHouse<T>(
  settings: Settings,
  opening: Opening,
  work: (house: House, on: { readonly ground: Ground; readonly publicUrl: string }) => Promise<T>,
): Promise<T> {
  let isServing = false;
  const ground = await openGround(settings, opening).catch(async (error: unknown) => {
    const running = error instanceof Fault && error.code === 'conflict' ? readNote(settings) : null;
    if (running === null) throw error;
    isServing = true;
    return await joinGround(settings, opening, running);
  });
  const mailbox = await startMailbox({ limit: 1, clock: realClock });
  const publicUrl = ground.publicUrl ?? urlOf(settings, settings.port);
  const jobs = createWorkerJobs({ database: ground.database, url: ground.url, log: sayTo(ground.log) });
  // Of a port that was chosen at the start only the address knows, where nobody gave it another.
  const chosen = settings.publicUrl === null && settings.domain.length === 0 ? Number(URL.parse(publicUrl)?.port) : 0;
  const place = placeOf(settings, { publicUrl, isServing, port: settings.port === 0 ? chosen : settings.port });
  const house = createHouse({ ...houseNeeds(ground, mailbox, place), jobs, routeOf: () => null });
  try {
    return await work(house, { ground, publicUrl });
  } finally {
    await house.stop();
    await mailbox.stop();
    await ground.close();
  }
}

/** For the command line, whatever state the installation is in. */
export async function examineInstallation(
  read: ReturnType<typeof settingsAsRead>,
  opening: Opening = {},
): Promise<Examination> {
  const { settings } = read;
  const { port, publicUrl } = settings;
  return await examineBy(read, {
    inside: () => withHouse(settings, opening, (house) => house.doctor.examine()),
    place: placeOf(settings, { publicUrl: publicUrl ?? urlOf(settings, port), port, isServing: false }),
  });
}

function openedHouse(ground: Ground, house: House, publicUrl: string): OpenedHouse {
  const { database } = ground;
  const actor = 'command line';
  const { orders, privacy, carriers, facts, mail, tls, fronts, protection, rights, pushUrlOf, api, backup } = house;
  const { breaches, canaries, evidence, faq, reviews, service } = house;
  return {
    database,
    clock: realClock,
    keyRoom: house.keyRoom,
    backup,
    orders,
    privacy,
    carriers,
    facts,
    mail,
    tls,
    fronts,
    protection,
    evidence,
    breaches,
    canaries,
    faq,
    rights,
    service,
    reviews,
    publicUrl,
    pushUrlOf,
    createKey: (shopId, name, scopes) => api.keys.create(shopId, name, scopes, actor),
    keys: api.keys.list,
    revokeKey: (shopId, id) => api.keys.revoke(shopId, id, actor),
    consoleLink: house.console.createLink,
    removeSample: () => house.removeSample(actor),
    importOrders: (asked) => api.importOrders({ ...asked, actor }),
    suggestMapping: api.suggestMapping,
  };
}
