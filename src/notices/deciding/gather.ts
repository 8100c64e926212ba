import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Orders } from '#orders';
import type { Parcels } from '#parcels';
import { gatherKey } from './consider.ts';
import { keepTrue, passOver, type DueFact, type OfOrder } from './keep-true.ts';
import { makeNotices } from './make.ts';
import { statements } from '../store.ts';

type GatherNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly orders: Orders;
  readonly parcels: Parcels;
};

type ShopFact = DueFact & { readonly shopId: string };

/**
 * Makes one message of everything of one kind that an order has to tell; what is no longer true is left out, and what is
 * held stays until its time. Without a kind: of each kind.
 */
export async function gather(needs: GatherNeeds, whose: OfOrder, kind: string | null): Promise<void> {
  const { personId, orderId } = whose;
  await needs.database.tx(async (tx) => {
    const now = needs.clock.now();
    const due = await tx.rows<ShopFact>(statements.lockDue, [personId, orderId, kind, now]);
    if (due.length > 0 && (await needs.orders.read(tx, personId, orderId)) === null) {
      await passOver(tx, due);
      return;
    }
    for (const facts of messagesOf(await keepTrue(needs, tx, due))) await makeNotice(needs, tx, whose, facts);
    const held = await tx.rows<{ kind: string; dueAt: Temporal.Instant }>(statements.heldUntil, [
      personId,
      orderId,
      kind,
      now,
    ]);
    for (const one of held) {
      await needs.jobs.add(tx, {
        task: 'notices.gather',
        payload: { personId, orderId, kind: one.kind },
        key: gatherKey(orderId, one.kind, true),
        dueAt: one.dueAt,
      });
    }
  });
}

/** Parcels that have the same to tell share a message; a correction answers one of its own. */
function messagesOf(facts: readonly ShopFact[]): readonly (readonly ShopFact[])[] {
  const corrections = facts.filter((fact) => fact.kind === 'correction').map((fact) => [fact]);
  const others = facts.filter((fact) => fact.kind !== 'correction');
  return [...corrections, ...Map.groupBy(others, (fact) => fact.kind).values()];
}

async function makeNotice(
  needs: GatherNeeds,
  tx: Tx,
  { personId, orderId }: OfOrder,
  facts: readonly ShopFact[],
): Promise<void> {
  const [first] = facts;
  if (first === undefined) return;
  const { kind, shopId } = first;
  const noticeId = newId(needs.clock);
  const parcelIds = facts.map((fact) => fact.parcelId);
  const generations = facts.map((fact) => fact.generation);
  await tx.rows(statements.putInto, [personId, orderId, kind, parcelIds, noticeId, generations]);
  await makeNotices(needs, tx, [{ noticeId, personId, orderId, shopId, kind }]);
}
