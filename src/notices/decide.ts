import { subStatus, type ParcelState } from '#carriers';
import { isSameWait, isToldWait, waitOf } from './deciding/waiting.ts';

/** What a parcel's move can say. */
export const factKinds = [
  'shipped',
  'out_for_delivery',
  'ready_for_pickup',
  'delivery_failed',
  'exception',
  'delivered',
] as const;

export type FactKind = (typeof factKinds)[number];

/** What a customer is told of unasked; a correction takes back what was told before. */
export type NoticeKind = FactKind | 'correction';

/**
 * Why something is told or not: `due` it is told; `old` it happened too long ago to be news; `overtaken` more was told
 * already; `passed` it was no longer true when it was to be sent, `withdrawn` the carrier took it back before it was
 * sent, so that both are news again if they come again; `corrected` it was told, taken back, and the customer knows.
 */
export type Verdict = 'due' | 'old' | 'overtaken' | 'passed' | 'withdrawn' | 'corrected';

/** Where a parcel stands, as far as telling it is concerned. `at` is the time of the scan that brought it there. */
export type Stand = {
  readonly milestone: ParcelState;
  readonly subStatus: string | null;
  readonly leg: 'outbound' | 'return';
  readonly at: Temporal.Instant | null;
  /** Where it waits, as `parcel.moved` says it; left away or null where nobody says. */
  readonly place?: string | null;
};

export type Move = Stand & { readonly before: Pick<Stand, 'milestone' | 'subStatus'> };

export type Told = { readonly kind: string; readonly generation: string; readonly verdict: string };

/** The fact to tell; the same kind and generation is the same fact, however often and in whatever order it is said. */
export type Telling = { readonly kind: FactKind; readonly generation: string; readonly verdict: Verdict };

/** Older news is not news: this is what a first import brings. */
export const newsHoursMax = 48;
/** What is said of today is wrong tomorrow. */
export const todayHoursMax = 16;

/** Parcels are handed out by day; a night in Europe is where one such day ends. */
export const homeZone = 'Europe/Berlin';

/** The fact that a parcel's move is worth telling, or null when it is worth none. */
export function tellingOf(move: Move, told: readonly Told[], now: Temporal.Instant): Telling | null {
  const kind = kindOf(move);
  if (kind === null || move.at === null || isQuiet(kind, move)) return null;
  const said = told.filter(isSaid);
  const generation = generationOf(kind, move, told);
  if (said.some((one) => one.kind === kind && one.generation === generation)) return null;
  if (kind === 'delivered' && wasDelivered(move, said)) return null;
  if (
    kind === 'ready_for_pickup' &&
    move.before.subStatus === move.subStatus &&
    isToldWait(move.subStatus, generation, said)
  )
    return null;
  return { kind, generation, verdict: verdictOf(kind, generation, move, said, now) };
}

/** Is what was to be told still true when it is sent? A step that has been passed is no longer worth a message. */
export function stillTrue(
  fact: { readonly kind: string; readonly generation: string },
  stand: Stand,
  told: readonly Told[],
  now: Temporal.Instant,
): boolean {
  const kind = kindOf(stand);
  if (kind === null || kind !== fact.kind) return false;
  if (isOfToday(kind, stand.subStatus) && ageHours(stand.at, now) > todayHoursMax) return false;
  // A finer word may have come the day after; only another delivery makes this one untrue.
  if (kind === 'delivered') {
    return !told.filter(isSaid).some((one) => one.kind === kind && one.generation > fact.generation);
  }
  return isSameFact(kind, generationOf(kind, stand, told), fact.generation);
}

export function isSameFact(kind: FactKind, generation: string, other: string): boolean {
  return kind === 'ready_for_pickup' ? isSameWait(generation, other) : generation === other;
}

/** What customers were told or are to be told, as far as it was not taken back since. */
const unsaid: ReadonlySet<string> = new Set(['passed', 'withdrawn', 'corrected'] satisfies readonly Verdict[]);

function isSaid({ verdict }: Told): boolean {
  return !unsaid.has(verdict);
}

