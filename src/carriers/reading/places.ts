import { countryOfCode, countryOfName, plain } from './countries.ts';
import { isState } from './zones.ts';

export type Place = { readonly name: string; readonly country: string | null };

const small: ReadonlySet<string> = new Set(
  'a aan am an auf bei d da das de del den der des di do dos du en het i im in la las le les los of ob on op sur sous the unter upon van vom von vor y zu zum zur'.split(
    ' ',
  ),
);

const streetWords =
  /(?:str(?:a(?:ss|ß)e)?\.?|weg|allee|gasse|platz|ufer|damm|ring|chaussee|straat|laan|plein|gracht)$|\b(?:street|st\.|road|rd\.?|avenue|ave\.?|lane|drive|boulevard|blvd\.?|rue|calle|via|ulica|ul\.|postfach|po box)\b/i;

/** `AMSTERDAM` reads as `Amsterdam`; a name that has small letters already is left alone. */
function readable(name: string): string {
  if (/\p{Ll}/u.test(name)) return name;
  const words = name.toLowerCase().split(/(?<=[\s/-])/u);
  const read = words.map((word, index) => (index > 0 && small.has(plain(word)) ? word : capitalised(word))).join('');
  return read.replaceAll(/\b(?:Dhl|Usps|Jfk)\b/g, (word) => word.toUpperCase());
}

function capitalised(word: string): string {
  const first = word.search(/\p{L}/u);
  if (first < 0 || word.startsWith("'s")) return word;
  return word.slice(0, first) + word.charAt(first).toUpperCase() + word.slice(first + 1);
}

/** A part without its postcode, or empty when it is a street or nothing but figures. */
function townIn(part: string): string {
  const town = part
    .replace(/\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b/, '')
    .trim()
    .replace(/^(?:[A-Z]{1,2}-)?\d{4,6}(?:[ -]?[A-Z]{2}\b|-\d{3,4})?\s*/, '')
    .replace(/\s*\b\d{4,6}(?:-\d{3,4})?$/, '')
    .trim();
  return /\d/.test(town) || streetWords.test(town) ? '' : town;
}

function split(locality: string): readonly string[] {
  return locality
    .split(/,| - /)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

type Found = { readonly country: string | null; readonly rest: readonly string[] };

/** Takes a country off the end: `HONG KONG - HONG KONG SAR, CHINA`, `Radefeld, Germany`, `Bonn, DE`. */
function countryAtEnd(locality: string, sent: string | null, likely: readonly string[]): Found {
  const dash = locality.lastIndexOf(' - ');
  const afterDash = dash < 0 ? null : countryOfName(locality.slice(dash + 3));
  if (afterDash !== null) return { country: sent ?? afterDash, rest: split(locality.slice(0, dash)) };
  const parts = split(locality);
  const last = parts.at(-1) ?? '';
  const named = countryOfName(last) ?? shortCountry(last, sent, likely);
  if (named === null) return { country: sent, rest: parts };
  return { country: sent ?? named, rest: parts.slice(0, -1) };
}

/** Two letters that may be a state as well (`KY` is Kentucky and Cayman) count only when the parcel has to do with that country. */
function shortCountry(part: string, sent: string | null, likely: readonly string[]): string | null {
  if (!/^[A-Z]{2}$/.test(part)) return null;
  const code = countryOfCode(part);
  if (code === null || (sent !== null && isState(sent, part))) return null;
  const isStateToo = isState('US', part) || isState('CA', part) || isState('AU', part);
  return !isStateToo || code === sent || likely.includes(code) ? code : null;
}

const localityCharactersMax = 300;

/** What searches for ends must not begin at each of endless spaces. */
function onOneLine(locality: string): string {
  return locality.slice(0, localityCharactersMax).replaceAll(/\s+/g, ' ').trim();
}

/** A state as the end of a name, where the zone depends on it. */
function stateAtEnd(country: string | null, parts: readonly string[]): string | null {
  const last = (parts.at(-1) ?? '').replace(/\s+\d{5}(?:-\d{4})?$/, '');
  return country !== null && parts.length > 1 && isState(country, last) ? last.toUpperCase() : null;
}

/**
 * Town and country of a carrier's locality. Streets, house numbers and postcodes may be somebody's address and are never
 * kept. `likely` are countries that the parcel has to do with anyway.
 */
export function readPlace(
  locality: string | null,
  countryCode: string | null,
  likely: readonly string[] = [],
): Place | null {
  const sent = countryCode === null ? null : (countryOfCode(countryCode) ?? countryOfName(countryCode));
  const { country, rest } = countryAtEnd(onOneLine(locality ?? ''), sent, likely);
  const state = stateAtEnd(country, rest);
  const town = townAmong(state === null ? rest : rest.slice(0, -1));
  if (town === undefined) return country === null ? null : { name: nameOfCountry(country), country };
  return { name: state === null ? readable(town) : `${readable(town)}, ${state}`, country };
}

/** The last part that is a town, because streets stand before towns; abbreviations only when there is nothing else. */
function townAmong(parts: readonly string[]): string | undefined {
  const found = parts.map(townIn).filter((part) => part !== '');
  return found.findLast((part) => !/^[A-Z]{2,3}$/.test(part)) ?? found.at(-1);
}

const names = new Intl.DisplayNames('en', { type: 'region' });

function nameOfCountry(country: string): string {
  return names.of(country) ?? country;
}
