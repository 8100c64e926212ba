import { createWords, type Values } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type ReviewWord = keyof typeof en;

const words = createWords<ReviewWord>({ en, de });

/** What mails, pages and the widget say of reviews: one place, so that all of them say the same (UWG, § 5b(3)). */
export function sayReview(language: string, word: ReviewWord, values: Values = {}): string {
  return words.say(language, word, values);
}

/** What the law wants said wherever reviews are shown (UWG, § 5b(3); Directive (EU) 2019/2161, recital 47), in its order. */
export const lawWords = [
  'law.checked',
  'law.complete',
  'law.withheld',
  'law.unpaid',
  'law.mean',
  'law.provable',
] as const satisfies readonly ReviewWord[];
