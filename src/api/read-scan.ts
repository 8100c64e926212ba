import { z } from 'zod';
import { findConnector, type Connector, type ReadScan } from '#carriers';
import { Fault } from '#kit/fault';
import { parseInput } from '#kit/http';
import { instantOf, type IncomingScan } from '#parcels';
import { sealed } from '#privacy';
import { readLocalTime, readZone, zoneThatFits, type LocalTime } from './local-time.ts';
import { optional, orNull, required, unknownCarrier, wholeNumber } from './text.ts';

const nameMax = 200;
const place = z.strictObject({
  name: z
    .string()
    .trim()
    .refine((name) => name.length <= nameMax, `must have at most ${nameMax} characters`)
    .optional()
    .transform(orNull),
  country: z
    .string()
    .trim()
    .regex(/^[A-Za-z]{2}$/, 'must be a country code of two letters (ISO 3166-1)')
    .toUpperCase()
    .optional(),
});

/** One scan of `POST /v1/scans`. A place may also be sent as its name alone. */
export const scanBody = z.strictObject({
  carrier: required(60).meta({ description: 'The carrier\u2019s id, or a name that it goes by, such as dhl' }),
  tracking_number: z.union([required(60), wholeNumber]),
  code: z.union([required(200).regex(/^\P{Cc}*$/u, 'must not hold control characters'), wholeNumber]).meta({
    description: 'The carrier\u2019s code, with its service where it has several: parcel-de:ZU, ZU, delivered',
  }),
  local_time: required(40).meta({
    description: 'As the carrier said it, such as 2026-11-20T08:54:00, or a day alone; an offset may stand at its end',
  }),
  offset: optional(9).meta({ description: 'Only if the carrier said it: +01:00, +0100 or Z' }),
  zone: optional(60).meta({ description: 'IANA name, such as Europe/Berlin, where it is known' }),
  place: z
    .preprocess((sent) => (typeof sent === 'string' ? { name: sent } : sent), place.optional())
    .optional()
    .meta({ description: 'Or the name alone, as a text' }),
  text: optional(2_000),
});

type Body = z.output<typeof scanBody>;

/** How far ahead of us a carrier's clock may be. */
const aheadHoursMax = 26;
const messageMax = 500;

/** Why a scan is not taken: `message` names the field. */
export type Rejection = { readonly code: 'invalid' | 'unknown_carrier' | 'in_the_future'; readonly message: string };

/** A scan as the parcels take it, or why it cannot be taken. Total: any JSON may come in. */
export function readScan(input: unknown, now: Temporal.Instant): IncomingScan | Rejection {
  const body = readBody(input);
  if ('message' in body) return body;
  const connector = findConnector(body.carrier);
  if (connector === null) return { code: 'unknown_carrier', message: `carrier: ${unknownCarrier}` };
  const time = readLocalTime(body);
  if ('no' in time) return { code: 'invalid', message: time.no };
  const zone = body.zone === null ? null : readZone(body.zone);
  if (zone === null && body.zone !== null) {
    return { code: 'invalid', message: 'zone: Must be the name of a time zone such as Europe/Berlin.' };
  }
  const where = placeOf(body.place);
  const scan: ReadScan = {
    code: body.code,
    ...connector.meaning(body.code, body.text),
    ...time,
    ...certainty(time, zone, connector.zoneAt(where, body.code)),
    place: where,
    text: body.text,
  };
  if (Temporal.Instant.compare(instantOf(scan), now.add({ hours: aheadHoursMax })) > 0) {
    return { code: 'in_the_future', message: 'local_time: Lies more than a day ahead.' };
  }
  return { carrier: connector.manifest.id, number: sealed('tracking_number', body.tracking_number), scan };
}

/** All wrong fields in one message, in the words that an order's fields are refused with. */
function readBody(input: unknown): Body | Rejection {
  try {
    return parseInput(scanBody, input);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const said = error.errors.map(({ pointer, message }) => `${nameOf(pointer)}: ${message}`).join(' ');
    return { code: 'invalid', message: said.slice(0, messageMax) };
  }
}

/** `place.country` for `/place/country`. */
function nameOf(pointer: string): string {
  return pointer === '' ? 'scan' : pointer.slice(1).replaceAll('/', '.');
}

const regionNames = new Intl.DisplayNames('en', { type: 'region' });

/** A country without a town goes by the country's name, as with the carriers' readers. */
function placeOf(sent: Body['place']): ReadScan['place'] {
  if (sent === undefined) return null;
  const country = sent.country ?? null;
  const name = sent.name ?? (country === null ? null : (regionNames.of(country) ?? country));
  return name === null ? null : { name, country };
}

/** What was said about the time counts before what the carrier's reader takes for likely. */
function certainty(
  time: LocalTime,
  zone: string | null,
  likely: ReturnType<Connector['zoneAt']>,
): Pick<ReadScan, 'zone' | 'timeConfidence'> {
  const fitting = zoneThatFits(time, zone) ?? zoneThatFits(time, likely.zone);
  if (!time.localTime.includes('T')) return { zone: fitting, timeConfidence: 'date_only' };
  if (time.offset !== null) return { zone: fitting, timeConfidence: 'exact' };
  return { zone: fitting, timeConfidence: zone === null ? likely.timeConfidence : 'located' };
}
