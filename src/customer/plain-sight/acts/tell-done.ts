import type { Tx } from '#kit/database';
import { formatDayTime } from '#kit/words';
import { recipientsOf } from '#rights';
import type { DataNeeds, DoneRequest, Visit } from '../doors.ts';
import { doneMessage, type DoneWord } from '../messages.ts';
import { homeZone } from '../../parts/home-day.ts';

/** Of what recipients hear (Article 19): corrections, erasures and restrictions. */
function concerns(kind: DoneRequest['kind']): boolean {
  return kind === 'rectification' || kind === 'restriction';
}

/** For the desk, in the words of the law's own names: whoever works there reads either language. */
export function toBeTold(recipients: readonly string[]): string {
  return recipients.length === 0 ? '' : `Art. 19: ${recipients.join(', ')}`;
}

/** Mails what was done to the known address, and writes it down for the desk of requests; with what it belongs to. */
export async function tellDone(
  needs: DataNeeds,
  tx: Tx,
  visit: Visit,
  done: { readonly what: DoneWord; readonly kind: DoneRequest['kind'] },
): Promise<void> {
  const { here, language } = visit;
  const { shopId, personId, orderId } = here;
  const when = formatDayTime(language, needs.clock.now().toZonedDateTimeISO(homeZone).toPlainDateTime());
  const values = { what: done.what, when };
  await needs.notices.tell(tx, { shopId, personId, orderId, kind: doneMessage, language, values });
  await needs.recordRequest?.(tx, {
    shopId,
    personId,
    kind: done.kind,
    via: 'page',
    evidence: 'code to the known address',
    outcome: 'done',
    note: concerns(done.kind) ? toBeTold(await recipientsOf(needs.privacy, tx, personId)) : '',
  });
}
