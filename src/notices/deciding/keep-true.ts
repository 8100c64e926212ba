import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Parcel, Parcels } from '#parcels';
import { isTakenBack } from './correct.ts';
import { stillTrue, type FactKind, type NoticeKind, type Stand, type Told, type Verdict } from '../decide.ts';
import { statements } from '../store.ts';

/** A fact that is to be told, and for a correction the fact it takes back with the message that told it. */
export type DueFact = OfOrder & {
  readonly parcelId: string;
  readonly kind: NoticeKind;
  readonly generation: string;
  readonly happenedAt: Temporal.Instant | null;
  readonly ofKind: FactKind | null;
  readonly ofGeneration: string | null;
  readonly ofNoticeId: string | null;
  readonly ofSentAt: Temporal.Instant | null;
};

/** Whose order a fact belongs to. */
export type OfOrder = { readonly personId: string; readonly orderId: string };

type Needs = { readonly clock: Clock; readonly parcels: Parcels };

/**
 * What of these, of whatever orders, is still true, each with its parcel as it stands now; the others are written off with
 * the reason, unless they are told already for all we know.
 */
export async function keepTrue<Fact extends DueFact>(
  needs: Needs,
  tx: Tx,
  facts: readonly Fact[],
  isPerhapsTold: (fact: Fact) => boolean = () => false,
): Promise<readonly (Fact & { readonly parcel: Parcel })[]> {
  if (facts.length === 0) return [];
  const ids = [...new Set(facts.map((fact) => fact.parcelId))];
  const [read, rows] = await Promise.all([
    needs.parcels.read(tx, ids),
    tx.rows<Told & Pick<DueFact, 'orderId' | 'parcelId'>>(statements.toldOfOrders, [
      facts.map(({ personId }) => personId),
      facts.map(({ orderId }) => orderId),
    ]),
  ]);
  const parcels = new Map(read.map((parcel) => [parcel.parcelId, parcel]));
  const told = Map.groupBy(rows, placeOf);
  const now = needs.clock.now();
  const kept: (Fact & { readonly parcel: Parcel })[] = [];
  for (const fact of facts) {
    const parcel = parcels.get(fact.parcelId);
    const of = told.get(placeOf(fact)) ?? [];
    if (parcel !== undefined && isTrue(fact, standOf(parcel), of, now)) kept.push({ ...fact, parcel });
    else if (!isPerhapsTold(fact)) await writeOff(tx, fact, verdictOf(fact, parcel, of));
  }
  return kept;
}

function placeOf({ orderId, parcelId }: Pick<DueFact, 'orderId' | 'parcelId'>): string {
  return `${orderId} ${parcelId}`;
}

function isTrue(fact: DueFact, stand: Stand, told: readonly Told[], now: Temporal.Instant): boolean {
  const { ofKind, ofGeneration, happenedAt } = fact;
  if (ofKind === null || ofGeneration === null) return stillTrue(fact, stand, told, now);
  return isTakenBack({ kind: ofKind, generation: ofGeneration, happenedAt }, stand, told);
}

/** A correction that is not true any more is taken back by the carrier too: what it had taken back has happened. */
function verdictOf(fact: DueFact, parcel: Parcel | undefined, told: readonly Told[]): Verdict {
  if (parcel === undefined) return 'passed';
  return fact.kind === 'correction' || isTakenBack(fact, standOf(parcel), told) ? 'withdrawn' : 'passed';
}

/** These are not told; if they come to be true again, they are news again. */
export async function passOver(tx: Tx, facts: readonly DueFact[]): Promise<void> {
  for (const fact of facts) await writeOff(tx, fact, 'passed');
}

async function writeOff(tx: Tx, fact: DueFact, verdict: Verdict): Promise<void> {
  const { personId, orderId, parcelId, kind, generation } = fact;
  await tx.rows(statements.pass, [personId, orderId, parcelId, kind, generation, verdict]);
}

export function standOf({ milestone, subStatus, leg, milestoneAt }: Parcel): Stand {
  return { milestone, subStatus, leg, at: milestoneAt };
}
