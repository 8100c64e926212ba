import type { Queries, Tx } from '#kit/database';
import type { KeyBook } from '../key-book.ts';
import type { Field, Sealed } from '../sealed.ts';
import type { Packing, SubjectKey } from '../subject-key.ts';

/** Whose rows are meant: somebody with those who receive for them, and the parcels that are theirs. */
export type Whose = {
  readonly shopId: string;
  /** The person themself first. */
  readonly personIds: readonly string[];
  readonly parcelIds: readonly string[];
  readonly orderIds: readonly string[];
};

/** Under which heading a table is shown to its person. */
export const headings = [
  'person',
  'orders',
  'parcels',
  'messages',
  'conversations',
  'reviews',
  'decisions',
  'consents',
  'disclosures',
  'proofs',
] as const;
export type Heading = (typeof headings)[number];

/** Why a column is not shown: it is the key itself, it only finds the row again, or it repeats what others say. */
export type LeftOut = 'key' | 'hash' | 'derived';

/** How a sealed column is opened. */
export type SealedColumn = {
  readonly field: Field;
  /** The column that names whose key it is; the table's own when it is missing. The first that is not null counts. */
  readonly of?: readonly string[];
  /** The column with the row's id, which is bound into the ciphertext. */
  readonly row: string;
  readonly packing?: Packing;
};

/** What `to_jsonb` makes of a value; bytes become `\x` and hex. */
type Plain = string | number | boolean | null | object;
type Row = Readonly<Record<string, Plain>>;

/**
 * A table that holds something about persons. Its rows are read whole, so that a column that comes later is shown too,
 * until somebody says why it is not.
 */
export type HeldTable = {
  readonly table: `${string}.${string}`;
  readonly heading: Heading;
  /** Whose ids `read` and `drop` are given, as $1. */
  readonly by: 'person' | 'parcel';
  /** `select to_jsonb(x) as row …`. */
  readonly read: string;
  /** Null: what is there goes away by itself in a moment, and is not taken back. */
  readonly drop: string | null;
  /** When the row came to be; null when nothing says it. */
  readonly at: string | null;
  readonly sealed?: Readonly<Record<string, SealedColumn>>;
  readonly leftOut?: Readonly<Record<string, LeftOut>>;
};

/** A text, a number, a list …; sealed where it is sealed at rest. Null: not known. */
export type HeldValue = Sealed | string | number | boolean | null | object;

/** One row of a table, column by column; of those that are left out it says why. */
export type HeldRow = {
  readonly table: HeldTable['table'];
  readonly heading: Heading;
  readonly at: Temporal.Instant | null;
  readonly values: Readonly<Record<string, HeldValue>>;
  readonly leftOut: Readonly<Record<string, LeftOut>>;
};

/** Everything that these tables hold about somebody. What is sealed stays so until it is opened for somebody's eyes. */
export async function heldIn(
  queries: Queries,
  book: Pick<KeyBook, 'keysOf'>,
  tables: readonly HeldTable[],
  whose: Whose,
): Promise<readonly HeldRow[]> {
  const [persons, parcels, ...read] = await Promise.all([
    book.keysOf(queries, 'person', whose.personIds),
    book.keysOf(queries, 'parcel', whose.parcelIds),
    ...tables.map((table) => queries.rows<{ readonly row: Row }>(table.read, [idsOf(table, whose)])),
  ]);
  return tables.flatMap((table, place) => {
    const keys = table.by === 'person' ? persons : parcels;
    return (read[place] ?? []).map(({ row }) => heldRow(table, keys, row));
  });
}

/** Deletes every row of these tables, in their order: what refers to another goes before it. */
export async function forgetIn(tx: Tx, tables: readonly HeldTable[], whose: Whose): Promise<void> {
  for (const table of tables) if (table.drop !== null) await tx.rows(table.drop, [idsOf(table, whose)]);
}

function idsOf({ by }: HeldTable, { personIds, parcelIds }: Whose): readonly string[] {
  return by === 'person' ? personIds : parcelIds;
}

function heldRow(spec: HeldTable, keys: ReadonlyMap<string, SubjectKey>, row: Row): HeldRow {
  const { table, heading, at } = spec;
  const shown = Object.entries(row).filter(([column]) => spec.leftOut?.[column] === undefined);
  const moment = at === null ? null : row[at];
  return {
    table,
    heading,
    at: typeof moment === 'string' ? Temporal.Instant.from(moment) : null,
    leftOut: spec.leftOut ?? {},
    values: Object.fromEntries(shown.map(([column, value]) => [column, valueOf(spec, keys, row, column, value)])),
  };
}

function valueOf(
  spec: HeldTable,
  keys: ReadonlyMap<string, SubjectKey>,
  row: Row,
  column: string,
  value: Plain,
): HeldValue {
  const how = spec.sealed?.[column];
  if (how === undefined || typeof value !== 'string') return value;
  const bytes = Buffer.from(value.slice(2), 'hex');
  const owner = [...(how.of ?? []), `${spec.by}_id`].map((name) => row[name]).find((id) => typeof id === 'string');
  const key = typeof owner === 'string' ? keys.get(owner) : undefined;
  const id = row[how.row];
  if (key === undefined || typeof id !== 'string') return null;
  const place = { column: `${spec.table}.${column}`, row: id } as const;
  return how.packing === undefined
    ? key.stored(how.field, bytes, place)
    : key.storedPacked(how.field, bytes, how.packing, place);
}
