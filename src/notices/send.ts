import { createBatches, createGate } from '#kit/batches';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts } from '#kit/facts';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { Log } from '#kit/log';
import type { MailTransport } from '#kit/mail';
import type { MailRoom } from '#mail';
import type { Orders, Shop } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import { conclude, type Conclusion, type NoticeRow } from './sending/conclude.ts';
import { prepare, type NoticeOf, type Prepared } from './sending/prepare.ts';
import { statements } from './store.ts';
import type { Tell } from './told-parcel.ts';

export type SendNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly log: Log;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  /** What happened to a parcel, in the customer's words. */
  readonly tell: Tell;
  /** The way a shop's mails go. */
  readonly transportOf: (shop: Shop) => MailTransport;
  /** Who may get a mail, who signs it, and what came back. */
  readonly mail: Pick<MailRoom, 'admit' | 'refused'>;
  /** Host part of message ids. */
  readonly mailHost: string;
};

/** After this long a mail server that takes nothing has said no. */
const tryHoursMax = 48;
/** Messages that are made, or noted as sent, in one transaction. */
const batchMax = 32;
const waitingMax = 1_000;
/** So many may have left without our knowing it, when the program is killed; they go out again under the same Message-ID. */
const underWayMax = 8;
/** What waited longer for its turn is made anew: it may not be true any more. */
const freshMsMax = 2_000;

/** Sends one message; what is asked for in the same moment shares its transactions. */
export type Sender = (personId: string, noticeId: string) => Promise<void>;

type Asked = NoticeOf & { prepared: Prepared | null };

/**
 * A message may be asked for again after a crash: it keeps its Message-ID, and once its outcome is written it is not sent
 * again. What is no longer true by then is not sent.
 * @throws Fault('unavailable') when the mail server did not take it yet, so that the job comes again
 */
export function createSender(needs: SendNeeds): Sender {
  const { database } = needs;
  const limits = { sizeMax: batchMax, waitingMax, sizeOf: () => 1 };
  const make = createBatches<Asked>({
    ...limits,
    work: async (all) => {
      const prepared = await database.tx((tx) => prepare(needs, tx, all));
      const byId = new Map(prepared.map((one) => [one.notice.noticeId, one]));
      for (const one of all) one.prepared = byId.get(one.noticeId) ?? null;
    },
  });
  const note = createBatches<Conclusion>({
    ...limits,
    work: (all) => database.tx((tx) => conclude(needs, tx, all)),
  });
  // From here on it may be told: whoever finds this without an outcome after a crash cannot know.
  const hand = createBatches<NoticeOf>({
    ...limits,
    work: async (all) => {
      const ids = [all.map(({ personId }) => personId), all.map(({ noticeId }) => noticeId)];
      await database.rows(statements.hand, [...ids, needs.clock.now()]);
    },
  });
  const end = async (conclusion: Conclusion): Promise<void> => {
    await note(conclusion);
    const { notice, outcome, answer } = conclusion;
    if (outcome !== 'refused') return;
    needs.log.warn('a notice was refused', { notice: showId('ntc', notice.noticeId), answer });
  };
  const made = async (of: NoticeOf): Promise<Prepared | null> => {
    const asked: Asked = { ...of, prepared: null };
    await make(asked);
    return asked.prepared;
  };
  const finish = async (prepared: Prepared | null): Promise<void> => {
    if (prepared === null) return;
    const { notice } = prepared;
    if ('no' in prepared) await end({ notice, outcome: prepared.no, answer: prepared.answer });
    else if ('later' in prepared) await end(await tryLater(needs, notice, prepared.later, prepared.cause));
    else {
      await hand(notice);
      await end(await handOver(needs, prepared));
    }
  };
  const go = createGate(underWayMax);
  return async (personId, noticeId) => {
    const of = { personId, noticeId };
    const prepared = await made(of);
    if (prepared === null || !('mail' in prepared)) await finish(prepared);
    else await go(async (waitedMs) => finish(waitedMs > freshMsMax ? await made(of) : prepared));
  };
}

async function handOver(
  needs: SendNeeds,
  { notice, transport, mail, unsigned }: Extract<Prepared, { readonly mail: unknown }>,
): Promise<Conclusion> {
  const answer = await transport.send(mail).catch((error: unknown) => ({ error }));
  if ('error' in answer) {
    const { error } = answer;
    return await tryLater(needs, notice, error instanceof Fault ? error.message : 'the mail server broke off', error);
  }
  if ('accepted' in answer) {
    return { notice, outcome: 'sent', answer: unsigned === null ? '' : `unsigned: ${unsigned}` };
  }
  if (answer.permanent) return { notice, outcome: 'refused', answer: answer.answer };
  const cause = new Fault('unavailable', 'The mail server asked to try again later.', { internal: answer.answer });
  return await tryLater(needs, notice, answer.answer, cause);
}

/** Throws the cause, so that the job comes again, until the message is too old to be worth it. */
async function tryLater(needs: SendNeeds, notice: NoticeRow, said: string, cause: unknown): Promise<Conclusion> {
  const answer = said.slice(0, 200);
  await needs.database.rows(statements.attempt, [
    notice.personId,
    notice.noticeId,
    needs.clock.now(),
    answer,
    // What this try did not bring over an earlier one may have.
    notice.handedAt,
  ]);
  if (needs.clock.now().since(notice.madeAt).total('hours') < tryHoursMax) throw cause;
  return { notice, outcome: 'refused', answer };
}
