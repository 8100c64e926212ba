const zone = 'Europe/Berlin';
const gradeMax = 100;
const countMax = 1_000_000_000;
const labelMax = 60;

/** `4.72`, `4,72`; null for what is none. */
export function readGrade(value: unknown): number | null {
  const text = textOf(value)?.replace(',', '.') ?? '';
  if (!/^\d{1,3}(?:\.\d{1,20})?$/.test(text)) return null;
  const grade = Number(text);
  return grade >= 0 && grade <= gradeMax ? Math.round(grade * 100) / 100 : null;
}

/** `1318`, `1.318`, `1,318`, `1 318`; null for what is none. */
export function readCount(value: unknown): number | null {
  const text = textOf(value) ?? '';
  if (!/^\d{1,3}(?:[.,'\u00a0\u202f ]?\d{3}){0,3}$|^\d{1,10}$/.test(text)) return null;
  const count = Number(text.replaceAll(/\D/g, ''));
  return count <= countMax ? count : null;
}

export function readLabel(value: unknown): string | null {
  const text = textOf(value);
  return text === null || text === '' ? null : text.slice(0, labelMax);
}

const months: Readonly<Record<string, number>> = {
  januar: 1,
  februar: 2,
  märz: 3,
  april: 4,
  mai: 5,
  juni: 6,
  juli: 7,
  august: 8,
  september: 9,
  oktober: 10,
  november: 11,
  dezember: 12,
  january: 1,
  february: 2,
  march: 3,
  may: 5,
  june: 6,
  july: 7,
  october: 10,
  december: 12,
};

/**
 * The moment from which something is not valid any more: a day counts until its end. ISO 8601, `31.12.2026`,
 * `31. Dezember 2026`, `31 December 2026`; a time without a zone is meant in Germany. Null for what is none.
 */
export function readUntil(value: unknown): Temporal.Instant | null {
  const text = textOf(value)?.trim() ?? '';
  if (text.length > 40) return null;
  try {
    if (/T.*(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return Temporal.Instant.from(text);
    if (/^\d{4}-\d\d-\d\d[T ]/.test(text)) return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
    const day = dayIn(text);
    return day === null ? null : day.add({ days: 1 }).toZonedDateTime(zone).toInstant();
  } catch {
    return null;
  }
}

function dayIn(text: string): Temporal.PlainDate | null {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return Temporal.PlainDate.from(text);
  const numeric = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  const written = /^(\d{1,2})\.? ([A-Za-zä]{3,9}) (\d{4})$/.exec(text);
  const [, day, middle = '', year] = numeric ?? written ?? [];
  if (day === undefined) return null;
  const month = numeric === null ? months[middle.toLowerCase()] : Number(middle);
  if (month === undefined) return null;
  return Temporal.PlainDate.from({ year: Number(year), month, day: Number(day) }, { overflow: 'reject' });
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}
