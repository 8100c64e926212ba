import { join } from 'node:path';
import { createApi, scopes, type Api } from '#api';
import { createCarriers, type Account, type Carriers } from '#carriers';
import { createConsole, type Console } from '#console';
import { createCustomer, type Customer } from '#customer';
import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import { ensurePartitions, type Database, type SchemaFolder } from '#kit/database';
import { createEgress, type EgressRoute } from '#kit/egress';
import { createFacts, factPartitions, type Facts } from '#kit/facts';
import { showId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import { createSmtpTransport, type MailTransport } from '#kit/mail';
import type { Mailbox } from '#kit/mailbox';
import { createWords } from '#kit/words';
import { createNotices, type Notices } from '#notices';
import { createOrders, type Orders } from '#orders';
import { createParcels, parcelPartitions, parcelTexts, tellParcel, type Parcels } from '#parcels';
import { createPrivacy, parcelKeyPartitions, type Privacy } from '#privacy';
import { createWatch, type Watch } from '#watch';

/** The folders that own a schema, in floor order from below. */
export const schemaFolders: readonly SchemaFolder[] = [
  'kit/facts',
  'keys',
  'privacy',
  'carriers',
  'orders',
  'parcels',
  'watch',
  'notices',
  'console',
  'api',
].map((name) => ({ name, path: join(import.meta.dirname, name) }));

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
  /** What staff may read about the program itself; secrets masked. */
  readonly about: Pick<Parameters<typeof createConsole>[0], 'settings' | 'version'>;
  /** Where the calls of a shop's carrier accounts are led; null for real shops. */
  readonly routeOf: (shopId: string) => EgressRoute | null;
  /** Waits in product time. */
  readonly pause: (ms: number) => Promise<void>;
};

/** Everything that stands on the floors, wired. Nothing runs before `start`. */
export type House = {
  readonly facts: Facts;
  readonly privacy: Privacy;
  readonly carriers: Carriers;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly watch: Watch;
  readonly notices: Notices;
  readonly customer: Customer;
  readonly console: Console;
  readonly api: Api;
  readonly database: Database;
  readonly pushUrlOf: (account: Pick<Account, 'carrier' | 'accountId'>) => string;
  /** Removes the sample shop with everything in it; false when there is none. */
  readonly removeSample: (actor: string) => Promise<boolean>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const dailyTask = 'house.daily';
const words = createWords(parcelTexts);

export function createHouse(needs: HouseNeeds): House {
  const { database, clock, jobs, keyring, log, mailbox, publicUrl } = needs;
  const say = (line: string): void => log.warn('house', { line });
  const facts = createFacts({ database, clock, log: say });
  const privacy = createPrivacy({ database, clock, keyring });
  const egress = createEgress({ log });
  const { routeOf, pause } = needs;
  const carriers = createCarriers({ database, clock, privacy, egress, log, routeOf, pause });
  const orders = createOrders({ database, clock, keyring, privacy, publicUrl });
  const parcels = createParcels({ database, clock, privacy, facts, orders });
  const pushUrlOf: House['pushUrlOf'] = (account) =>
    new URL(`/v1/carriers/${account.carrier}/push/${showId('acc', account.accountId)}`, publicUrl).href;
  const watch = createWatch({ database, clock, facts, jobs, carriers, parcels, log, pushUrlOf });
  const inside = createSmtpTransport({ url: mailbox.url, operator: null, log: say });
  const outside = needs.smtp === null ? inside : createSmtpTransport({ ...needs.smtp, log: say });
  const transportOf = (shop: { readonly sample: boolean }): MailTransport => (shop.sample ? inside : outside);
  const mailHost = hostOf(publicUrl);
  const notices = createNotices({
    ...{ database, clock, facts, jobs, log, privacy, orders, parcels },
    ...{ transportOf, mailHost },
    tell: (language, told) => tellParcel((key, values) => words.say(language, key, values), told),
  });
  const customer = createCustomer({ database, clock, facts, privacy, orders, parcels });
  const api = createApi({ database, clock, privacy, orders, parcels, carriers });
  const staff = createConsole({
    ...{ database, clock, log, privacy, orders, parcels, carriers, watch, notices, facts, mailbox, publicUrl },
    ...{ keys: { ...api.keys, scopes }, removeSample: () => removeSample('staff') },
    mailServer: needs.smtp === null ? null : { host: hostOf(needs.smtp.url), operator: needs.smtp.operator },
    ...needs.about,
  });

  jobs.on(dailyTask, async () => {
    await daily({ database, clock, parcels });
    await planDaily(needs);
  });
  const removeSample = async (actor: string): Promise<boolean> => {
    const shop = (await orders.shops(database)).find((one) => one.sample);
    if (shop === undefined) return false;
    await database.tx(async (tx) => {
      for (const room of [notices, watch, parcels, orders, carriers, api, privacy])
        await room.forgetShop(tx, shop.shopId);
      await privacy.audit(tx, { shopId: null, actor, verb: 'sample.remove', subject: showId('shp', shop.shopId) });
    });
    return true;
  };
  return {
    ...{ database, removeSample, facts, privacy, carriers, orders, parcels, watch, notices, customer, api, pushUrlOf },
    console: staff,
    start: async () => {
      await ensureMonths(database, clock.now(), clock.now());
      await planDaily(needs);
      await jobs.start();
      await facts.start();
    },
    stop: async () => {
      await jobs.stop();
      await facts.stop();
      await inside.close();
      if (outside !== inside) await outside.close();
    },
  };
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? 'localhost';
}

/** The months' partitions of every table that has some, around these two moments. */
export async function ensureMonths(database: Database, from: Temporal.Instant, until: Temporal.Instant): Promise<void> {
  for (const plan of [factPartitions, parcelKeyPartitions, ...parcelPartitions]) {
    await ensurePartitions(database, plan, from, until);
  }
}

async function daily(needs: Pick<House, 'parcels'> & Pick<HouseNeeds, 'database' | 'clock'>): Promise<void> {
  await ensureMonths(needs.database, needs.clock.now(), needs.clock.now());
  while ((await needs.parcels.dropExpired()) > 0);
}

async function planDaily(needs: Pick<HouseNeeds, 'database' | 'clock' | 'jobs'>): Promise<void> {
  const dueAt = needs.clock.now().add({ hours: 6 });
  await needs.database.tx((tx) => needs.jobs.add(tx, { task: dailyTask, payload: {}, key: dailyTask, dueAt }));
}
