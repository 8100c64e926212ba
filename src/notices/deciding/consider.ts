import { findConnector } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Orders } from '#orders';
import type { ParcelMoved, Parcels } from '#parcels';
import { correctionOf, falseFacts, heldSeconds, isHeld, isTakenBack, type DecidedFact } from './correct.ts';
import { tellingOf, type Move, type NoticeKind, type Stand, type Telling, type Verdict } from '../decide.ts';
import { standOf, type OfOrder } from './keep-true.ts';
import { makeNotices, type NewNotice } from './make.ts';
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

/** Parcels of different orders stand elsewhere: is that worth telling, and is what was told of them still so? */
export async function considerMoves(needs: ConsiderNeeds, tx: Tx, moves: readonly MovedParcel[]): Promise<void> {
  const considered = moves.map(({ parcelId, personId, orderId, shopId, carrier, ...moved }) => {
    const at = moved.at === null ? null : Temporal.Instant.from(moved.at);
    return { whose: { personId, orderId, parcelId, shopId, carrier }, move: { ...moved, at } };
  });
  await consider(needs, tx, considered);
}

export type MovedParcel = ParcelMoved & { readonly parcelId: string };
export type SentNotice = OfOrder & { readonly kind: string };

/**
 * Messages of different orders have gone out. What their parcels did between the decision and the mail server's yes was
 * seen by nobody who knew that it would be told; so it is looked at again.
 */
export async function considerSent(needs: ConsiderNeeds, tx: Tx, sent: readonly SentNotice[]): Promise<void> {
  type Row = OfOrder & { readonly parcelId: string; readonly kind: string };
  const rows = await tx.rows<Row>(statements.parcelsTold, [...idsOf(sent), sent.map(({ kind }) => kind)]);
  const corrected = rows.filter(({ kind }) => kind === 'correction');
  await lockTold(tx, corrected);
  const isCorrected = new Set(corrected.map(({ parcelId }) => parcelId));
  const parcels = await needs.parcels.read(
    tx,
    rows.map((row) => row.parcelId),
  );
  const stands = parcels.map((parcel) => {
    const { personId, orderId, parcelId, shopId, carrier } = parcel;
    return { whose: { personId, orderId, parcelId, shopId, carrier }, stand: standOf(parcel) };
  });
  const told = await toldOf(
    tx,
    stands.map(({ whose }) => whose),
  );
  for (const { whose, stand } of stands) {
    if (isCorrected.has(whose.parcelId)) {
      await markCorrected(tx, whose, stand);
      await consider(needs, tx, [{ whose, move: { ...stand, before: stand } }]);
    } else await correct(needs, tx, whose, stand, told.get(whose.parcelId) ?? []);
  }
}

