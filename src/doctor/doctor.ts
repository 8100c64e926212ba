import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import { isDatabaseAway, type Database } from '#kit/database';
import { createLookup } from '#kit/egress';
import type { Facts } from '#kit/facts';
import type { Log } from '#kit/log';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { Orders } from '#orders';
import type { Privacy } from '#privacy';
import type { BreachDesk, Canaries } from '#rights';
import type { Tls } from '#tls';
import { lookAtAuthorities, type Ask } from './authorities.ts';
import { breachChecks, lookAtBreaches } from './checks/breach.ts';
import { backupChecks, lookAtBackups } from './checks/backups.ts';
import { certificateChecks, lookAtCertificates } from './checks/certificate.ts';
import { clockChecks, lookAtClock } from './checks/clock.ts';
import { databaseChecks, lookAtDatabase } from './checks/database.ts';
import { diskChecks, lookAtDisk } from './checks/disk.ts';
import { dnsChecks, lookAtDns } from './checks/dns.ts';
import { domainChecks } from './checks/domain.ts';
import { keyChecks, lookAtKeys } from './checks/keys.ts';
import { ledgerChecks, lookAtLedgers } from './checks/ledger.ts';
import { lookAtMail, mailChecks } from './checks/mail.ts';
import { lookAtPorts, portChecks } from './checks/ports.ts';
import { createHere, type Here } from './here.ts';
import { lookAtNames } from './names.ts';
import { checkNames, type Check, type CheckName, type Examination, type Place } from './shapes.ts';
import { ping } from './store.ts';
import { checksOf } from './words.ts';

export type { Check, CheckText, Examination, Place } from './shapes.ts';
export { sayCheck } from './words.ts';

/** Whether this installation is well. */
export type Doctor = {
  /** Looks at everything afresh; at most 30 seconds. One runs at a time: who asks meanwhile gets the same. */
  readonly examine: () => Promise<Examination>;
  /** The door by which an installation knows itself again, wherever a name leads. */
  readonly mount: Here['mount'];
};

/** What stands on an open database. */
type Rooms = {
  readonly keyring: Keyring;
  readonly facts: Pick<Facts, 'parked'>;
  readonly privacy: Pick<Privacy, 'opens' | 'ledger' | 'witness'>;
  readonly orders: Pick<Orders, 'shops'>;
  readonly tls: Pick<Tls, 'list' | 'hsts'>;
  readonly mail: Pick<MailRoom, 'state' | 'look'>;
  readonly notices: Pick<Notices, 'ofShop'>;
  readonly breaches: Pick<BreachDesk, 'list'>;
  readonly canaries: Pick<Canaries, 'state'>;
};

export type DoctorNeeds = {
  readonly clock: Clock;
  readonly log: Log;
  readonly place: Place;
  /** Null where there is none yet, or it does not start. */
  readonly database: Database | null;
  /** Null where the data could not be opened: then the rest is looked at all the same. */
  readonly rooms: Rooms | null;
  /** Asks an authority's directory. */
  readonly ask: Ask;
};

const lookMsMax = 20_000;

export function createDoctor(needs: DoctorNeeds): Doctor {
  const { rooms, place } = needs;
  const here = rooms === null ? null : createHere(rooms.keyring.derive('doctor'));
  let running: Promise<Examination> | null = null;
  return {
    examine: () =>
      (running ??= examine(needs, place.isServing ? here : null).finally(() => {
        running = null;
      })),
    mount: (http) => here?.mount(http),
  };
}

async function examine(needs: DoctorNeeds, here: Here | null): Promise<Examination> {
  const at = needs.clock.now();
  const looks = looksOf(needs, here, at);
  const checks = await Promise.all(checkNames.map((name) => within(needs.log, name, looks[name])));
  return { at, checks: checks.flat() };
}

type Looks = Readonly<Record<CheckName, () => Promise<readonly Check[]>>>;

