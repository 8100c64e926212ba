import { connectors, findConnector, milestones, subStatus, subStatuses, type ParcelState } from '#carriers';
import { readId, showId } from '#kit/ids';
import { isMoving, isSilent, type Parcel } from '#parcels';
import { sealed } from '#privacy';
import type { ConsoleNeeds } from '../needs.ts';
import { consolePaths } from '../paths.ts';
import type { ParcelFilter, ParcelsView } from '../view.ts';
import { ordersOf, rowOf } from './rows.ts';
import type { Visit } from './visit.ts';

/** What needs somebody stands first, what is over last. */
const shownMilestones: readonly ParcelState[] = [
  'delivery_failed',
  'exception',
  'ready_for_pickup',
  'out_for_delivery',
  'in_transit',
  'accepted',
  'announced',
  'unknown',
  'delivered',
  'returning',
  'returned',
  'cancelled',
];
const problems = [...new Set(subStatuses.map(({ problem }) => problem))].filter((problem) => problem !== 'none');

const textCharactersMax = 100;
const rowsPerPage = 50;
/** Parcels that are looked through for one page, where the rows themselves must be asked. */
const lookedThroughMax = 2_000;
const lookedThroughAtOnce = 250;

type Page = { readonly parcels: readonly Parcel[]; readonly nextBefore: string | null };

export async function parcelsView(needs: ConsoleNeeds, visit: Visit): Promise<ParcelsView> {
  const filter = readFilter(visit.query);
  const before = readId('par', visit.query.get('before') ?? '');
  const page = filter.text === '' ? await list(needs, visit, filter, before) : await search(needs, visit, filter);
  const orders = await ordersOf(needs, page.parcels);
  const counts = await needs.parcels.countByMilestone(needs.database, visit.shop.shopId);
  return {
    frame: visit.frame,
    filter,
    counts: shownMilestones.map((milestone) => ({ milestone, parcels: counts[milestone] ?? 0 })),
    carriers: connectors.map(({ manifest }) => ({ id: manifest.id, name: manifest.name })),
    problems,
    rows: page.parcels.map((parcel) => rowOf(needs, visit, parcel, orders.get(parcel.orderId))),
    nextUrl: page.nextBefore === null ? null : urlOf(filter, page.nextBefore),
    firstUrl: before === null ? null : urlOf(filter, null),
  };
}

/** Total: whatever an address says that is no filter filters nothing. */
function readFilter(query: URLSearchParams): ParcelFilter {
  const problem = query.get('problem');
  return {
    text: (query.get('text') ?? '').trim().slice(0, textCharactersMax),
    milestone: milestones.find((one) => one === query.get('milestone')) ?? null,
    carrier: findConnector(query.get('carrier') ?? '')?.manifest.id ?? null,
    problem: problems.find((one) => one === problem) ?? null,
    attention: query.get('attention') === '1',
  };
}

function urlOf(filter: ParcelFilter, before: string | null): string {
  const { milestone, carrier, problem, attention } = filter;
  const asked = Object.entries({ milestone, carrier, problem, attention: attention ? '1' : null, before });
  const query = new URLSearchParams(asked.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  return query.size === 0 ? consolePaths.parcels : `${consolePaths.parcels}?${query.toString()}`;
}

/** A number is found whole or not at all: only its hash is known. */
async function search(needs: ConsoleNeeds, visit: Visit, filter: ParcelFilter): Promise<Page> {
  const { database, orders, parcels } = needs;
  const { shopId } = visit.shop;
  const order = await orders.find(database, shopId, filter.text);
  const hash = orders.numberHash(shopId, sealed('tracking_number', filter.text));
  const ids = new Set([...(order?.parcelIds ?? []), ...(await parcels.findByNumber(database, hash))]);
  const found = await parcels.read(database, [...ids]);
  return { parcels: found.filter((one) => one.shopId === shopId && fits(one, filter, visit.now)), nextBefore: null };
}

/** Newest first. What the database cannot tell is looked for in the rows, so many at the most for one page. */
async function list(needs: ConsoleNeeds, visit: Visit, filter: ParcelFilter, before: string | null): Promise<Page> {
  const parcels: Parcel[] = [];
  let looked = 0;
  let nextBefore: string | null = null;
  for await (const parcel of newestFirst(needs, visit, filter, before)) {
    if (parcels.length === rowsPerPage || looked === lookedThroughMax) return { parcels, nextBefore };
    if (fits(parcel, filter, visit.now)) parcels.push(parcel);
    nextBefore = showId('par', parcel.parcelId);
    looked += 1;
  }
  return { parcels, nextBefore: null };
}

/** What the database finds, read on as far as somebody wants to see. */
async function* newestFirst(
  needs: ConsoleNeeds,
  visit: Visit,
  filter: ParcelFilter,
  first: string | null,
): AsyncGenerator<Parcel> {
  const { carrier, problem, attention } = filter;
  const isExact = problem === null && !attention;
  const limit = isExact ? rowsPerPage + 1 : lookedThroughAtOnce;
  const wanted = { shopId: visit.shop.shopId, milestones: milestonesOf(filter), carrier, limit };
  for (let before = first; ;) {
    const rows = await needs.parcels.list(needs.database, { ...wanted, before });
    yield* rows;
    before = rows.at(-1)?.parcelId ?? null;
    if (rows.length < limit) return;
  }
}

const needsSomebody: ReadonlySet<ParcelState> = new Set(['delivery_failed', 'exception']);

function fits(parcel: Parcel, filter: ParcelFilter, now: Temporal.Instant): boolean {
  if (filter.milestone !== null && parcel.milestone !== filter.milestone) return false;
  if (filter.carrier !== null && parcel.carrier !== filter.carrier) return false;
  if (filter.problem !== null && problemOf(parcel) !== filter.problem) return false;
  return !filter.attention || needsSomebody.has(parcel.milestone) || isSilent(parcel, now);
}

function problemOf(parcel: Parcel): string | null {
  return parcel.subStatus === null ? null : (subStatus(parcel.subStatus)?.problem ?? null);
}

/** The milestones that a parcel of this filter can stand at; null where it may be any. */
function milestonesOf({ milestone, problem, attention }: ParcelFilter): readonly ParcelState[] | null {
  if (milestone !== null) return [milestone];
  if (problem === null && !attention) return null;
  const having = new Set(subStatuses.filter((row) => row.problem === problem).map((row) => row.milestone));
  return milestones
    .filter((one) => problem === null || having.has(one))
    .filter((one) => !attention || needsSomebody.has(one) || isMoving({ milestone: one }));
}
