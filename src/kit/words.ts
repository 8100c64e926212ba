import assert from 'node:assert/strict';
import { IntlMessageFormat } from 'intl-messageformat';
import { createMemory, directionOf, localeOf, spokenFor } from './words/languages.ts';

export {
  formatAge,
  formatDate,
  formatDay,
  formatDays,
  formatDayTime,
  formatMoment,
  formatTime,
  formatWeekday,
  formatZone,
} from './words/calendar.ts';
export { createMemory, directionOf, spokenFor } from './words/languages.ts';
export { askedIn } from './words/texts.ts';

/** One text per key and language, in ICU MessageFormat 1 (`{count, plural, one {# parcel} other {# parcels}}`). */
export type Texts<Key extends string> = {
  readonly en: Readonly<Record<Key, string>>;
  readonly de: Readonly<Record<Key, string>>;
};

export type Values = Readonly<Record<string, string | number>>;

export type Words<Key extends string> = {
  /**
   * The text of a key in a language (`de-AT` speaks `de`; a language that is not here speaks English), as plain text: it
   * must still be escaped where it becomes HTML. A value that the text asks for and does not get is a bug and throws:
   * nobody is ever shown `{name}`. A value written in the other direction than the language is isolated (U+2068 …
   * U+2069), so that it cannot turn its neighbours around; characters that force a direction are taken out of values.
   */
  readonly say: (language: string, key: Key, values?: Values) => string;
  readonly keys: readonly Key[];
  readonly languages: readonly string[];
};

const compiledMax = 5_000;
const nothing: Values = {};

/** Words of one folder, read from its `words/en.json` and `words/de.json`. Server only. */
export function createWords<Key extends string>(texts: Texts<Key>): Words<Key> {
  const tables = new Map<string, Readonly<Record<string, string>>>(Object.entries(texts));
  const spoken = new Set(tables.keys());
  const compiled = createMemory<IntlMessageFormat>(compiledMax);
  return {
    say: (language, key, values = nothing) => {
      const speaks = spokenFor(language, spoken);
      // The region's numbers where the language itself is spoken; plural rules always belong to the text's language.
      const asked = localeOf(language);
      const locale = asked === speaks || asked.startsWith(`${speaks}-`) ? asked : localeOf(speaks);
      const message = compiled(`${locale}\n${key}`, () => compile(tables.get(speaks)?.[key], key, locale));
      const said = message.format(checked(values, directionOf(speaks)));
      assert(typeof said === 'string');
      return said;
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a Record<Key, string> are its Keys
    keys: Object.keys(texts.en) as Key[],
    languages: [...spoken],
  };
}

const freeTexts = createMemory<IntlMessageFormat>(compiledMax);

/**
 * The same for a text that is no word of a folder, such as one that a shop wrote: it was read with `askedIn` before, and
 * all that it asks for is given.
 */
export function sayText(language: string, text: string, values: Values): string {
  const locale = localeOf(language);
  const message = freeTexts(`${locale}\n${text}`, () => compile(text, text, locale));
  const said = message.format(checked(values, directionOf(language)));
  assert(typeof said === 'string');
  return said;
}

function compile(text: string | undefined, key: string, locale: string): IntlMessageFormat {
  assert(text !== undefined, `there are no words for ${key}`);
  // Texts are plain: `<` is a character, not a tag.
  return new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
}

const forcesDirection = /[\u202A-\u202E\u2066-\u2069]/gu;
const rtlLetter =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const ltrLetter =
  /[[\p{L}]--[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]]/v;

function checked(values: Values, direction: 'ltr' | 'rtl'): Record<string, string | number> {
  const ready: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    assert(typeof value === 'string' || Number.isFinite(value), `the value of ${name} is missing`);
    ready[name] = typeof value === 'string' ? isolated(value, direction) : value;
  }
  return ready;
}

function isolated(value: string, direction: 'ltr' | 'rtl'): string {
  const plain = value.replace(forcesDirection, '');
  const otherWay = direction === 'ltr' ? rtlLetter : ltrLetter;
  return otherWay.test(plain) ? `\u2068${plain}\u2069` : plain;
}
