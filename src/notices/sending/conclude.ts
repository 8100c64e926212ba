import type { Tx } from '#kit/database';
import type { NoticeKind } from '../decide.ts';
import { noticeSent } from '../facts.ts';
import type { SendNeeds } from '../send.ts';
import { statements } from '../store.ts';

export type NoticeRow = {
  readonly personId: string;
  readonly noticeId: string;
  readonly orderId: string;
  readonly shopId: string;
  readonly kind: NoticeKind;
  readonly madeAt: Temporal.Instant;
  /** When it was handed over without an answer being known: its reader may have it. */
  readonly handedAt: Temporal.Instant | null;
};

export type Outcome = 'sent' | 'refused' | 'no address' | 'suppressed' | 'unsubscribed';

export type Conclusion = { readonly notice: NoticeRow; readonly outcome: Outcome; readonly answer: string };

/** Writes down what became of messages, each once. */
export async function conclude(needs: SendNeeds, tx: Tx, all: readonly Conclusion[]): Promise<void> {
  const rows = await tx.rows<{ noticeId: string }>(statements.conclude, [
    all.map(({ notice }) => notice.personId),
    all.map(({ notice }) => notice.noticeId),
    all.map(({ outcome }) => outcome),
    needs.clock.now(),
    all.map(({ answer }) => answer),
  ]);
  const isNew = new Set(rows.map((row) => row.noticeId));
  for (const { notice, outcome, answer } of all) {
    const { noticeId, personId, shopId, orderId, kind } = notice;
    if (!isNew.has(noticeId)) continue;
    if (outcome === 'refused') await needs.mail.refused(tx, shopId, noticeId, answer);
    if (outcome === 'sent') needs.facts.append(tx, noticeSent.make(personId, { shopId, orderId, kind }));
  }
}
