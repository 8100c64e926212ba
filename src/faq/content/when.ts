import { milestones, subStatus, subStatuses } from '#carriers';
import { variables, type ListTerm, type Situation, type Term, type Variable, type When } from './article.ts';

const problems: ReadonlySet<string> = new Set(subStatuses.map(({ problem }) => problem));
const stages: ReadonlySet<string> = new Set(milestones);
const lists = ['milestone', 'status', 'problem', 'carrier', 'option'] as const;
const itemsMax = 20;
const termsMax = 8;
const clauseCharactersMax = 300;

/** One line of a condition, such as `milestone in_transit, accepted and late`; null when it is none. Total. */
export function readClause(text: string): readonly Term[] | null {
  const parts = text.trim().split(/\s+and\s+/u);
  if (parts.length > termsMax || text.length > clauseCharactersMax) return null;
  const terms = parts.map(readTerm);
  return terms.includes(null) ? null : terms.filter((term) => term !== null);
}

const plain: ReadonlyMap<string, Term> = new Map([
  ['late', { about: 'late', is: true }],
  ['not late', { about: 'late', is: false }],
  ['parcel', { about: 'parcel', is: true }],
  ['no parcel', { about: 'parcel', is: false }],
]);

function readTerm(text: string): Term | null {
  const [, word = '', rest = ''] = /^(\w+)\s+(.+)$/u.exec(text) ?? [];
  return plain.get(text) ?? (word === 'has' || word === 'no' ? readValue(word === 'has', rest) : readList(word, rest));
}

function readValue(is: boolean, name: string): Term | null {
  const variable = variables.find((one) => one === name && one !== 'shop' && one !== 'parcels');
  return variable === undefined ? null : { about: 'value', variable, is };
}

function readList(word: string, rest: string): Term | null {
  const about = lists.find((one) => one === word);
  const oneOf = rest.split(',').map((item) => item.trim());
  if (about === undefined || oneOf.length > itemsMax || !oneOf.every((item) => isKnown(about, item))) return null;
  return { about, oneOf };
}

function isKnown(about: (typeof lists)[number], item: string): boolean {
  switch (about) {
    case 'milestone':
      return stages.has(item);
    case 'problem':
      return problems.has(item) && item !== 'none';
    case 'status':
      return item.endsWith('.*') ? stages.has(item.slice(0, -2)) : subStatus(item) !== null;
    case 'carrier':
    case 'option':
      return /^[a-z][a-z0-9_-]{0,39}$/u.test(item);
  }
}

/** Whether a value is known beside this parcel; those of the shop are in `known`. */
export type Known = ReadonlySet<string>;

/** Whether a condition holds; without a parcel only what asks for none of its facts does. */
export function holds(when: When, situation: Situation | null, known: Known): boolean {
  return when.length === 0 || when.some((clause) => clause.every((term) => meets(term, situation, known)));
}

function meets(term: Term, situation: Situation | null, known: Known): boolean {
  if (term.about === 'parcel') return (situation !== null) === term.is;
  if (term.about === 'value') return known.has(term.variable) === term.is;
  if (situation === null) return false;
  if (!('oneOf' in term)) return situation.isLate === term.is;
  return meetsList(term, situation);
}

function meetsList({ about, oneOf }: ListTerm, situation: Situation): boolean {
  switch (about) {
    case 'milestone':
      return oneOf.includes(situation.milestone);
    case 'status':
      return oneOf.some((item) => isStatus(item, situation.subStatus));
    case 'problem':
      return situation.subStatus !== null && oneOf.includes(subStatus(situation.subStatus)?.problem ?? '');
    case 'carrier':
      return situation.carrier !== null && oneOf.includes(situation.carrier.id);
    case 'option':
      return oneOf.some((item) => situation.options.includes(item));
  }
}

function isStatus(item: string, status: string | null): boolean {
  if (status === null) return false;
  return item.endsWith('.*') ? status.startsWith(item.slice(0, -1)) : item === status;
}

/**
 * How closely an article speaks of this parcel: 0 when it does not, and more the rarer the parcels are that it is for, so
 * that what is said of `status delivered.neighbour` stands before what is said of everything delivered.
 */
export function closeness(when: When, situation: Situation | null, known: Known): number {
  if (situation === null) return 0;
  const fitting = when.filter((clause) => clause.every((term) => meets(term, situation, known)));
  return Math.max(0, ...fitting.map((clause) => clause.reduce((sum, term) => sum + rarity(term), 0)));
}

/** What a part that holds says about how few parcels it is for; parts that name several things say less for each. */
const rarities: Readonly<Record<Term['about'], (term: Term) => number>> = {
  parcel: () => 0.1,
  value: () => 0.2,
  late: (term) => ('is' in term && term.is ? 4 : 0.2),
  milestone: (term) => 1 + 2 / countOf(term),
  status: (term) => ('oneOf' in term && term.oneOf.some((item) => item.endsWith('.*')) ? 3 : 4 + 1 / countOf(term)),
  problem: (term) => 3.5 + 0.5 / countOf(term),
  carrier: () => 2,
  option: () => 2,
};

function rarity(term: Term): number {
  return rarities[term.about](term);
}

function countOf(term: Term): number {
  return 'oneOf' in term ? term.oneOf.length : 1;
}

/** The variables whose value is certain where a condition holds. */
export function certainIn(when: When): ReadonlySet<Variable> {
  const clauses = when.map(certainBy);
  return new Set(
    variables.filter((one) => one === 'shop' || (clauses.length > 0 && clauses.every((sure) => sure.has(one)))),
  );
}

const ofParcel: ReadonlySet<string> = new Set(['carrier', 'arrival', 'lastSign', 'status']);
const withParcel = ['status', 'parcels'];

function certainBy(clause: readonly Term[]): ReadonlySet<string> {
  return new Set(clause.flatMap(certainByTerm));
}

function certainByTerm(term: Term): readonly string[] {
  if (term.about === 'value') {
    if (!term.is) return [];
    return ofParcel.has(term.variable) ? [term.variable, ...withParcel] : [term.variable];
  }
  if (term.about === 'carrier') return ['carrier', ...withParcel];
  return term.about === 'parcel' && !term.is ? [] : withParcel;
}

/** A condition as it is written, a line for each clause: what `readClause` reads again. */
export function writeWhen(when: When): readonly string[] {
  return when.map((clause) => clause.map(writeTerm).join(' and '));
}

function writeTerm(term: Term): string {
  if ('oneOf' in term) return `${term.about} ${term.oneOf.join(', ')}`;
  if (term.about === 'value') return `${term.is ? 'has' : 'no'} ${term.variable}`;
  const no = term.about === 'late' ? 'not' : 'no';
  return term.is ? term.about : `${no} ${term.about}`;
}
