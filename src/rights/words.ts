import { createWords } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type Word = keyof typeof en;

const words = createWords<Word>({ en, de });

/** What this room says, in the language of whoever reads; English where it is not spoken here. */
export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

export function sayIn(language: string): Say {
  const spoken = spokenFor(language);
  return (word, values = {}) => words.say(spoken, word, values);
}

/** The language in which somebody is answered. */
export function spokenFor(language: string): string {
  const base = language.toLowerCase().split(/[-_]/u)[0] ?? '';
  return words.languages.includes(base) ? base : 'en';
}

/** The word with this name, or another that says less. */
export function wordOr(name: string, other: Word): Word {
  return isWord(name) ? name : other;
}

function isWord(name: string): name is Word {
  return Object.hasOwn(en, name);
}
