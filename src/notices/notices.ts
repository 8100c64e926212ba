import type { Queries, Tx } from '#kit/database';
import type { StoredFact } from '#kit/facts';
import { parcelMoved } from '#parcels';
import { forgetIn, type HeldRow, type Whose } from '#privacy';
import {
  considerMoves,
  considerSent,
  type ConsiderNeeds,
  type MovedParcel,
  type SentNotice,
} from './deciding/consider.ts';
import type { FactKind, NoticeKind, Verdict } from './decide.ts';
import { noticeSent } from './facts.ts';
import { gather } from './deciding/gather.ts';
import { noticeTables } from './persons/tables.ts';
import { createSender, type SendNeeds } from './send.ts';
import { statements } from './store.ts';
import { createKinds, type MessageKind } from './telling/kinds.ts';
import { sendMessage } from './telling/send-message.ts';
import { amend, messageJob, tell, type TellNeeds, type Message, type Told } from './telling/tell.ts';

export { noticesData } from './retention/data-map.ts';
export { noticesSweeps } from './retention/sweeps.ts';

export type { MessageKind } from './telling/kinds.ts';
export type { Message, Told };
export { noticeTables };
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

/** A message that was told of, for whoever it went to and for staff; not what it said. */
export type MessageLine = {
  readonly messageId: string;
  readonly kind: string;
  readonly madeAt: Temporal.Instant;
  readonly outcome: ToldFact['outcome'];
  readonly concludedAt: Temporal.Instant | null;
};

/** Tells customers: unasked one message per fact and person, what belongs together in one; and what upper floors have to say. */
export type Notices = {
  /** A kind of message of an upper floor; at wiring. */
  readonly register: (name: string, kind: MessageKind) => void;
  /** A mail to one person, written down with what it belongs to and sent after the commit. */
  readonly tell: (tx: Tx, telling: Message) => Promise<Told>;
  /** The words of a message that outlives its person, once they are known; in the transaction of its `tell`. */
  readonly amend: (tx: Tx, messageId: string, values: Readonly<Record<string, string>>) => Promise<void>;
  /** What was told to a person by `tell`, newest first, 200 at the most. */
  readonly messagesOf: (queries: Queries, personId: string) => Promise<readonly MessageLine[]>;
  readonly ofOrder: (queries: Queries, personId: string, orderId: string) => Promise<readonly ToldFact[]>;
  readonly ofShop: (
    queries: Queries,
    shopId: string,
    before: string | null,
    limit: number,
  ) => Promise<readonly NoticeLine[]>;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  /** Forgets all that was told to somebody; what waits to be sent finds nothing any more. */
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  /** Forgets all that was told for a shop; what waits to be sent finds nothing any more. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type NoticesNeeds = SendNeeds & ConsiderNeeds & TellNeeds;

export function createNotices(needs: NoticesNeeds): Notices {
  needs.facts.follow('notices', [parcelMoved.kind, noticeSent.kind], async (tx, facts) => {
    for (const { moves, sent } of turnsOf(facts)) {
      if (moves.length > 0) await considerMoves(needs, tx, moves);
      if (sent.length > 0) await considerSent(needs, tx, sent);
    }
  });
  const send = createSender(needs);
  needs.jobs.on('notices.gather', ({ personId = '', orderId = '', kind }) => {
    return gather(needs, { personId, orderId }, kind ?? null);
  });
  needs.jobs.on('notices.send', ({ personId = '', noticeId = '' }) => send(personId, noticeId));
  const kinds = createKinds();
  needs.jobs.on(messageJob, ({ personId = '', messageId = '' }) => sendMessage(needs, kinds, { personId, messageId }));
  return {
    register: kinds.add,
    tell: (tx, telling) => tell(needs, kinds, tx, telling),
    amend: (tx, messageId, values) => amend(needs, tx, messageId, values),
    messagesOf: (queries, personId) => queries.rows<MessageLine>(statements.messagesOf, [personId]),
    ofOrder: (queries, personId, orderId) => queries.rows<ToldFact>(statements.ofOrder, [personId, orderId]),
    ofShop: (queries, shopId, before, limit) => queries.rows<NoticeLine>(statements.ofShop, [shopId, before, limit]),
    held: (queries, whose) => needs.privacy.heldIn(queries, noticeTables, whose),
    forget: (tx, whose) => forgetIn(tx, noticeTables, whose),
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShop, [shopId]);
    },
  };
}

type Turn = { readonly moves: MovedParcel[]; readonly sent: SentNotice[] };

/** One fact of an order in each turn, so that it sees what the one before it changed; those of different orders go together. */
function turnsOf(facts: readonly StoredFact[]): readonly Turn[] {
  const turns: Turn[] = [];
  const seen = new Map<string, number>();
  const turnOf = (orderId: string): Turn => {
    const place = seen.get(orderId) ?? 0;
    seen.set(orderId, place + 1);
    const turn = turns[place] ?? { moves: [], sent: [] };
    turns[place] = turn;
    return turn;
  };
  for (const fact of facts) {
    if (fact.kind === parcelMoved.kind) {
      const moved = { ...parcelMoved.read(fact), parcelId: fact.key };
      turnOf(moved.orderId).moves.push(moved);
    } else {
      const sent = { ...noticeSent.read(fact), personId: fact.key };
      turnOf(sent.orderId).sent.push(sent);
    }
  }
  return turns;
}
