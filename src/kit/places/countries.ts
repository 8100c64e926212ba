import { spellingKeys } from './spelling.ts';

/** Languages in which carriers write the names of countries. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl'];

const otherNames: Readonly<Record<string, string>> = {
  'Czech Republic': 'CZ',
  England: 'GB',
  'Great Britain': 'GB',
  Holland: 'NL',
  'Northern Ireland': 'GB',
  'PR China': 'CN',
  'P.R. China': 'CN',
  Scotland: 'GB',
  'South Korea': 'KR',
  'The Netherlands': 'NL',
  'U.S.A.': 'US',
  UK: 'GB',
  USA: 'US',
  Wales: 'GB',
};
/** Codes that are written for another one: the European Commission's for Greece, everyday's for the United Kingdom. */
const otherCodes: Readonly<Record<string, string>> = { EL: 'GR', UK: 'GB' };

const english = regionNames('en');

let codeOfName: ReadonlyMap<number, string> | null = null;

/** The ISO 3166-1 alpha-2 code of a country by its name, or null. */
export function countryNamed(name: string): string | null {
  codeOfName ??= readNames();
  const [key] = spellingKeys(name);
  return key === undefined ? null : (codeOfName.get(key) ?? null);
}

/** The code itself, in capitals, when a country has it; else null. */
export function countryCoded(text: string): string | null {
  const code = text.toUpperCase();
  if (!/^[A-Z]{2}$/.test(code)) return null;
  const meant = otherCodes[code] ?? code;
  return english.of(meant) === undefined ? null : meant;
}

function readNames(): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const add = (name: string, code: string): void => {
    for (const key of spellingKeys(name)) names.set(key, code);
  };
  const codes = possibleCodes();
  for (const language of languages) {
    const region = regionNames(language);
    for (const code of codes) {
      const name = region.of(code);
      if (name !== undefined) add(name, code);
    }
  }
  for (const [name, code] of Object.entries(otherNames)) add(name, code);
  return names;
}

/** Pairs of letters, without those that were given up for another: `SU` is `RU` today. */
function possibleCodes(): readonly string[] {
  const letters = Array.from({ length: 26 }, (_, place) => String.fromCharCode(65 + place));
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  return pairs.filter((pair) => new Intl.Locale(`und-${pair}`).region === pair);
}

function regionNames(language: string): Intl.DisplayNames {
  return new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
}
