import { formatDate, createWords, type Values } from '#kit/words';
import type { RecordMeasure } from './record.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

type RecordWord = keyof typeof en;

const words = createWords<RecordWord>({ en, de });
const known: ReadonlySet<string> = new Set(words.keys);

/** A word of the record for a code of a list, such as `purpose` or `clock`; a code without words stands for itself. */
export function sayRecord(language: string, list: string, code: string, values: Values = {}): string {
  const key = `${list}.${code.replaceAll(' ', '_')}`;
  return isWord(key) ? words.say(language, key, values) : code;
}

/** `contract: art. 6(1)(b)` as people read it. */
export function sayBasis(language: string, basis: string): string {
  const code = /^(?:legal |legitimate )?(\w+):/.exec(basis)?.[1] ?? '';
  const said = sayRecord(language, 'basis', code);
  return said === code ? basis : said;
}

export function sayMeasure(language: string, { measure, values }: RecordMeasure): string {
  const { day } = values;
  const isDay = typeof day === 'string' && /^\d{4}-/.test(day);
  const said = isDay ? { ...values, day: formatDate(language, Temporal.PlainDate.from(day)) } : values;
  return sayRecord(language, 'measure', measure, said);
}

/** About third countries (art. 30(1)(e)). */
export function sayThirdCountries(language: string): string {
  return words.say(language, 'third');
}

/** Where data lies that no table holds. */
export const otherPlaces = ['log', 'mailbox', 'queue', 'backup'] as const;

function isWord(key: string): key is RecordWord {
  return known.has(key);
}
