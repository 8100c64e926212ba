import { createWords, type Values } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type BreachWord = keyof typeof en;

const words = createWords<BreachWord>({ en, de });

/** The desk's words for what it knows by codes; German or English. */
export function sayBreach(language: string, word: BreachWord, values: Values = {}): string {
  return words.say(language, word, values);
}

/** The words of a code of a list, such as `suspect`; a code that has none stands for itself. */
export function sayBreachCode(language: string, list: string, code: string): string {
  const word = `${list}.${code.replaceAll(' ', '_')}`;
  return Object.hasOwn(en, word)
    ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it stands in the table
      words.say(language, word as BreachWord)
    : code;
}
