import { z } from 'zod';

export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !value.includes('\0'), { message: 'must not hold a NUL character' });
export const required = (max: number) => text(max).min(1);
export const optional = (max: number) =>
  text(max)
    .nullish()
    .transform((value) => (value === undefined || value === null || value === '' ? null : value));
const earliest = Temporal.Instant.from('1990-01-01T00:00:00Z');
const latest = Temporal.Instant.from('2100-01-01T00:00:00Z');

function instantOf(value: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(value);
  } catch {
    return null;
  }
}

export const instant = z.string().transform((value, context) => {
  const read = instantOf(value);
  const isPossible =
    read !== null && Temporal.Instant.compare(read, earliest) >= 0 && Temporal.Instant.compare(read, latest) < 0;
  if (isPossible) return read;
  const problem = read === null ? 'be a time with an offset, such as 2026-11-22T10:00:00+01:00' : 'lie in 1990 to 2099';
  context.addIssue({ code: 'custom', message: `must ${problem}` });
  return z.NEVER;
});
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as de or en-GB');
export const country = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'must be a country code of two letters (ISO 3166-1)')
  .toUpperCase();
