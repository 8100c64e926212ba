import { createWords, type Values } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type RequestWord = keyof typeof en;

const words = createWords<RequestWord>({ en, de });
const known: ReadonlySet<string> = new Set(words.keys);

export function sayRequest(language: string, word: RequestWord, values: Values = {}): string {
  return words.say(language, word, values);
}

/** For a code of a list, such as `kind` or `outcome`; one without words stands for itself. */
export function sayRequestCode(language: string, list: string, code: string): string {
  const key = `${list}.${code.replaceAll(' ', '_')}`;
  return isWord(key) ? words.say(language, key) : code;
}

function isWord(key: string): key is RequestWord {
  return known.has(key);
}
