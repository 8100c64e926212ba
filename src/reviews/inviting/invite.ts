import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '#kit/database';
import type { Job } from '#kit/jobs';
import { parcelMoved, parcelRegistered, type Parcel } from '#parcels';
import type { StoredOrder } from '#orders';
import type { SubjectKey } from '#privacy';
import type { Item } from '../content.ts';
import type { Tools } from '../needs.ts';
import { settingsOf } from '../settings.ts';
import type { PassedOver, Settings } from '../shapes.ts';
import { stand } from '../shown/stand.ts';
import { statements } from '../store.ts';
import { hashOfToken } from '../writing/token.ts';
import { refusalOf } from './allowed.ts';
import { sensibleTime } from './hour.ts';
import { invitationMessage } from './messages.ts';
import { decidedAt, standingOf, type Standing } from './standing.ts';

const inviteTask = 'reviews.invite';
/** From the invitation on. */
const tokenDays = 60;

type OfOrder = { readonly personId: string; readonly orderId: string };

/** Plans each order whose parcels moved, and decides on it when its hour has come. Before the house starts. */
export function startInviting(tools: Tools): void {
  tools.facts.follow('reviews', [parcelMoved.kind, parcelRegistered.kind], async (tx, facts) => {
    const orders = new Map<string, OfOrder>();
    for (const fact of facts) {
      const kind = fact.kind === parcelMoved.kind ? parcelMoved : parcelRegistered;
      const { personId, orderId } = kind.read(fact);
      orders.set(orderId, { personId, orderId });
    }
    await plan(tools, tx, [...orders.values()]);
  });
  tools.jobs.on(inviteTask, async ({ personId = '', orderId = '' }) => {
    await tools.database.tx((tx) => decide(tools, tx, { personId, orderId }));
  });
}

type Looked = {
  readonly order: StoredOrder;
  readonly standing: Standing;
  readonly settings: Settings;
  readonly dueAt: Temporal.Instant;
};

/** Orders as they stand now, with the hour at which they are decided on; those with nothing to ask about are left out. */
async function look(tools: Tools, tx: Tx, asked: readonly OfOrder[]): Promise<readonly Looked[]> {
  const orders = [...(await tools.orders.readMany(tx, asked)).values()];
  const parcels = await tools.parcels.read(
    tx,
    orders.flatMap(({ parcelIds }) => parcelIds),
  );
  const byOrder = Map.groupBy(parcels, ({ orderId }: Parcel) => orderId);
  const settings = new Map<string, Settings>();
  for (const { shopId } of orders) {
    if (!settings.has(shopId)) settings.set(shopId, await settingsOf(tx, shopId));
  }
  return orders.flatMap((order) => {
    const own = settings.get(order.shopId);
    const standing = standingOf(byOrder.get(order.orderId) ?? []);
    if (standing === null || own === undefined) return [];
    const dueAt = sensibleTime(laterOf(decidedAt(standing, own), tools.clock.now()), order.country);
    return [{ order, standing, settings: own, dueAt }];
  });
}

function laterOf(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) < 0 ? other : one;
}

async function plan(tools: Tools, tx: Tx, asked: readonly OfOrder[]): Promise<void> {
  const looked = await look(tools, tx, asked);
  if (looked.length === 0) return;
  const planned = await tx.rows<OfOrder & { readonly dueAt: Temporal.Instant }>(statements.plan, [
    looked.map(({ order }) => order.personId),
    looked.map(({ order }) => order.orderId),
    looked.map(({ order }) => order.shopId),
    looked.map(({ standing }) => standing.since),
    looked.map(({ standing }) => standing.is !== 'delivered'),
    looked.map(({ dueAt }) => dueAt),
  ]);
  await tools.jobs.add(tx, ...planned.map(timerOf));
}

function timerOf({ personId, orderId, dueAt }: OfOrder & { readonly dueAt: Temporal.Instant }): Job {
  return { task: inviteTask, payload: { personId, orderId }, key: `${inviteTask}/${orderId}`, dueAt };
}

