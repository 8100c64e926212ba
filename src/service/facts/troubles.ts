import { mailUrl, phoneUrl, webUrl } from '#kit/html';
import type { Values } from '#kit/words';
import { readExceptions, readSpans, writeExceptions, writeSpans } from '../hours/read-hours.ts';
import type { ContactWord } from '../words.ts';
import {
  choices,
  contactFields,
  lengthMaxOf,
  longFields,
  urlFields,
  weekdays,
  type ContactField,
  type ContactSettings,
} from './fields.ts';
import { readBusinessId, readVatId } from './tax-numbers.ts';

type CodeOf<Word> = Word extends `wrong.${infer Rest}` ? Rest : never;

/** What is wrong with one field. */
export type ContactTrouble = {
  readonly field: ContactField;
  readonly code: CodeOf<ContactWord>;
  readonly values: Values;
};

type Found = Omit<ContactTrouble, 'field'> | null;

/** What people wrote, in the one way it is kept; what cannot be read stays as it is. */
export function tidied(settings: ContactSettings, field: ContactField): string {
  const text = settings[field].normalize('NFC');
  const plain = longFields.has(field)
    ? text
        .replaceAll('\r\n', '\n')
        .replaceAll(/[^\S\n]+/g, ' ')
        .replaceAll(/ ?\n ?/g, '\n')
        .trim()
    : text.replaceAll(/\s+/g, ' ').trim();
  return writers[field]?.(plain, settings) ?? plain;
}

type Writer = (text: string, settings: ContactSettings) => string | null;

const spans: Writer = (text) => {
  const read = readSpans(text);
  return read === null ? null : writeSpans(read);
};

/** How a field is written; null leaves it as it is. */
const writers: Readonly<Partial<Record<ContactField, Writer>>> = {
  ...Object.fromEntries(weekdays.map((day) => [day, spans])),
  country: (text) => regionOf(text.toUpperCase()),
  zone: zoneOf,
  languages: (text) =>
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean)
      .join(', '),
  vatId: readVatId,
  businessId: (text, { country }) => (text === '' ? '' : readBusinessId(country.trim().toUpperCase(), text)),
  exceptions: (text) => {
    const read = readExceptions(text);
    return 'line' in read ? null : writeExceptions(read);
  },
};

/** Codes that another stands for: `UK` is `GB` (CLDR's aliases of regions). */
function regionOf(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (new Intl.Locale(`und-${code}`).region ?? code) : code;
}

/** `europe/berlin` as the list of zones has it; null for what is none. */
function zoneOf(text: string): string | null {
  try {
    return new Temporal.ZonedDateTime(0n, text).timeZoneId;
  } catch {
    return null;
  }
}

/** Everything that is wrong, at once, after it was tidied. */
export function contactTroubles(settings: ContactSettings): readonly ContactTrouble[] {
  return contactFields.flatMap((field) => {
    const text = settings[field];
    const trouble = text === '' ? null : (textTrouble(field, text) ?? contentTrouble(field, settings));
    return trouble === null ? [] : [{ field, ...trouble }];
  });
}

const wrong = (code: ContactTrouble['code'], values: Values = {}): Found => ({ code, values });

/** The platform ended on 20 July 2025 (Regulation (EU) 2024/3228); who goes on linking it misleads. */
const endedPlatform = /ec\.europa\.eu\/(?:consumers\/)?odr|webgate\.ec\.europa\.eu\/odr/i;

function textTrouble(field: ContactField, text: string): Found {
  const inLines = longFields.has(field) ? text.replaceAll('\n', '') : text;
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(inLines)) return wrong('text.characters');
  const { length } = Array.from(text);
  const max = lengthMaxOf(field);
  if (length > max) return wrong('text.long', { length, max });
  return endedPlatform.test(text) ? wrong('odr') : null;
}

function contentTrouble(field: ContactField, settings: ContactSettings): Found {
  const text = settings[field];
  const chosen = choices[field];
  if (chosen !== undefined) return chosen.includes(text) ? null : wrong('choice', { choices: chosen.join(', ') });
  if (urlFields.has(field)) return isSecure(text) ? null : wrong('url');
  return contentTroubles[field]?.(text, settings) ?? null;
}

function isSecure(text: string): boolean {
  const url = webUrl(text);
  return url !== null && url.startsWith('https:');
}

const hoursTrouble = (text: string): Found => (readSpans(text) === null ? wrong('hours') : null);

const boxes =
  /^(?:postfach|packstation|p\.? ?o\.? ?box|po box|postbus|boîte postale|b\.?p\.? ?\d|case postale|casella postale|c\.?p\.? ?\d|apartado|skrytka|postboks)/i;

const contentTroubles: Readonly<Partial<Record<ContactField, (text: string, settings: ContactSettings) => Found>>> = {
  ...Object.fromEntries(weekdays.map((day) => [day, hoursTrouble])),
  street: (text) => (boxes.test(text) ? wrong('street.box') : null),
  // The shop's face has more to say about these two; here they are found wrong together with the others.
  email: (text) => (mailUrl(text) === null ? wrong('address') : null),
  phone: (text) => (phoneUrl(text) === null ? wrong('phone') : null),
  country: (text) => (isCountry(text) ? null : wrong('country')),
  languages: (text) => (text.split(', ').every(isLanguage) ? null : wrong('languages')),
  zone: (text) => (isZone(text) ? null : wrong('zone')),
  vatId: (text) => (readVatId(text) === null ? wrong('vatId') : null),
  businessId: (text, { country }) => (readBusinessId(country, text) === null ? wrong('businessId') : null),
  exceptions: (text) => {
    const read = readExceptions(text);
    return 'line' in read ? wrong('exceptions', { line: read.line }) : null;
  },
};

function isCountry(text: string): boolean {
  if (!/^[A-Z]{2}$/.test(text) || text === 'ZZ' || text === 'EU') return false;
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(text) !== undefined;
}

function isLanguage(text: string): boolean {
  if (!/^[a-z]{2,3}$/.test(text)) return false;
  return new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(text) !== undefined;
}

function isZone(text: string): boolean {
  return text.includes('/') && zoneOf(text) !== null;
}
