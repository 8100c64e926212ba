import type { Field } from '../sealed.ts';
import { consentBasis, ownRequest, type Basis, type OutsideKind, type OutsidePurpose } from './outside.ts';
import { rules, type Countries, type Rule } from './rules.ts';

/** What is asked of the rules: who would get it, by which service, on the way to where, for what. */
export type Way = {
  readonly to: OutsideKind;
  readonly recipient: string;
  readonly service: string;
  /** ISO 3166-1 alpha-2; null when nobody knows. */
  readonly country: string | null;
  readonly purpose: OutsidePurpose;
};

/** A consent of the person, as far as the rules look at it. */
export type GivenConsent = {
  readonly consentId: string;
  readonly purpose: string;
  readonly recipient: string;
  readonly fields: readonly string[];
  readonly givenAt: Temporal.Instant;
  /** Null while it holds until it is withdrawn. */
  readonly holdsUntil: Temporal.Instant | null;
  /** How the box stood before it was touched; null where nobody said it. */
  readonly preset: 'unticked' | null;
  readonly withdrawn: boolean;
};

/** How a person stands to the use of their data. */
export type Standing = {
  readonly isErased: boolean;
  readonly isRestricted: boolean;
  readonly objections: ReadonlySet<string>;
  readonly consents: readonly GivenConsent[];
};

/**
 * Why a field stays: no rule lets it out, a rule forbids it whoever consents, its person has not allowed it, has restricted
 * the use of their data (art. 18), has objected to the purpose (art. 21), or was erased.
 */
export type Reason = 'no rule' | 'never' | 'no consent' | 'restricted' | 'objected' | 'erased';

export type Ruling =
  | { readonly field: Field; readonly basis: Basis; readonly consentId: string | null }
  | { readonly field: Field; readonly reason: Reason };

const rulesFor: ReadonlyMap<string, readonly Rule[]> = Map.groupBy(rules, ({ to, purpose }) => `${to} ${purpose}`);

/** The strictest rule for a field on this way; null when there is none, and then it stays. */
function ruleOf(way: Way, field: Field): Rule | null {
  let found: Rule | null = null;
  for (const rule of rulesFor.get(`${way.to} ${way.purpose}`) ?? []) {
    if (!fits(rule, way, field)) continue;
    if (rule.verdict === 'never') return rule;
    if (found === null || rule.verdict === consentBasis) found = rule;
  }
  return found;
}

function fits(rule: Rule, way: Way, field: Field): boolean {
  return speaksOf(rule, way, field) && isIn(rule.countries, way.country);
}

function speaksOf(rule: Rule, way: Omit<Way, 'country'>, field: string): boolean {
  return (
    rule.fields.some((one) => one === field) &&
    rule.services.includes(way.service) &&
    (rule.recipients === 'any' || rule.recipients.includes(way.recipient))
  );
}

function isIn(countries: Countries, country: string | null): boolean {
  if (countries === 'any') return true;
  if (country === null || !countries.in.has(country)) return false;
  return !('butNot' in countries && countries.butNot.has(country));
}

/** Whether any rule lets this field go on this way once its person has allowed it. */
export function needsConsent(way: Way, field: Field): boolean {
  return ruleOf(way, field)?.verdict === consentBasis;
}

/** Whether any rule would let one of these kinds go to that recipient for that purpose because its person allowed it. */
export function servesRule(consent: Pick<GivenConsent, 'purpose' | 'recipient' | 'fields'>): boolean {
  return rules.some(
    ({ verdict, purpose, recipients, fields }) =>
      verdict === consentBasis &&
      purpose === consent.purpose &&
      (recipients === 'any' || recipients.includes(consent.recipient)) &&
      fields.some((field) => consent.fields.includes(field)),
  );
}

/** The countries a rule speaks of; null when it is all there are, known or not. */
export function countriesOf({ countries }: Rule): readonly string[] | null {
  if (countries === 'any') return null;
  const without: ReadonlySet<string> = 'butNot' in countries ? countries.butNot : new Set();
  return [...countries.in.difference(without)].toSorted();
}

const verdictOf: Readonly<Partial<Record<string, Rule['verdict']>>> = { never: 'never', 'no consent': consentBasis };

/**
 * The rule behind what was written of a field, `reason` being the basis on which it went or the reason for which it stayed;
 * null where none said anything about it. Countries are not written down and not asked for.
 */
export function ruleBehind(way: Omit<Way, 'country'>, field: string, reason: string): Rule | null {
  const verdict = verdictOf[reason] ?? reason;
  const lines = rulesFor.get(`${way.to} ${way.purpose}`) ?? [];
  return lines.find((rule) => rule.verdict === verdict && speaksOf(rule, way, field)) ?? null;
}

/** May this field go, and if not, why: pure, and of everything that says no the first that holds. */
export function rulingOf(way: Way, field: Field, standing: Standing, now: Temporal.Instant): Ruling {
  if (standing.isErased) return { field, reason: 'erased' };
  const rule = ruleOf(way, field);
  if (rule === null) return { field, reason: 'no rule' };
  if (rule.verdict === 'never') return { field, reason: 'never' };
  const held = restraintOf(way, standing);
  if (held !== null) return { field, reason: held };
  if (rule.verdict !== consentBasis) return { field, basis: rule.verdict, consentId: null };
  const consent = standing.consents.find((one) => allows(one, way, field, now));
  return consent === undefined
    ? { field, reason: 'no consent' }
    : { field, basis: consentBasis, consentId: consent.consentId };
}

function restraintOf({ purpose }: Way, standing: Standing): 'restricted' | 'objected' | null {
  if (purpose === ownRequest) return null;
  if (standing.isRestricted) return 'restricted';
  return standing.objections.has(purpose) ? 'objected' : null;
}

/** A consent counts for its own purpose, recipient, kinds and time only. */
function allows(consent: GivenConsent, way: Way, field: Field, now: Temporal.Instant): boolean {
  return (
    effectOf(consent, now) === 'counts' &&
    consent.purpose === way.purpose &&
    consent.recipient === way.recipient &&
    consent.fields.includes(field)
  );
}

/** Whether a consent lets anything out, and if not, why: the first that holds. */
export type Effect = 'counts' | 'withdrawn' | 'ended' | 'box not told' | 'not yet';

/**
 * Nobody who has not said that the box stood unticked has shown that somebody ticked it: the shop has to (GDPR art. 7(1);
 * CJEU C-673/17, Planet49, and C-61/19, Orange Romania; EDPB guidelines 05/2020, 3.4 and 5.1). Pure.
 */
export function effectOf(
  consent: Pick<GivenConsent, 'withdrawn' | 'holdsUntil' | 'preset' | 'givenAt'>,
  now: Temporal.Instant,
): Effect {
  const { withdrawn, holdsUntil, preset, givenAt } = consent;
  if (withdrawn) return 'withdrawn';
  if (holdsUntil !== null && Temporal.Instant.compare(holdsUntil, now) <= 0) return 'ended';
  if (preset !== 'unticked') return 'box not told';
  return Temporal.Instant.compare(givenAt, now) > 0 ? 'not yet' : 'counts';
}