function looksOf(needs: DoctorNeeds, here: Here | null, now: Temporal.Instant): Looks {
  const { clock, place, database, rooms, ask } = needs;
  const lookup = createLookup(place.dnsServers);
  const directories = place.domain.length === 0 ? [] : place.directories;
  // What several checks speak of is looked at once, and whoever needs it waits for it.
  const names = once(() => lookAtNames({ place, here, lookup }));
  const authorities = once(() => lookAtAuthorities(directories, { ask, clock }));
  // One that is away is said to be so by its own check, and keeps nobody else from looking.
  const reached = once(async () => ((await isAway(database)) ? null : database));
  const open = once(async () => {
    const queries = await reached();
    return rooms === null || queries === null ? null : { ...rooms, database: queries };
  });
  const shops = once(async () => {
    const opened = await open();
    return opened === null ? null : { ...opened, list: await opened.orders.shops(opened.database) };
  });
  return {
    settings: () => Promise.resolve([checksOf('settings').good('settings.good')]),
    domain: async () => domainChecks(place, await names()),
    ports: async () => portChecks(place, await lookAtPorts(place, here), await names()),
    clock: async () => clockChecks(await lookAtClock({ database: await reached(), clock }, await authorities())),
    certificate: async () =>
      certificateChecks(
        place,
        await lookAtCertificates({ place, tls: (await open())?.tls ?? null, clock }),
        await names(),
      ),
    dns: async () => dnsChecks(await lookAtDns({ lookup, place, shops: await shops() }), await authorities()),
    mail: async () => mailChecks(place, await lookAtMail({ place, clock, shops: await shops() })),
    breach: async () => breachChecks(await lookAtBreaches(await open())),
    keys: async () => {
      const [seen, opened] = await Promise.all([lookAtKeys({ place, rooms: await open() }), shops()]);
      if (opened === null) return keyChecks(seen);
      const { database: queries, list } = opened;
      return [...keyChecks(seen), ...backupChecks(await lookAtBackups({ database: queries, shops: list, now }))];
    },
    ledger: async () => ledgerChecks(await lookAtLedgers(await shops(), now), now),
    disk: async () => diskChecks(await lookAtDisk({ place, database: await reached(), now })),
    database: async () => databaseChecks(place, await lookAtDatabase({ database, facts: rooms?.facts ?? null, now })),
  };
}

async function isAway(database: Database | null): Promise<boolean> {
  if (database === null) return false;
  try {
    await ping(database);
    return false;
  } catch (error) {
    if (isDatabaseAway(error)) return true;
    throw error;
  }
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let looked: Promise<T> | null = null;
  return () => (looked ??= look());
}

/** What takes too long, or fails, is said to be unknown: one that cannot be looked at hides no other. */
async function within(log: Log, name: CheckName, look: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  const { unknown } = checksOf(name);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Check[]>((resolve) => {
    timer = setTimeout(() => resolve([unknown('unseen.late', { seconds: lookMsMax / 1_000 })]), lookMsMax);
  });
  try {
    return await Promise.race([look(), late]);
  } catch (error) {
    log.error('doctor', error);
    return [unknown('unseen.failed')];
  } finally {
    clearTimeout(timer);
  }
}

/** Of settings that cannot be used, or a program that does not start: in place of what is said of good ones. */
export function withTroubles(
  examination: Examination,
  troubles: {
    readonly wrong: readonly (readonly [variable: string, text: string])[];
    /** Why the program does not start. */
    readonly start: string | null;
    readonly isNew: boolean;
  },
): Examination {
  const { bad, unknown } = checksOf('settings');
  const said = [
    ...troubles.wrong.map(([variable, text]) => bad('settings.wrong', { variable, text })),
    ...(troubles.start === null ? [] : [bad('settings.no_start', { said: troubles.start })]),
    ...(troubles.isNew ? [unknown('settings.new')] : []),
  ];
  if (said.length === 0) return examination;
  return { ...examination, checks: [...said, ...examination.checks.filter(({ name }) => name !== 'settings')] };
}
