import { alone, dueOf, statements } from '../store.ts';
import { allNames } from '../decide.ts';
import { lookAt, type Workshop } from './renew-host.ts';

const renewTask = 'tls.renew';

export type Renewing = {
  /** Looks at everything that is due and sets the job for what is due next; somebody else at work is left alone. */
  readonly renewDue: () => Promise<void>;
  /** Sees to it that there is a job: at the start, and where one was lost with its process. */
  readonly wake: (when: 'always' | 'when late') => Promise<void>;
};

const atOnce = 6;
/** Whoever finds somebody else at work looks again after this. */
const lookAgainSeconds = 2;
/** A job that is later than this is taken for lost. */
const lateSeconds = 5;

export function createRenewing(shop: Workshop): Renewing {
  const { database, clock, jobs, wanted } = shop.needs;
  const { directories = [] } = wanted ?? {};
  const names = allNames(wanted);

  /** What is due already is for now by the database's clock too, whatever ours says. */
  const arm = async (dueAt: Temporal.Instant): Promise<void> => {
    const isDue = Temporal.Instant.compare(dueAt, clock.now()) <= 0;
    const job = { task: renewTask, payload: {}, key: renewTask };
    await database.tx((tx) => jobs.add(tx, isDue ? job : { ...job, dueAt }));
  };

  const lookAtDue = async (): Promise<true> => {
    const now = clock.now();
    await database.rows(statements.dropOldProofs, [now]);
    const due = (await dueOf(database, names)).filter(({ dueAt }) => Temporal.Instant.compare(dueAt, now) <= 0);
    // All take from one list, so that a slow authority holds up only who waits for it.
    const left = due.values();
    const work = async (): Promise<void> => {
      for (const { host } of left) await lookAt(shop, host);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return true;
  };

  const renewing: Renewing = {
    renewDue: async () => {
      const isDone = (await alone(database, { room: 'renewal', key: 1 }, lookAtDue)) ?? false;
      const [first] = await dueOf(database, names);
      if (first === undefined) return;
      const again = clock.now().add({ seconds: lookAgainSeconds });
      await arm(isDone || Temporal.Instant.compare(first.dueAt, again) > 0 ? first.dueAt : again);
    },
    wake: async (when) => {
      const now = clock.now();
      await database.rows(statements.dueWhereMissing, [names, now]);
      if (when === 'always') await database.rows(statements.dueWhereForeign, [names, directories, now]);
      const [first] = await dueOf(database, names);
      if (first === undefined) return;
      const isLate = Temporal.Instant.compare(first.dueAt.add({ seconds: lateSeconds }), now) < 0;
      if (isLate || when === 'always') await arm(first.dueAt);
    },
  };
  // Whoever was not told the names leaves the job to those who were.
  if (names.length > 0) jobs.on(renewTask, renewing.renewDue);
  return renewing;
}
