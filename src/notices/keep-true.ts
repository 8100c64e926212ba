import type { Clock } from '#kit/clock';
import type { Queries, Tx } from '#kit/database';
import type { Parcel, Parcels } from '#parcels';
import { stillTrue, type Stand, type Told, type Telling } from './decide.ts';
import { statements } from './store.ts';

/** A fact that is to be told, and whose order it belongs to. */
export type DueFact = Pick<Telling, 'kind' | 'generation'> & { readonly parcelId: string };
export type OfOrder = { readonly personId: string; readonly orderId: string };

type Needs = { readonly clock: Clock; readonly parcels: Parcels };

/** What of these is still true, each with its parcel as it stands now; the others are written off as passed. */
export async function keepTrue<Fact extends DueFact>(
  needs: Needs,
  tx: Tx,
  { personId, orderId }: OfOrder,
  facts: readonly Fact[],
): Promise<readonly (Fact & { readonly parcel: Parcel })[]> {
  const ids = [...new Set(facts.map((fact) => fact.parcelId))];
  const parcels = new Map((await needs.parcels.read(tx, ids)).map((parcel) => [parcel.parcelId, parcel]));
  const told = await toldOfOrder(tx, { personId, orderId });
  const now = needs.clock.now();
  const kept: (Fact & { readonly parcel: Parcel })[] = [];
  for (const fact of facts) {
    const parcel = parcels.get(fact.parcelId);
    const isTrue = parcel !== undefined && stillTrue(fact, standOf(parcel), told.get(fact.parcelId) ?? [], now);
    if (isTrue) kept.push({ ...fact, parcel });
    else await passOver(tx, { personId, orderId }, [fact]);
  }
  return kept;
}

/** These are not told; if they come to be true again, they are news again. */
export async function passOver(tx: Tx, { personId, orderId }: OfOrder, facts: readonly DueFact[]): Promise<void> {
  for (const { parcelId, kind, generation } of facts) {
    await tx.rows(statements.pass, [personId, orderId, parcelId, kind, generation]);
  }
}

async function toldOfOrder(
  queries: Queries,
  { personId, orderId }: OfOrder,
): Promise<ReadonlyMap<string, readonly Told[]>> {
  const rows = await queries.rows<Told & { readonly parcelId: string }>(statements.toldOfOrder, [personId, orderId]);
  return Map.groupBy(rows, (row) => row.parcelId);
}

function standOf({ milestone, subStatus, leg, milestoneAt }: Parcel): Stand {
  return { milestone, subStatus, leg, at: milestoneAt };
}
