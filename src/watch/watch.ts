import {
  findConnector,
  type Account,
  type Carriers,
  type Connector,
  type ReadParcel,
  type ReadResult,
} from '#carriers';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import { Fault } from '#kit/fault';
import { timeOfId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import { parcelMoved, parcelRegistered, type Parcel, type Parcels } from '#parcels';
import { nextAsk } from './next-ask.ts';
import { statements } from './store.ts';

export { nextAsk } from './next-ask.ts';

export type Watched = {
  readonly parcelId: string;
  readonly askedAt: Temporal.Instant | null;
  readonly dueAt: Temporal.Instant | null;
  readonly failures: number;
  readonly outcome: Outcome;
  readonly subscribed: boolean;
};

/** What came of asking. */
type Outcome = 'waiting' | 'answered' | 'not_found' | 'quota' | 'paused' | 'unavailable' | 'over' | 'no account';

/** Watches parcels: asks each carrier when it makes sense, under its quota, and subscribes to what it pushes. */
export type Watch = {
  readonly watched: (queries: Queries, parcelId: string) => Promise<Watched | null>;
  /** Asks about one parcel now and plans the next time. */
  readonly ask: (parcelId: string) => Promise<void>;
};

type Needs = {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly jobs: Jobs;
  readonly carriers: Carriers;
  readonly parcels: Parcels;
  readonly log: Log;
  /** Where a carrier reaches an account's push address. */
  readonly pushUrlOf: (account: Account) => string;
};

const defaultZone = 'Europe/Berlin';
const pausesMinutes = [2, 5, 15, 60, 180];

export function createWatch(needs: Needs): Watch {
  const ask = (parcelId: string): Promise<void> => askAbout(needs, parcelId);
  needs.jobs.on('watch.ask', (payload) => ask(payload['parcelId'] ?? ''));
  needs.jobs.on('watch.subscribe', (payload) => subscribe(needs, payload['parcelId'] ?? ''));
  needs.facts.follow('watch', [parcelRegistered.kind, parcelMoved.kind], async (tx, facts) => {
    const numbered = facts.filter((fact) => fact.kind === parcelMoved.kind || parcelRegistered.read(fact).numbered);
    for (const parcel of await needs.parcels.read(tx, [...new Set(numbered.map((fact) => fact.key))])) {
      await plan(needs, tx, parcel, 'waiting', 0);
    }
    const registered = numbered.filter((fact) => fact.kind === parcelRegistered.kind);
    const jobs = registered.map((fact) => ({ task: 'watch.subscribe', payload: { parcelId: fact.key } }));
    await needs.jobs.add(tx, ...jobs);
  });
  return { watched: (queries, parcelId) => queries.one<Watched>(statements.watched, [parcelId]), ask };
}

/** One timer per parcel: a later plan takes the place of the earlier one. */
async function plan(
  needs: Needs,
  tx: Tx,
  parcel: Parcel,
  outcome: Outcome,
  failures: number,
  notBefore: Temporal.Instant | null = null,
): Promise<void> {
  const now = needs.clock.now();
  const watched = await tx.one<Watched>(statements.watched, [parcel.parcelId]);
  const dueAt = laterOf(dueOf(parcel, watched?.subscribed ?? false, now), notBefore);
  const askedAt = outcome === 'waiting' ? null : now;
  await tx.rows(statements.note, [parcel.parcelId, askedAt, dueAt, failures, dueAt === null ? 'over' : outcome]);
  if (dueAt === null) return;
  const { parcelId } = parcel;
  await needs.jobs.add(tx, { task: 'watch.ask', payload: { parcelId }, key: `watch:${parcelId}`, dueAt });
}

function dueOf(parcel: Parcel, subscribed: boolean, now: Temporal.Instant): Temporal.Instant | null {
  const connector = findConnector(parcel.carrier);
  if (connector === null || parcel.number === null) return null;
  return nextAsk(
    {
      parcelId: parcel.parcelId,
      milestone: parcel.milestone,
      milestoneAt: parcel.milestoneAt,
      lastSignAt: parcel.lastSignAt,
      registeredAt: timeOfId(parcel.parcelId),
      retentionDays: connector.manifest.retentionDays,
      subscribed,
      zone: defaultZone,
    },
    now,
  );
}

function laterOf(due: Temporal.Instant | null, notBefore: Temporal.Instant | null): Temporal.Instant | null {
  if (due === null || notBefore === null) return due;
  return Temporal.Instant.compare(due, notBefore) < 0 ? notBefore : due;
}

type Subject = {
  readonly parcel: Parcel;
  readonly number: NonNullable<Parcel['number']>;
  readonly account: Account;
  readonly connector: Connector;
};

/** Whom to ask about a parcel; null where there is nothing to ask with, `no account` where one may still come. */
async function subjectOf(
  needs: Needs,
  parcelId: string,
): Promise<Subject | { readonly no: 'account'; readonly parcel: Parcel } | null> {
  const [parcel] = await needs.parcels.read(needs.database, [parcelId]);
  const connector = parcel === undefined ? null : findConnector(parcel.carrier);
  if (parcel === undefined || connector === null || parcel.number === null) return null;
  const accounts = await needs.carriers.accounts(needs.database, parcel.shopId);
  const account = accounts.find((one) => one.carrier === connector.manifest.id);
  const { number } = parcel;
  return account === undefined ? { no: 'account', parcel } : { parcel, number, account, connector };
}

async function askAbout(needs: Needs, parcelId: string): Promise<void> {
  const subject = await subjectOf(needs, parcelId);
  if (subject === null) return;
  const { parcel } = subject;
  if ('no' in subject) {
    await needs.database.tx((tx) => plan(needs, tx, parcel, 'no account', 0));
    return;
  }
  const { account, connector, number } = subject;
  let asked;
  try {
    asked = await needs.carriers.ask(account, connector, [{ ...parcel, number }]);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'unavailable') throw error;
    await retryLater(needs, parcel);
    return;
  }
  if ('no' in asked) {
    const outcome = asked.no === 'withheld' ? 'paused' : asked.no;
    const { retryAt } = asked;
    await needs.database.tx((tx) => plan(needs, tx, parcel, outcome, 0, retryAt));
    return;
  }
  for (const { result } of asked.answers) await take(needs, subject, result);
}

