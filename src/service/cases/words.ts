import { createWords, type Values } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type CaseWord = keyof typeof en;

const words = createWords<CaseWord>({ en, de });
const known: ReadonlySet<string> = new Set(words.keys);

export function sayCase(language: string, word: CaseWord, values: Values = {}): string {
  return words.say(language, word, values);
}

/** For a code of a list, such as `topic` or `state`; one without words stands for itself. */
export function sayCaseCode(language: string, list: string, code: string): string {
  const key = `${list}.${code.replaceAll(' ', '_')}`;
  return isWord(key) ? words.say(language, key) : code;
}

function isWord(key: string): key is CaseWord {
  return known.has(key);
}

/** `20 minutes`, `3 hours`, `2 days`: rounded up, so that nobody is promised less than was measured. */
export function sayWait(language: string, minutes: number): string {
  if (minutes < 90) return sayCase(language, 'wait.minutes', { count: Math.max(1, Math.ceil(minutes)) });
  if (minutes < 48 * 60) return sayCase(language, 'wait.hours', { count: Math.ceil(minutes / 60) });
  return sayCase(language, 'wait.days', { count: Math.ceil(minutes / 1_440) });
}
