import { join } from 'node:path';
import { createApi, createImports, importKeys, staffScopes, type Api } from '#api';
import { createBackup, type Backup } from '#backup';
import { createCarriers, type Carriers } from '#carriers';
import { consolePaths, createConsole, type Console } from '#console';
import { askAtAddress, createCustomer, mailConsentReceipts, type Customer } from '#customer';
import { createDoctor, type Doctor, type Place } from '#doctor';
import { createKeyRoom, type Keyring, type KeyRoom, type WrappedKeys } from '#keys';
import type { Clock } from '#kit/clock';
import { ensurePartitions, type Database, type SchemaFolder } from '#kit/database';
import { createEgress, createLookup, type EgressRoute } from '#kit/egress';
import { createFacts, factPartitions, type Facts } from '#kit/facts';
import { frontStates, type Front, type FrontState } from '#kit/http';
import { showId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { Mailbox } from '#kit/mailbox';
import { createWords } from '#kit/words';
import { createMail, type MailRoom } from '#mail';
import { createNotices, type Notices } from '#notices';
import { createOrders, protectionPathOf, type Orders, type Shop } from '#orders';
import { createParcels, parcelPartitions, parcelTexts, tellParcel, type Parcels } from '#parcels';
import { createPrivacy, ledgerHeads, parcelKeyPartitions, subjectKeys, type Controller, type Privacy } from '#privacy';
import { createProtection, type Protection, type ScanSettings } from '#protection';
import { asController, hostOf, pushUrls, type PushUrlOf } from './house/addresses.ts';
import { watchedDoors, wireBreaches, type BreachRooms } from './house/breaches.ts';
import { createPost, type Post } from './house/post.ts';
import { wireRights, type RightsRooms } from './house/rights.ts';
import { routed } from './house/routed.ts';
import { wireTrust, type TrustRooms } from './house/trust.ts';
import { holdKeys } from '#rights';
import { createTls, scanSite, scanMail, type Tls, type TlsNeeds, type WantedCertificates } from '#tls';
import { createWatch, type Watch } from '#watch';

/** The folders that own a schema, in floor order from below. */
export const schemaFolders: readonly SchemaFolder[] = [
  'kit/facts',
  'keys',
  'tls',
  'privacy',
  'carriers',
  'orders',
  'parcels',
  'watch',
  'mail',
  'notices',
  'protection',
  'reviews',
  'service',
  'faq',
  'evidence',
  'rights',
  'customer',
  'console',
  'api',
].map((name) => ({ name, path: join(import.meta.dirname, name) }));

/** Every key in the database that the keyring wraps, one for each table: turned with it, and copied apart from the data. */
export const wrappedKeys: readonly WrappedKeys[] = [...subjectKeys, importKeys, holdKeys];

/** What opens without a person's key, for as long as it is there: it is copied with the keys, so that it goes with them. */
const opensAlone = ['api.import_chunk', 'api.import_refusal', 'parcels.waiting'];

export type HouseNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly mailbox: Mailbox;
  readonly publicUrl: string;
  /** Null while no mail server is set: then every shop's mails go to the mailbox. */
  readonly smtp: { readonly url: string; readonly operator: string | null } | null;
  /** DNS servers that are asked about the shops' mail records; empty for those of this machine. */
  readonly dnsServers: readonly string[];
  /** What this house gets certificates for by itself; null where they lie in files, or somebody else ends TLS. */
  readonly certificates: WantedCertificates | null;
  /** Names of the shop’s own server that requests are passed on for; none when it is missing. */
  readonly fronts?: readonly Front[];
  /** Whom backups are closed to when nobody else is named. */
  readonly backupRecipients?: readonly string[];
  /** What was set, for whoever examines it. */
  readonly place: Place;
  /** Which hosts are this house's own, and how hosts are scanned. */
  readonly scanning: ScanSettings;
  /** What staff may read about the program itself; secrets masked. */
  readonly about: Pick<Parameters<typeof createConsole>[0], 'settings' | 'version'>;
  /** Where the calls of a shop's carrier accounts are led; null for real shops. */
  readonly routeOf: (shopId: string) => EgressRoute | null;
  /** Waits in product time. */
  readonly pause: (ms: number) => Promise<void>;
};