async function retryLater(needs: Needs, parcel: Parcel): Promise<void> {
  const before = await needs.database.one<Watched>(statements.watched, [parcel.parcelId]);
  const failures = Math.min((before?.failures ?? 0) + 1, 100);
  const minutes = pausesMinutes[Math.min(failures, pausesMinutes.length) - 1] ?? 180;
  const notBefore = needs.clock.now().add({ minutes });
  await needs.database.tx((tx) => plan(needs, tx, parcel, 'unavailable', failures, notBefore));
}

async function take(needs: Needs, { parcel, number, connector }: Subject, result: ReadResult): Promise<void> {
  const answer = meant(result.parcels, parcel);
  await needs.database.tx(async (tx) => {
    if (answer !== null) {
      const scans = answer.scans.map((scan) => ({ carrier: connector.manifest.id, number, scan }));
      await needs.parcels.takeScans(tx, parcel.shopId, scans, 'poll');
      if (answer.arrival !== null) await needs.parcels.setArrival(tx, parcel.parcelId, answer.arrival);
    }
    const [now] = await needs.parcels.read(tx, [parcel.parcelId]);
    await plan(needs, tx, now ?? parcel, answer === null ? 'not_found' : 'answered', 0);
  });
}

/** A number can stand for several boxes at a carrier: the one of the parcel's service, or the only one, is meant. */
function meant(parcels: readonly ReadParcel[], parcel: Parcel): ReadParcel | null {
  const same = parcels.filter((one) => one.service !== null && one.service === parcel.service);
  return same[0] ?? (parcels.length === 1 ? (parcels[0] ?? null) : null);
}

/** Asking goes on whether or not this works: a push only makes news come sooner. */
async function subscribe(needs: Needs, parcelId: string): Promise<void> {
  const subject = await subjectOf(needs, parcelId);
  if (subject === null || 'no' in subject || subject.connector.push === null) return;
  const { parcel, number, account, connector } = subject;
  const outcome = await needs.carriers
    .subscribe(account, connector, [{ ...parcel, number }], needs.pushUrlOf(account))
    .catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'unavailable') return 'later' as const;
      throw error;
    });
  const now = needs.clock.now();
  await needs.database.tx(async (tx) => {
    if (outcome === 'subscribed') await tx.rows(statements.subscribe, [parcelId, now]);
    if (outcome === 'later' && dueOf(parcel, false, now) !== null) {
      const dueAt = now.add({ hours: 2 });
      await needs.jobs.add(tx, { task: 'watch.subscribe', payload: { parcelId }, key: `subscribe:${parcelId}`, dueAt });
    }
  });
  needs.log.info('push subscription', { carrier: connector.manifest.id, parcel: parcelId, outcome });
}