/** Handed over, but not to the customer or not all of it: no delivery, whatever the carrier calls it. */
const handedOn: ReadonlyMap<string | null, FactKind> = new Map([
  ['delivered.partner', 'shipped'],
  ['delivered.customs', 'exception'],
  ['delivered.partial', 'exception'],
]);

/** Null where customers ask if they want to know. */
const kindOfMilestone: Readonly<Record<ParcelState, FactKind | null>> = {
  unknown: null,
  announced: null,
  accepted: 'shipped',
  in_transit: 'shipped',
  out_for_delivery: 'out_for_delivery',
  ready_for_pickup: 'ready_for_pickup',
  delivery_failed: 'delivery_failed',
  exception: 'exception',
  delivered: 'delivered',
  returning: null,
  returned: null,
  cancelled: null,
};

/** The kind of notice that belongs to where a parcel stands. */
export function kindOf({ milestone, subStatus: word, leg }: Omit<Stand, 'at'>): FactKind | null {
  // Damage and loss concern the customer on the way back too; the other steps are the shop's then.
  if (leg === 'return' && milestone !== 'exception') return null;
  return handedOn.get(word) ?? kindOfMilestone[milestone];
}

/** A quiet word is a detail. Of the first movement and of the van's day even a detail is the first that is heard. */
function isQuiet(kind: FactKind, { subStatus: word }: Stand): boolean {
  if (kind === 'shipped' || kind === 'out_for_delivery') return false;
  return word !== null && subStatus(word)?.notifyDefault === false;
}

/**
 * What makes a fact another one of the same kind: another day in the van, another failed attempt, another place to
 * collect from, another trouble, another delivery after the first was taken back. It follows from the scan, not from how
 * many came before, so that a scan that comes late does not turn a fact into a second one.
 */
type GenerationOf = (day: string, word: string, told: readonly Told[], place: string | null) => string;
const generations: Readonly<Record<FactKind, GenerationOf>> = {
  shipped: (_day, word) => (handedOn.has(word) ? word : '1'),
  out_for_delivery: tripOf,
  ready_for_pickup: waitOf,
  delivery_failed: tripOf,
  exception: (_day, word) => word,
  delivered: (day) => day,
};

export function generationOf(
  kind: FactKind,
  { milestone, subStatus: word, at, place = null }: Stand,
  told: readonly Told[],
): string {
  const day = at?.toZonedDateTimeISO(homeZone).toPlainDate().toString() ?? '';
  const generation = generations[kind](day, word ?? milestone, told.filter(isSaid), place);
  const corrected = told.filter((one) => {
    const isSame = one.generation === generation || one.generation.startsWith(`${generation} after `);
    return one.kind === kind && one.verdict === 'corrected' && isSame;
  });
  // What was told and taken back is another fact when it really happens.
  return corrected.length === 0 ? generation : `${generation} after ${corrected.length}`;
}

/** The van comes once a day, unless it is said to come again. */
function tripOf(day: string, word: string, told: readonly Told[]): string {
  const again = `${day} again`;
  const isAgain = told.some((one) => one.kind === 'out_for_delivery' && one.generation === again);
  return isAgain || word === 'out_for_delivery.second_attempt' ? again : day;
}

/** A finer word for a delivery that was told is the same delivery, even when it comes the day after. */
function wasDelivered({ before, leg }: Move, said: readonly Told[]): boolean {
  return kindOf({ ...before, leg }) === 'delivered' && said.some((one) => one.kind === 'delivered');
}

function verdictOf(
  kind: FactKind,
  generation: string,
  { subStatus: word, at }: Stand,
  said: readonly Told[],
  now: Temporal.Instant,
): Verdict {
  const hoursMax = isOfToday(kind, word) ? todayHoursMax : newsHoursMax;
  if (ageHours(at, now) > hoursMax) return 'old';
  return kind === 'shipped' && generation === '1' && said.length > 0 ? 'overtaken' : 'due';
}

function isOfToday(kind: FactKind, word: string | null): boolean {
  return kind === 'out_for_delivery' || word === 'ready_for_pickup.last_day';
}

function ageHours(at: Temporal.Instant | null, now: Temporal.Instant): number {
  return at === null ? 0 : now.since(at).total('hours');
}
