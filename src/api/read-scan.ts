import { z } from 'zod';
import { findConnector, type ReadScan } from '#carriers';
import type { IncomingScan } from '#parcels';
import { instantOf } from '#parcels';
import { sealed } from '#privacy';

const text = (max: number) => z.string().trim().max(max);
const optional = (max: number) =>
  text(max)
    .nullish()
    .transform((value) => (value === undefined || value === null || value === '' ? null : value));

/** One scan of `POST /v1/scans`. */
export const scanBody = z.strictObject({
  carrier: text(60).min(1),
  tracking_number: text(60).min(1),
  code: text(200).min(1),
  local_time: text(40).min(1),
  offset: optional(9),
  zone: optional(60),
  place: z
    .union([text(200), z.strictObject({ name: text(200), country: optional(2) })])
    .nullish()
    .transform((value) => placeOf(value ?? null)),
  text: optional(2_000),
});

/** How far ahead of us a carrier's clock may be. */
const aheadHoursMax = 26;

export type Rejection = { readonly code: string; readonly message: string };

/** A scan as the parcels take it, or why it cannot be taken. */
export function readScan(input: unknown, now: Temporal.Instant): IncomingScan | Rejection {
  const parsed = scanBody.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') ?? '';
    return { code: 'invalid', message: `${field === '' ? 'scan' : field}: ${issue?.message ?? 'cannot be read'}` };
  }
  const body = parsed.data;
  const connector = findConnector(body.carrier);
  if (connector === null) return { code: 'unknown_carrier', message: `carrier: "${body.carrier}" is not known here` };
  const time = timeOf(body);
  if (time === null) {
    return { code: 'invalid', message: 'local_time: must be a local time such as 2026-11-20T08:54:00, or a day' };
  }
  const { timeConfidence, zone } = certainty(time, body, connector);
  const scan: ReadScan = {
    code: body.code,
    ...connector.meaning(body.code, body.text),
    ...time,
    zone,
    timeConfidence,
    place: body.place,
    text: body.text,
  };
  if (Temporal.Instant.compare(instantOf(scan), now.add({ hours: aheadHoursMax })) > 0) {
    return { code: 'in_the_future', message: 'local_time: lies more than a day ahead' };
  }
  return { carrier: connector.manifest.id, number: sealed('tracking_number', body.tracking_number), scan };
}

function placeOf(value: string | { name: string; country: string | null } | null): ReadScan['place'] {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return { name: value, country: null };
  return value.name === '' ? null : { name: value.name, country: value.country?.toUpperCase() ?? null };
}

type LocalTime = Pick<ReadScan, 'localTime' | 'offset'>;

/** Local time and offset as they were sent; an offset may also stand at the end of the time. */
function timeOf(body: { readonly local_time: string; readonly offset: string | null }): LocalTime | null {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    body.local_time,
  );
  if (found === null) return null;
  const [, day = '', clock, own] = found;
  const offset = offsetOf(body.offset ?? own ?? null);
  if (offset === undefined) return null;
  const localTime = clock === undefined ? day : `${day}T${clock.length === 5 ? `${clock}:00` : clock}`;
  try {
    if (clock === undefined) Temporal.PlainDate.from(day);
    else Temporal.PlainDateTime.from(localTime);
    return { localTime, offset: clock === undefined ? null : offset };
  } catch {
    return null;
  }
}

/** `+01:00` for what was sent as `Z`, `+0100` or `+01:00`; undefined for anything else. */
function offsetOf(sent: string | null): string | null | undefined {
  if (sent === null) return null;
  if (sent === 'Z') return '+00:00';
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(sent);
  if (found === null || Number(found[2]) > 14 || Number(found[3]) > 59) return undefined;
  return `${found[1]}${found[2]}:${found[3]}`;
}

function certainty(
  time: LocalTime,
  body: z.output<typeof scanBody>,
  connector: NonNullable<ReturnType<typeof findConnector>>,
): Pick<ReadScan, 'zone' | 'timeConfidence'> {
  const zone = body.zone !== null && isZone(body.zone) ? body.zone : null;
  if (!time.localTime.includes('T')) return { zone, timeConfidence: 'date_only' };
  if (time.offset !== null) return { zone, timeConfidence: 'exact' };
  if (zone !== null) return { zone, timeConfidence: 'located' };
  return connector.zoneAt(body.place, body.code);
}

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}
