import type { Readable } from 'node:stream';

type Scalar = string | number | bigint | boolean | null | Uint8Array | Temporal.Instant | Temporal.PlainDate;

/** What a statement may be given. Objects go in as JSON text, made by the caller. */
export type Value = Scalar | readonly Scalar[];

/**
 * Runs SQL that stands in a `store.ts`. Every statement is prepared once per connection under a name made from its text,
 * but for those that say `plan each time`.
 * Times come back as Temporal (timestamptz: Instant, date: PlainDate), int8 as number, bytea as Buffer; so do their arrays.
 */
export type Queries = {
  /** @throws Fault('unavailable') when the database is away, full or busy, Fault('conflict') when a key exists already */
  readonly rows: <R>(statement: string, values: readonly Value[]) => Promise<readonly R[]>;
  /** The first row, or null when there is none. */
  readonly one: <R>(statement: string, values: readonly Value[]) => Promise<R | null>;
};

/** SQL that stands in a `store.ts`, with its values. */
export type Statement = readonly [sql: string, values: readonly Value[]];

export type Tx = Queries & {
  /**
   * A statement that travels with the commit, behind everything else, once per key: the place to write what was collected,
   * and what nothing in this transaction looks at. It costs no way to the server, and its locks are held for none.
   */
  readonly withCommit: (key: string, make: () => Statement | null) => void;
  /** Runs after the commit; never when the transaction fails. It may not throw: what was committed stays. */
  readonly afterCommit: (act: () => void) => void;
};

/**
 * `byKey`: each of its statements finds its rows by their keys, and is planned once per connection; for what happens a
 * thousand times a second, where planning would cost more than the work.
 */
export type TxHow = { readonly byKey?: boolean };

export type Database = Queries & {
  /** One transaction; deadlocks and serialisation failures are tried again, so `work` must have no effect outside. */
  readonly tx: <T>(work: (tx: Tx) => Promise<T>, how?: TxHow) => Promise<T>;
  /** Calls back for every NOTIFY on a channel, and once after each reconnect, when some may have been missed. */
  readonly listen: (channel: string, heard: (payload: string) => void) => Promise<() => Promise<void>>;
  /** Whole tables out or in, on a connection of its own; see `Copying`. */
  readonly copy: <T>(how: 'read' | 'write', work: (copying: Copying) => Promise<T>) => Promise<T>;
  /** PostgreSQL's major version, such as 18. */
  readonly version: () => Promise<number>;
  readonly close: () => Promise<void>;
};

/** A month's part of a table, as PostgreSQL names and bounds it. */
export type CopiedPartition = { readonly name: string; readonly bound: string; readonly fillfactor: number | null };

export type CopiedTable = {
  /** `schema.table`, with its partitions as one. */
  readonly name: string;
  /** Those that can be written; what PostgreSQL computes itself is left out. */
  readonly columns: readonly string[];
  /** Without the default one, which the migrations make. */
  readonly partitions: readonly CopiedPartition[];
};

export type CopiedSequence = { readonly name: string; readonly value: number; readonly isCalled: boolean };

/** Whole tables out of a database, or into one, by COPY: as streams, in one transaction, on a connection of its own. */
export type Copying = {
  readonly queries: Queries;
  /** In an order in which no table refers to a later one. */
  readonly tables: () => Promise<readonly CopiedTable[]>;
  readonly sequences: () => Promise<readonly CopiedSequence[]>;
  /** The rows in PostgreSQL's text format of COPY. One stream at a time; read it to its end. */
  readonly copyOut: (table: CopiedTable) => Readable & { readonly rowCount: number };
  /** @returns how many rows came in */
  readonly copyIn: (table: Pick<CopiedTable, 'name' | 'columns'>, rows: Readable) => Promise<number>;
  /** Empties these tables. */
  readonly empty: (names: readonly string[]) => Promise<void>;
  readonly addPartition: (table: string, partition: CopiedPartition) => Promise<void>;
  readonly setSequence: (sequence: CopiedSequence) => Promise<void>;
  readonly isEmpty: (name: string) => Promise<boolean>;
  /** The migrations that brought the database here: their names and checksums. */
  readonly steps: () => Promise<readonly (readonly [id: string, checksum: string])[]>;
  /** Removes these schemas with everything in them, where they are. */
  readonly dropSchemas: (names: readonly string[]) => Promise<void>;
};
