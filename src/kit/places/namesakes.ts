/** A town that bears a name. `state` is its two letters in the United States and null elsewhere. */
export type Namesake = {
  readonly name: string;
  readonly country: string;
  readonly state: string | null;
  readonly latitude: number;
  readonly longitude: number;
  /** Never 0: a place without a count has at least the inhabitants that got it listed. */
  readonly population: number;
  /** False when the name is another one of the town's: foreign, old or misspelled. */
  readonly byOwnName: boolean;
  /** Part of a larger town. */
  readonly isDistrict: boolean;
};

/** A district is mostly written behind its town, and a name means first those who call themselves so. */
const districtShare = 1 / 4;
const otherNameShare = 1 / 2;

/** A gazetteer lists a town, its municipality and its old centre as three; on the map they are one dot. */
const sameDotKilometres = 25;
const kilometresPerDegree = 111.2;

/**
 * The town that a name means: the one of most weight, when nobody else who bears the name comes near it. `timesLarger`
 * says how much more it must weigh than the next one that lies elsewhere.
 */
export function townMeant(namesakes: readonly Namesake[], timesLarger: number): Namesake | null {
  const [largest, ...others] = namesakes.toSorted((one, other) => weight(other) - weight(one));
  if (largest === undefined) return null;
  const rival = others.find((other) => kilometresBetween(largest, other) > sameDotKilometres);
  return rival === undefined || weight(largest) >= weight(rival) * timesLarger ? largest : null;
}

function weight(namesake: Namesake): number {
  const share = (namesake.isDistrict ? districtShare : 1) * (namesake.byOwnName ? 1 : otherNameShare);
  return namesake.population * share;
}

/** On a plane that touches the globe between the two: exact enough to tell whether they are neighbours. */
function kilometresBetween(one: Namesake, other: Namesake): number {
  const middle = ((one.latitude + other.latitude) / 2) * (Math.PI / 180);
  const east = ((((one.longitude - other.longitude) % 360) + 540) % 360) - 180;
  return Math.hypot(one.latitude - other.latitude, east * Math.cos(middle)) * kilometresPerDegree;
}
