import { countryCoded, countryNamed } from './places/countries.ts';
import { openGazetteer, type Gazetteer } from './places/gazetteer.ts';
import { townMeant, type Namesake } from './places/namesakes.ts';
import { readingsOf, type Reading } from './places/readings.ts';

/**
 * `name` as GeoNames writes it, mostly in the town's own language (`Köln`, but `Munich`): show the customer the carrier's
 * words. `country` is ISO 3166-1 alpha-2; degrees are WGS 84.
 */
export type Town = {
  readonly name: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
};

const nameCharactersMax = 100;

let gazetteer: Gazetteer | null = null;

/**
 * Finds a town by the name a carrier wrote and, where known, its country. Never guesses: null when there is none, or when
 * several far apart fit about equally. Total over its input; the first call reads the table of towns (some 0.3 s, 20 MB),
 * every other takes microseconds. Source: GeoNames, places with 500 inhabitants or more, and a few villages with hubs.
 *
 * @throws Fault `unavailable` when the package with the table is not installed
 */
export function findTown(name: string, country: string | null): Town | null {
  if (name.length > nameCharactersMax) return null;
  const code = country === null ? null : countryCoded(country.trim());
  if (country !== null && code === null) return null;
  const towns = readingsOf(name.normalize('NFC'), code)
    .map(firstTown)
    .filter((town) => town !== null);
  const [found] = towns;
  if (found === undefined || isCountryItself(name, code, found)) return null;
  if (!towns.every((town) => isSamePlace(town, found))) return null;
  return { name: found.name, country: found.country, latitude: found.latitude, longitude: found.longitude };
}

/**
 * False where a carrier wrote the country for want of a town, such as `Germany` in `DE`: it is told in the reader's language
 * and once. A town that is its own country, such as Singapore, is told as the country.
 */
export function isTown({ name, country }: { readonly name: string; readonly country: string | null }): boolean {
  return country === null || countryNamed(name) !== country;
}

/** GeoNames asks to be named wherever its towns are shown (CC BY 4.0). */
export function attribution(): { readonly text: string; readonly url: string } {
  return { text: 'GeoNames (CC BY 4.0)', url: 'https://www.geonames.org/' };
}

/** The first reading that names any town decides, be it that it names too many. */
function firstTown(readings: readonly Reading[]): Namesake | null {
  for (const reading of readings) {
    const namesakes = namesakesOf(reading);
    if (namesakes.length > 0) {
      const town = townMeant(namesakes, reading.timesLarger);
      return town !== null && town.population >= reading.populationMin ? town : null;
    }
  }
  return null;
}

function namesakesOf(reading: Reading): readonly Namesake[] {
  gazetteer ??= openGazetteer();
  const { namesakes } = gazetteer;
  const all = spellingsOf(reading.name).flatMap((name) => namesakes(name));
  return all.filter(
    (one) =>
      (reading.country === null || one.country === reading.country) &&
      (reading.state === null || one.state === reading.state),
  );
}

/** Abbreviations that carriers use and the gazetteer does not, each with what it may stand for. */
const abbreviations: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bst\.?(?=[\s-])/iu, ['Saint', 'Sankt']],
  [/\bste\.?(?=[\s-])/iu, ['Sainte']],
  [/(?:\/|\sa\.?\s?)m(?:ain)?\.?$/iu, [' am Main']],
  [/\sa\.?\s?d\.?\s/iu, [' an der ']],
  [/\si\.?\s?br\.?$/iu, [' im Breisgau']],
];

function spellingsOf(name: string): readonly string[] {
  const found = abbreviations.find(([short]) => short.test(name));
  if (found === undefined) return [name];
  const [short, meanings] = found;
  return [name, ...meanings.map((long) => name.replace(short, long))];
}

const isSamePlace = (one: Namesake, other: Namesake): boolean =>
  one.latitude === other.latitude && one.longitude === other.longitude;

/** `Germany` alone is no town, nor is a town of that name elsewhere meant; `Luxembourg` and `Singapore` are both. */
function isCountryItself(name: string, country: string | null, found: Namesake): boolean {
  if (country !== null) return false;
  const named = countryNamed(name);
  return named !== null && named !== found.country;
}
