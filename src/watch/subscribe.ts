import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import type { Job } from '#kit/jobs';
import { subjectOf, type Subject } from './ask.ts';
import { share } from './next-ask.ts';
import { dueOf, planAnew, type WatchNeeds } from './plan.ts';
import { statements } from './store.ts';

/** The next try lies between these, for each parcel at a time of its own: a subscription is a call of the day, too. */
const againMinutesMin = 20;
const againMinutesMax = 140;
/** How long before its end a subscription is made anew, at the latest. */
const renewalHours = 24;

/** Subscribing is tried once for each parcel at a time. */
export function subscription(parcelId: string, dueAt?: Temporal.Instant): Job {
  const job = { task: 'watch.subscribe', payload: { parcelId }, key: `subscribe:${parcelId}` };
  return dueAt === undefined ? job : { ...job, dueAt };
}

/**
 * Subscribes to what the carrier pushes, and again before a subscription ends by itself. Asking goes on whether or not this
 * works: a push only makes news come sooner. Nothing is subscribed to for a parcel that there is nothing to learn about.
 */
export async function subscribe(needs: WatchNeeds, parcelId: string): Promise<void> {
  const subject = await subjectOf(needs, parcelId);
  if (subject === null || 'no' in subject || subject.connector.push === null) return;
  if (dueOf(subject.parcel, false, needs.clock.now()) === null) return;
  const outcome = await outcomeOf(needs, subject);
  await needs.database.tx((tx) => note(needs, tx, subject, outcome));
  needs.log.info('push subscription', { carrier: subject.connector.manifest.id, parcel: parcelId, outcome });
}

type Outcome = 'subscribed' | 'none' | 'later';

async function note(needs: WatchNeeds, tx: Tx, { parcel, connector }: Subject, outcome: Outcome): Promise<void> {
  const now = needs.clock.now();
  const { parcelId } = parcel;
  const hours = (connector.push?.daysMax ?? 0) * 24;
  if (outcome === 'subscribed') {
    await tx.rows(statements.subscribe, [parcelId, now]);
    if (hours > 0) await needs.jobs.add(tx, subscription(parcelId, renewalOf(parcelId, hours, now)));
    return;
  }
  // What the carrier pushes no more has to be asked about more often again.
  const began = outcome === 'none' ? now : now.subtract({ hours });
  const ended = outcome === 'none' || hours > 0 ? await tx.rows(statements.unsubscribe, [parcelId, began]) : [];
  if (ended.length > 0) await planAnew(needs, tx, [parcel]);
  if (outcome === 'later') {
    const minutes = againMinutesMin + Math.round((againMinutesMax - againMinutesMin) * share(parcelId));
    await needs.jobs.add(tx, subscription(parcelId, now.add({ minutes })));
  }
}

/** Early enough to try for a day before the subscription ends, and spread over another. */
function renewalOf(parcelId: string, hours: number, now: Temporal.Instant): Temporal.Instant {
  const early = Math.min(renewalHours * (1 + share(parcelId)), hours / 2);
  return now.add({ seconds: Math.round((hours - early) * 3_600) });
}

async function outcomeOf(needs: WatchNeeds, { parcel, number, account, connector }: Subject) {
  try {
    return await needs.carriers.subscribe(account, connector, [{ ...parcel, number }], needs.pushUrlOf(account));
  } catch (error) {
    if (error instanceof Fault && error.code === 'unavailable') return 'later';
    throw error;
  }
}
