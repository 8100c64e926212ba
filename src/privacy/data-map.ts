import type { ClockName } from './mapping/clocks.ts';
import { purposes, type Purpose } from './purposes.ts';
import type { Basis, OutsideKind, OutsidePurpose } from './rules/outside.ts';
import { rules } from './rules/rules.ts';
import type { Field } from './sealed.ts';

/** What a column holds that by itself tells nothing about anybody. */
export type Plain = 'id' | 'code' | 'time' | 'key' | 'count' | 'flag' | 'label' | 'entry';

/** A column with personal data. It does not compile without saying who gets it; `nobody` outside is a word too. */
export type Personal = {
  readonly holds: Field;
  /** `hash`: keyed, it finds and tells nothing. `plain`: readable, as docs/decisions/0004 lists. */
  readonly as: 'sealed' | 'hash' | 'plain';
  readonly recipients: readonly OutsideKind[];
};

/** `accountability` and `security` need no value opened: rows of ids, codes and times are enough. */
export type MapPurpose = Purpose | OutsidePurpose | 'accountability' | 'security';

export type MapBasis =
  | Exclude<Basis, 'processor: art. 28'>
  | 'legal obligation: art. 6(1)(c)'
  | 'legitimate interests: art. 6(1)(f)';

/** A table about people: ids in it are theirs under a pseudonym, so it has purposes, a basis and a clock in any case. */
type Somebodys = {
  readonly about: 'customers' | 'staff';
  readonly purposes: readonly [MapPurpose, ...MapPurpose[]];
  readonly basis: MapBasis;
  readonly keptFor: ClockName;
  readonly columns: Readonly<Record<string, Plain | Personal>>;
};

/** A table about nobody: `in use` stays while the installation needs it, `for good` is never dropped. */
type Nobodys = {
  readonly about: 'nobody';
  readonly keptFor: ClockName | 'in use' | 'for good';
  readonly columns: Readonly<Record<string, Plain>>;
};

export type TableMap = Somebodys | Nobodys;

/** What a room declares beside its schema, by `schema.table`: every column of every table about people. */
export type RoomMap = Readonly<Record<string, TableMap>>;

export const contract = 'contract: art. 6(1)(b)' as const satisfies MapBasis;
export const obligation = 'legal obligation: art. 6(1)(c)' as const satisfies MapBasis;
export const interests = 'legitimate interests: art. 6(1)(f)' as const satisfies MapBasis;

/** Sealed, and by the rules of `disclose` it may go to these outside. */
export function sealedAs(holds: Field, ...recipients: readonly OutsideKind[]): Personal {
  return { holds, as: 'sealed', recipients };
}

export function hashOf(holds: Field): Personal {
  return { holds, as: 'hash', recipients: [] };
}

export function plainly(holds: Field): Personal {
  return { holds, as: 'plain', recipients: [] };
}

/** One line of the data map as an officer reads it. */
export type MappedColumn = {
  /** `schema.table` */
  readonly table: string;
  readonly column: string;
  readonly holds: Field | Plain;
  readonly about: TableMap['about'];
  readonly purposes: readonly MapPurpose[];
  readonly basis: MapBasis | null;
  readonly recipients: readonly OutsideKind[];
  readonly keptFor: TableMap['keptFor'];
  /** Null where it is no personal data. */
  readonly as: Personal['as'] | null;
};

export function mappedColumns(map: RoomMap): readonly MappedColumn[] {
  return Object.entries(map).flatMap(([table, row]) =>
    Object.entries<Plain | Personal>(row.columns).map(([column, held]) => lineOf(table, row, column, held)),
  );
}

/** Of the table's purposes a column with personal data has those that need its kind. */
function lineOf(table: string, row: TableMap, column: string, held: Plain | Personal): MappedColumn {
  const { about, keptFor } = row;
  const { purposes: why, basis } = about === 'nobody' ? { purposes: [], basis: null } : row;
  const place = { table, column, about, keptFor, basis };
  if (typeof held === 'string') return { ...place, holds: held, as: null, recipients: [], purposes: why };
  return { ...place, ...held, purposes: why.filter((purpose) => serves(held.holds, purpose)) };
}

/** Who outside gets this kind of data for one of these purposes, by the rules of `disclose`. */
export function recipientsFor(field: Field, why: readonly MapPurpose[]): readonly OutsideKind[] {
  const going = rules.filter(
    ({ fields, verdict, purpose }) => verdict !== 'never' && fields.includes(field) && why.includes(purpose),
  );
  return [...new Set(going.map(({ to }) => to))].toSorted();
}

/** Whether the purposes and rules of this room know that this kind of data serves this purpose. */
function serves(field: Field, purpose: MapPurpose): boolean {
  const inside: Readonly<Record<string, { readonly fields: readonly Field[] }>> = purposes;
  return (
    inside[purpose]?.fields.includes(field) === true ||
    rules.some((rule) => rule.purpose === purpose && rule.fields.includes(field))
  );
}
