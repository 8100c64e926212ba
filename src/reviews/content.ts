import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { canonical, type Privacy, type SubjectKey } from '#privacy';
import type { AnswerContent, Content } from './shapes.ts';

const saltBytes = 16;

export function newSalt(): string {
  return randomBytes(saltBytes).toString('hex');
}

/** SHA-256 in hex of the canonical JSON (RFC 8785): what the ledger says of it. */
export function digestOf(content: Content | AnswerContent): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

export const starsShape = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);

const contentShape: z.ZodType<Content> = z.object({
  by: z.string(),
  delivery: starsShape.nullable(),
  language: z.string(),
  pictures: z.array(z.string()),
  products: z.array(z.object({ name: z.string(), sku: z.string().nullable(), stars: starsShape })),
  salt: z.string(),
  shop: starsShape,
  text: z.string(),
  title: z.string(),
});
const answerShape: z.ZodType<AnswerContent> = z.object({ salt: z.string(), text: z.string() });
const itemsShape = z.array(z.object({ name: z.string(), sku: z.string().nullable() }));

/** What can be rated of an order. */
export type Item = z.infer<typeof itemsShape>[number];

const why = { purpose: 'reviews', reader: 'shop' } as const;

/** Seals and opens what this room keeps, each bound to its place. */
export function createSeals(privacy: Pick<Privacy, 'open'>) {
  const opened = (key: SubjectKey, column: SealedColumn, row: string, bytes: Buffer | null): unknown => {
    const stored = key.stored('message', bytes, { column, row });
    return stored === null ? null : (JSON.parse(privacy.open(stored, why)) as unknown);
  };
  return {
    lock: (key: SubjectKey, column: SealedColumn, row: string, value: object | string): Buffer =>
      key.lockText('message', JSON.stringify(value), { column, row }),
    content: (key: SubjectKey, row: string, bytes: Buffer): Content =>
      contentShape.parse(opened(key, 'reviews.revision.content', row, bytes)),
    answer: (key: SubjectKey, row: string, bytes: Buffer | null): AnswerContent | null =>
      answerShape.nullable().parse(opened(key, 'reviews.review.answer', row, bytes)),
    note: (key: SubjectKey, row: string, bytes: Buffer | null): string | null =>
      z
        .string()
        .nullable()
        .parse(opened(key, 'reviews.review.note', row, bytes)),
    lockItems: (key: SubjectKey, row: string, items: readonly Item[]): Buffer =>
      key.lockText('order_contents', JSON.stringify(items), { column: 'reviews.invitation.items', row }),
    items: (key: SubjectKey, row: string, bytes: Buffer | null): readonly Item[] => {
      const stored = key.stored('order_contents', bytes, { column: 'reviews.invitation.items', row });
      return stored === null ? [] : itemsShape.parse(JSON.parse(privacy.open(stored, why)));
    },
  };
}

export type Seals = ReturnType<typeof createSeals>;
type SealedColumn = 'reviews.revision.content' | 'reviews.review.answer' | 'reviews.review.note';
