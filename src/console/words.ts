import contactDe from './contact/words/de.json' with { type: 'json' };
import contactEn from './contact/words/en.json' with { type: 'json' };
import inboxDe from './inbox/words/de.json' with { type: 'json' };
import inboxEn from './inbox/words/en.json' with { type: 'json' };
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

/** A text of the console. */
export type ConsoleWord = keyof typeof en | keyof typeof contactEn | keyof typeof inboxEn;

/** Says a text in the language of the page. */
export type Say = (key: ConsoleWord, values?: Readonly<Record<string, string | number>>) => string;

/** For `createWords` of `#kit/words`. */
export const consoleTexts: {
  readonly en: Readonly<Record<ConsoleWord, string>>;
  readonly de: Readonly<Record<ConsoleWord, string>>;
} = { en: { ...contactEn, ...inboxEn, ...en }, de: { ...contactDe, ...inboxDe, ...de } };

function isConsoleWord(key: string): key is ConsoleWord {
  return Object.hasOwn(consoleTexts.en, key);
}

/** The words for one of a list of codes, such as a problem; a code that has none stands for itself. */
export function sayCode(say: Say, list: string, code: string): string {
  const key = `${list}.${code.replaceAll(' ', '_')}`;
  return isConsoleWord(key) ? say(key) : code;
}
