import { knownAt, type SimulatedArrival } from '../parcels.ts';

/** A town as UPS writes it; the state only where UPS sends one. */
export type UpsPlace = { readonly city: string; readonly state: string | null; readonly country: string };

export type UpsEvent = {
  /** Product time at which it happens. */
  readonly at: Temporal.Instant;
  /** IANA zone of the place, for its clock. */
  readonly zone: string;
  readonly place: UpsPlace;
  readonly type: 'D' | 'I' | 'M' | 'MV' | 'P' | 'RS' | 'U' | 'X';
  /** Two characters of UPS's list of scans. */
  readonly code: string;
  /** Three digits of UPS's list of status descriptions. */
  readonly statusCode: string;
  readonly description: string;
  /** UPS lists it twice, and pushes it twice. */
  readonly duplicate?: boolean;
  /** UPS learns of it this much after it happened, so that it is pushed behind younger ones. */
  readonly lateMinutes?: number;
  /** The offset is not sent with it. */
  readonly withoutOffset?: boolean;
};

/** One package as UPS will come to know it: past, present and future. */
export type UpsParcel = {
  readonly carrier: 'ups';
  readonly number: string;
  /** Packages with the same one are answered together; left out: this one is alone. */
  readonly shipment?: string;
  readonly service: string;
  readonly origin: UpsPlace;
  readonly destination: UpsPlace;
  /** IANA zone of the destination: a window stands on its clock. */
  readonly zone: string;
  readonly events: readonly UpsEvent[];
  /** What UPS says about the arrival until it has delivered. */
  readonly arrivals: readonly SimulatedArrival[];
  /** UPS answers with the receiver's name and street, as the real one does; whoever asked has to drop them. */
  readonly receiver: { readonly name: string; readonly street: string; readonly postcode: string };
};

/** What UPS knows by now, youngest first by the clock of each event, as it answers. */
export function eventsAt(parcel: UpsParcel, now: Temporal.Instant): readonly UpsEvent[] {
  return parcel.events
    .filter((event) => Temporal.Instant.compare(knownAt(event), now) <= 0)
    .toSorted((one, other) => Temporal.Instant.compare(other.at, one.at))
    .flatMap((event) => (event.duplicate === true ? [event, event] : [event]));
}

/** What UPS has learnt of after one moment and up to another, in the order in which it did. */
export function newsBetween(parcel: UpsParcel, since: Temporal.Instant, now: Temporal.Instant): readonly UpsEvent[] {
  return parcel.events
    .filter((event) => Temporal.Instant.compare(knownAt(event), since) > 0)
    .filter((event) => Temporal.Instant.compare(knownAt(event), now) <= 0)
    .toSorted((one, other) => Temporal.Instant.compare(knownAt(one), knownAt(other)))
    .flatMap((event) => (event.duplicate === true ? [event, event] : [event]));
}

export type UpsBook = {
  readonly plan: (parcel: UpsParcel) => void;
  readonly find: (number: string) => UpsParcel | null;
  /** All packages of the shipment that this number belongs to. */
  readonly shipmentOf: (number: string) => readonly UpsParcel[];
};

/** @param parcelsMax how many numbers the book holds; beyond that the oldest falls out */
export function createUpsBook(parcelsMax: number): UpsBook {
  const byNumber = new Map<string, UpsParcel>();
  const find = (number: string) => byNumber.get(number.replaceAll(/\s+/g, '').toUpperCase()) ?? null;
  return {
    plan: (parcel) => {
      byNumber.set(parcel.number, parcel);
      for (const number of byNumber.keys()) {
        if (byNumber.size <= parcelsMax) break;
        byNumber.delete(number);
      }
    },
    find,
    shipmentOf: (number) => {
      const asked = find(number);
      if (asked?.shipment === undefined) return asked === null ? [] : [asked];
      const others = [...byNumber.values()].filter((one) => one !== asked && one.shipment === asked.shipment);
      return [asked, ...others];
    },
  };
}
