import type { ReadArrival, ReadParcel } from '../contract.ts';
import { timeInDay, usualZone } from '../reading/gathering.ts';
import { at, field, isRecord, listOf, textOf } from '../reading/json.ts';
import { orderingMs } from '../reading/times.ts';
import { progressOf } from '../vocabulary.ts';
import { type Read, clockOf, dayOf, homeOf, readActivity, readPushed } from './scan.ts';

/** Far more than a parcel ever has; UPS sends the youngest first. Of many packages each has a share of what is read at all. */
const activitiesMax = 500;
const activitiesPerAnswer = 2_000;
const activitiesMin = 20;
const addressesMax = 20;
const numberMax = 60;

export type ReadPackage = {
  readonly parcel: ReadParcel;
  readonly unknown: readonly { readonly code: string; readonly text: string | null }[];
  /** True when activities came and none could be read. */
  readonly unreadable: boolean;
};

/** One thing where a list is expected counts as a list of one. */
export function manyOf(value: unknown): readonly unknown[] {
  return isRecord(value) ? [value] : listOf(value);
}

export function numberOf(value: unknown): string | null {
  return textOf(value, numberMax)?.replaceAll(' ', '').toUpperCase() ?? null;
}

type Home = ReturnType<typeof homeOf>;

/** Of a country with many zones: the one in which everything else of this parcel happened in it, when there is only one. */
function likelyZone(country: string | null, homes: readonly Home[]): string | null {
  const zones = new Set(homes.filter((home) => home.country === country && home.zone !== null).map(({ zone }) => zone));
  const [only] = zones;
  return country !== null && zones.size === 1 ? (only ?? null) : null;
}

function inLikelyZone({ scan, known }: Read, homes: readonly Home[]): Read {
  if (scan.zone !== null || scan.offset !== null) return { scan, known };
  return { scan: { ...scan, zone: likelyZone(scan.place?.country ?? null, homes) }, known };
}

/** Oldest first; of one time by progress, then by what they say, so that the order in the answer never matters. */
function inOrder(reads: readonly Read[]): readonly Read[] {
  const usual = usualZone(reads.map(({ scan }) => scan));
  const placed = reads.map((read) => {
    const { scan } = read;
    const ms = orderingMs({ localTime: timeInDay(scan), offset: scan.offset }, scan.zone ?? usual);
    const words = JSON.stringify([scan.code, scan.localTime, scan.place, scan.text]);
    return { read, ms, progress: progressOf(scan.subStatus), words };
  });
  const sorted = placed.toSorted((a, b) => a.ms - b.ms || a.progress - b.progress || (a.words < b.words ? -1 : 1));
  return sorted.map(({ read }) => read);
}

/** A day, or a time of that day. Times of a package come without any zone, and get none. */
function arrivalOf(day: string | null, from: string | null, until: string | null, kind: string): ReadArrival | null {
  if (day === null) return null;
  if (kind === 'window' && from !== null && until !== null && from <= until) {
    return { from: `${day}T${from}`, until: `${day}T${until}`, kind: 'window' };
  }
  if (kind === 'commit' && until !== null) {
    return { from: `${day}T${until}`, until: `${day}T${until}`, kind: 'commit' };
  }
  return { from: day, until: day, kind: 'date' };
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['CMT', 'commit'],
  ['EDW', 'window'],
  ['CDW', 'window'],
  ['IDW', 'window'],
]);

/** Once there is a day of delivery nothing is expected any more; a rescheduled day counts more than the first one. */
function readArrival(wire: unknown): ReadArrival | null {
  const days = manyOf(field(wire, 'deliveryDate')).slice(0, addressesMax);
  const dayTyped = (type: string) =>
    days
      .filter((each) => textOf(field(each, 'type'), 10) === type)
      .flatMap((each) => dayOf(field(each, 'date')) ?? [])
      .toSorted()
      .at(-1) ?? null;
  if (dayTyped('DEL') !== null) return null;
  const time = field(wire, 'deliveryTime');
  const kind = kinds.get(textOf(field(time, 'type'), 10) ?? '') ?? 'date';
  const [from, until] = [clockOf(field(time, 'startTime')), clockOf(field(time, 'endTime'))];
  return arrivalOf(dayTyped('RDD') ?? dayTyped('SDD'), from, until, kind);
}

type Parts = Omit<ReadParcel, 'scans'> & { readonly homes: readonly Home[]; readonly came: boolean };

function packageOf(reads: readonly Read[], { homes, came, ...parts }: Parts): ReadPackage {
  const known = [...homes, ...reads.map(({ scan }) => ({ country: scan.place?.country ?? null, zone: scan.zone }))];
  const ordered = inOrder(reads.map((read) => inLikelyZone(read, known)));
  return {
    parcel: { ...parts, scans: ordered.map(({ scan }) => scan) },
    unknown: ordered.filter((read) => !read.known).map(({ scan: { code, text } }) => ({ code, text })),
    unreadable: came && reads.length === 0,
  };
}

/** One of the packages of a Track answer. A field of the wrong kind counts as not sent; names, streets and signatures stay there. */
export function readPackage(wire: unknown, number: string, packages: number): ReadPackage {
  const activities = manyOf(field(wire, 'activity'));
  const most = Math.max(activitiesMin, Math.min(activitiesMax, Math.floor(activitiesPerAnswer / packages)));
  const reads = activities.slice(0, most).flatMap((each) => readActivity(each) ?? []);
  const addresses = manyOf(field(wire, 'packageAddress')).slice(0, addressesMax);
  const homes = addresses.map((each) => homeOf(field(each, 'address')));
  const countryAt = (type: string) =>
    addresses
      .filter((each) => textOf(field(each, 'type'), 20)?.toUpperCase() === type)
      .flatMap((each) => homeOf(field(each, 'address')).country ?? [])
      .toSorted()
      .at(0) ?? null;
  return packageOf(reads, {
    number,
    service: textOf(at(wire, 'service', 'description'), numberMax),
    arrival: readArrival(wire),
    originCountry: countryAt('ORIGIN'),
    destinationCountry: countryAt('DESTINATION'),
    homes,
    came: activities.length > 0,
  });
}

/** The parcel of a Track Alert push: one event, and perhaps when the parcel is to arrive. */
export function readPushedPackage(wire: unknown, number: string): ReadPackage {
  const read = readPushed(wire);
  const isDelivered = dayOf(field(wire, 'actualDeliveryDate')) !== null || read?.scan.milestone === 'delivered';
  const [from, until] = [clockOf(field(wire, 'deliveryStartTime')), clockOf(field(wire, 'deliveryEndTime'))];
  const scheduled = isDelivered ? null : dayOf(field(wire, 'scheduledDeliveryDate'));
  // UPS goes on sending the day it had in mind at first.
  const isPast = scheduled !== null && read !== null && scheduled < read.scan.localTime.slice(0, 10);
  const day = isPast ? null : scheduled;
  return packageOf(read === null ? [] : [read], {
    number,
    service: null,
    arrival: arrivalOf(day, from, until, 'window'),
    originCountry: null,
    destinationCountry: null,
    homes: [],
    came: true,
  });
}
