import type { SimulatedPlace } from '../simulator.ts';

/** Where a parcel comes through on its last stretch: the sorting centre of the region, then the town itself. */
export type Destination = { readonly town: SimulatedPlace; readonly centre: SimulatedPlace };

const place = (locality: string, country: string): SimulatedPlace => ({ locality, country });

/** Where the invented shop packs, and where its region's parcels are sorted first. */
export const shopTown = place('Flensburg', 'DE');
export const firstCentre = place('Neumünster', 'DE');
/** Letters and small goods go through a letter centre instead. */
export const letterCentre = place('Kiel', 'DE');
/** Where parcels for other countries leave Germany. */
export const exportCentre = place('Hamburg', 'DE');

/** The sorting centre that serves each town, by country and town. */
const centres: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DE: {
    Leipzig: 'Radefeld',
    Köln: 'Köln',
    München: 'Aschheim',
    Berlin: 'Börnicke',
    Hamburg: 'Hamburg',
    Dresden: 'Ottendorf-Okrilla',
    'Frankfurt am Main': 'Rodgau',
    Stuttgart: 'Kornwestheim',
    Tübingen: 'Köngen',
    Nürnberg: 'Feucht',
    'Freiburg im Breisgau': 'Lahr',
    Koblenz: 'Neuwied',
    Dortmund: 'Hagen',
    Münster: 'Greven',
    Kassel: 'Kassel',
    Bremen: 'Bremen',
    Göttingen: 'Kassel',
    Weimar: 'Erfurt',
    Magdeburg: 'Osterweddingen',
    Mainz: 'Saulheim',
    Heidelberg: 'Speyer',
    Regensburg: 'Regensburg',
    Ulm: 'Günzburg',
    Bonn: 'Köln',
    Husum: 'Neumünster',
    Lübeck: 'Neumünster',
    Görlitz: 'Ottendorf-Okrilla',
    Bamberg: 'Feucht',
  },
  AT: { Wien: 'Hagenbrunn', Graz: 'Kalsdorf bei Graz', Salzburg: 'Wals' },
  CH: { Zürich: 'Zürich', Bern: 'Basel' },
  FR: { Paris: 'Roissy-en-France', Strasbourg: 'Strasbourg' },
  NL: { Utrecht: 'Utrecht', Amsterdam: 'Zaandam', Rotterdam: 'Tiel' },
  DK: { København: 'Taulov', Aarhus: 'Taulov' },
  SE: { Göteborg: 'Göteborg' },
  CZ: { Praha: 'Říčany' },
  PL: { Kraków: 'Kraków' },
  GB: { Edinburgh: 'East Midlands', Bristol: 'East Midlands' },
};

/** @throws when the town is not in the table: the sample world only ships to towns it knows */
export function destination(town: string, country: string): Destination {
  const centre = centres[country]?.[town];
  if (centre === undefined) throw new Error(`the sample world has no way to ${town}, ${country}`);
  return { town: place(town, country), centre: place(centre, country) };
}

const zones: Readonly<Record<string, string>> = {
  DE: 'Europe/Berlin',
  AT: 'Europe/Vienna',
  CH: 'Europe/Zurich',
  FR: 'Europe/Paris',
  NL: 'Europe/Amsterdam',
  DK: 'Europe/Copenhagen',
  SE: 'Europe/Stockholm',
  CZ: 'Europe/Prague',
  PL: 'Europe/Warsaw',
  GB: 'Europe/London',
};

/** The zone whose clock hangs on the wall there; the shop's own where an event has no place. */
export function zoneOf(where: SimulatedPlace | null): string {
  return zones[where?.country ?? 'DE'] ?? 'Europe/Berlin';
}
