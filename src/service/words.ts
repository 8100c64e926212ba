import { createWords, type Values } from '#kit/words';
import type { ContactField } from './facts/fields.ts';
import type { LegalFact } from './facts/law.ts';
import type { ContactTrouble } from './facts/troubles.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type ContactWord = keyof typeof en;

const words = createWords<ContactWord>({ en, de });

export function sayContact(language: string, word: ContactWord, values: Values = {}): string {
  return words.say(language, word, values);
}

/** What people call a field. */
export function sayContactField(language: string, field: ContactField): string {
  return words.say(language, `field.${field}`);
}

/** What people call something that the law wants said. */
export function sayFact(language: string, fact: LegalFact): string {
  return words.say(language, `fact.${fact}`);
}

/** The trouble as a sentence that says what would be right. */
export function sayContactTrouble(language: string, { code, values }: Omit<ContactTrouble, 'field'>): string {
  return words.say(language, `wrong.${code}`, values);
}
