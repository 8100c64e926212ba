import { findConnector, type ReadArrival } from '#carriers';
import { faceOf, languageLinks } from './parts/shop-face.ts';
import { showId } from '#kit/ids';
import { isTown } from '#kit/places';
import { directionOf, formatAge, formatDay, formatDayTime, formatTime, formatZone } from '#kit/words';
import { protectionPathOf, type Shop, type StoredOrder } from '#orders';
import {
  arrivalText,
  isOver,
  isSilent,
  readContent,
  stagesOf,
  tellParcel,
  tellScan,
  type Parcel,
  type Scan,
} from '#parcels';
import type { Privacy, Why } from '#privacy';
import type { OrderView, ParcelView, ScanView } from './view.ts';
import { countryName, wayOf } from './way.ts';
import type { Say } from './words.ts';
import { homeZone } from './parts/home-day.ts';

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

export function presentOrder(needs: Needs, given: Presented): OrderView {
  const { shop, order, language, now } = given;
  const scans = Map.groupBy(
    given.scans.map((scan) => opened(needs.privacy, scan)),
    (scan) => scan.parcelId,
  );
  const behind = (page: string): string => `${given.path}/${page}?language=${language.slice(0, 2)}`;
  return {
    shop: { ...faceOf(shop, language), contactUrl: behind('contact'), helpUrl: behind('help') },
    language,
    dir: directionOf(language),
    orderNumber: needs.privacy.open(order.number, why),
    placedOn: formatDay(language, order.placedAt.toZonedDateTimeISO(homeZone).toPlainDate(), { weekday: false }),
    parcels: given.parcels.map((parcel, index) =>
      presentParcel(needs, given, parcel, scans.get(parcel.parcelId) ?? [], index + 1),
    ),
    liveUrl: `${given.path}/live`,
    dataUrl: `${given.path}/data?language=${language}`,
    consentsUrl: `${given.path}/consents?language=${language}`,
    protectionUrl: protectionPathOf(shop, language),
    now: formatDayTime(language, now.toZonedDateTimeISO(homeZone).toPlainDateTime()),
    languages: languageLinks(given.path),
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
  const { milestone, subStatus, arrival } = parcel;
  const carrier = carrierOf(needs.privacy, parcel);
  return {
    ...carrier,
    ...tellParcel(needs.say, {
      milestone,
      subStatus,
      carrierName: carrier.carrierName,
      hasNumber: carrier.trackingNumber !== null,
      hasScans: scans.length > 0,
    }),
    // Two boxes of one order may go the same way; each picture needs a name of its own.
    ...wayOf(scans, {
      language,
      name: given.parcels.length > 1 ? `${position}: ` : '',
    }),
    id: showId('par', parcel.parcelId),
    position,
    milestone,
    subStatus,
    action: null,
    to: null,
    lastSign: lastSignOf(language, parcel, scans, now),
    stale: isSilent(parcel, now),
    arrival: arrival === null || isOver(parcel) || isPast(arrival, now) ? null : arrivalText(language, arrival),
    steps: stagesOf(needs.say, milestone),
    scans: presentScans(needs.say, language, scans),
    returning: parcel.leg === 'return' && milestone === 'returning',
  };
}

/** A day that has gone by is no longer a day to wait for. */
export function isPast(arrival: ReadArrival, now: Temporal.Instant): boolean {
  return arrival.until.slice(0, 10) < now.toZonedDateTimeISO(homeZone).toPlainDate().toString();
}

/** Who carries it, under which number, and where they tell about it. */
function carrierOf(
  privacy: Privacy,
  parcel: Parcel,
): Pick<ParcelView, 'carrierName' | 'carrierPage' | 'trackingNumber'> {
  const manifest = findConnector(parcel.carrier)?.manifest;
  const carrierName = manifest?.name ?? parcel.carrier;
  if (parcel.number === null) return { carrierName, carrierPage: null, trackingNumber: null };
  const trackingNumber = privacy.open(parcel.number, why);
  const page = manifest?.publicPage?.replace('{number}', encodeURIComponent(trackingNumber));
  return { carrierName, carrierPage: page ?? null, trackingNumber };
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
  const labelled = scans.map((scan) => ({ scan, label: zoneLabel(language, scan) }));
  const zones = new Set(labelled.map(({ label }) => label));
  return labelled.toReversed().map(({ scan, label }) => ({
    localDay: localDay(language, scan),
    localTime: localClock(language, scan),
    zone: zones.size > 1 ? label : null,
    place: scan.place === null || !isTown(scan.place) ? null : scan.place.name,
    country: scan.place?.country == null ? null : countryName(language, scan.place.country),
    words: tellScan(say, scan.subStatus),
    carrierText: scan.text,
    milestone: scan.milestone,
    confidence: scan.confidence,
  }));
}

function zoneLabel(language: string, scan: OpenedScan): string | null {
  return scan.zone === null ? scan.offset : formatZone(language, scan.zone, scan.occurredAt);
}
