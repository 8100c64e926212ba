import { createWords } from '#kit/words';
import { isFailureWhy, sayTls } from '#tls';
import type { Check, CheckName, CheckState, CheckText, CheckValues } from './shapes.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

type Word = keyof typeof en;
type CodeOf<W> = W extends `${infer Code}.what` ? Code : never;
/** What can be said of a check; that of a name begins with it. */
export type CheckCode = CodeOf<Word>;

const words = createWords<Word>({ en, de });

/** In the language of whoever reads; English where it is not spoken here. */
export function sayCheck(language: string, { code, values }: Check): CheckText {
  const base = language.toLowerCase().split(/[-_]/u)[0] ?? '';
  const spoken = words.languages.includes(base) ? language : 'en';
  const { why } = values;
  const filled = typeof why === 'string' && isFailureWhy(why) ? { ...values, why: sayTls(spoken, why) } : values;
  const say = (word: string): string => (isWord(word) ? words.say(spoken, word, filled) : '');
  return { what: say(`${code}.what`), mend: say(`${code}.mend`) };
}

function isWord(text: string): text is Word {
  return Object.hasOwn(en, text);
}

type Make = (code: CheckCode, values?: CheckValues) => Check;

/** Makers of checks of one name. */
export function checksOf(name: CheckName): Readonly<Record<CheckState, Make>> {
  const make =
    (state: CheckState): Make =>
    (code, values = {}) => ({ name, state, code, values });
  return { good: make('good'), warning: make('warning'), bad: make('bad'), unknown: make('unknown') };
}
