import { randomUUID } from 'node:crypto';
import { historyAt, type SimulatedArrival, type DhlEvent, type DhlParcel } from '../parcels.ts';

const countryNames = new Intl.DisplayNames('en', { type: 'region' });
const clockOfDhl = 'Europe/Berlin';

type Attributes = Readonly<Record<string, string>>;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** Every element is called `data`; its name says what it is. */
function element(name: string, attributes: Attributes, within: readonly string[] = []): string {
  const written = Object.entries({ name, ...attributes }).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<data${written.join('')}${within.length === 0 ? '/>' : `>${within.join('')}</data>`}`;
}

/** The whole answer. */
export function wireList(code: string, error: string | null, pieces: readonly string[]): string {
  const attributes = { code, 'request-id': randomUUID(), ...(error === null ? {} : { error }) };
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>${element('piece-shipment-list', attributes, pieces)}`;
}

/** A number that nobody knows, among others that are known. */
export function wireUnknown(number: string): string {
  return element('piece-shipment', {
    'error-status': '100',
    'piece-code': number,
    'searched-piece-code': number,
    status: 'No data found',
  });
}

const two = (value: number) => `${value}`.padStart(2, '0');

function wireTime(local: Temporal.PlainDateTime): string {
  return `${two(local.day)}.${two(local.month)}.${local.year} ${two(local.hour)}:${two(local.minute)}`;
}

const timeOf = (event: DhlEvent) => wireTime(Temporal.PlainDateTime.from(event.localTime));

/** The codes of an event stand in its status as `ICE:RIC:TTPRO`. */
function codesOf(event: DhlEvent): Attributes {
  const [ice = '', ric = '', ttpro = ''] = event.status.split(':');
  return { ice, ric, 'standard-event-code': ttpro, ruecksendung: `${event.returning === true}` };
}

function wireEvent(event: DhlEvent): string {
  return element('piece-event', {
    'event-timestamp': timeOf(event),
    'event-status': event.description,
    'event-text': event.description,
    'event-short-status': event.description.slice(0, 40),
    ...codesOf(event),
    'event-location': event.place?.locality ?? '',
    'event-country': event.place === null ? '' : (countryNames.of(event.place.country) ?? ''),
  });
}

/** This interface takes nothing off its list: what did not happen stays, and behind it stands that it is taken back. */
function withRetractions(parcel: DhlParcel): DhlParcel {
  const events = parcel.events.flatMap((event): readonly DhlEvent[] => {
    const { retractedAt, ...kept } = event;
    if (retractedAt === undefined) return [event];
    const local = Temporal.PlainDateTime.from(event.localTime).add(event.at.until(retractedAt));
    return [
      kept,
      {
        at: retractedAt,
        localTime: local.toString({ smallestUnit: 'second' }),
        place: event.place,
        status: 'STORN:NRQRD:DD',
        statusCode: 'unknown',
        description: 'The previous event was deleted by the delivery agent.',
      },
    ];
  });
  return { ...parcel, events };
}

function wireArrival(arrival: SimulatedArrival | null): Attributes {
  if (arrival === null) return {};
  const { day, month, year } = arrival.day;
  const date = wireTime(Temporal.PlainDateTime.from({ day, month, year })).slice(0, 10);
  if (arrival.window === null) return { 'delivery-date': date };
  const [from = '', until = ''] = [arrival.window.from, arrival.window.until].map((end) =>
    end.toZonedDateTimeISO(clockOfDhl).toPlainTime().toString({ smallestUnit: 'minute' }),
  );
  return { 'delivery-date': date, 'delivery-timeframe-from': from, 'delivery-timeframe-to': until };
}

/** One piece with its events in the order in which DHL learnt of them, or null while it has not heard of it. */
export function wirePiece(parcel: DhlParcel, asked: string, now: Temporal.Instant): string | null {
  const history = historyAt(withRetractions(parcel), now);
  if (history === null) return null;
  const { newest } = history;
  const receiver = parcel.receiver ?? '';
  const identifier = { 'piece-identifier': parcel.number.replace(/^00/, ''), 'piece-id': `piece-${parcel.number}` };
  const attributes = {
    'error-status': '0',
    ...identifier,
    'piece-code': parcel.number,
    'searched-piece-code': asked,
    'status-timestamp': timeOf(newest),
    status: newest.description,
    'short-status': newest.description.slice(0, 40),
    'event-location': newest.place?.locality ?? '',
    'event-country': newest.place?.country ?? '',
    'recipient-name': receiver,
    'recipient-street': 'Musterweg 4',
    'pan-recipient-name': receiver,
    'pan-recipient-street': 'Musterweg 4',
    'product-name': parcel.product ?? 'DHL PAKET',
    'shipment-weight': `${parcel.weightKg ?? 0}`,
    'delivery-event-flag': newest.statusCode === 'delivered' ? '1' : '0',
    ...codesOf(newest),
    'dest-country': parcel.destinationCountry,
    'origin-country': parcel.originCountry,
    'order-preferred-delivery-day': 'false',
    ...wireArrival(history.arrival),
  };
  const events = history.events.toReversed().map(wireEvent);
  return element('piece-shipment', attributes, [element('piece-event-list', identifier, events)]);
}
