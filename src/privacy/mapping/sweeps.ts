import type { Queries, Tx } from '#kit/database';
import type { ClockName } from './clocks.ts';

/** What is past a clock: of one shop, or of the whole installation where the clock is nobody's own. */
export type Past = {
  readonly shopId: string | null;
  readonly before: Temporal.Instant;
  /** Persons who restricted the use of their data: what is about them waits, whatever its age (GDPR art. 18(2)). */
  readonly keptIds: readonly string[];
};

export type TablePast = {
  /** `schema.table` */
  readonly table: string;
  readonly rows: number;
  readonly oldest: Temporal.Instant | null;
};

/** What a batch dropped, and whose other data goes with it. */
export type Dropped = {
  readonly rows: Readonly<Record<string, number>>;
  /** Parcels of which nothing stays, their keys included. */
  readonly parcelIds: readonly string[];
  /** Persons without an order: everything of theirs goes but what proves what was done with it. */
  readonly leavingIds: readonly string[];
  /** Persons past all clocks: their proofs and keys go too. */
  readonly goneIds: readonly string[];
};

/** Rows, and nobody whose other data hangs on them. */
export function onlyRows(rows: Dropped['rows']): Dropped {
  return { rows, parcelIds: [], leavingIds: [], goneIds: [] };
}

/** Told of the orders that a batch drops, before they go, and in its transaction. */
export type Going = (orders: readonly { readonly personId: string; readonly orderId: string }[]) => Promise<void>;

/** One clock's hand in one room. Every table of the data map that has a clock is named by a sweep of that clock. */
export type Sweep = {
  readonly clock: ClockName;
  /** `schema.table`: those that it drops by itself, and those that go with them. */
  readonly tables: readonly string[];
  /** What would go, changing nothing. */
  readonly past: (queries: Queries, past: Past) => Promise<readonly TablePast[]>;
  /** One batch, `rowsMax` rows of each table at the most; no rows at all when nothing is left. */
  readonly drop: (tx: Tx, past: Past, rowsMax: number, going?: Going) => Promise<Dropped>;
};

/**
 * Statements over one table: `past` gets (shop, before), `drop` gets (shop, before, rows at the most); both answer `rows`.
 * Where rows are a person's, both get the persons whose rows wait as one more.
 */
export type TableSweep = { readonly past: string; readonly drop: string; readonly waits?: true };

type Counted = { readonly rows: number; readonly oldest: Temporal.Instant | null };

/** A sweep of tables whose rows know their own moment. */
export function sweepOf(
  clock: ClockName,
  tables: Readonly<Record<string, TableSweep>>,
  along: readonly string[] = [],
): Sweep {
  return {
    clock,
    tables: [...Object.keys(tables), ...along],
    past: async (queries, { shopId, before, keptIds }) => {
      const found: TablePast[] = [];
      for (const [table, { past, waits }] of Object.entries(tables)) {
        const row = await queries.one<Counted>(past, [shopId, before, ...(waits ? [keptIds] : [])]);
        found.push({ table, rows: row?.rows ?? 0, oldest: row?.oldest ?? null });
      }
      return found;
    },
    drop: async (tx, { shopId, before, keptIds }, rowsMax) => {
      const rows: Record<string, number> = {};
      for (const [table, { drop, waits }] of Object.entries(tables)) {
        const values = [shopId, before, rowsMax, ...(waits ? [keptIds] : [])];
        rows[table] = (await tx.one<{ rows: number }>(drop, values))?.rows ?? 0;
      }
      return onlyRows(rows);
    },
  };
}
