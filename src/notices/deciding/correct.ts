import { generationOf, isSameFact, kindOf, type FactKind, type Stand, type Told } from '../decide.ts';

/** A fact that was decided on, with what became of it. `happenedAt` is the time of the scan that said it. */
export type DecidedFact = Told & {
  readonly happenedAt: Temporal.Instant | null;
  readonly outcome: string | null;
  readonly concludedAt: Temporal.Instant | null;
};

/** The fact to correct, and when that may be told. */
export type Correction<Fact> = { readonly fact: Fact; readonly dueAt: Temporal.Instant };

/** A carrier that takes deliveries back mostly does so at once: the driver had scanned the wrong parcel. */
export const heldSeconds = 90;
/** Who hears "delivered" and "not delivered" again and again believes nothing any more. */
const correctionHoursMin = 1;

/**
 * Whether a wrong word of this kind costs the customer something: a way made for nothing, a search at the neighbours', a
 * worry. That a parcel is not yet on its way after all costs nobody anything.
 */
const worthCorrecting: ReadonlySet<string> = new Set([
  'out_for_delivery',
  'ready_for_pickup',
  'delivery_failed',
  'exception',
  'delivered',
] satisfies readonly FactKind[]);

/** Whether a fact of this kind waits before it is told. `retracts`: its carrier takes deliveries back. */
export function isHeld(kind: string, retracts: boolean): boolean {
  return kind === 'delivered' && retracts;
}

/**
 * Did the carrier take it back, so that it has never happened? A parcel that goes on makes a fact old, not false: it
 * stands at a younger scan then. From a delivery it goes on only to its way back.
 */
export function isTakenBack(
  fact: Pick<DecidedFact, 'kind' | 'generation' | 'happenedAt'>,
  stand: Stand,
  told: readonly Told[],
): boolean {
  if (fact.kind === 'delivered') {
    if (stand.milestone === 'delivered') return false;
    const goesBack = stand.milestone === 'returning' || stand.milestone === 'returned';
    return !goesBack || isAtOrBefore(stand, fact.happenedAt);
  }
  const kind = kindOf(stand);
  if (kind !== null && kind === fact.kind && isSameFact(kind, generationOf(kind, stand, told), fact.generation))
    return false;
  return stand.at === null || (fact.happenedAt !== null && Temporal.Instant.compare(stand.at, fact.happenedAt) < 0);
}

/** The same scan that said "delivered" is read as a delivery to the sender once its way back is known. */
function isAtOrBefore({ at }: Stand, other: Temporal.Instant | null): boolean {
  return at !== null && other !== null && Temporal.Instant.compare(at, other) <= 0;
}

/** What customers believe and what is not so; of several facts the last that was told. Null when all is as it was told. */
export function correctionOf<Fact extends DecidedFact>(
  told: readonly Fact[],
  stand: Stand,
  now: Temporal.Instant,
): Correction<Fact> | null {
  const earlier = told.filter((one) => one.kind === 'correction');
  // One at a time: what is sent makes this be asked again.
  if (earlier.some((one) => one.verdict === 'due' && one.outcome === null)) return null;
  const fact = falseFacts(told, stand).at(-1);
  if (fact === undefined) return null;
  const free = earlier
    .flatMap((one) => (one.concludedAt === null ? [] : [one.concludedAt.add({ hours: correctionHoursMin })]))
    .toSorted((one, other) => Temporal.Instant.compare(one, other))
    .at(-1);
  return { fact, dueAt: free !== undefined && Temporal.Instant.compare(free, now) > 0 ? free : now };
}

/** What was told and is not so, in the order in which it was said to have happened. */
export function falseFacts<Fact extends DecidedFact>(told: readonly Fact[], stand: Stand): readonly Fact[] {
  return told
    .filter((one) => one.verdict === 'due' && one.outcome === 'sent' && worthCorrecting.has(one.kind))
    .filter((one) => isTakenBack(one, stand, told))
    .toSorted((one, other) => msOf(one) - msOf(other));
}

function msOf({ happenedAt }: DecidedFact): number {
  return happenedAt?.epochMilliseconds ?? 0;
}
