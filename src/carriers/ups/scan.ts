import type { ReadScan } from '../contract.ts';
import { countryOfCode, countryOfName } from '../reading/countries.ts';
import { at, field, textOf } from '../reading/json.ts';
import { readPlace } from '../reading/places.ts';
import { type ReadTime, readTime, zoneThatFits } from '../reading/times.ts';
import { type ZoneAt, isState, zoneOfPlace } from '../reading/zones.ts';
import { type ActivityWords, isKnown, keyOf, meaning } from './codes.ts';
import { keptText } from './text.ts';

/** UPS works in every country: without a place, or in one with many zones, nobody knows the zone. */
export function zoneAt(place: ReadScan['place']): ZoneAt {
  return zoneOfPlace(place) ?? { zone: null, timeConfidence: 'assumed' };
}

/** `20210210` as an ISO day; null for everything that is none. */
export function dayOf(value: unknown): string | null {
  const text = textOf(value, 20) ?? '';
  const match = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(text);
  const day = match === null ? null : readTime(`${match[1]}-${match[2]}-${match[3]}`);
  return day?.localTime ?? null;
}

/** `74700` as `07:47:00`: UPS's systems drop leading zeros. Null when it is no time of day. */
export function clockOf(value: unknown): string | null {
  const digits = (textOf(value, 20) ?? '').replaceAll(':', '');
  if (!/^\d{1,6}$/.test(digits)) return null;
  const padded = digits.padStart(6, '0');
  const clock = `${padded.slice(0, 2)}:${padded.slice(2, 4)}:${padded.slice(4)}`;
  return /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)$/.test(clock) ? clock : null;
}

/** `-05:00`, in a push `-04.00`. Without a sign it is none. */
function offsetOf(value: unknown): string {
  const match = /^([+-])(\d{1,2})(?:[:.]?(\d\d))?$/.exec(textOf(value, 10) ?? '');
  return match === null ? '' : `${match[1]}${match[2]?.padStart(2, '0')}:${match[3] ?? '00'}`;
}

type Sent = { readonly date: unknown; readonly time: unknown; readonly offset: unknown };

/**
 * The local time as sent, with the offset when one was sent. A GMT time beside it is not turned into an offset: what UPS
 * shows as an example of the two contradicts itself. Where only the GMT time came, that is the time.
 */
function timeOf(local: Sent, gmt: Sent): ReadTime | null {
  const day = dayOf(local.date);
  if (day === null) {
    const [gmtDay, gmtClock] = [dayOf(gmt.date), clockOf(gmt.time)];
    return gmtDay === null || gmtClock === null ? null : readTime(`${gmtDay}T${gmtClock}Z`);
  }
  const clock = clockOf(local.time);
  return readTime(clock === null ? day : `${day}T${clock}${offsetOf(local.offset)}`);
}

/** Town and country. Streets and postcodes, which UPS sends with a delivery, are not looked at. */
function placeOf(address: unknown): ReadScan['place'] {
  const code = textOf(field(address, 'countryCode'), 60) ?? textOf(field(address, 'country'), 60);
  const country = code === null ? null : (countryOfCode(code) ?? countryOfName(code));
  const city = textOf(field(address, 'city'), 100);
  const state = textOf(field(address, 'stateProvince'), 60);
  const hasState = country !== null && state !== null && isState(country, state);
  const locality = city !== null && hasState ? `${city}, ${state}` : city;
  return readPlace(locality, country, country === null ? [] : [country]);
}

/** Country of an address, and its zone where the town says it. */
export function homeOf(address: unknown): { readonly country: string | null; readonly zone: string | null } {
  const place = placeOf(address);
  return { country: place?.country ?? null, zone: zoneAt(place).zone };
}

function confidenceOf(time: ReadTime, found: ZoneAt): ReadScan['timeConfidence'] {
  if (time.localTime.length === 10) return 'date_only';
  return time.offset === null ? found.timeConfidence : 'exact';
}

function scanOf(time: ReadTime, place: ReadScan['place'], words: ActivityWords): Read {
  const code = keyOf(words);
  const found = zoneAt(place);
  const scan = {
    code,
    ...meaning(code),
    ...time,
    zone: zoneThatFits(time, found.zone),
    timeConfidence: confidenceOf(time, found),
    place,
    text: keptText(words.description),
  };
  return { scan, known: isKnown(code) };
}

export type Read = { readonly scan: ReadScan; readonly known: boolean };

/**
 * One activity of a Track answer. Only time, town, status and UPS's own words are taken from it. Null without a readable
 * day, because then nobody knows where it belongs.
 */
export function readActivity(wire: unknown): Read | null {
  const sent = (name: string) => field(wire, name);
  const local = { date: sent('date'), time: sent('time'), offset: sent('gmtOffset') };
  const time = timeOf(local, { date: sent('gmtDate'), time: sent('gmtTime'), offset: null });
  if (time === null) return null;
  const status = sent('status');
  return scanOf(time, placeOf(at(wire, 'location', 'address')), {
    ...wordsOf(status),
    statusCode: textOf(field(status, 'statusCode'), 10),
    bareNumber: typeof field(status, 'statusCode') === 'number',
  });
}

function wordsOf(status: unknown): Pick<ActivityWords, 'type' | 'code' | 'description'> {
  return {
    type: textOf(field(status, 'type'), 10),
    code: textOf(field(status, 'code'), 10),
    description: textOf(field(status, 'description'), 500),
  };
}

/** The one event of a Track Alert push. */
export function readPushed(wire: unknown): Read | null {
  const sent = (name: string) => field(wire, name);
  const local = { date: sent('localActivityDate'), time: sent('localActivityTime'), offset: sent('gmtOffset') };
  const time = timeOf(local, { date: sent('gmtActivityDate'), time: sent('gmtActivityTime'), offset: null });
  if (time === null) return null;
  const status = sent('activityStatus');
  const words = {
    ...wordsOf(status),
    statusCode: textOf(field(status, 'descriptionCode'), 10) ?? textOf(field(status, 'statusCode'), 10),
    bareNumber: typeof field(status, 'descriptionCode') === 'number',
  };
  // In a push D is "loaded, out for delivery, delivered": without a day of delivery it says none of them.
  const unsaid = words.type === 'D' && dayOf(sent('actualDeliveryDate')) === null;
  return scanOf(time, placeOf(sent('activityLocation')), unsaid ? withoutType(words) : words);
}

/** The type goes where nothing but the type would speak. */
function withoutType(words: ActivityWords): ActivityWords {
  return keyOf(words).startsWith('D') ? { ...words, type: null } : words;
}
