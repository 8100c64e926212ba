import { Fault } from '#kit/fault';
import type { Job } from '#kit/jobs';
import { subjectOf, type Subject } from './ask.ts';
import { share } from './next-ask.ts';
import { dueOf, type WatchNeeds } from './plan.ts';
import { statements } from './store.ts';

/** The next try lies between these, for each parcel at a time of its own: a subscription is a call of the day, too. */
const againMinutesMin = 20;
const againMinutesMax = 140;

/** Subscribing is tried once for each parcel at a time. */
export function subscription(parcelId: string, dueAt?: Temporal.Instant): Job {
  const job = { task: 'watch.subscribe', payload: { parcelId }, key: `subscribe:${parcelId}` };
  return dueAt === undefined ? job : { ...job, dueAt };
}

/** Subscribes to what the carrier pushes. Asking goes on whether or not this works: a push only makes news come sooner. */
export async function subscribe(needs: WatchNeeds, parcelId: string): Promise<void> {
  const subject = await subjectOf(needs, parcelId);
  if (subject === null || 'no' in subject || subject.connector.push === null) return;
  const outcome = await outcomeOf(needs, subject);
  const now = needs.clock.now();
  await needs.database.tx(async (tx) => {
    if (outcome === 'subscribed') await tx.rows(statements.subscribe, [parcelId, now]);
    if (outcome === 'later' && dueOf(subject.parcel, false, now) !== null) {
      const minutes = againMinutesMin + Math.round((againMinutesMax - againMinutesMin) * share(parcelId));
      await needs.jobs.add(tx, subscription(parcelId, now.add({ minutes })));
    }
  });
  needs.log.info('push subscription', { carrier: subject.connector.manifest.id, parcel: parcelId, outcome });
}

async function outcomeOf(needs: WatchNeeds, { parcel, number, account, connector }: Subject) {
  try {
    return await needs.carriers.subscribe(account, connector, [{ ...parcel, number }], needs.pushUrlOf(account));
  } catch (error) {
    if (error instanceof Fault && error.code === 'unavailable') return 'later';
    throw error;
  }
}
