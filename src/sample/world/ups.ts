import type { SimulatedArrival, SimulatedPlace, UpsEvent, UpsParcel, UpsPlace } from '../simulator.ts';
import { shopTown, zoneOf, type Destination } from './towns.ts';
import type { Timed } from './ways.ts';

const plainLetters: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  Ä: 'Ae',
  Ö: 'Oe',
  Ü: 'Ue',
};

/** UPS writes towns in plain letters, and only the country where nothing has been scanned yet. */
function upsPlace(place: SimulatedPlace | null): UpsPlace {
  const { locality, country } = place ?? { locality: '', country: shopTown.country };
  return { city: locality.replaceAll(/[äöüßÄÖÜ]/g, (letter) => plainLetters[letter] ?? letter), state: null, country };
}

/** @throws when the step is one of DHL's */
function eventOf({ step, at }: Timed): UpsEvent {
  if (step.ups === undefined) throw new Error(`UPS has no word for ${step.name}`);
  const [type, code, statusCode] = step.ups;
  const { duplicate, lateMinutes } = step.quirk ?? {};
  return {
    at,
    zone: zoneOf(step.place),
    place: upsPlace(step.place),
    type,
    code,
    statusCode,
    description: step.description,
    ...(duplicate === undefined ? {} : { duplicate }),
    ...(lateMinutes === undefined ? {} : { lateMinutes }),
  };
}

/** A way that UPS goes, as UPS will come to know it. */
export function upsParcelOf(of: {
  readonly number: string;
  readonly service: string;
  readonly to: Destination;
  readonly timed: readonly Timed[];
  readonly arrivals: readonly SimulatedArrival[];
  readonly receiver: UpsParcel['receiver'];
}): UpsParcel {
  const { number, service, arrivals, receiver } = of;
  return {
    carrier: 'ups',
    number,
    service,
    arrivals,
    receiver,
    origin: upsPlace(shopTown),
    destination: upsPlace(of.to.town),
    zone: zoneOf(of.to.town),
    events: of.timed.map(eventOf),
  };
}
