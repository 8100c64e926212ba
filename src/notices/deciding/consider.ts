import { findConnector } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Jobs } from '#kit/jobs';
import type { Orders } from '#orders';
import type { ParcelMoved, Parcels } from '#parcels';
import { correctionOf, falseFacts, heldSeconds, isHeld, isTakenBack, type DecidedFact } from './correct.ts';
import { tellingOf, type Move, type NoticeKind, type Stand, type Telling, type Verdict } from '../decide.ts';
import { standOf, type OfOrder } from './keep-true.ts';
import { statements } from '../store.ts';

export type ConsiderNeeds = {
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly orders: Orders;
  readonly parcels: Parcels;
};

type Whose = OfOrder & { readonly parcelId: string; readonly shopId: string; readonly carrier: string };

/** Parcels of one order that move within this time are told together. */
const gatherSeconds = 60;
/** What is held waits for others of its kind that are held, but no longer than this. */
const heldTogetherSecondsMax = 300;

/** A parcel stands elsewhere: is that worth telling, and is what was told of it still so? */
export async function considerMove(
  needs: ConsiderNeeds,
  tx: Tx,
  parcelId: string,
  { personId, orderId, shopId, carrier, ...moved }: ParcelMoved,
): Promise<void> {
  const at = moved.at === null ? null : Temporal.Instant.from(moved.at);
  await consider(needs, tx, { personId, orderId, parcelId, shopId, carrier }, { ...moved, at });
}

/**
 * A message has gone out. What its parcels did between the decision and the mail server's yes was seen by nobody who
 * knew that it would be told; so it is looked at again.
 */
export async function considerSent(
  needs: ConsiderNeeds,
  tx: Tx,
  personId: string,
  { orderId, kind }: { readonly orderId: string; readonly kind: string },
): Promise<void> {
  const rows = await tx.rows<{ parcelId: string }>(statements.parcelsTold, [personId, orderId, kind]);
  const isCorrection = kind === 'correction';
  if (isCorrection) {
    for (const { parcelId } of rows) await tx.rows(statements.lockTold, [personId, orderId, parcelId]);
  }
  for (const parcel of await needs.parcels.read(
    tx,
    rows.map((row) => row.parcelId),
  )) {
    const { parcelId, shopId, carrier } = parcel;
    const whose = { personId, orderId, parcelId, shopId, carrier };
    const stand = standOf(parcel);
    if (isCorrection) await markCorrected(tx, whose, stand);
    if (isCorrection) await consider(needs, tx, whose, { ...stand, before: stand });
    else await correct(needs, tx, whose, stand, await toldOf(tx, whose));
  }
}

/** The customer knows now that this was not so, and everything before it that was not. */
async function markCorrected(tx: Tx, whose: Whose, stand: Stand): Promise<void> {
  const { personId, orderId, parcelId } = whose;
  const told = await toldOf(tx, whose);
  const named = told.filter((one) => one.kind === 'correction' && one.outcome === 'sent' && one.verdict === 'due');
  const corrected = new Set(named.map((one) => one.generation));
  const facts = told.filter((one) => one.verdict === 'due' && corrected.has(correctionName(one)));
  const last = Math.max(...facts.map((one) => one.happenedAt?.epochMilliseconds ?? 0));
  const older = falseFacts(told, stand).filter((one) => (one.happenedAt?.epochMilliseconds ?? 0) <= last);
  for (const { kind, generation } of new Set([...facts, ...older])) {
    await tx.rows(statements.correct, [personId, orderId, parcelId, kind, generation]);
  }
}

/** A fact is corrected once; when it happens again it is another fact. */
function correctionName({ kind, generation }: Pick<DecidedFact, 'kind' | 'generation'>): string {
  return `${kind} ${generation}`;
}

async function toldOf(tx: Tx, { personId, orderId, parcelId }: Whose): Promise<readonly DecidedFact[]> {
  const values = [personId, orderId, parcelId];
  const told = await tx.rows<DecidedFact>(statements.toldOfParcel, values);
  if (!told.some((one) => one.kind === 'correction')) return told;
  // Rare, and only then can somebody be about to mark a fact as corrected.
  await tx.rows(statements.lockTold, values);
  return await tx.rows<DecidedFact>(statements.toldOfParcel, values);
}

async function consider(needs: ConsiderNeeds, tx: Tx, whose: Whose, move: Move): Promise<void> {
  const now = needs.clock.now();
  const told = await toldOf(tx, whose);
  await withdraw(tx, whose, told, move);
  const isCorrectedNow = await correct(needs, tx, whose, move, told);
  const telling = tellingOf(move, told, now);
  if (telling === null) return;
  const order = await needs.orders.read(tx, whose.personId, whose.orderId);
  if (order === null) return;
  // The correction says where the parcel stands.
  const verdict = isCorrectedNow && telling.verdict === 'due' ? 'overtaken' : telling.verdict;
  await decide(needs, tx, whose, move, { ...telling, verdict }, order.parcelIds.length > 1);
}

