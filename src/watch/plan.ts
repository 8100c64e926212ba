import { findConnector, type Account, type Carriers } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Job, Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { Parcel, Parcels } from '#parcels';
import { handedAt, nextAsk, outOfTheNight, share } from './next-ask.ts';
import { statements } from './store.ts';

export type WatchNeeds = {
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

/**
 * What came of asking. `waiting`: not asked yet. `paused`: the account rests, or may not be asked this. `unavailable`: the
 * carrier did not answer. `over`: there is nothing more to learn, or nobody to ask.
 */
export type Outcome = 'waiting' | 'answered' | 'not_found' | 'quota' | 'paused' | 'unavailable' | 'over' | 'no account';

export type Watched = {
  readonly parcelId: string;
  readonly askedAt: Temporal.Instant | null;
  readonly dueAt: Temporal.Instant | null;
  /** How often in a row the carrier did not answer. */
  readonly failures: number;
  readonly outcome: Outcome;
  readonly subscribed: boolean;
};

/** What a question came to, and when to ask again where the parcel itself does not decide that. */
export type Asked = {
  readonly outcome: Outcome;
  readonly failures?: number;
  readonly retryAt?: Temporal.Instant;
};

const defaultZone = 'Europe/Berlin';

const spreadSeconds = 600;

const hasAsked: ReadonlySet<Outcome> = new Set(['answered', 'not_found', 'unavailable']);

/** The carrier was not asked or gave no answer: news of the parcel do not make it answer sooner. */
const waitsItsTime: ReadonlySet<Outcome> = new Set(['quota', 'paused', 'unavailable']);

export async function watchedOf(queries: Queries, parcelIds: readonly string[]): Promise<ReadonlyMap<string, Watched>> {
  const rows = await queries.rows<Watched>(statements.watched, [parcelIds]);
  return new Map(rows.map((row) => [row.parcelId, row]));
}

/** Notes what came of asking about a parcel, and sets its timer. */
export async function planAfter(needs: WatchNeeds, tx: Tx, parcel: Parcel, asked: Asked): Promise<void> {
  const now = needs.clock.now();
  const watched = (await watchedOf(tx, [parcel.parcelId])).get(parcel.parcelId);
  const ownDue = dueOf(parcel, watched?.subscribed ?? false, now);
  const dueAt = ownDue === null ? null : (retryOf(parcel, asked) ?? ownDue);
  const outcome = dueAt === null ? 'over' : asked.outcome;
  const failures = asked.failures ?? 0;
  const askedAt = hasAsked.has(asked.outcome) ? now : null;
  await tx.rows(statements.note, [parcel.parcelId, parcel.shopId, askedAt, dueAt, failures, outcome]);
  if (dueAt !== null) await needs.jobs.add(tx, timerOf(parcel.parcelId, dueAt));
}

/** Sets the timers of parcels that have become known or have moved. Answers those that there is something to learn about. */
export async function planAnew(needs: WatchNeeds, tx: Tx, parcels: readonly Parcel[]): Promise<ReadonlySet<string>> {
  if (parcels.length === 0) return new Set();
  const now = needs.clock.now();
  const known = await watchedOf(
    tx,
    parcels.map((parcel) => parcel.parcelId),
  );
  const plans = parcels.map((parcel) => {
    const watched = known.get(parcel.parcelId) ?? null;
    const due = dueOf(parcel, watched?.subscribed ?? false, now);
    return { parcel, dueAt: due === null ? null : notBefore(due, watched) };
  });
  await tx.rows(statements.plan, [
    plans.map(({ parcel }) => parcel.parcelId),
    plans.map(({ parcel }) => parcel.shopId),
    plans.map(({ dueAt }) => dueAt),
  ]);
  const due = plans.flatMap(({ parcel: { parcelId }, dueAt }) => (dueAt === null ? [] : [{ parcelId, dueAt }]));
  await needs.jobs.add(tx, ...due.map(({ parcelId, dueAt }) => timerOf(parcelId, dueAt)));
  return new Set(due.map(({ parcelId }) => parcelId));
}

/** One timer per parcel: a later one takes the place of the earlier one. */
function timerOf(parcelId: string, dueAt: Temporal.Instant): Job {
  return { task: 'watch.ask', payload: { parcelId }, key: `watch:${parcelId}`, dueAt };
}

/** Parcels that wait for the same thing, such as an account's midnight, do not come all at once. */
function retryOf({ parcelId }: Parcel, { outcome, retryAt }: Asked): Temporal.Instant | null {
  if (retryAt === undefined) return null;
  const spread = outcome === 'unavailable' ? 0 : Math.round(spreadSeconds * share(parcelId));
  return outOfTheNight(retryAt.add({ seconds: spread }), { parcelId, zone: defaultZone });
}

function notBefore(due: Temporal.Instant, watched: Watched | null): Temporal.Instant {
  if (watched === null || watched.dueAt === null || !waitsItsTime.has(watched.outcome)) return due;
  return Temporal.Instant.compare(due, watched.dueAt) < 0 ? watched.dueAt : due;
}

/** When to ask about a parcel next, or null when there is nothing to ask or nothing more to learn. */
export function dueOf(parcel: Parcel, subscribed: boolean, now: Temporal.Instant): Temporal.Instant | null {
  const connector = findConnector(parcel.carrier);
  if (connector === null || parcel.number === null) return null;
  return nextAsk(
    {
      parcelId: parcel.parcelId,
      milestone: parcel.milestone,
      milestoneAt: parcel.milestoneAt,
      lastSignAt: parcel.lastSignAt,
      handedAt: handedAt(parcel),
      retentionDays: connector.manifest.retentionDays,
      subscribed,
      zone: defaultZone,
    },
    now,
  );
}
