import { countryCoded, countryNamed } from './countries.ts';

/**
 * One way to take what a carrier wrote. `larger` is how many times larger than its namesakes the town must be,
 * `populationMin` how many people must live there for the reading to be worth a try.
 */
export type Reading = {
  readonly name: string;
  readonly country: string | null;
  readonly state: string | null;
  readonly timesLarger: number;
  readonly populationMin: number;
};

const partsMax = 6;
const wordsMax = 6;

type Where = { readonly country: string | null; readonly state: string | null };

const timesLargerInCountry = 5;
const timesLargerInWorld = 10;
/**
 * What was left out may have been there to tell namesakes apart (`Frankfurt-Oder`), so a town read without it must be as
 * good as alone with its name, and large enough to have districts.
 */
const timesLargerWithoutDistrict = 200;
const cityPopulationMin = 100_000;
const metropolisPopulationMin = 500_000;

/** What carriers call their buildings, beside the town's name. */
const buildings: ReadonlySet<string> = new Set(
  `agence airport annahmestelle briefzentrum bz cedex center centre correos dc delivery depot destination
  dhl distribution distributiecentrum do dpd ems evri export exchange facility fedex filiale flughafen frachtzentrum gateway
  gls hermes hub import inbound international intl ipz konsolidierung logistics logistik logistikzentrum mail mc mechzb nl
  niederlassung office origin outbound packstation paketshop paketzentrum parcel parcelshop plateforme post postfiliale
  postverteilzentrum processing pz ramp sc service sort sorteercentrum sorting station sub terminal umschlagbasis ups
  verteilzentrum verteilerzentrum warehouse zb zbn zentrum zsp zsz zspl zustellbasis zustellstuetzpunkt zustellstützpunkt`.split(
    /\s+/,
  ),
);

/**
 * The ways to take a carrier's words: one list for each country or state they may name, the most literal reading first.
 * Most words name one; two letters at the end may be either, as in `Hamburg, DE` and `Newark, DE`.
 */
export function readingsOf(written: string, country: string | null): readonly (readonly Reading[])[] {
  const parts = written.split(/[,;()|]|\s[-–]\s/, partsMax).map((part) => part.trim());
  const named = parts.filter((part) => part !== '');
  return wheresMeant(named, { country, state: null }).map((meant) => readingsIn(meant.named, meant.where));
}

type Meant = { readonly named: readonly string[]; readonly where: Where };

function wheresMeant(named: readonly string[], where: Where): readonly Meant[] {
  const last = named.at(-1) ?? '';
  if (named.length < 2) return [...stateBehindTown(withoutBuilding(last), where), { named, where }];
  const before = named.slice(0, -1);
  const meant = placesTold(withoutNumbers(last), where).flatMap((told) =>
    told.state === null ? wheresMeant(before, told) : [{ named: before, where: told }],
  );
  if (meant.length > 0) return meant;
  return withoutBuilding(last) === '' ? wheresMeant(before, where) : [{ named, where }];
}

/** The country and the state that a text may be, as far as they go together with what is known. */
function placesTold(text: string, where: Where): readonly Where[] {
  const twoLetters = /^[A-Z]{2}$/.test(text);
  const country = countryNamed(text) ?? (twoLetters ? countryCoded(text) : null);
  return [
    ...(country !== null && fits(where.country, country) ? [{ country, state: null }] : []),
    ...(twoLetters && fits(where.country, 'US') ? [{ country: 'US', state: text }] : []),
  ];
}

/** `JACKSONVILLE FL`: only where the country is known, two letters may be anything elsewhere. */
function stateBehindTown(text: string, where: Where): readonly Meant[] {
  const [, town, state] = /^(.+)\s([A-Z]{2})$/.exec(text) ?? [];
  if (town === undefined || state === undefined || where.country !== 'US') return [];
  return [{ named: [town], where: { country: 'US', state } }];
}

const fits = (known: string | null, said: string): boolean => known === null || known === said;

function readingsIn(named: readonly string[], where: Where): readonly Reading[] {
  const towns = (named.length > 1 ? named.filter((part) => !isStreet(part)) : named)
    .map(withoutBuilding)
    .filter((part) => part !== '');
  const [head] = towns;
  if (head === undefined) return [];
  const timesLarger = where.country === null ? timesLargerInWorld : timesLargerInCountry;
  const literal = (name: string): Reading => ({ ...where, name, timesLarger, populationMin: 0 });
  return [literal(named.join(' ')), literal(towns.join(' ')), ...withoutDistrict(head, towns.length > 1, where)];
}

/** `Oderweg 2`: a number behind words, none before them. */
const isStreet = (part: string): boolean => /^\D+\s\d+\s?\p{L}?$/u.test(part);

/** `Köln-Niehl`, `København K`, `Wien Inzersdorf`: the town before its district. */
function withoutDistrict(head: string, partsFollow: boolean, where: Where): readonly Reading[] {
  const of = (name: string, populationMin: number): Reading => {
    return { ...where, name, timesLarger: timesLargerWithoutDistrict, populationMin };
  };
  const hyphens = beginnings(head, '-');
  const words = beginnings(head, ' ');
  const oneLetter = /^(.+)\s\p{L}$/u.exec(head)?.[1];
  return [
    ...(partsFollow ? [of(head, cityPopulationMin)] : []),
    ...hyphens.map((name) => of(name, cityPopulationMin)),
    ...(oneLetter === undefined ? [] : [of(oneLetter, cityPopulationMin)]),
    ...(where.country === null ? [] : words.map((name) => of(name, metropolisPopulationMin))),
  ];
}

/** `a b c` begins with `a b` and `a`. */
function beginnings(text: string, separator: string): readonly string[] {
  const words = text.split(separator, wordsMax);
  return words.slice(1).map((_, dropped) => words.slice(0, words.length - 1 - dropped).join(separator));
}

/** `NY 11430` is New York's two letters. */
const withoutNumbers = (part: string): string =>
  part
    .split(/\s+/)
    .filter((word) => !/\d/.test(word))
    .join(' ');

/** Takes postal codes, numbers and names of buildings off both ends. */
function withoutBuilding(part: string): string {
  const words = part.replace(/^(?:[A-Z]{1,3}[- ])?\d{4} ?[A-Z]{2}\s|^[A-Z]{1,3}[- ]\d{3,6}\s/, '').split(/\s+/);
  const told = words.map((word) => !/\d/.test(word) && !buildings.has(word.toLowerCase().replaceAll(/[.:]/g, '')));
  const first = told.indexOf(true);
  return first < 0 ? '' : words.slice(first, told.lastIndexOf(true) + 1).join(' ');
}
