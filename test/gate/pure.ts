// The ruling alone, without a database, against the law written a second time.
import { rulingOf, type Standing } from '../../src/privacy/rules/ruling.ts';
import { casesOf, type Case } from './cases.ts';
import { lawLets } from './law.ts';

export type Ruled = {
  readonly cases: number;
  readonly fields: number;
  readonly let: number;
  /** What the gate lets go against the law, and what it withholds although it may go. */
  readonly forbidden: readonly string[];
  readonly missed: readonly string[];
};

const shownMax = 20;

export function ruleAll(seed: number, count: number, now: Temporal.Instant): Ruled {
  const forbidden: string[] = [];
  const missed: string[] = [];
  let [fields, out] = [0, 0];
  for (const one of casesOf(seed, count)) {
    const standing = standingOf(one, now);
    for (const field of one.asked) {
      fields += 1;
      const goes = 'basis' in rulingOf(one, field, standing, now);
      const may = lawLets(one, field);
      if (goes) out += 1;
      if (goes !== may) (goes ? forbidden : missed).push(`${field} of ${JSON.stringify(one)}`);
    }
  }
  return {
    ...{ cases: count, fields, let: out },
    forbidden: forbidden.slice(0, shownMax),
    missed: missed.slice(0, shownMax),
  };
}

function standingOf(one: Case, now: Temporal.Instant): Standing {
  return {
    isErased: one.erased,
    isRestricted: one.restricted,
    objections: new Set(one.objections),
    consents: one.consents.map(
      ({ purpose, recipient, fields, withdrawn, unticked, givenHours, untilHours }, place) => ({
        consentId: String(place),
        purpose,
        recipient,
        fields,
        withdrawn,
        preset: unticked ? 'unticked' : null,
        givenAt: hoursFrom(now, givenHours),
        holdsUntil: untilHours === null ? null : hoursFrom(now, untilHours),
      }),
    ),
  };
}

export function hoursFrom(now: Temporal.Instant, hours: number): Temporal.Instant {
  return now.add({ minutes: hours * 60 });
}