/** Asks, or writes down why not: once for each order, however often it is called. */
async function decide(tools: Tools, tx: Tx, of: OfOrder): Promise<void> {
  const key = await tools.privacy.lockPerson(tx, of.personId);
  if (key === null || (await tx.one(statements.lockPlanned, [of.personId, of.orderId])) === null) return;
  const [looked] = await look(tools, tx, [of]);
  if (looked === undefined) return;
  const { order, standing, dueAt } = looked;
  // Another parcel, another setting, or a delivery that was taken back.
  if (Temporal.Instant.compare(dueAt, tools.clock.now()) > 0) {
    const isFallback = standing.is !== 'delivered';
    await tx.rows(statements.postpone, [of.personId, of.orderId, standing.since, isFallback, dueAt]);
    await tools.jobs.add(tx, timerOf({ ...of, dueAt }));
    return;
  }
  const reason = reasonIn(standing) ?? (await invite(tools, tx, looked, key));
  if (reason === null) return;
  await tx.rows(statements.decide, [of.personId, of.orderId, 'not invited', reason, tools.clock.now(), null, null]);
  await tx.rows(statements.passOver, [order.shopId, reason]);
}

function reasonIn(standing: Standing): PassedOver | null {
  if (standing.is === 'over') return standing.reason;
  return standing.is === 'stuck' ? 'not delivered' : null;
}

/** Tells the customer; or why that cannot be. */
async function invite(tools: Tools, tx: Tx, looked: Looked, key: SubjectKey): Promise<PassedOver | null> {
  const { order, settings, standing } = looked;
  const { shopId, personId, orderId } = order;
  const shop = (await tools.orders.shops(tx)).find((one) => one.shopId === shopId);
  if (shop === undefined) return 'switched off';
  const refusal = await refusalOf(tools, tx, { shop, order, settings });
  if (refusal !== null) return refusal;
  // Not made from the time: it stands in public, and nobody is to be found by when they were asked.
  const reviewId = randomUUID();
  const token = tools.tokenOf(reviewId);
  const url = new URL(`/r/${token}?language=${order.language.slice(0, 2)}`, tools.publicUrl).href;
  const told = await tools.notices.tell(tx, {
    shopId,
    personId,
    orderId,
    kind: invitationMessage,
    language: order.language,
    // What no carrier said is not said to the customer either.
    values: { url, days: String(tokenDays), heard: standing.is === 'delivered' ? 'yes' : 'no' },
  });
  if ('no' in told) return told.no === 'suppressed' ? 'suppressed' : 'no address';
  const now = tools.clock.now();
  const untilAt = now.add({ hours: tokenDays * 24 });
  const items = tools.seals.lockItems(key, orderId, itemsOf(tools, order));
  await tx.rows(statements.decide, [personId, orderId, 'invited', null, now, reviewId, items]);
  await tx.rows(statements.addToken, [hashOfToken(token), shopId, personId, orderId, untilAt]);
  await stand(tx, [{ shopId, reviewId, state: 'invited' }]);
  await tools.enter(tx, { shopId, personId, reviewId }, { kind: 'review invitation' });
  return null;
}

const itemsMax = 20;
const wordsMax = 200;
const orderItems = z.array(z.looseObject({ sku: z.string().nullish(), title: z.string().nullish() }));

/** What can be rated: each product once. */
function itemsOf({ privacy }: Tools, order: StoredOrder): readonly Item[] {
  if (order.items === null) return [];
  const opened = privacy.open(order.items, { purpose: 'shop systems', reader: 'shop' });
  const parsed = orderItems.safeParse(JSON.parse(opened));
  const items = new Map<string, Item>();
  for (const { sku, title } of parsed.success ? parsed.data : []) {
    const code = (sku ?? '').trim().slice(0, wordsMax);
    const item = { name: (title ?? code).slice(0, wordsMax), sku: code === '' ? null : code };
    if (item.name !== '') items.set(item.sku ?? item.name, item);
  }
  return [...items.values()].slice(0, itemsMax);
}
