import type { ReadScan } from '#carriers';
import { attribution, findTown, isTown, type Town } from '#kit/places';
import { drawWay, type Stop } from '#kit/way-map';
import type { ParcelView } from './view.ts';

type Place = ReadScan['place'];
type Seen = { readonly place: Place };

const picture = { width: 640, height: 360 };

/** Where a parcel comes from, where it was seen last, and the way between on a map. */
export type Way = Pick<ParcelView, 'from' | 'here' | 'mapSvg' | 'mapNote'>;

/** @param scans oldest first; `name` tells this picture from others on the same page */
export function wayOf(scans: readonly Seen[], given: { readonly language: string; readonly name: string }): Way {
  const from = placeText(given.language, originOf(scans));
  const here = placeText(given.language, scans.findLast(({ place }) => place !== null)?.place ?? null);
  const ends = [...new Set([from, here].filter((end) => end !== null))].join(' → ');
  const mapSvg = mapOf(townsOf(scans), `${given.name}${ends}`);
  return { from, here, mapSvg, mapNote: mapSvg === null ? null : `${attribution().text}, Natural Earth` };
}

const countryNames = new Map<string, Intl.DisplayNames>();

/** `Germany` for `DE`; a code that nobody knows stands for itself. */
export function countryName(language: string, code: string): string {
  const names = countryNames.get(language) ?? new Intl.DisplayNames([language, 'en'], { type: 'region' });
  countryNames.set(language, names);
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** The first place; where that is a country, the first town in it. */
function originOf(scans: readonly Seen[]): Place {
  const places = scans.map(({ place }) => place).filter((place) => place !== null);
  const [first = null] = places;
  if (first === null || isTown(first)) return first;
  return places.find((place) => place.country === first.country && isTown(place)) ?? first;
}

function placeText(language: string, place: Place): string | null {
  if (place === null) return null;
  if (place.country !== null && !isTown(place)) return countryName(language, place.country);
  return place.country === null ? place.name : `${place.name}, ${countryName(language, place.country)}`;
}

/** A town of the way with the carrier's name for it. */
type Waypoint = { readonly town: Town; readonly label: string };

/** The towns of the way in their order, each once in a row; what cannot be placed is left off. */
function townsOf(scans: readonly Seen[]): readonly Waypoint[] {
  const way: Waypoint[] = [];
  for (const { place } of scans) {
    const town = place === null ? null : findTown(place.name, place.country);
    if (place !== null && town !== null && town.name !== way.at(-1)?.town.name) way.push({ town, label: place.name });
  }
  return way;
}

function mapOf(way: readonly Waypoint[], title: string): string | null {
  const last = way.length - 1;
  const stops = way.map(({ town, label }, index): Stop => {
    const { latitude, longitude } = town;
    const passed = index === 0 ? 'origin' : 'passed';
    return { latitude, longitude, label, kind: index === last ? 'here' : passed };
  });
  return drawWay({ stops, title, ...picture });
}
