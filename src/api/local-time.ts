import type { ReadScan } from '#carriers';

/** A local time as carriers' readers give it: nothing is added to what came. */
export type LocalTime = Pick<ReadScan, 'localTime' | 'offset'>;

const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(?:[.,]\d{1,9})? ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const offsetForm = /^([+-])(\d\d)(?::?(\d\d))?$/;

// Systems write 0001-01-01 or 1970-01-01 where they have no time, and 9999-12-31 for never.
const yearMin = 1990;
const yearMax = 2099;
const offsetMinutesMax = 14 * 60;

type No = { readonly no: string };

/** Each begins with the field's name. */
const wrongTime = {
  no: 'local_time: Must be a local time such as 2026-11-20T08:54:00, or a day such as 2026-11-20.',
} as const;
const wrongYear = { no: `local_time: Must lie in ${yearMin} to ${yearMax}.` } as const;
const wrongOffset = { no: 'offset: Must be an offset such as +01:00, or Z.' } as const;
const otherOffset = { no: 'offset: Is not the one at the end of local_time.' } as const;

/**
 * Local time and offset as a client sent them; the offset may also stand at the end of the time. A day without a time has
 * no offset. `no` says what is wrong.
 */
export function readLocalTime(sent: { readonly local_time: string; readonly offset: string | null }): LocalTime | No {
  const [, day, minutes, seconds, ownOffset] = form.exec(sent.local_time) ?? [];
  const localTime = localTimeOf(day, minutes, seconds);
  if (day === undefined || localTime === null) return wrongTime;
  const year = Number(day.slice(0, 4));
  if (year < yearMin || year > yearMax) return wrongYear;
  const read = offsetIn(sent.offset, ownOffset ?? null);
  if ('no' in read) return read;
  return { localTime, offset: minutes === undefined ? null : read.offset };
}

/** Null when no clock shows this. A leap second is the second before it, as everywhere in the house. */
function localTimeOf(day = '', minutes?: string, seconds = '00'): string | null {
  const localTime = minutes === undefined ? day : `${day}T${minutes}:${seconds === '60' ? '59' : seconds}`;
  try {
    Temporal.PlainDateTime.from(localTime);
    return localTime;
  } catch {
    return null;
  }
}

/** The offset out of the two places where it may stand. */
function offsetIn(beside: string | null, atTheEnd: string | null): Pick<LocalTime, 'offset'> | No {
  const [offset = null, other = offset] = [beside, atTheEnd].flatMap((sent) => (sent === null ? [] : [offsetOf(sent)]));
  if (offset === 'none' || other === 'none') return wrongOffset;
  return offset === other ? { offset } : otherOffset;
}

/** `+01:00` for `+0100`, `+01` or `+01:00`, `+00:00` for `Z`, `none` for what is no offset. */
function offsetOf(sent: string): string {
  if (/^z$/i.test(sent)) return '+00:00';
  const [, sign, hours = '', minutes = '00'] = offsetForm.exec(sent) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (sign === undefined || total > offsetMinutesMax || Number(minutes) > 59) return 'none';
  return `${total === 0 ? '+' : sign}${hours}:${minutes}`;
}

/** The name of a time zone as it is written, or null when there is none of this name. */
export function readZone(name: string): string | null {
  try {
    return /^[A-Za-z]/.test(name)
      ? Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
      : null;
  } catch {
    return null;
  }
}

/** The zone, when its clocks show this local time at this offset; `Z` beside Europe/Rome names no zone of the scan. */
export function zoneThatFits({ localTime, offset }: LocalTime, zone: string | null): string | null {
  if (zone === null || offset === null) return zone;
  return Temporal.Instant.from(`${localTime}${offset}`).toZonedDateTimeISO(zone).offset === offset ? zone : null;
}