/** The customer knows now that this was not so, and everything before it that was not. */
async function markCorrected(tx: Tx, whose: Whose, stand: Stand): Promise<void> {
  const { personId, orderId, parcelId } = whose;
  const told = (await toldOf(tx, [whose])).get(parcelId) ?? [];
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

type ToldOfParcels = ReadonlyMap<string, readonly DecidedFact[]>;

async function toldOf(tx: Tx, all: readonly Whose[]): Promise<ToldOfParcels> {
  const values = [...idsOf(all), all.map(({ parcelId }) => parcelId)];
  type Row = DecidedFact & { readonly parcelId: string };
  const read = () => tx.rows<Row>(statements.toldOfParcels, values);
  const told = Map.groupBy(await read(), (row) => row.parcelId);
  const isCorrected = ({ parcelId }: Whose) => told.get(parcelId)?.some((one) => one.kind === 'correction') === true;
  const corrected = all.filter(isCorrected);
  if (corrected.length === 0) return told;
  // Rare, and only then can somebody be about to mark a fact as corrected.
  await lockTold(tx, corrected);
  return Map.groupBy(await read(), (row) => row.parcelId);
}

async function lockTold(tx: Tx, all: readonly (OfOrder & Pick<Whose, 'parcelId'>)[]): Promise<void> {
  for (const { personId, orderId, parcelId } of all) {
    await tx.rows(statements.lockTold, [personId, orderId, parcelId]);
  }
}

type Considered = { readonly whose: Whose; readonly move: Move };

async function consider(needs: ConsiderNeeds, tx: Tx, all: readonly Considered[]): Promise<void> {
  const now = needs.clock.now();
  const told = await toldOf(
    tx,
    all.map(({ whose }) => whose),
  );
  const worth: (Considered & { readonly telling: Telling })[] = [];
  for (const { whose, move } of all) {
    const before = told.get(whose.parcelId) ?? [];
    await withdraw(tx, whose, before, move);
    const isCorrectedNow = await correct(needs, tx, whose, move, before);
    const telling = tellingOf(move, before, now);
    if (telling === null) continue;
    // The correction says where the parcel stands.
    const verdict = isCorrectedNow && telling.verdict === 'due' ? 'overtaken' : telling.verdict;
    worth.push({ whose, move, telling: { ...telling, verdict } });
  }
  if (worth.length === 0) return;
  const orders = await needs.orders.readMany(
    tx,
    worth.map(({ whose }) => whose),
  );
  const decided = worth.flatMap(({ whose, move, telling }) => {
    const order = orders.get(whose.orderId);
    return order === undefined ? [] : [decidedOn(needs, whose, move, telling, order.parcelIds.length > 1)];
  });
  const fresh = (await tell(needs, tx, decided)).filter(({ verdict }) => verdict === 'due');
  const [waiting, ready] = [fresh.filter(({ notice }) => notice === null), fresh.flatMap(({ notice }) => notice ?? [])];
  await makeNotices(needs, tx, ready);
  await setTimers(needs, tx, waiting);
}

/** What is neither held nor waits for others is a message at once. */
function decidedOn(
  needs: ConsiderNeeds,
  whose: Whose,
  { subStatus, at }: Stand,
  telling: Telling,
  isGathered: boolean,
): Decided {
  const isLong = isHeld(telling.kind, findConnector(whose.carrier)?.manifest.retracts ?? false);
  const seconds = isLong ? heldSeconds : isGathered ? gatherSeconds : 0;
  const dueAt = needs.clock.now().add({ seconds });
  const { personId, orderId, shopId } = whose;
  const { kind, verdict } = telling;
  const isReady = seconds === 0 && verdict === 'due';
  const notice = isReady ? { noticeId: newId(needs.clock), personId, orderId, shopId, kind } : null;
  return {
    ...telling,
    whose,
    dueAt,
    subStatus,
    happenedAt: at,
    heldUntil: isLong ? dueAt : null,
    of: null,
    notice,
  };
}

type Decided = {
  readonly whose: Whose;
  readonly kind: NoticeKind;
  readonly generation: string;
  readonly verdict: Verdict;
  readonly dueAt: Temporal.Instant;
  readonly subStatus: string | null;
  readonly happenedAt: Temporal.Instant | null;
  readonly heldUntil: Temporal.Instant | null;
  readonly of: Pick<DecidedFact, 'kind' | 'generation'> | null;
  /** The message that tells it, where it waits for nothing. */
  readonly notice: NewNotice | null;
};

/** Writes facts of different parcels down, each once. Answers those that were not decided before. */
async function tell(needs: ConsiderNeeds, tx: Tx, decided: readonly Decided[]): Promise<readonly Decided[]> {
  if (decided.length === 0) return [];
  const whose = decided.map((one) => one.whose);
  const rows = await tx.rows<{ parcelId: string }>(statements.tell, [
    ...idsOf(whose),
    whose.map(({ parcelId }) => parcelId),
    decided.map(({ kind }) => kind),
    decided.map(({ generation }) => generation),
    whose.map(({ shopId }) => shopId),
    needs.clock.now(),
    decided.map(({ dueAt }) => dueAt),
    decided.map(({ verdict }) => verdict),
    decided.map(({ subStatus }) => subStatus),
    decided.map(({ happenedAt }) => happenedAt),
    decided.map(({ heldUntil }) => heldUntil),
    decided.map(({ of }) => of?.kind ?? null),
    decided.map(({ of }) => of?.generation ?? null),
    decided.map(({ notice }) => notice?.noticeId ?? null),
  ]);
  const isNew = new Set(rows.map((row) => row.parcelId));
  return decided.filter((one) => isNew.has(one.whose.parcelId));
}

/** One job per order and kind: whoever comes later takes its place. What is not held keeps the time of the first. */
async function setTimers(needs: ConsiderNeeds, tx: Tx, waiting: readonly Decided[]): Promise<void> {
  if (waiting.length === 0) return;
  type Pending = OfOrder &
    Readonly<Record<'firstAt' | 'lastAt', Temporal.Instant>> & {
      readonly kind: string;
      readonly isLong: boolean;
    };
  const pending = await tx.rows<Pending>(statements.pending, [
    ...idsOf(waiting.map(({ whose }) => whose)),
    waiting.map(({ kind }) => kind),
    waiting.map(({ heldUntil }) => heldUntil !== null),
  ]);
  const jobs = pending.map(({ personId, orderId, kind, isLong, firstAt, lastAt }) => {
    const limit = firstAt.add({ seconds: heldTogetherSecondsMax });
    const together = Temporal.Instant.compare(lastAt, limit) < 0 ? lastAt : limit;
    return {
      task: 'notices.gather',
      payload: { personId, orderId, kind },
      key: gatherKey(orderId, kind, isLong),
      dueAt: isLong ? together : firstAt,
    };
  });
  await needs.jobs.add(tx, ...jobs);
}

/** As two parameters of a statement. */
function idsOf(all: readonly OfOrder[]): readonly [readonly string[], readonly string[]] {
  return [all.map(({ personId }) => personId), all.map(({ orderId }) => orderId)];
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
  const fresh = await tell(needs, tx, [
    {
      whose,
      notice: null,
      kind: 'correction',
      generation: correctionName(fact),
      verdict: 'due',
      dueAt,
      subStatus: stand.subStatus,
      happenedAt: fact.happenedAt,
      heldUntil: isLate ? dueAt : null,
      of: fact,
    },
  ]);
  await setTimers(needs, tx, fresh);
  return fresh.length > 0 && !isLate;
}