/** Everything that stands on the floors, wired. Nothing runs before `start`. */
export type House = TrustRooms & {
  readonly facts: Facts;
  readonly keyRoom: KeyRoom;
  readonly backup: Backup;
  readonly tls: Tls;
  readonly privacy: Privacy;
  readonly carriers: Carriers;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly watch: Watch;
  readonly mail: MailRoom;
  readonly notices: Notices;
  readonly doctor: Doctor;
  readonly protection: Protection;
  readonly rights: RightsRooms;
  readonly breaches: BreachRooms['breaches'];
  readonly canaries: BreachRooms['canaries'];
  readonly customer: Customer;
  readonly console: Console;
  readonly api: Api;
  readonly database: Database;
  /** How it stands with the servers behind fronted names: asked now, for 3 seconds at the most. */
  readonly fronts: () => Promise<readonly FrontState[]>;
  readonly pushUrlOf: PushUrlOf;
  /** Removes the sample shop with everything in it; false when there is none. */
  readonly removeSample: (actor: string) => Promise<boolean>;
  /** `web` answers at the doors and leaves jobs and followers to other processes; `worker` does these. */
  readonly start: (role?: Role) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type Role = 'all' | 'web' | 'worker';

const dailyTask = 'house.daily';
const words = createWords(parcelTexts);

export function createHouse(needs: HouseNeeds): House {
  const { database, clock, jobs } = needs;
  const post = createPost({ ...needs, log: sayTo(needs.log) });
  const floors = createFloors(needs, post);
  const { facts, parcels } = floors;
  const doors = createDoors(needs, floors);
  jobs.on(dailyTask, async () => {
    await ensureMonths(database, clock.now(), clock.now());
    await parcels.sealFinished();
    await floors.rights.daily();
    await doors.customer.dropOld();
    await planDaily(needs);
  });
  return {
    database,
    ...floors,
    ...doors,
    start: async (role = 'all') => {
      await ensureMonths(database, clock.now(), clock.now());
      await planDaily(needs);
      await floors.keyRoom.start();
      if (role !== 'web') {
        await floors.protection.start();
        await floors.evidence.start();
        await floors.startCanaries();
        await floors.privacy.ledger.start();
        floors.privacy.witness.start();
        await jobs.start();
      }
      await facts.start(role === 'web' ? 'listeners' : 'everybody');
    },
    stop: async () => {
      await jobs.stop();
      await floors.privacy.witness.stop();
      await floors.privacy.ledger.stop();
      await floors.protection.stop();
      await floors.tls.stop();
      await facts.stop();
      await floors.keyRoom.stop();
      await post.close();
    },
  };
}

type Floors = Pick<
  House,
  | 'facts'
  | 'keyRoom'
  | 'backup'
  | 'tls'
  | 'fronts'
  | 'privacy'
  | 'carriers'
  | 'orders'
  | 'parcels'
  | 'watch'
  | 'mail'
  | 'notices'
  | 'doctor'
  | 'protection'
  | 'rights'
  | 'breaches'
  | 'canaries'
  | 'pushUrlOf'
  | keyof TrustRooms
> &
  Pick<BreachRooms, 'startCanaries'>;

/** The keyring as it is turned, and the copies of it and of the data. */
function keysAndCopies(needs: HouseNeeds, audit: Privacy['audit']): Pick<House, 'keyRoom' | 'backup'> {
  const { database, clock, jobs, keyring, backupRecipients: recipients = [] } = needs;
  const { version } = needs.about;
  const own = [needs.place.dataDir, needs.place.keysDir];
  const apart = [...wrappedKeys.map(({ table }) => table), ...opensAlone];
  return {
    keyRoom: createKeyRoom({ database, clock, keyring, jobs, audit, wrapped: wrappedKeys, log: sayTo(needs.log) }),
    backup: createBackup({ database, clock, keyring, apart, ledgerHeads, version, recipients, own }),
  };
}

/** Everything below the doors, from the bottom up. */
function createFloors(needs: HouseNeeds, post: Post): Floors {
  const { database, clock, jobs, keyring, log, publicUrl, routeOf, pause } = needs;
  const facts = createFacts({ database, clock, log: sayTo(log) });
  const egress = createEgress({ log });
  const { certificates: wanted } = needs;
  const send: TlsNeeds['send'] = (request) => egress.send(request, null);
  const privacy = createPrivacy({
    database,
    clock,
    keyring,
    publicUrl,
    log,
    send,
    controllerOf: (shopId) => controllerOf(shopId),
  });
  const fronted = (needs.fronts ?? []).map(({ name }) => name);
  const ownPage = { url: new URL(consolePaths.enter, publicUrl).href };
  const { audit } = privacy;
  const { keyRoom, backup } = keysAndCopies(needs, audit);
  const tls = createTls({ database, clock, keyring, jobs, log, wanted, send, ownPage, audit, fronted });
  const shopOf = async (shopId: string): Promise<Shop | null> =>
    (await orders.shops(database)).find((one) => one.shopId === shopId) ?? null;
  const route = (shopId: string) => routed(routeOf(shopId), () => shopOf(shopId));
  const carriers = createCarriers({ database, clock, privacy, egress, log, routeOf: route, pause });
  const orders = createOrders({ database, clock, keyring, privacy, publicUrl });
  const parcels = createParcels({ database, clock, privacy, facts, orders });
  const controllerOf = async (shopId: string): Promise<Controller | null> => {
    const shop = await shopOf(shopId);
    return shop === null ? null : asController(shop, publicUrl);
  };
  const pushUrlOf = pushUrls(carriers, publicUrl);
  const watch = createWatch({ database, clock, facts, jobs, carriers, parcels, log, privacy, pushUrlOf });
  const below = { facts, keyRoom, backup, tls, privacy, carriers, orders, parcels, watch, pushUrlOf };
  const told = { ...below, ...createTelling(needs, below, post) };
  const trusting = { ...needs, ...told, send: egress.send, routeOf: route, staff: needs.scanning.staff };
  const floors = { ...told, ...wireTrust(trusting) };
  const alarmed = { ...floors, ...wireBreaches({ ...needs, ...floors, staff: needs.scanning.staff }) };
  return withRights(needs, alarmed, createLookouts(needs, alarmed, send));
}

/** The shop's mails, and what customers are told by them. */
function createTelling(
  needs: HouseNeeds,
  below: Pick<House, 'facts' | 'privacy' | 'orders' | 'parcels'>,
  post: Post,
): Pick<House, 'mail' | 'notices'> {
  const { publicUrl, smtp } = needs;
  const mail = createMail({
    ...needs,
    privacy: below.privacy,
    mailServer: smtp === null ? null : hostOf(smtp.url),
    transportOf: post.of,
  });
  const notices = createNotices({
    ...needs,
    ...below,
    transportOf: post.of,
    mail,
    mailHost: hostOf(publicUrl),
    tell: (language, told) => tellParcel((key, values) => words.say(language, key, values), told),
  });
  return { mail, notices };
}

/** What persons may ask for: over the rooms that keep something about them. */
function withRights(
  needs: HouseNeeds,
  floors: Omit<Floors, 'fronts' | 'protection' | 'doctor' | 'rights'>,
  lookouts: Pick<Floors, 'fronts' | 'protection' | 'doctor'>,
): Floors {
  const { smtp, publicUrl, mailbox, scanning } = needs;
  const { evidence, faq, reviews, service, notices, mail, watch, parcels, orders } = floors;
  const rights = wireRights({
    ...needs,
    ...floors,
    rooms: [evidence, faq, reviews, service, notices, mail, watch, parcels, orders],
    protection: lookouts.protection,
    mailServer: smtp === null ? null : { host: hostOf(smtp.url), operator: smtp.operator },
    dropCaught: mailbox.drop,
    askToConfirm: askAtAddress({ orders, notices, publicUrl }),
    staff: scanning.staff,
    deskUrl: new URL(consolePaths.requests, publicUrl).href,
  });
  return { ...floors, rights, ...lookouts };
}

/** Whoever looks at what others see of this house, and at how it stands with it. */
function createLookouts(
  needs: HouseNeeds,
  floors: Omit<Floors, 'fronts' | 'protection' | 'doctor' | 'rights' | 'startCanaries'>,
  ask: TlsNeeds['send'],
): Pick<Floors, 'fronts' | 'protection' | 'doctor'> {
  const { database, clock, jobs, log, keyring, publicUrl, scanning, place } = needs;
  const { orders, tls, mail, privacy } = floors;
  return {
    fronts: () => frontStates(needs.fronts ?? []),
    protection: createProtection({
      ...scanning,
      database,
      clock,
      jobs,
      log,
      mail,
      publicUrl,
      scanMail,
      audit: privacy.audit,
      shops: () => orders.shops(database),
      certificates: tls.list,
      resolve: createLookup(needs.dnsServers),
      scan: scanSite,
      ownStart: protectionPathOf,
      version: needs.about.version,
    }),
    doctor: createDoctor({ database, clock, log, rooms: { ...floors, keyring }, place, ask }),
  };
}

type Doors = Pick<House, 'customer' | 'console' | 'api' | 'removeSample'>;

function createDoors(needs: HouseNeeds, floors: Floors): Doors {
  const { database, clock, log, mailbox, publicUrl, smtp } = needs;
  const { privacy, orders, carriers, canaries, breaches } = floors;
  const { rights, notices } = floors;
  const mailReceipts = mailConsentReceipts(floors);
  const { linkOpened, keyTried } = canaries;
  const data = { rights, notices, recordRequest: rights.requests.record };
  const cards = { ...floors, publicUrl };
  const customer = createCustomer({ database, clock, publicUrl, ...floors, cards, data, mailReceipts, linkOpened });
  const watched = watchedDoors(floors, floors);
  const api = createApi({ database, clock, ...watched, keyTried });
  const { jobs, keyring } = needs;
  const imports = createImports({ database, clock, jobs, keyring, ...floors });
  const removeSample = async (actor: string): Promise<boolean> => {
    const shop = (await orders.shops(database)).find((one) => one.sample);
    if (shop === undefined) return false;
    await database.tx(async (tx) => {
      const { evidence, faq, reviews, service, protection, mail, watch, parcels } = floors;
      const doorsAndRights = [canaries, breaches, customer, rights, evidence, faq, reviews, service];
      const below = [protection, notices, mail, watch, parcels, orders, carriers, imports, api, privacy];
      for (const room of [...doorsAndRights, ...below]) {
        await room.forgetShop(tx, shop.shopId);
      }
      await privacy.audit(tx, { shopId: null, actor, verb: 'sample.remove', subject: showId('shp', shop.shopId) });
    });
    return true;
  };
  const staff = createConsole({
    database,
    clock,
    log,
    mailbox,
    publicUrl,
    ...watched,
    ...needs.about,
    keys: { ...api.keys, scopes: staffScopes },
    headPreview: customer.headPreview,
    imports,
    removeSample: () => removeSample('staff'),
    mailServer: smtp === null ? null : { host: hostOf(smtp.url), operator: smtp.operator },
  });
  return { customer, console: staff, api, removeSample };
}

function sayTo(log: Log): (line: string) => void {
  return (line) => log.warn('house', { line });
}

/** The months' partitions of every table that has some, around these two moments. */
export async function ensureMonths(database: Database, from: Temporal.Instant, until: Temporal.Instant): Promise<void> {
  for (const plan of [factPartitions, parcelKeyPartitions, ...parcelPartitions]) {
    await ensurePartitions(database, plan, from, until);
  }
}

async function planDaily(needs: Pick<HouseNeeds, 'database' | 'clock' | 'jobs'>): Promise<void> {
  const dueAt = needs.clock.now().add({ hours: 6 });
  await needs.database.tx((tx) => needs.jobs.add(tx, { task: dailyTask, payload: {}, key: dailyTask, dueAt }));
}
