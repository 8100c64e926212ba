import type { ReadParcel, ReadScan } from '../contract.ts';
import { countryOfCode, countryOfName } from '../reading/countries.ts';
import { readPlace } from '../reading/places.ts';
import { type ReadTime, orderingMs, zoneThatFits } from '../reading/times.ts';
import { type ZoneAt, zoneOfPlace } from '../reading/zones.ts';
import { progressOf } from '../vocabulary.ts';
import { spelled } from './codes.ts';
import { homeZone } from './manifest.ts';
import { readMeaning } from './meaning.ts';
import { readArrival, readLocal } from './times.ts';
import { type Node, attribute, firstOf } from './tree.ts';

/** Far more than a parcel ever has; of a longer list the youngest count. */
const scansMax = 1_000;
const textMax = 500;

export type ReadPiece = {
  readonly parcel: ReadParcel;
  /** True when events came and none could be read. */
  readonly unreadable: boolean;
};

/** Zone of a local time: by the place; without a country it is Germany's, as DHL's interface there writes it. */
export function zoneAt(place: ReadScan['place']): ZoneAt {
  const known = zoneOfPlace(place);
  if (known !== null) return known;
  return { zone: place === null || place.country === null ? homeZone : null, timeConfidence: 'assumed' };
}

function confidenceOf(time: ReadTime, found: ZoneAt): ReadScan['timeConfidence'] {
  if (time.localTime.length === 10) return 'date_only';
  return time.offset === null ? found.timeConfidence : 'exact';
}

const timeNames = ['event-timestamp', 'status-timestamp', 'last-event-timestamp'];
const textNames = ['event-text', 'event-status', 'status', 'event-short-status', 'short-status'];

/**
 * One event, or the status of a piece, which is written alike. Only time, place, codes and words are taken from it: names,
 * streets and references are not looked at. Null without a readable time, because then nobody knows where it belongs.
 */
function readEvent(event: Node, countries: readonly string[]): ReadScan | null {
  const time = readLocal(firstOf(event, timeNames, 40));
  if (time === null) return null;
  const codes = {
    ice: spelled(attribute(event, 'ice', 40)),
    ric: spelled(attribute(event, 'ric', 40)),
    ttpro: spelled(attribute(event, 'standard-event-code', 40)),
  };
  const marked = attribute(event, 'ruecksendung', 10) ?? '';
  const said = readMeaning(codes, firstOf(event, textNames, textMax), /^(?:true|1|ja)$/i.test(marked));
  const country = attribute(event, 'event-country', 60);
  const place = readPlace(attribute(event, 'event-location'), country, countries);
  const found = zoneAt(place);
  return { ...said, ...time, zone: zoneThatFits(time, found.zone), timeConfidence: confidenceOf(time, found), place };
}

const lateInTheDay = progressOf('out_for_delivery.loaded');

/** For the order only: a day without a time stands at its start, or at its end when what it says happens late. */
function msOf(scan: ReadScan): number {
  const dayOnly = scan.timeConfidence === 'date_only';
  const clock = progressOf(scan.subStatus) < lateInTheDay ? 'T00:00:00' : 'T23:59:59';
  const time = { localTime: dayOnly ? scan.localTime + clock : scan.localTime, offset: scan.offset };
  return orderingMs(time, scan.zone ?? homeZone);
}

/** Oldest first; of one time by progress, then by what they say, so that the order in the answer never matters. */
export function inOrder(scans: readonly ReadScan[]): readonly ReadScan[] {
  return scans
    .map((scan) => ({ scan, ms: msOf(scan), rank: progressOf(scan.subStatus), words: JSON.stringify(scan) }))
    .toSorted((a, b) => a.ms - b.ms || a.rank - b.rank || (a.words < b.words ? -1 : 1))
    .map(({ scan }) => scan)
    .slice(-scansMax);
}

function countryOf(piece: Node, name: string): string | null {
  const country = attribute(piece, name, 60);
  return country === null ? null : (countryOfCode(country) ?? countryOfName(country));
}

/** The status of a piece repeats its youngest event; it is news only when it is younger than all of them. */
function withStatus(events: readonly ReadScan[], status: ReadScan | null): readonly ReadScan[] {
  if (status === null) return events;
  const youngest = events.at(-1);
  return youngest === undefined || msOf(status) > msOf(youngest) ? [...events, status] : events;
}

/** One piece with its events. A field of the wrong kind counts as not sent; a broken event never takes others along. */
export function readPiece(piece: Node, events: readonly Node[], number: string): ReadPiece {
  const originCountry = countryOf(piece, 'origin-country');
  const destinationCountry = countryOf(piece, 'dest-country');
  const countries = [originCountry, destinationCountry].filter((country) => country !== null);
  const read = inOrder(events.flatMap((event) => readEvent(event, countries) ?? []));
  const scans = inOrder(withStatus(read, readEvent(piece, countries)));
  return {
    parcel: { number, service: null, scans, arrival: readArrival(piece), originCountry, destinationCountry },
    unreadable: events.length > 0 && scans.length === 0,
  };
}
