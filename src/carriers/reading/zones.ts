import { plain } from './countries.ts';
import countriesOfOneZone from './zones.json' with { type: 'json' };

export type ZoneAt = { readonly zone: string | null; readonly timeConfidence: 'located' | 'assumed' };

const oneZone: ReadonlyMap<string, string> = new Map(Object.entries(countriesOfOneZone));

/** Where nearly everybody lives in one zone and only islands or far corners have another. */
const mainZone: ReadonlyMap<string, string> = new Map([
  ['BR', 'America/Sao_Paulo'],
  ['CD', 'Africa/Kinshasa'],
  ['CL', 'America/Santiago'],
  ['EC', 'America/Guayaquil'],
  ['ES', 'Europe/Madrid'],
  ['GL', 'America/Nuuk'],
  ['ID', 'Asia/Jakarta'],
  ['KI', 'Pacific/Tarawa'],
  ['KZ', 'Asia/Almaty'],
  ['MN', 'Asia/Ulaanbaatar'],
  ['MX', 'America/Mexico_City'],
  ['NZ', 'Pacific/Auckland'],
  ['PF', 'Pacific/Tahiti'],
  ['PG', 'Pacific/Port_Moresby'],
  ['PT', 'Europe/Lisbon'],
  ['UA', 'Europe/Kyiv'],
]);

type Table = readonly (readonly [string, string])[];

// States that lie in one zone entirely.
const wholeStates: Table = [
  ['US America/New_York', 'CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV'],
  ['US America/Chicago', 'AL AR IA IL LA MN MO MS OK WI'],
  ['US America/Denver', 'CO MT NM UT WY'],
  ['US America/Phoenix', 'AZ'],
  ['US America/Los_Angeles', 'CA NV WA'],
  ['US America/Anchorage', 'AK'],
  ['US Pacific/Honolulu', 'HI'],
  ['CA America/Halifax', 'NB NS PE'],
  ['CA America/Winnipeg', 'MB'],
  ['CA America/Regina', 'SK'],
  ['CA America/Edmonton', 'AB'],
  ['CA America/Whitehorse', 'YT'],
  ['AU Australia/Sydney', 'ACT NSW'],
  ['AU Australia/Melbourne', 'VIC'],
  ['AU Australia/Brisbane', 'QLD'],
  ['AU Australia/Adelaide', 'SA'],
  ['AU Australia/Perth', 'WA'],
  ['AU Australia/Darwin', 'NT'],
  ['AU Australia/Hobart', 'TAS'],
  ['BR America/Sao_Paulo', 'AL BA CE DF ES GO MA MG PA PB PE PI PR RJ RN RS SC SE SP TO'],
  ['BR America/Manaus', 'AM RO RR'],
  ['BR America/Cuiaba', 'MS MT'],
  ['BR America/Rio_Branco', 'AC'],
];

// States that a zone's border cuts; the zone of most people.
const cutStates: Table = [
  ['US America/New_York', 'FL IN KY MI'],
  ['US America/Chicago', 'KS ND NE SD TN TX'],
  ['US America/Denver', 'ID'],
  ['US America/Los_Angeles', 'OR'],
  ['CA America/Toronto', 'ON QC'],
  ['CA America/Vancouver', 'BC'],
  ['CA America/St_Johns', 'NL'],
  ['CA America/Yellowknife', 'NT'],
];

