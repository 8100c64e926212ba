import type { Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import { parcelMoved, type ParcelMoved } from '#parcels';
import { tellingOf, type NoticeKind, type Told, type Verdict } from './decide.ts';
import { keepTrue, passOver, type DueFact } from './keep-true.ts';
import { sendNotice, type SendNeeds } from './send.ts';
import { statements } from './store.ts';

export { noticeSent } from './facts.ts';
export type { NoticeKind, Verdict };

/** What became of a fact worth telling, for staff: decided, due, and what the message's way was. */
export type ToldFact = {
  readonly parcelId: string;
  readonly kind: NoticeKind;
  readonly subStatus: string | null;
  readonly decidedAt: Temporal.Instant;
  readonly dueAt: Temporal.Instant;
  readonly verdict: Verdict;
  readonly noticeId: string | null;
  readonly outcome: 'sent' | 'refused' | 'no address' | 'suppressed' | 'unsubscribed' | null;
  readonly concludedAt: Temporal.Instant | null;
  readonly answer: string | null;
  readonly tries: number | null;
};

export type NoticeLine = Pick<ToldFact, 'kind' | 'outcome' | 'concludedAt' | 'answer' | 'tries'> & {
  readonly personId: string;
  readonly noticeId: string;
  readonly orderId: string;
  readonly madeAt: Temporal.Instant;
};

/** Tells customers unasked: one message per fact and person, what belongs together in one. */
export type Notices = {
  readonly ofOrder: (queries: Queries, personId: string, orderId: string) => Promise<readonly ToldFact[]>;
  readonly ofShop: (
    queries: Queries,
    shopId: string,
    before: string | null,
    limit: number,
  ) => Promise<readonly NoticeLine[]>;
  /** Forgets all that was told for a shop; what waits to be sent finds nothing any more. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type NoticesNeeds = SendNeeds & { readonly jobs: Jobs };

/** Parcels of one order that move within this time are told together. */
const gatherSeconds = 60;

export function createNotices(needs: NoticesNeeds): Notices {
  needs.facts.follow('notices', [parcelMoved.kind], async (tx, facts) => {
    for (const fact of facts) await consider(needs, tx, fact.key, parcelMoved.read(fact));
  });
  needs.jobs.on('notices.gather', ({ personId = '', orderId = '' }) => gather(needs, personId, orderId));
  needs.jobs.on('notices.send', ({ personId = '', noticeId = '' }) => sendNotice(needs, personId, noticeId));
  return {
    ofOrder: (queries, personId, orderId) => queries.rows<ToldFact>(statements.ofOrder, [personId, orderId]),
    ofShop: (queries, shopId, before, limit) => queries.rows<NoticeLine>(statements.ofShop, [shopId, before, limit]),
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShop, [shopId]);
    },
  };
}

async function consider(needs: NoticesNeeds, tx: Tx, parcelId: string, moved: ParcelMoved): Promise<void> {
  const now = needs.clock.now();
  const { personId, orderId, shopId } = moved;
  const told = await tx.rows<Told>(statements.toldOfParcel, [personId, orderId, parcelId]);
  const at = moved.at === null ? null : Temporal.Instant.from(moved.at);
  const telling = tellingOf({ ...moved, at }, told, now);
  if (telling === null) return;
  const order = await needs.orders.read(tx, personId, orderId);
  if (order === null) return;
  const dueAt = order.parcelIds.length > 1 ? now.add({ seconds: gatherSeconds }) : now;
  const { kind, generation, verdict } = telling;
  const values = [personId, orderId, parcelId, kind, generation, shopId, now, dueAt, verdict, moved.subStatus];
  const isNew = await tx.one(statements.tell, values);
  if (isNew === null || verdict !== 'due') return;
  const first = await tx.one<{ dueAt: Temporal.Instant | null }>(statements.firstDue, [personId, orderId]);
  // One job per order: whoever comes later takes its place and keeps its time.
  await needs.jobs.add(tx, {
    task: 'notices.gather',
    payload: { personId, orderId },
    key: `notices:${orderId}`,
    dueAt: first?.dueAt ?? dueAt,
  });
}

type ShopFact = DueFact & { readonly shopId: string };

/** Makes one message of everything of one kind that an order has to tell; what is no longer true is left out. */
async function gather(needs: NoticesNeeds, personId: string, orderId: string): Promise<void> {
  await needs.database.tx(async (tx) => {
    const due = await tx.rows<ShopFact>(statements.lockDue, [personId, orderId]);
    if (due.length === 0) return;
    if ((await needs.orders.read(tx, personId, orderId)) === null) {
      await passOver(tx, { personId, orderId }, due);
      return;
    }
    const kept = await keepTrue(needs, tx, { personId, orderId }, due);
    for (const [kind, facts] of Map.groupBy(kept, (fact) => fact.kind)) {
      const noticeId = newId(needs.clock);
      const shopId = facts[0]?.shopId ?? '';
      const parcelIds = facts.map((fact) => fact.parcelId);
      await tx.rows(statements.addNotice, [personId, noticeId, orderId, shopId, kind, needs.clock.now()]);
      await tx.rows(statements.putInto, [personId, orderId, kind, parcelIds, noticeId]);
      await needs.jobs.add(tx, { task: 'notices.send', payload: { personId, noticeId }, key: `notice:${noticeId}` });
    }
  });
}
