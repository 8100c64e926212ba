import { createWords } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

/** A sentence about the shop's mails, for staff and for whoever tries one. */
export type MailWord = keyof typeof en;

const words = createWords<MailWord>({ en, de });

/** In the language of whoever reads; English where it is not spoken here. */
export function sayMail(
  language: string,
  word: MailWord,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const base = language.toLowerCase().split(/[-_]/u)[0] ?? '';
  return words.say(words.languages.includes(base) ? language : 'en', word, values);
}
