import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keyBytes, type Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import type { StoredOrder } from '#orders';
import type { Privacy, Sealed } from '#privacy';
import { lastDayOf, todayOf, type HoldKind } from './laws.ts';
import { statements } from './store.ts';

export type HoldNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Pick<Keyring, 'wrap' | 'unwrap' | 'seal' | 'open'>;
  readonly privacy: Pick<Privacy, 'open' | 'index' | 'audit'>;
};

/** What is kept of an order after its person was erased: what a voucher says, and nothing to reach anybody by. */
const recordShape = z.object({
  order_number: z.string(),
  placed_at: z.string(),
  buyer: z.string().nullable(),
  receiver: z.string().nullable(),
  address: z.unknown(),
  items: z.unknown(),
});
export type HeldRecord = z.infer<typeof recordShape>;

/** A record that the law keeps, opened for staff. */
export type Hold = {
  readonly holdId: string;
  readonly kind: HoldKind;
  readonly heldAt: Temporal.Instant;
  readonly endsOn: Temporal.PlainDate;
  readonly record: HeldRecord;
};

/** Why a kept record may be looked at. */
export const holdReasons = ['tax audit', 'legal claim', 'bookkeeping', 'authority'] as const;
export type HoldReason = (typeof holdReasons)[number];

/** What will be kept of these orders, and until when; those whose time is over are not kept. */
export type Keeping = { readonly orderId: string; readonly kind: HoldKind; readonly endsOn: Temporal.PlainDate };

const why = { purpose: 'rights of the person', reader: 'staff' } as const;
const indexKind = 'held order';

/** What the law keeps of these orders today. */
export function keepingOf(
  { privacy, clock }: Pick<HoldNeeds, 'privacy' | 'clock'>,
  orders: readonly StoredOrder[],
): readonly Keeping[] {
  const today = todayOf(clock.now());
  return orders.flatMap(({ orderId, items, placedAt }) => {
    const kind: HoldKind = isPaid(items === null ? null : privacy.open(items, why)) ? 'voucher' : 'letter';
    const endsOn = lastDayOf(kind, placedAt);
    return Temporal.PlainDate.compare(endsOn, today) < 0 ? [] : [{ orderId, kind, endsOn }];
  });
}

const pricedItems = z.array(z.object({ price_minor: z.number() }));

/** With an amount it is a voucher; without one it is a commercial letter. */
function isPaid(items: string | null): boolean {
  const read = pricedItems.safeParse(jsonOf(items));
  return read.success && read.data.some(({ price_minor: price }) => price > 0);
}

/** Copies what the law keeps under keys of its own, in the transaction that erases the rest. */
export async function holdOrders(
  needs: HoldNeeds,
  tx: Tx,
  shopId: string,
  orders: readonly StoredOrder[],
): Promise<readonly Keeping[]> {
  const { privacy, keyring, clock } = needs;
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const keeping = keepingOf(needs, orders);
  const rows = keeping.flatMap(({ orderId, kind, endsOn }) => {
    const order = byId.get(orderId);
    if (order === undefined) return [];
    const holdId = newId(clock);
    const key = randomBytes(keyBytes);
    const record = recordOf(privacy, order);
    return {
      holdId,
      kind,
      endsOn,
      hash: numberHash(privacy, shopId, record.order_number),
      wrapped: keyring.wrap(key, `hold|${holdId}`),
      sealed: keyring.seal(key, Buffer.from(JSON.stringify(record)), boundOf(holdId)),
    };
  });
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.holdId);
  await tx.rows(statements.addHoldKeys, [ids, shopId, rows.map((row) => row.wrapped)]);
  await tx.rows(statements.addHolds, [
    rows.map((row) => row.hash),
    ids,
    shopId,
    clock.now(),
    rows.map((row) => row.kind),
    rows.map((row) => row.endsOn),
    rows.map((row) => row.sealed),
  ]);
  return keeping;
}

function recordOf(privacy: HoldNeeds['privacy'], order: StoredOrder): HeldRecord {
  const open = (value: Sealed | null): string | null => (value === null ? null : privacy.open(value, why));
  return {
    order_number: privacy.open(order.number, why),
    placed_at: order.placedAt.toString(),
    buyer: open(order.buyer.name),
    receiver: open(order.receiver),
    address: jsonOf(open(order.address)),
    items: jsonOf(open(order.items)),
  };
}

/** What is no JSON is kept as it is: nobody is left unerased because of it. */
function jsonOf(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function boundOf(holdId: string): string {
  return `rights.hold.sealed|${holdId}`;
}

function numberHash(privacy: Pick<Privacy, 'index'>, shopId: string, number: string): Buffer {
  return privacy.index(shopId, indexKind, number.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toUpperCase());
}

type HoldRow = Omit<Hold, 'record'> & { readonly sealed: Buffer; readonly wrapped: Buffer };

/**
 * Opens what the law keeps of an order; who looked and why is written down first, whether there is something or not.
 * @throws Fault('not_found') when nothing is kept under this number
 */
export async function readHolds(
  needs: HoldNeeds,
  asked: { readonly shopId: string; readonly orderNumber: string; readonly reason: HoldReason; readonly actor: string },
): Promise<readonly Hold[]> {
  const { database, privacy, keyring } = needs;
  const { shopId, actor, reason } = asked;
  const rows = await database.rows<HoldRow>(statements.holds, [numberHash(privacy, shopId, asked.orderNumber), shopId]);
  const subject = rows.length === 0 ? 'nothing' : rows.map(({ holdId }) => showId('hld', holdId)).join(' ');
  await privacy.audit(database, { shopId, actor, verb: 'rights.hold', subject: `${subject} for ${reason}` });
  if (rows.length === 0) throw new Fault('not_found', 'Nothing is kept by law under this order number.');
  return rows.map(({ sealed, wrapped, holdId, kind, heldAt, endsOn }) => {
    const key = keyring.unwrap(wrapped, `hold|${holdId}`);
    const text = keyring.open(key, sealed, boundOf(holdId)).toString('utf8');
    return { holdId, kind, heldAt, endsOn, record: recordShape.parse(JSON.parse(text)) };
  });
}

/** Drops what the law does not keep any longer, keys and all. Answers how many; with `dryRun` it only counts. */
export async function expireHolds(
  queries: Queries,
  now: Temporal.Instant,
  how: { readonly dryRun: boolean },
): Promise<number> {
  const statement = how.dryRun ? statements.countOver : statements.dropOver;
  return (await queries.one<{ count: number }>(statement, [todayOf(now)]))?.count ?? 0;
}

export async function forgetHolds(tx: Tx, shopId: string): Promise<void> {
  await tx.rows(statements.forgetHolds, [shopId]);
  await tx.rows(statements.forgetHoldKeys, [shopId]);
}
