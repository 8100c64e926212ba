import type { ReadParcel, ReadScan } from '../contract.ts';
import { timeInDay, usualZone } from '../reading/gathering.ts';
import { countryOfCode } from '../reading/countries.ts';
import { at, field, isRecord, listOf, textOf } from '../reading/json.ts';
import { readPlace } from '../reading/places.ts';
import { type ReadTime, orderingMs, readTime, zoneThatFits } from '../reading/times.ts';
import { type ZoneAt, zoneOfPlace } from '../reading/zones.ts';
import { progressOf } from '../vocabulary.ts';
import { readArrival } from './arrival.ts';
import { homeZones } from './manifest.ts';
import { meaningOf, readMeaning, serviceOf } from './meaning.ts';

/** Far more than a parcel ever has; of a longer list the youngest count. */
const scansMax = 1_000;
const numberMax = 60;
const wordMax = 500;

/** What is the same for all events of one parcel. */
type Parcel = {
  readonly service: string | null;
  readonly countries: readonly string[];
  /** Zone for events without a place, when the parcel never leaves one country. */
  readonly zone: string | null;
};

type Event = { readonly scan: ReadScan; readonly known: boolean };

export type ReadShipment = {
  readonly parcel: ReadParcel;
  readonly unknown: readonly { readonly code: string; readonly text: string | null }[];
  /** True when events came and none could be read. */
  readonly unreadable: boolean;
};

/** Zone of a local time without offset: by the place; without one by the service; else none. */
export function zoneAt(place: ReadScan['place'], code: string): ZoneAt {
  const known = zoneOfPlace(place);
  if (known !== null) return known;
  const home = homeZones.get(serviceOf(code) ?? '') ?? null;
  return { zone: isNowhere(place) ? home : null, timeConfidence: 'assumed' };
}

function isNowhere(place: ReadScan['place']): boolean {
  return place === null || place.country === null;
}

/**
 * One event. Only time, place, status and words are taken from it: names of persons, signatures and references are not
 * looked at. Null without a readable time, because then nobody knows where it belongs.
 */
function readEvent(wire: unknown, parcel: Parcel): Event | null {
  const time = readTime(textOf(field(wire, 'timestamp'), 40));
  if (time === null) return null;
  const word = (name: string) => textOf(field(wire, name), wordMax);
  const { code, subStatus, text, known } = readMeaning({
    service: parcel.service,
    status: word('status'),
    statusCode: word('statusCode'),
    description: word('description'),
    remark: word('remark'),
  });
  const address = at(wire, 'location', 'address');
  const countryCode = textOf(field(address, 'countryCode'), 60);
  const place = readPlace(textOf(field(address, 'addressLocality'), 200), countryCode, parcel.countries);
  const found = zoneAt(place, code);
  const zone = zoneThatFits(time, found.zone ?? (isNowhere(place) ? parcel.zone : null));
  const timeConfidence = confidenceOf(time, found);
  return { scan: { code, ...meaningOf(subStatus), ...time, zone, timeConfidence, place, text }, known };
}

function confidenceOf(time: ReadTime, found: ZoneAt): ReadScan['timeConfidence'] {
  if (time.localTime.length === 10) return 'date_only';
  return time.offset === null ? found.timeConfidence : 'exact';
}

type Placed = { readonly event: Event; readonly ms: number };

function placed(events: readonly Event[]): readonly Placed[] {
  const usual = usualZone(events.map(({ scan }) => scan));
  return events
    .map((event) => {
      const { scan } = event;
      const time = { localTime: timeInDay(scan), offset: scan.offset };
      return { event, ms: orderingMs(time, scan.zone ?? usual) };
    })
    .toSorted((a, b) => a.ms - b.ms || byProgress(a.event.scan, b.event.scan));
}

/** Of one time: by progress, then by what they say, so that the order in the answer never matters. */
function byProgress(a: ReadScan, b: ReadScan): number {
  const further = progressOf(a.subStatus) - progressOf(b.subStatus);
  if (further !== 0) return further;
  const [left, right] = [a, b].map((scan) => JSON.stringify([scan.code, scan.localTime, scan.place, scan.text]));
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

const sameEventMaxMs = 14 * 3_600_000;
const quarterMs = 900_000;

/**
 * The shipment's status repeats its youngest event, sometimes in another zone. It counts as a scan of its own only when
 * there is no event as young and none that says the same some whole quarters of an hour apart.
 */
function isNews(status: Placed, events: readonly Placed[]): boolean {
  const youngest = events.at(-1);
  if (youngest === undefined) return true;
  if (sameMoment(status.event.scan, youngest.event.scan) || status.ms <= youngest.ms) return false;
  const apart = status.ms - youngest.ms;
  const [a, b] = [status.event.scan, youngest.event.scan];
  const otherZone = (a.offset !== b.offset || a.zone !== b.zone) && apart <= sameEventMaxMs && apart % quarterMs === 0;
  return !(a.subStatus === b.subStatus && (apart <= 60_000 || otherZone));
}

function sameMoment(a: ReadScan, b: ReadScan): boolean {
  return a.localTime === b.localTime;
}

function readEvents(wire: unknown, parcel: Parcel): readonly Event[] {
  const events = listOf(field(wire, 'events')).flatMap((event) => readEvent(event, parcel) ?? []);
  const status = readEvent(field(wire, 'status'), parcel);
  const all = placed(status === null ? events : [...events, status]);
  if (status === null) return all.map(({ event }) => event);
  const others = all.filter(({ event }) => event !== status);
  const own = all.find(({ event }) => event === status);
  return (own !== undefined && isNews(own, others) ? all : others).map(({ event }) => event);
}

function countryOf(wire: unknown, end: 'origin' | 'destination'): string | null {
  const code = textOf(at(wire, end, 'address', 'countryCode'), 10);
  return code === null ? null : countryOfCode(code);
}

function parcelOf(service: string | null, origin: string | null, destination: string | null): Parcel {
  const countries = [origin, destination].filter((country) => country !== null);
  const home = origin !== null && origin === destination ? zoneOfPlace({ name: '', country: origin }) : null;
  return { service, countries, zone: home?.zone ?? null };
}

export function numberOf(wire: unknown): string | null {
  return textOf(field(wire, 'id') ?? field(wire, 'trackingNumber'), numberMax)?.replaceAll(' ', '') ?? null;
}

/** The service as it stands in front of codes; a name that could not is none. */
function serviceIn(wire: unknown): string | null {
  const name = textOf(field(wire, 'service'), numberMax)?.toLowerCase().replaceAll('_', '-') ?? '';
  return serviceOf(`${name}:`);
}

/** One shipment of an answer. A field of the wrong kind counts as not sent; a broken event never takes others along. */
export function readShipment(wire: unknown, number: string): ReadShipment {
  const service = serviceIn(wire);
  const originCountry = countryOf(wire, 'origin');
  const destinationCountry = countryOf(wire, 'destination');
  const events = readEvents(wire, parcelOf(service, originCountry, destinationCountry)).slice(-scansMax);
  const came = listOf(field(wire, 'events')).length > 0 || isRecord(field(wire, 'status'));
  const scans = events.map(({ scan }) => scan);
  return {
    parcel: { number, service, scans, arrival: readArrival(wire), originCountry, destinationCountry },
    unknown: events.filter(({ known }) => !known).map(({ scan: { code, text } }) => ({ code, text })),
    unreadable: came && scans.length === 0,
  };
}
