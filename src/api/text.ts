import { z } from 'zod';
import { connectors } from '#carriers';

/** A text of a client, without spaces around it. */
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !value.includes('\0'), 'must not hold a NUL character');

export const required = (max: number) => text(max).min(1, 'must not be empty');

/** Empty means the same as left out. */
export const optional = (max: number) => text(max).optional().transform(orNull);

export function orNull(value: string | undefined | null): string | null {
  return value === undefined || value === '' ? null : value;
}

/** Numbers and codes that a client keeps as whole numbers; a number that JSON cannot carry exactly is none of them. */
export const wholeNumber = z.int().min(0).transform(String);

/**
 * `null` counts as left out: clients of many languages send a field that is not set so. Places in lists stay, because they
 * are counted. Walks without recursion: depth is the sender's choice.
 */
export function withoutNulls(sent: unknown): unknown {
  const open = [sent];
  while (open.length > 0) {
    const at = open.pop();
    if (typeof at !== 'object' || at === null) continue;
    for (const [name, inner] of Object.entries(at)) {
      if (inner !== null) open.push(inner);
      else if (!Array.isArray(at)) Reflect.deleteProperty(at, name);
    }
  }
  return sent;
}

/** Said to whoever names a carrier that nobody knows here. */
export const unknownCarrier = `There is no such carrier here. Known: ${connectors.map(({ manifest }) => manifest.id).join(', ')}.`;
