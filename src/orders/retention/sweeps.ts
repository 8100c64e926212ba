import type { Queries, Tx } from '#kit/database';
import { sweepOf, type Dropped, type Going, type Past, type Sweep, type TablePast } from '#privacy';
import { statements } from './store.ts';

type Counted = { readonly rows: number; readonly oldest?: Temporal.Instant | null };
type Order = { readonly personId: string; readonly orderId: string; readonly receiverId: string | null };

/** Orders by the day they were placed, each with what hangs on it; a person goes with the last of theirs. */
const byOrder: Sweep = {
  clock: 'order',
  tables: [
    'orders.purchase',
    'orders.box',
    'orders.purchase_by_hash',
    'orders.link',
    'orders.person',
    'orders.person_by_hash',
  ],
  past: pastOrders,
  drop: dropOrders,
};

export const ordersSweeps: readonly Sweep[] = [
  byOrder,
  sweepOf('link', { 'orders.link': { past: statements.pastLinks, drop: statements.dropEndedLinks } }),
];

async function pastOrders(queries: Queries, { shopId, before, keptIds }: Past): Promise<readonly TablePast[]> {
  const counts = {
    'orders.purchase': statements.pastOrders,
    'orders.box': statements.pastBoxes,
    'orders.person': statements.pastPersons,
  };
  const found: TablePast[] = [];
  for (const [table, statement] of Object.entries(counts)) {
    const row = await queries.one<Counted>(statement, [shopId, before, keptIds]);
    found.push({ table, rows: row?.rows ?? 0, oldest: row?.oldest ?? null });
  }
  return found;
}

async function dropOrders(tx: Tx, { shopId, before, keptIds }: Past, rowsMax: number, going?: Going): Promise<Dropped> {
  const orders = await tx.rows<Order>(statements.findPast, [shopId, before, rowsMax, keptIds]);
  if (orders.length > 0) await going?.(orders);
  const [buyerIds, orderIds] = [orders.map(({ personId }) => personId), orders.map(({ orderId }) => orderId)];
  await tx.rows(statements.dropOrders, [buyerIds, orderIds]);
  const boxes = await tx.rows<{ parcelId: string }>(statements.dropBoxes, [buyerIds, orderIds]);
  const numbers = await tx.rows(statements.dropNumbers, [orderIds]);
  const links = await tx.rows(statements.dropLinks, [orderIds]);
  const whose = orders.flatMap(({ personId, receiverId }) => [personId, ...(receiverId === null ? [] : [receiverId])]);
  const leavingIds = await personsWithoutOrder(tx, [...new Set(whose)]);
  return {
    rows: {
      'orders.purchase': orders.length,
      'orders.box': boxes.length,
      'orders.purchase_by_hash': numbers.length,
      'orders.link': links.length,
      'orders.person': leavingIds.length,
    },
    parcelIds: boxes.map(({ parcelId }) => parcelId),
    leavingIds,
    goneIds: [],
  };
}

/** Of these persons those who have no order any more, held still; `forget` drops everything of theirs. */
export async function personsWithoutOrder(tx: Tx, asked: readonly string[]): Promise<readonly string[]> {
  if (asked.length === 0) return [];
  await tx.rows(statements.lockPersons, [asked]);
  const gone = await tx.rows<{ personId: string }>(statements.orderless, [asked]);
  return gone.map(({ personId }) => personId);
}
