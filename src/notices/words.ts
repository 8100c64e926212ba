import { createWords } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type NoticeWord = keyof typeof en;

/** Says a text in the language of the message. */
export type Say = (key: NoticeWord, values?: Readonly<Record<string, string | number>>) => string;

export const words = createWords<NoticeWord>({ en, de });

/**
 * The language a message is written in, dates and direction included: the order's where it is spoken here, else English.
 * A message that speaks English and dates in Thai would be neither.
 */
export function spokenLanguage(language: string): string {
  const base = language.toLowerCase().split(/[-_]/u)[0] ?? '';
  return words.languages.includes(base) ? language : 'en';
}
