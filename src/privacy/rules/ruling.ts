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
    !consent.withdrawn &&
    consent.purpose === way.purpose &&
    consent.recipient === way.recipient &&
    consent.fields.includes(field) &&
    Temporal.Instant.compare(consent.givenAt, now) <= 0 &&
    (consent.holdsUntil === null || Temporal.Instant.compare(now, consent.holdsUntil) < 0)
  );
}
