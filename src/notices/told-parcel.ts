import { findConnector, type ParcelState, type ReadArrival } from '#carriers';
import { isTown } from '#kit/places';
import { formatDay, formatDayTime, formatTime } from '#kit/words';
import type { StoredOrder } from '#orders';
import { readContent, type Parcel, type Scan } from '#parcels';
import type { Privacy, Why } from '#privacy';
import type { FactKind } from './decide.ts';
import { isWrong } from './progress.ts';
import type { Say } from './words.ts';

/** What is known about a parcel, as far as words depend on it. */
export type TellFacts = {
  readonly milestone: ParcelState;
  readonly subStatus: string | null;
  readonly carrierName: string;
  readonly hasNumber: boolean;
  readonly hasScans: boolean;
};

/** What happened to a parcel and what to do about it, in the customer's language. */
export type Tell = (
  language: string,
  facts: TellFacts,
) => { readonly headline: string; readonly explanation: string | null; readonly nextStep: string | null };

/** One parcel of a message, opened for its reader and put into words. */
export type ToldParcel = ReturnType<Tell> & {
  /** From 1, in the order in which the shop named them. */
  readonly position: number;
  readonly subStatus: string | null;
  readonly carrierName: string;
  readonly number: string | null;
  /** Place and local time of the youngest scan that names a place. */
  readonly report: string | null;
  /** Until when the carrier means to bring it. */
  readonly expected: string | null;
  readonly wrong: boolean;
};

type Needs = {
  readonly privacy: Pick<Privacy, 'open'>;
  readonly tell: Tell;
  readonly say: Say;
  readonly language: string;
};

const why: Why = { purpose: 'notice', reader: 'shop' };
const placeLengthMax = 80;
const nameLengthMax = 60;

export function toldParcel(
  needs: Needs,
  kind: FactKind,
  order: StoredOrder,
  parcel: Parcel,
  scans: readonly Scan[],
): ToldParcel {
  const { language } = needs;
  const carrierName = oneLine(findConnector(parcel.carrier)?.manifest.name ?? parcel.carrier, nameLengthMax);
  const { milestone, subStatus } = parcel;
  const hasNumber = parcel.number !== null;
  const known = { milestone, subStatus, carrierName, hasNumber, hasScans: scans.length > 0 };
  return {
    ...needs.tell(language, known),
    position: order.parcelIds.indexOf(parcel.parcelId) + 1,
    subStatus,
    carrierName,
    number: parcel.number === null ? null : oneLine(needs.privacy.open(parcel.number, why), nameLengthMax),
    report: reportOf(needs, scans, order.country),
    expected: expectedOf(language, kind, parcel.arrival, scans.at(-1)?.localTime ?? ''),
    wrong: isWrong(kind, subStatus),
  };
}

/** Of a scan only place and time are told: what the carrier wrote beside them may name other people. */
function reportOf(needs: Needs, scans: readonly Scan[], homeCountry: string | null): string | null {
  const reports = scans.filter((scan) => !scan.retracts).map((scan) => ({ scan, place: placeOf(needs.privacy, scan) }));
  const last = reports.findLast(({ place }) => place !== null) ?? reports.at(-1);
  if (last === undefined) return null;
  const time = localTimeOf(needs.language, last.scan);
  const { place } = last;
  if (place === null) return time;
  return needs.say('fact.report.at', { place: placeText(needs.language, place, homeCountry), time });
}

/** The country is named abroad, and where the carrier named nothing else. */
function placeText(language: string, place: Place, homeCountry: string | null): string {
  const town = isTown(place) ? [oneLine(place.name, placeLengthMax)] : [];
  const isNamed = place.country !== null && (place.country !== homeCountry || town.length === 0);
  return [...town, ...(isNamed ? [countryName(language, place.country)] : [])].join(', ');
}

type Place = { readonly name: string; readonly country: string | null };

function placeOf(privacy: Pick<Privacy, 'open'>, scan: Scan): Place | null {
  return scan.content === null ? null : readContent(privacy.open(scan.content, why)).place;
}

/** The clock where the scan happened; a day without a time stays one. */
function localTimeOf(language: string, { localTime, confidence }: Scan): string {
  return confidence === 'date_only'
    ? formatDay(language, Temporal.PlainDate.from(localTime), { weekday: true })
    : formatDayTime(language, Temporal.PlainDateTime.from(localTime));
}

function countryName(language: string, code: string): string {
  try {
    return new Intl.DisplayNames([language, 'en'], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Null for a day that contradicts the rest, and for one that cannot be read: it stands here as the carrier sent it. */
function expectedOf(
  language: string,
  kind: FactKind,
  arrival: ReadArrival | null,
  lastLocalTime: string,
): string | null {
  if (arrival === null || !comesOn(kind, arrival.until.slice(0, 10), lastLocalTime.slice(0, 10))) return null;
  const { from, until } = arrival;
  try {
    const day = formatDay(language, Temporal.PlainDate.from(until.slice(0, 10)), { weekday: true });
    if (arrival.kind === 'date' || !from.includes('T') || !until.includes('T')) return day;
    const clock = (text: string): string => formatTime(language, Temporal.PlainTime.from(text.slice(11, 16)));
    return `${day}, ${clock(from)}–${clock(until)}`;
  } catch {
    return null;
  }
}

/** On the way a parcel comes today or later, in the van today. */
function comesOn(kind: FactKind, day: string, today: string): boolean {
  return kind === 'shipped' ? day >= today : kind === 'out_for_delivery' && day === today;
}

/** Text of others on one line of ours, without what would turn its neighbours around. */
export function oneLine(text: string, lengthMax: number): string {
  const line = text
    .replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
    .replaceAll(/[\u202A-\u202E\u2066-\u2069]/gu, '')
    .trim();
  const characters = Array.from(line);
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : line;
}
