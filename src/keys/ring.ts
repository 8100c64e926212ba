import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keyBytes } from './sealing.ts';

const key = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === keyBytes);

/** More than a rotation every month for eight years. */
const wrappingMax = 100;

export const ringShape = z
  .strictObject({
    version: z.literal(1),
    /** Index, link and ledger keys come from it; it stays when wrapping keys are rotated. */
    root: key,
    /** The first wraps; the others still unwrap. */
    wrapping: z
      .array(z.strictObject({ id: z.string().regex(/^[0-9a-f]{8}$/), key }))
      .min(1)
      .max(wrappingMax),
  })
  .refine(({ wrapping }) => new Set(wrapping.map(({ id }) => id)).size === wrapping.length);

/** What a keyring holds, in the clear. */
export type Ring = Omit<z.infer<typeof ringShape>, 'version'>;
export type WrappingKey = Ring['wrapping'][number];

export function newRing(): Ring {
  return { root: randomBytes(keyBytes), wrapping: [newWrappingKey()] };
}

function newWrappingKey(): WrappingKey {
  return { id: randomBytes(4).toString('hex'), key: randomBytes(keyBytes) };
}

/** Names a keyring without telling anything about it. */
export function ringId({ root }: Pick<Ring, 'root'>): string {
  return createHash('sha256').update('keyring').update(root).digest('hex').slice(0, 12);
}

export function currentOf({ wrapping }: Ring): WrappingKey {
  const [current] = wrapping;
  if (current === undefined) throw new Error('a keyring without a key has been read');
  return current;
}

/** With a key more, which everybody is to know before it wraps. Null when there is no room for one. */
export function withNewKey(ring: Ring): { readonly ring: Ring; readonly id: string } | null {
  if (ring.wrapping.length >= wrappingMax) return null;
  const made = newWrappingKey();
  return { ring: { ...ring, wrapping: [...ring.wrapping, made] }, id: made.id };
}

/** The same keys, of which this one wraps from now on. */
export function wrappedBy(ring: Ring, id: string): Ring {
  const [first, rest] = [ring.wrapping.filter((one) => one.id === id), ring.wrapping.filter((one) => one.id !== id)];
  return { ...ring, wrapping: [...first, ...rest] };
}

/** Without these; never without the one that wraps. */
export function withoutKeys(ring: Ring, ids: readonly string[]): Ring {
  return { ...ring, wrapping: ring.wrapping.filter(({ id }, place) => place === 0 || !ids.includes(id)) };
}

/** The keys of both, where one was copied from the other at another time. */
export function mergedRing(ring: Ring, other: Ring): Ring {
  const known = new Set(ring.wrapping.map(({ id }) => id));
  return { ...ring, wrapping: [...ring.wrapping, ...other.wrapping.filter(({ id }) => !known.has(id))] };
}

export function ringText({ root, wrapping }: Ring): string {
  const keys = wrapping.map(({ id, key: bytes }) => ({ id, key: bytes.toString('base64') }));
  return `${JSON.stringify({ version: 1, root: root.toString('base64'), wrapping: keys }, null, 2)}\n`;
}