/** Writes the fact down, once, and sets the time when it is told. */
async function decide(
  needs: ConsiderNeeds,
  tx: Tx,
  whose: Whose,
  { subStatus, at }: Stand,
  telling: Telling,
  isGathered: boolean,
): Promise<void> {
  const now = needs.clock.now();
  const isLong = isHeld(telling.kind, findConnector(whose.carrier)?.manifest.retracts ?? false);
  const seconds = isLong ? heldSeconds : isGathered ? gatherSeconds : 0;
  const dueAt = now.add({ seconds });
  const heldUntil = isLong ? dueAt : null;
  const isNew = await tell(needs, tx, whose, { ...telling, dueAt, subStatus, happenedAt: at, heldUntil, of: null });
  if (isNew && telling.verdict === 'due') await setTimer(needs, tx, whose, telling.kind, isLong);
}

type Decided = {
  readonly kind: NoticeKind;
  readonly generation: string;
  readonly verdict: Verdict;
  readonly dueAt: Temporal.Instant;
  readonly subStatus: string | null;
  readonly happenedAt: Temporal.Instant | null;
  readonly heldUntil: Temporal.Instant | null;
  readonly of: Pick<DecidedFact, 'kind' | 'generation'> | null;
};

/** False when it was decided before. */
async function tell(needs: ConsiderNeeds, tx: Tx, whose: Whose, decided: Decided): Promise<boolean> {
  const { personId, orderId, parcelId, shopId } = whose;
  const { kind, generation, verdict, dueAt, subStatus, happenedAt, heldUntil, of } = decided;
  const fact = [personId, orderId, parcelId, kind, generation, shopId, needs.clock.now(), dueAt, verdict, subStatus];
  const more = [happenedAt, heldUntil, of?.kind ?? null, of?.generation ?? null];
  return (await tx.one(statements.tell, [...fact, ...more])) !== null;
}

/** One job per order and kind: whoever comes later takes its place. What is not held keeps the time of the first. */
async function setTimer(
  needs: ConsiderNeeds,
  tx: Tx,
  { personId, orderId }: OfOrder,
  kind: NoticeKind,
  isLong: boolean,
): Promise<void> {
  type Pending = { readonly firstAt: Temporal.Instant | null; readonly lastAt: Temporal.Instant | null };
  const pending = await tx.one<Pending>(statements.pending, [personId, orderId, kind, isLong]);
  if (pending === null || pending.firstAt === null || pending.lastAt === null) return;
  const { firstAt, lastAt } = pending;
  const limit = firstAt.add({ seconds: heldTogetherSecondsMax });
  const together = Temporal.Instant.compare(lastAt, limit) < 0 ? lastAt : limit;
  await needs.jobs.add(tx, {
    task: 'notices.gather',
    payload: { personId, orderId, kind },
    key: gatherKey(orderId, kind, isLong),
    dueAt: isLong ? together : firstAt,
  });
}

export function gatherKey(orderId: string, kind: string, isLong: boolean): string {
  return `notices:${orderId}:${kind}${isLong ? ':held' : ''}`;
}

/** What was taken back before a message was made of it is not told. */
async function withdraw(tx: Tx, whose: Whose, told: readonly DecidedFact[], stand: Stand): Promise<void> {
  const { personId, orderId, parcelId } = whose;
  const waiting = told.filter((one) => one.verdict === 'due' && one.outcome === null && one.kind !== 'correction');
  for (const fact of waiting) {
    if (!isTakenBack(fact, stand, told)) continue;
    await tx.rows(statements.withdraw, [personId, orderId, parcelId, fact.kind, fact.generation]);
  }
}

/** True when a correction goes out now; while another is younger than an hour it waits, and staff see that it does. */
async function correct(
  needs: ConsiderNeeds,
  tx: Tx,
  whose: Whose,
  stand: Stand,
  told: readonly DecidedFact[],
): Promise<boolean> {
  const now = needs.clock.now();
  const correction = correctionOf(told, stand, now);
  if (correction === null || (await needs.orders.read(tx, whose.personId, whose.orderId)) === null) return false;
  const { fact, dueAt } = correction;
  const isLate = Temporal.Instant.compare(dueAt, now) > 0;
  const isNew = await tell(needs, tx, whose, {
    kind: 'correction',
    generation: correctionName(fact),
    verdict: 'due',
    dueAt,
    subStatus: stand.subStatus,
    happenedAt: fact.happenedAt,
    heldUntil: isLate ? dueAt : null,
    of: fact,
  });
  if (isNew) await setTimer(needs, tx, whose, 'correction', isLate);
  return isNew && !isLate;
}
