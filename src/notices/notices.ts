import type { Queries, Tx } from '#kit/database';
import { parcelMoved } from '#parcels';
import { considerMove, considerSent, type ConsiderNeeds } from './deciding/consider.ts';
import type { FactKind, NoticeKind, Verdict } from './decide.ts';
import { noticeSent } from './facts.ts';
import { gather } from './deciding/gather.ts';
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
  /** Until when it waits for the carrier to take it back, or for the hour after another correction; null: for nothing. */
  readonly heldUntil: Temporal.Instant | null;
  /** What a correction takes back. */
  readonly ofKind: FactKind | null;
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
  /** What it says was taken back, and the customer knows. */
  readonly isCorrected: boolean;
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

export type NoticesNeeds = SendNeeds & ConsiderNeeds;

export function createNotices(needs: NoticesNeeds): Notices {
  needs.facts.follow('notices', [parcelMoved.kind, noticeSent.kind], async (tx, facts) => {
    for (const fact of facts) {
      if (fact.kind === parcelMoved.kind) await considerMove(needs, tx, fact.key, parcelMoved.read(fact));
      else await considerSent(needs, tx, fact.key, noticeSent.read(fact));
    }
  });
  needs.jobs.on('notices.gather', ({ personId = '', orderId = '', kind }) => {
    return gather(needs, { personId, orderId }, kind ?? null);
  });
  needs.jobs.on('notices.send', ({ personId = '', noticeId = '' }) => sendNotice(needs, personId, noticeId));
  return {
    ofOrder: (queries, personId, orderId) => queries.rows<ToldFact>(statements.ofOrder, [personId, orderId]),
    ofShop: (queries, shopId, before, limit) => queries.rows<NoticeLine>(statements.ofShop, [shopId, before, limit]),
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShop, [shopId]);
    },
  };
}
