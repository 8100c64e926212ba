import { z } from 'zod';
import { starsShape } from '../content.ts';

const titleCharactersMax = 120;
const textCharactersMax = 4_000;
const nameCharactersMax = 40;
const productsMax = 20;
const picturesMax = 5;

/** Control characters and those that turn the direction of what stands around them; line breaks stay. */
// oxlint-disable-next-line no-control-regex -- these are the ones that are taken out
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

function tidy(text: string): string {
  return text
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(unseen, '')
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

function words(charactersMax: number) {
  return z
    .string()
    .max(charactersMax * 2, `must have at most ${charactersMax} characters`)
    .transform(tidy)
    .refine((text) => text.length <= charactersMax, `must have at most ${charactersMax} characters`);
}

const line = (charactersMax: number) => words(charactersMax).transform((text) => text.replaceAll(/\s+/gu, ' '));

/** A review as its author sends it; `place` is that of the product among the invitation's items. */
export const reviewInput = z.strictObject({
  shop: starsShape,
  delivery: starsShape.nullable().default(null),
  products: z
    .array(
      z.strictObject({
        place: z
          .int()
          .min(0)
          .max(productsMax - 1),
        stars: starsShape,
      }),
    )
    .max(productsMax)
    .refine((all) => new Set(all.map(({ place }) => place)).size === all.length, 'must name each product once')
    .default([]),
  title: line(titleCharactersMax).default(''),
  text: words(textCharactersMax).default(''),
  /** As the author wants to be called, such as a first name and an initial; empty for “verified buyer”. */
  by: line(nameCharactersMax)
    .refine((name) => !/[@/\\<>]|www\.|\.\p{L}{2,}$/iu.test(name), 'must be a name, no address')
    .default(''),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/u, 'must be a language such as de')
    .max(35),
  pictures: z
    .array(z.string().regex(/^[0-9a-f]{64}$/u))
    .max(picturesMax)
    .default([]),
});

export type ReviewInput = z.output<typeof reviewInput>;
