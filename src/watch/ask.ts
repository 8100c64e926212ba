import {
  findConnector,
  type Account,
  type Asked as Answered,
  type Connector,
  type ReadError,
  type ReadParcel,
  type ReadResult,
} from '#carriers';
import { Fault } from '#kit/fault';
import type { Parcel } from '#parcels';
import { planAfter, watchedOf, type Asked, type WatchNeeds } from './plan.ts';

/** After the n-th failure in a row; then always the last. */
const pausesMinutes = [2, 5, 15, 60, 180] as const;
const rateLimitedMinutes = 15;
const pausedMinutes = 60;
/** An account that has nothing to ask with: somebody must fill it in. */
const emptyAccountHours = 24;

export type Subject = {
  readonly parcel: Parcel;
  readonly number: NonNullable<Parcel['number']>;
  readonly account: Account;
  readonly connector: Connector;
};

/** Whom to ask about a parcel; null where there is nothing to ask with, `no account` where one may still come. */
export async function subjectOf(
  needs: WatchNeeds,
  parcelId: string,
): Promise<Subject | { readonly no: 'account'; readonly parcel: Parcel } | null> {
  const [parcel] = await needs.parcels.read(needs.database, [parcelId]);
  const connector = parcel === undefined ? null : findConnector(parcel.carrier);
  if (parcel === undefined || connector === null || parcel.number === null) return null;
  const accounts = await needs.carriers.accounts(needs.database, parcel.shopId);
  const account = bestOf(accounts.filter((one) => one.carrier === connector.manifest.id));
  const { number } = parcel;
  return account === null ? { no: 'account', parcel } : { parcel, number, account, connector };
}

/** Whoever connects anew gets a new account: the youngest that works counts. */
function bestOf(accounts: readonly Account[]): Account | null {
  const byAge = accounts.toSorted((a, b) => (a.accountId < b.accountId ? 1 : -1));
  return byAge.find((one) => one.paused === null) ?? byAge[0] ?? null;
}

/** Asks the carrier about one parcel, takes what it says, and plans the next time. */
export async function askAbout(needs: WatchNeeds, parcelId: string): Promise<void> {
  const subject = await subjectOf(needs, parcelId);
  if (subject === null) return;
  const { parcel } = subject;
  const plan = (asked: Asked) => needs.database.tx((tx) => planAfter(needs, tx, parcel, asked));
  if ('no' in subject) return await plan({ outcome: 'no account' });
  const answered = await questionOf(needs, subject);
  if (answered === 'unavailable') return await plan(await backOff(needs, parcel));
  const now = needs.clock.now();
  if ('no' in answered) {
    return await plan({ outcome: answered.no === 'withheld' ? 'paused' : answered.no, retryAt: answered.retryAt });
  }
  const [answer] = answered.answers;
  if (answer === undefined) return await plan({ outcome: 'paused', retryAt: now.add({ hours: emptyAccountHours }) });
  await take(needs, subject, answer.result);
}

async function questionOf(needs: WatchNeeds, subject: Subject): Promise<Answered | 'unavailable'> {
  const { parcel, number, account, connector } = subject;
  try {
    return await needs.carriers.ask(account, connector, [{ ...parcel, number }]);
  } catch (error) {
    if (error instanceof Fault && error.code === 'unavailable') return 'unavailable';
    throw error;
  }
}

async function take(needs: WatchNeeds, { parcel, number, connector }: Subject, result: ReadResult): Promise<void> {
  const answer = meant(result.parcels, parcel);
  const asked = answer === null ? await askedWithout(needs, parcel, result.errors) : { outcome: 'answered' as const };
  await needs.database.tx(async (tx) => {
    if (answer !== null) {
      const scans = answer.scans.map((scan) => ({ carrier: connector.manifest.id, number, scan }));
      await needs.parcels.takeScans(tx, parcel.shopId, scans, 'poll');
      if (answer.arrival !== null) await needs.parcels.setArrival(tx, parcel.parcelId, answer.arrival);
    }
    const [now] = await needs.parcels.read(tx, [parcel.parcelId]);
    if (now !== undefined) await planAfter(needs, tx, now, asked);
  });
}

/** A number can stand for several boxes at a carrier: the one of the parcel's service, or the only one, is meant. */
function meant(parcels: readonly ReadParcel[], parcel: Parcel): ReadParcel | null {
  const same = parcels.find((one) => one.service !== null && one.service === parcel.service);
  return same ?? (parcels.length === 1 ? (parcels[0] ?? null) : null);
}

/** What an answer without the parcel means, by the worst of its errors. */
async function askedWithout(needs: WatchNeeds, parcel: Parcel, errors: readonly ReadError[]): Promise<Asked> {
  const now = needs.clock.now();
  const limited = errors.find(({ kind }) => kind === 'rate_limited');
  if (errors.some(({ kind }) => kind === 'auth')) {
    return { outcome: 'paused', retryAt: now.add({ minutes: pausedMinutes }) };
  }
  if (limited !== undefined) {
    const seconds = Math.round(limited.retryAfterSeconds ?? rateLimitedMinutes * 60);
    return { outcome: 'quota', retryAt: now.add({ seconds: Math.min(Math.max(seconds, 60), 86_400) }) };
  }
  return errors.some(({ kind }) => kind === 'upstream') ? await backOff(needs, parcel) : { outcome: 'not_found' };
}

async function backOff(needs: WatchNeeds, parcel: Parcel): Promise<Asked> {
  const before = (await watchedOf(needs.database, [parcel.parcelId])).get(parcel.parcelId);
  const failures = Math.min((before?.failures ?? 0) + 1, 100);
  const minutes = pausesMinutes[failures - 1] ?? 180;
  return { outcome: 'unavailable', failures, retryAt: needs.clock.now().add({ minutes }) };
}
