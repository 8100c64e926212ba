import { createWords, type Values } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type FaqWord = keyof typeof en;

const words = createWords<FaqWord>({ en, de });

export function sayFaq(language: string, word: FaqWord, values: Values = {}): string {
  return words.say(language, word, values);
}
