import { findConnector, type ReadArrival } from '#carriers';
import { showId } from '#kit/ids';
import { attribution, findTown, type Town } from '#kit/places';
import { drawWay, type Stop } from '#kit/way-map';
import { directionOf, formatAge, formatDay, formatDayTime, formatTime } from '#kit/words';
import type { Shop, StoredOrder } from '#orders';
import { readContent, stagesOf, tellParcel, tellScan, type Parcel, type Scan } from '#parcels';
import type { Privacy, Why } from '#privacy';
import type { OrderView, ParcelView, ScanView } from './view.ts';
import type { Say } from './words.ts';

/** What a customer's page is made from. */
export type Presented = {
  readonly shop: Shop;
  readonly order: StoredOrder;
  readonly parcels: readonly Parcel[];
  readonly scans: readonly Scan[];
  readonly language: string;
  readonly path: string;
  readonly now: Temporal.Instant;
};

type Needs = { readonly privacy: Privacy; readonly say: Say };

/** A scan with its personal part opened for the customer's eyes. */
type OpenedScan = Scan & {
  readonly place: { name: string; country: string | null } | null;
  readonly text: string | null;
};

const why: Why = { purpose: 'tracking page', reader: 'customer' };
const homeZone = 'Europe/Berlin';
const quietHours = 72;
const picture = { width: 640, height: 360 };

export function presentOrder(needs: Needs, given: Presented): OrderView {
  const { shop, order, language, now } = given;
  const scans = Map.groupBy(
    given.scans.map((scan) => opened(needs.privacy, scan)),
    (scan) => scan.parcelId,
  );
  return {
    shop: { name: shop.name, ...shop.face, sample: shop.sample },
    language,
    dir: directionOf(language),
    orderNumber: needs.privacy.open(order.number, why),
    placedOn: formatDay(language, order.placedAt.toZonedDateTimeISO(homeZone).toPlainDate(), { weekday: false }),
    parcels: given.parcels.map((parcel, index) =>
      presentParcel(needs, given, parcel, scans.get(parcel.parcelId) ?? [], index + 1),
    ),
    liveUrl: `${given.path}/live`,
    now: formatDayTime(language, now.toZonedDateTimeISO(homeZone).toPlainDateTime()),
    languages: [
      { code: 'de', url: `${given.path}?language=de`, label: 'Deutsch' },
      { code: 'en', url: `${given.path}?language=en`, label: 'English' },
    ],
  };
}

function opened(privacy: Privacy, scan: Scan): OpenedScan {
  const content = scan.content === null ? null : readContent(privacy.open(scan.content, why));
  return { ...scan, place: content?.place ?? null, text: content?.text ?? null };
}

function presentParcel(
  needs: Needs,
  given: Presented,
  parcel: Parcel,
  scans: readonly OpenedScan[],
  position: number,
): ParcelView {
  const { language, now } = given;
  const manifest = findConnector(parcel.carrier)?.manifest;
  const number = parcel.number === null ? null : needs.privacy.open(parcel.number, why);
  const carrierName = manifest?.name ?? parcel.carrier;
  const way = townsOf(scans);
  const here = placeText(language, scans.findLast((scan) => scan.place !== null)?.place ?? null);
  const from = placeText(language, scans.find((scan) => scan.place !== null)?.place ?? null);
  const ends = [...new Set([from, here].filter((end) => end !== null))].join(' → ');
  // Two boxes of one order may go the same way; each picture needs a name of its own.
  const map = mapOf(way, parcel, given.parcels.length > 1 ? `${position}: ${ends}` : ends);
  const told = tellParcel(needs.say, {
    milestone: parcel.milestone,
    subStatus: parcel.subStatus,
    carrierName,
    hasNumber: number !== null,
    hasScans: scans.length > 0,
  });
  return {
    ...told,
    id: showId('par', parcel.parcelId),
    position,
    carrierName,
    carrierPage:
      number === null ? null : (manifest?.publicPage?.replace('{number}', encodeURIComponent(number)) ?? null),
    trackingNumber: number,
    milestone: parcel.milestone,
    subStatus: parcel.subStatus,
    action: null,
    from,
    to: null,
    here,
    lastSign: lastSignOf(language, parcel, scans, now),
    stale: isStale(parcel, now),
    arrival: parcel.arrival === null || isOver(parcel) ? null : arrivalText(language, parcel.arrival),
    steps: stagesOf(needs.say, parcel.milestone),
    mapSvg: map,
    mapNote: map === null ? null : `${attribution().text}, Natural Earth`,
    scans: presentScans(needs.say, language, scans),
    returning: parcel.leg === 'return' && parcel.milestone === 'returning',
  };
}

