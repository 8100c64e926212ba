/** A town as the carrier writes it; `country` is ISO 3166-1 alpha-2. */
export type SimulatedPlace = { readonly locality: string; readonly country: string };

export type StatusCode = 'pre-transit' | 'transit' | 'delivered' | 'failure' | 'unknown';

export type DhlEvent = {
  /** Product time at which it happens. */
  readonly at: Temporal.Instant;
  /** The same moment on the clock of the place, without offset: `2026-11-20T08:54:00`. */
  readonly localTime: string;
  readonly place: SimulatedPlace | null;
  /** The carrier's own code, or its sentence where it sends one instead; `ICE:RIC:TTPRO` in DHL's interface for Germany. */
  readonly status: string;
  readonly statusCode: StatusCode;
  readonly description: string;
  readonly remark?: string;
  /** The carrier marks it as one of the way back. */
  readonly returning?: boolean;
  /** The carrier lists it twice. */
  readonly duplicate?: boolean;
  /** The carrier learns of it this much after it happened, so that it comes behind younger ones. */
  readonly lateMinutes?: number;
  /** From then on it did not happen after all: the carrier no longer lists it, or lists that it is taken back. */
  readonly retractedAt?: Temporal.Instant;
};

/** What the carrier says about the arrival from `knownFrom` on; the window's ends stand on its clock, as instants. */
export type SimulatedArrival = {
  readonly knownFrom: Temporal.Instant;
  readonly day: Temporal.PlainDate;
  readonly window: { readonly from: Temporal.Instant; readonly until: Temporal.Instant } | null;
};

/** One box as DHL will come to know it: past, present and future. */
export type DhlParcel = {
  readonly carrier: 'dhl-unified' | 'dhl-parcel-de';
  readonly number: string;
  /** The part of DHL that carries it, as its API names it: `parcel-de`, `parcel-nl`, `express` … */
  readonly service: string;
  readonly originCountry: string;
  readonly destinationCountry: string;
  readonly events: readonly DhlEvent[];
  readonly arrivals?: readonly SimulatedArrival[];
  readonly product?: string;
  readonly weightKg?: number;
  /** The carrier answers with the receiver's name, as the real one does; whoever asked has to drop it. */
  readonly receiver?: string;
};

/** What the carrier knows at one moment. */
export type History = {
  /** In the order in which the carrier learnt of them, youngest first; a late one stands above younger ones. */
  readonly events: readonly DhlEvent[];
  /** The one that happened last. */
  readonly newest: DhlEvent;
  readonly arrival: SimulatedArrival | null;
};

/** What changes a carrier's answer about a parcel. */
type Changing = {
  readonly events: readonly Pick<DhlEvent, 'at' | 'lateMinutes' | 'retractedAt'>[];
  readonly arrivals?: readonly SimulatedArrival[];
};

/** When the carrier learns of an event. */
export function knownAt(event: Pick<DhlEvent, 'at' | 'lateMinutes'>): Temporal.Instant {
  return event.at.add({ minutes: event.lateMinutes ?? 0 });
}

const isPast = (instant: Temporal.Instant, now: Temporal.Instant) => Temporal.Instant.compare(instant, now) <= 0;

/** Null while the carrier has never heard of the parcel. */
export function historyAt(parcel: DhlParcel, now: Temporal.Instant): History | null {
  const known = parcel.events.filter(
    (event) => isPast(knownAt(event), now) && !(event.retractedAt !== undefined && isPast(event.retractedAt, now)),
  );
  const newest = known.reduce<DhlEvent | null>(
    (latest, event) => (latest === null || Temporal.Instant.compare(event.at, latest.at) >= 0 ? event : latest),
    null,
  );
  if (newest === null) return null;
  const events = known
    .toSorted((one, other) => Temporal.Instant.compare(knownAt(one), knownAt(other)))
    .toReversed()
    .flatMap((event) => (event.duplicate === true ? [event, event] : [event]));
  return { events, newest, arrival: arrivalAt(parcel.arrivals ?? [], now) };
}

/** The last that the carrier says about the arrival. */
export function arrivalAt(arrivals: readonly SimulatedArrival[], now: Temporal.Instant): SimulatedArrival | null {
  return arrivals.findLast(({ knownFrom }) => isPast(knownFrom, now)) ?? null;
}

/** Every moment at which the carrier's answer changes, oldest first, in milliseconds: they are looked through very often. */
export function changesOf(parcel: Changing): readonly number[] {
  const instants = [
    ...parcel.events.map(knownAt),
    ...parcel.events.flatMap((event) => (event.retractedAt === undefined ? [] : [event.retractedAt])),
    ...(parcel.arrivals ?? []).map((arrival) => arrival.knownFrom),
  ];
  return instants.map((instant) => instant.epochMilliseconds).toSorted((one, other) => one - other);
}

export type PlannedParcel = { readonly parcel: DhlParcel; readonly changes: readonly number[] };

/** All boxes of the simulated carrier. One number may stand for several boxes of different services, as in the real one. */
export type ParcelBook = {
  readonly plan: (parcel: DhlParcel) => void;
  readonly find: (number: string) => readonly PlannedParcel[];
};

/** @param parcelsMax how many numbers the book holds; beyond that the oldest number falls out */
export function createParcelBook(parcelsMax: number): ParcelBook {
  const byNumber = new Map<string, readonly PlannedParcel[]>();
  return {
    plan: (parcel) => {
      const others = (byNumber.get(parcel.number) ?? []).filter((one) => one.parcel.service !== parcel.service);
      byNumber.set(parcel.number, [...others, { parcel, changes: changesOf(parcel) }]);
      for (const number of byNumber.keys()) {
        if (byNumber.size <= parcelsMax) break;
        byNumber.delete(number);
      }
    },
    find: (number) => byNumber.get(number.replaceAll(/\s+/g, '').toUpperCase()) ?? [],
  };
}
