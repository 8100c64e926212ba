import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Jobs } from '#kit/jobs';
import type { NoticeKind } from '../decide.ts';
import { statements } from '../store.ts';
import type { OfOrder } from './keep-true.ts';

/** A message that is to be sent; its facts name it. */
export type NewNotice = OfOrder & {
  readonly noticeId: string;
  readonly shopId: string;
  readonly kind: NoticeKind;
};

/** Writes messages down, each with the job that sends it. */
export async function makeNotices(
  needs: { readonly clock: Clock; readonly jobs: Jobs },
  tx: Tx,
  notices: readonly NewNotice[],
): Promise<void> {
  if (notices.length === 0) return;
  await tx.rows(statements.addNotices, [
    notices.map(({ personId }) => personId),
    notices.map(({ noticeId }) => noticeId),
    notices.map(({ orderId }) => orderId),
    notices.map(({ shopId }) => shopId),
    notices.map(({ kind }) => kind),
    needs.clock.now(),
  ]);
  const jobs = notices.map(({ personId, noticeId }) => {
    return { task: 'notices.send', payload: { personId, noticeId }, key: `notice:${noticeId}` };
  });
  await needs.jobs.add(tx, ...jobs);
}