function isOver(parcel: Parcel): boolean {
  return parcel.milestone === 'delivered' || parcel.milestone === 'returned' || parcel.milestone === 'cancelled';
}

/** On its way, and nothing heard for longer than a weekend. */
function isStale(parcel: Parcel, now: Temporal.Instant): boolean {
  const moving = ['accepted', 'in_transit', 'out_for_delivery', 'returning'].includes(parcel.milestone);
  return moving && parcel.lastSignAt !== null && now.since(parcel.lastSignAt).total('hours') > quietHours;
}

function lastSignOf(
  language: string,
  parcel: Parcel,
  scans: readonly OpenedScan[],
  now: Temporal.Instant,
): ParcelView['lastSign'] {
  const last = scans.at(-1);
  if (parcel.lastSignAt === null || last === undefined) return null;
  const age = formatAge(language, now.epochMilliseconds - parcel.lastSignAt.epochMilliseconds);
  return { age, at: [localDay(language, last), localClock(language, last)].filter(Boolean).join(', ') };
}

function localDay(language: string, scan: OpenedScan): string {
  return formatDay(language, Temporal.PlainDate.from(scan.localTime), { weekday: true });
}

function localClock(language: string, scan: OpenedScan): string | null {
  return scan.confidence === 'date_only' ? null : formatTime(language, Temporal.PlainTime.from(scan.localTime));
}

/** Newest first. A zone is named only where the way crosses into another one. */
function presentScans(say: Say, language: string, scans: readonly OpenedScan[]): readonly ScanView[] {
  const zones = new Set(scans.map((scan) => scan.zone ?? scan.offset));
  return scans.toReversed().map((scan) => ({
    localDay: localDay(language, scan),
    localTime: localClock(language, scan),
    zone: zones.size > 1 ? zoneLabel(language, scan) : null,
    place: scan.place?.name ?? null,
    country: scan.place?.country ?? null,
    words: tellScan(say, scan.subStatus),
    carrierText: scan.text,
    milestone: scan.milestone,
    confidence: scan.confidence,
  }));
}

function zoneLabel(language: string, scan: OpenedScan): string | null {
  if (scan.zone === null) return scan.offset;
  const parts = new Intl.DateTimeFormat(language, { timeZone: scan.zone, timeZoneName: 'short' }).formatToParts(
    scan.occurredAt.epochMilliseconds,
  );
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? null;
}

const countryNames = new Map<string, Intl.DisplayNames>();

function countryName(language: string, code: string): string {
  const names = countryNames.get(language) ?? new Intl.DisplayNames([language, 'en'], { type: 'region' });
  countryNames.set(language, names);
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

function placeText(language: string, place: OpenedScan['place']): string | null {
  if (place === null) return null;
  return place.country === null ? place.name : `${place.name}, ${countryName(language, place.country)}`;
}

/** `2026-11-24`, or with a time of day: a date stays a date, a window keeps both of its ends. */
function arrivalText(language: string, arrival: ReadArrival): string | null {
  try {
    const day = formatDay(language, Temporal.PlainDate.from(arrival.until.slice(0, 10)), { weekday: true });
    if (arrival.kind === 'date' || !arrival.until.includes('T')) return day;
    const clock = (text: string): string => formatTime(language, Temporal.PlainTime.from(text.slice(11, 16)));
    return `${day}, ${clock(arrival.from)}–${clock(arrival.until)}`;
  } catch {
    return null;
  }
}

/** A town of the way with the carrier's name for it. */
type Waypoint = { readonly town: Town; readonly label: string };

/** The towns of the way in their order, each once in a row; what cannot be placed is left off. */
function townsOf(scans: readonly OpenedScan[]): readonly Waypoint[] {
  const way: Waypoint[] = [];
  for (const { place } of scans) {
    const town = place === null ? null : findTown(place.name, place.country);
    if (place !== null && town !== null && town.name !== way.at(-1)?.town.name) way.push({ town, label: place.name });
  }
  return way;
}

function mapOf(way: readonly Waypoint[], parcel: Parcel, title: string): string | null {
  const last = way.length - 1;
  const kindAt = (index: number): Stop['kind'] => {
    if (index === last) return parcel.milestone === 'delivered' ? 'destination' : 'here';
    return index === 0 ? 'origin' : 'passed';
  };
  const stops = way.map(({ town, label }, index) => ({
    latitude: town.latitude,
    longitude: town.longitude,
    label,
    kind: kindAt(index),
  }));
  return drawWay({ stops, title, ...picture });
}
