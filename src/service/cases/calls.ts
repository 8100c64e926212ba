import type { Queries } from '#kit/database';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { slotsAfter, type Slot } from './slots.ts';
import type { CasesNeeds } from './needs.ts';
import { statements } from './store.ts';

const callsPerSlotUsual = 4;
const callsPerSlotMax = 100;

/** How many customers of a shop may wish to be called in one slot; none where it offers no calls. */
export async function callsPerSlot(queries: Queries, shopId: string): Promise<number> {
  const row = await queries.one<{ callsPerSlot: number }>(statements.setting, [shopId]);
  return row?.callsPerSlot ?? callsPerSlotUsual;
}

/** @throws Fault('invalid') for what is no whole number from 0 to 100 */
export async function setCallsPerSlot(
  needs: Pick<CasesNeeds, 'database' | 'privacy'>,
  { shopId, calls, actor }: { readonly shopId: string; readonly calls: number; readonly actor: string },
): Promise<void> {
  if (!Number.isInteger(calls) || calls < 0 || calls > callsPerSlotMax) {
    throw new Fault('invalid', `Calls of a slot are a whole number from 0 to ${callsPerSlotMax}; 0 offers none.`);
  }
  await needs.database.tx(async (tx) => {
    await tx.rows(statements.setSetting, [shopId, calls]);
    await needs.privacy.audit(tx, { shopId, actor, verb: 'case.calls_per_slot', subject: showId('shp', shopId) });
  });
}

/** The slots that still have room; none where the shop has not said when it is open, or offers no calls. */
export async function slotsLeft(
  needs: Pick<CasesNeeds, 'clock' | 'orders' | 'hoursOf'>,
  queries: Queries,
  shopId: string,
): Promise<readonly Slot[]> {
  const max = await callsPerSlot(queries, shopId);
  const shop = (await needs.orders.shops(queries)).find((one) => one.shopId === shopId);
  const hours = shop === undefined || max === 0 ? null : await needs.hoursOf(queries, shop);
  if (hours === null) return [];
  const now = needs.clock.now();
  const rows = await queries.rows<{ startsAt: Temporal.Instant; taken: number }>(statements.slotsTaken, [shopId, now]);
  const taken = new Map(rows.map((row) => [row.startsAt.epochMilliseconds, row.taken]));
  return slotsAfter(hours, now).filter(({ startsAt }) => (taken.get(startsAt.epochMilliseconds) ?? 0) < max);
}