// Towns and hubs that carriers name without a state.
const towns: Table = [
  [
    'US America/New_York',
    'new york|jfk|newark|boston|philadelphia|miami|orlando|atlanta|charlotte|detroit|cincinnati hub|cincinnati|erlanger',
  ],
  ['US America/Chicago', 'chicago|dallas|houston|austin|memphis|nashville|minneapolis|st louis|new orleans'],
  ['US America/Denver', 'denver|salt lake city'],
  ['US America/Phoenix', 'phoenix'],
  ['US America/Los_Angeles', 'los angeles|san francisco|san diego|oakland|seattle|las vegas'],
  ['US America/Anchorage', 'anchorage'],
  ['US Pacific/Honolulu', 'honolulu'],
  ['CA America/Toronto', 'toronto|mississauga|brampton|hamilton|ottawa|montreal|mirabel'],
  ['CA America/Winnipeg', 'winnipeg'],
  ['CA America/Edmonton', 'calgary|edmonton'],
  ['CA America/Vancouver', 'vancouver'],
  ['CA America/Halifax', 'halifax'],
  ['AU Australia/Sydney', 'sydney|canberra'],
  ['AU Australia/Melbourne', 'melbourne'],
  ['AU Australia/Brisbane', 'brisbane'],
  ['AU Australia/Perth', 'perth'],
  ['AU Australia/Adelaide', 'adelaide'],
  ['AU Australia/Darwin', 'darwin'],
  ['AU Australia/Hobart', 'hobart'],
  ['RU Europe/Moscow', 'moscow|moskva|saint petersburg|st petersburg'],
  ['ES Europe/Madrid', 'madrid|barcelona|valencia|sevilla|zaragoza|bilbao|vitoria|malaga|alicante|murcia|palma'],
  [
    'ES Atlantic/Canary',
    'las palmas|las palmas de gran canaria|gran canaria|telde|santa cruz de tenerife|tenerife|la laguna|adeje|arona|arrecife|lanzarote|puerto del rosario|fuerteventura|la palma|la gomera',
  ],
  ['PT Europe/Lisbon', 'lisbon|lisboa|porto|braga|coimbra|faro'],
  ['PT Atlantic/Azores', 'ponta delgada|angra do heroismo|horta|azores'],
  ['PT Atlantic/Madeira', 'funchal|madeira'],
  ['MX America/Mexico_City', 'mexico city|ciudad de mexico|guadalajara|monterrey|queretaro'],
  ['MX America/Tijuana', 'tijuana|mexicali'],
  ['BR America/Sao_Paulo', 'sao paulo|rio de janeiro|campinas|curitiba'],
  ['ID Asia/Jakarta', 'jakarta|bandung|surabaya'],
  ['NZ Pacific/Auckland', 'auckland|wellington|christchurch'],
  ['UA Europe/Kyiv', 'kyiv|kiev|lviv|odesa'],
];

function spread(table: Table, separator: string): ReadonlyMap<string, string> {
  const zoneOf = new Map<string, string>();
  for (const [key, names] of table) {
    const [country = '', zone = ''] = key.split(' ');
    for (const name of names.split(separator)) zoneOf.set(`${country} ${name}`, zone);
  }
  return zoneOf;
}

const byWholeState = spread(wholeStates, ' ');
const byCutState = spread(cutStates, ' ');
const byTown = spread(towns, '|');

/** True when the two letters are a state of a country whose zones depend on it. */
export function isState(country: string, code: string): boolean {
  const key = `${country} ${code.toUpperCase()}`;
  return byWholeState.has(key) || byCutState.has(key);
}

/**
 * The zone of a place: `located` when country, state or town leave no doubt, `assumed` when most people there live in it,
 * null when several are as likely. The name may end in a state, such as `Hebron, KY`.
 */
export function zoneOfPlace(place: { readonly name: string; readonly country: string | null } | null): ZoneAt | null {
  if (place === null || place.country === null) return null;
  const { country } = place;
  const sure = oneZone.get(country) ?? zoneWithin(country, place.name);
  if (sure !== undefined) return { zone: sure, timeConfidence: 'located' };
  const likely = byCutState.get(`${country} ${stateOf(place.name)}`) ?? mainZone.get(country);
  return likely === undefined ? null : { zone: likely, timeConfidence: 'assumed' };
}

function stateOf(name: string): string {
  return name.slice(name.lastIndexOf(',') + 1).trim();
}

function zoneWithin(country: string, name: string): string | undefined {
  const state = byWholeState.get(`${country} ${stateOf(name)}`);
  if (state !== undefined) return state;
  const town = name.includes(',') ? name.slice(0, name.indexOf(',')) : name;
  return byTown.get(`${country} ${plain(town)}`);
}
