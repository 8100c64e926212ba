import type { Namesake } from './namesakes.ts';

/**
 * Villages and airports that hold a large parcel hub and do not stand in the gazetteer, or under another name only. Some
 * have a namesake there: beside it they make the name ambiguous, which is better than the wrong one of two. Each with
 * name, country, latitude, longitude, inhabitants (of the municipality where the hub carries its name).
 */
const villages = [
  ['Börnicke', 'DE', 52.6858, 12.9358, 900],
  ['East Midlands', 'GB', 52.8311, -1.3281, 1_000],
  ['Eutingen', 'DE', 48.4747, 8.7497, 5_800],
  ['Eutingen im Gäu', 'DE', 48.4747, 8.7497, 5_800],
  ['Härkingen', 'CH', 47.3089, 7.8189, 1_600],
  ['Neuenstein', 'DE', 50.8919, 9.5489, 3_000],
  ['Osterweddingen', 'DE', 52.0497, 11.5797, 2_300],
  ['Radefeld', 'DE', 51.4228, 12.2978, 1_193],
  ['Rüdersdorf', 'DE', 52.4717, 13.7844, 15_800],
  ['Saulheim', 'DE', 49.8667, 8.15, 7_600],
  ['Staufenberg', 'DE', 51.35, 9.63, 7_800],
] as const;

export const hubs: readonly Namesake[] = villages.map(([name, country, latitude, longitude, population]) => {
  return { name, country, state: null, latitude, longitude, population, byOwnName: true, isDistrict: false };
});
