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

const known: ReadonlySet<string> = new Set(words.keys);

function isWord(key: string): key is ContactWord {
  return known.has(key);
}

/** What helps with a field; null where nothing has to be said. */
export function sayContactNote(language: string, field: ContactField): string | null {
  const key = `note.${field}`;
  return isWord(key) ? words.say(language, key) : null;
}

/** One of a field's choices; a choice without words stands for itself. */
export function sayContactChoice(language: string, field: ContactField, choice: string): string {
  const key = `${field}.${choice}`;
  return isWord(key) ? words.say(language, key) : choice;
}
