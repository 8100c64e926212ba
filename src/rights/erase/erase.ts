import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import { newId, showId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Orders, StoredOrder } from '#orders';
import type { OwnEntry, Privacy, Whose } from '#privacy';
import type { PersonOf, Room } from '../held/held.ts';
import { holdOrders, keepingOf, type HoldNeeds, type Keeping } from '../hold/hold.ts';
import { orderErased } from './facts.ts';
import { recipientsOf } from '../recipients.ts';
import { statements } from '../store.ts';

export type EraseNeeds = HoldNeeds & {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly facts: Pick<Facts, 'append'>;
  readonly jobs: Jobs;
  /** Every room that keeps something about persons but privacy, from the top down. */
  readonly rooms: () => readonly Room[];
  /** Drops what lies opened in memory about these addresses; after the commit. */
  readonly dropCaught?: (addresses: readonly string[]) => void;
};

/** What goes and what stays, before anybody says yes. */
export type Weighed = {
  readonly orders: number;
  readonly parcels: number;
  /** Names of others who received for this person: they are erased with the orders. */
  readonly receivers: number;
  readonly keeping: readonly Keeping[];
  /** Who got something about them, by name, and is to be told of the erasure (art. 19). */
  readonly recipients: readonly string[];
};

/** What the person takes along: with it anybody can check that the erasure stands in the ledger, and nobody else can. */
export type ErasureReceipt = OwnEntry & { readonly shopId: string; readonly erasedAt: Temporal.Instant };

export type Erased = { readonly no: 'unknown' } | (Weighed & { readonly receipt: ErasureReceipt });

export const sweepTask = 'rights.sweep';
/** What was under way when somebody was erased has ended by then. */
const sweepMinutes = 15;

const why = { purpose: 'rights of the person', reader: 'staff' } as const;

export async function weigh(needs: EraseNeeds, queries: Queries, person: PersonOf): Promise<Weighed> {
  const whose = await needs.orders.whose(queries, person);
  const keeping = keepingOf(needs, await ordersOf(needs, queries, whose));
  return weighed(whose, keeping, await recipientsOf(needs.privacy, queries, person.personId));
}

function weighed(
  { personIds, parcelIds, orderIds }: Whose,
  keeping: Weighed['keeping'],
  recipients: Weighed['recipients'],
): Weighed {
  return { orders: orderIds.length, parcels: parcelIds.length, receivers: personIds.length - 1, keeping, recipients };
}

async function ordersOf(needs: EraseNeeds, queries: Queries, whose: Whose): Promise<readonly StoredOrder[]> {
  const [personId = ''] = whose.personIds;
  const asked = whose.orderIds.map((orderId) => ({ personId, orderId }));
  return [...(await needs.orders.readMany(queries, asked)).values()];
}

/**
 * Article 17: everything of somebody goes in one transaction, the keys last, so that what backups of the data still hold
 * opens nowhere; what the law keeps is copied under keys of its own first. Erasing somebody again answers that nobody is
 * known. Orders that are put and data that leaves in this moment are waited for.
 */
export async function erase(needs: EraseNeeds, tx: Tx, person: PersonOf, actor: string): Promise<Erased> {
  const { privacy, clock, orders } = needs;
  const { shopId, personId } = person;
  const whose = await orders.lockWhose(tx, person);
  const there = await privacy.lockForErasure(tx, whose.personIds);
  if (!there.includes(personId)) return { no: 'unknown' };
  const stored = await ordersOf(needs, tx, whose);
  const keeping = await holdOrders(needs, tx, shopId, stored);
  const erasedAt = clock.now().round('second');
  const result = weighed(whose, keeping, await recipientsOf(privacy, tx, personId));
  const entry = await privacy.ledger.record(tx, personId, {
    entryId: newId(clock),
    shown: { kind: 'erasure' },
    details: {
      person: showId('per', personId),
      erased_at: erasedAt.toString(),
      orders: result.orders,
      parcels: result.parcels,
      kept_by_law: keeping.length,
    },
  });
  if (entry === null) return { no: 'unknown' };
  await forgetAll(needs, tx, whose);
  await rememberToSweep(needs, tx, whose);
  needs.facts.append(tx, ...whose.orderIds.map((orderId) => orderErased.make(personId, { shopId, orderId })));
  await privacy.audit(tx, { shopId, actor, verb: 'rights.erase', subject: showId('per', personId) });
  const addresses = stored.flatMap(({ buyer }) => (buyer.email === null ? [] : privacy.open(buyer.email, why)));
  tx.afterCommit(() => needs.dropCaught?.([...new Set(addresses)]));
  return { ...result, receipt: { ...entry, shopId, erasedAt } };
}

async function forgetAll(needs: EraseNeeds, tx: Tx, whose: Whose): Promise<void> {
  for (const room of needs.rooms()) await room.forget(tx, whose);
  await needs.privacy.forget(tx, whose);
}

async function rememberToSweep({ jobs, clock }: EraseNeeds, tx: Tx, whose: Whose): Promise<void> {
  const [personId = ''] = whose.personIds;
  const now = clock.now();
  const { shopId, personIds, parcelIds, orderIds } = whose;
  await tx.rows(statements.addErased, [personId, shopId, personIds, parcelIds, orderIds, now]);
  const dueAt = now.add({ minutes: sweepMinutes });
  await jobs.add(tx, { task: sweepTask, payload: { personId }, key: `${sweepTask}/${personId}`, dueAt });
}

/**
 * Whoever had read a person before the erasure may have written a row about them after it, such as what became of a
 * mail. It is unreadable, and goes here.
 */
export async function sweep(needs: EraseNeeds, personId: string): Promise<void> {
  await needs.database.tx(async (tx) => {
    const whose = await tx.one<Whose>(statements.erased, [personId]);
    if (whose === null) return;
    await forgetAll(needs, tx, whose);
    await tx.rows(statements.dropErased, [personId]);
  });
}

const sweptTogether = 100;

/** Sweeps after those whose job is due and did not run; each day, so that nothing stays that came in between. Answers how many. */
export async function sweepLate(needs: EraseNeeds): Promise<number> {
  const before = needs.clock.now().subtract({ minutes: sweepMinutes });
  let swept = 0;
  for (;;) {
    const late = await needs.database.rows<{ personId: string }>(statements.lateErased, [before, sweptTogether]);
    for (const { personId } of late) await sweep(needs, personId);
    swept += late.length;
    if (late.length < sweptTogether) return swept;
  }
}

const personsTogether = 1_000;
const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * Forgets whoever has rows and no key: an older backup of the data brought them back after their erasure, unreadable, and
 * what found them would find them again. Answers how many persons there were.
 */
export async function forgetKeyless(needs: EraseNeeds): Promise<number> {
  const { database, orders, privacy } = needs;
  let forgotten = 0;
  for (let after = firstId; ;) {
    const page = await orders.personsAfter(database, after, personsTogether);
    const last = page.at(-1);
    if (last === undefined) return forgotten;
    const ids = page.map(({ personId }) => personId);
    const keys = await privacy.keysOf(database, 'person', ids);
    const keyless = page.filter(({ personId }) => !keys.has(personId));
    if (keyless.length > 0) await database.tx((tx) => forgetThese(needs, tx, keyless));
    forgotten += keyless.length;
    after = last.personId;
  }
}

async function forgetThese(needs: EraseNeeds, tx: Tx, persons: readonly PersonOf[]): Promise<void> {
  for (const person of persons) await forgetAll(needs, tx, await needs.orders.whose(tx, person));
  await needs.orders.dropFinders(
    tx,
    persons.map(({ personId }) => personId),
  );
}
