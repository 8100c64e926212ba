import { z } from 'zod';
import { Fault } from '#kit/fault';
import type { MessageKind } from '#notices';

export const letterLanguages = ['de', 'en'] as const;
export type LetterLanguage = (typeof letterLanguages)[number];

/** What customers are told (GDPR art. 34(2)), as somebody has finished it. */
export type Letter = { readonly subject: string; readonly text: string };
/** In one language at least; whoever reads another gets the one that is there, English before German. */
export type Letters = Readonly<Partial<Record<LetterLanguage, Letter | undefined>>>;

export const subjectCharactersMax = 100;
export const textCharactersMax = 8_000;

const letterBody = z.strictObject({
  subject: z.string().trim().min(1).max(subjectCharactersMax),
  text: z.string().trim().min(1).max(textCharactersMax),
});
/** At whatever door. */
export const lettersBody = z.strictObject({ de: letterBody.optional(), en: letterBody.optional() });

/** What a draft leaves to people: `blank` in the words of this desk. */
const blank = /\[(?:TO BE FILLED IN|BITTE ERGÄNZEN):/;

/** @throws Fault('invalid') without any letter, and while one has a place that nobody has filled in */
export function checkLetters(letters: Letters): void {
  const written = letterLanguages.flatMap((language) => letters[language] ?? []);
  if (written.length === 0) throw new Fault('invalid', 'Write a letter, in one language at least.');
  if (written.some(({ subject, text }) => blank.test(subject) || blank.test(text))) {
    throw new Fault('invalid', 'Fill in what stands in square brackets first: only you know it.');
  }
}

/** The letter for somebody who reads this language; of letters that were checked there is always one. */
export function letterFor(letters: Letters, language: string): Letter & { readonly language: LetterLanguage } {
  const own = letterLanguages.find((one) => language.toLowerCase().startsWith(one));
  const order = [...(own === undefined ? [] : [own]), 'en', 'de'] as const;
  for (const one of order) {
    const letter = letters[one];
    if (letter !== undefined) return { ...letter, language: one };
  }
  throw new Error('letters without any letter');
}

export const breachLetter = 'breach letter';

/** A week: whoever cannot be reached for so long is told in another way (art. 34(3)(c)). */
const minutesMax = 7 * 24 * 60;

/** Line by line, as it was written; the law asks for it, so that nobody can leave it. */
export const breachMessage: MessageKind = {
  minutesMax,
  why: 'law',
  compose: ({ values: { subject = '', text = '' } }) => {
    const lines = text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return {
      subject,
      preheader: lines[0] ?? subject,
      heading: subject,
      blocks: lines.map((line) => ({ kind: 'paragraph', text: line }) as const),
    };
  },
};
