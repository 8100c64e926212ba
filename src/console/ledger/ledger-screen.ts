import { answer, type Answer } from '#kit/http';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { ledgerPage } from './ledger-page.tsx';

const actor = 'staff';
/** While it is read the browser itself asks again, without a script. */
const refreshSeconds = 3;

/** The screen "Ledger": how it stands with the shop's, and the button that has it read again. */
export const ledgerRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.ledger, act: show },
  {
    method: 'POST',
    path: consolePaths.ledger,
    act: async ({ needs, visit }) => {
      await needs.privacy.ledger.askCheck(visit.shop.shopId, actor);
      return answer.redirect(consolePaths.ledger);
    },
  },
];

async function show({ needs, visit, pageNeeds }: Work): Promise<Answer> {
  const { ledger } = needs.privacy;
  const { shopId } = visit.shop;
  const [status, witnesses] = await Promise.all([
    ledger.statusOf(needs.database, shopId),
    ledger.witnessesOf(needs.database, shopId),
  ]);
  const { checked } = status;
  const momentOf = (at: Temporal.Instant | null) => (at === null ? null : visit.moment(at));
  const view = {
    frame: visit.frame,
    origin: status.origin,
    url: ledger.urlOf(shopId),
    size: status.size,
    witnesses,
    signed: momentOf(status.signedAt),
    waiting: status.waiting,
    waitingSince: momentOf(status.waitingSince),
    // Read while it was empty, nothing is known of what has come since.
    checked:
      checked === null || (checked.size === 0 && status.size > 0) ? null : { ...checked, at: visit.moment(checked.at) },
    reading: status.reading,
    isAsked: status.isAsked,
  };
  const isRunning = status.reading !== null || status.isAsked;
  const headers: Record<string, string> = isRunning ? { refresh: String(refreshSeconds) } : {};
  return answer.page(ledgerPage(view, pageNeeds), { headers });
}
