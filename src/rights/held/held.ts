import type { Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import {
  Sealed,
  headings,
  type Field,
  type Heading,
  type HeldRow,
  type HeldValue,
  type LeftOut,
  type Privacy,
  type Whose,
} from '#privacy';

/** Somebody, and whose customer they are. */
export type PersonOf = { readonly shopId: string; readonly personId: string };

/** What every folder that keeps something about persons offers. */
export type Room = {
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
};

/** For whose eyes it is opened: the person's own, or those of staff who answer them. */
export type Reader = 'customer' | 'staff';

/** One value of one row, opened. */
export type HeldItem = {
  /** The table's column. */
  readonly column: string;
  /** The kind of personal data; null for ids, codes, counts and times. */
  readonly field: Field | null;
  /** As text: times in RFC 3339, lists and objects as JSON. Null: not known. */
  readonly value: string | null;
  /** It is there, and what opens it is damaged or gone. */
  readonly unreadable: boolean;
};

export type HeldEntry = {
  /** `room.table`: the room is the folder that keeps it. */
  readonly table: `${string}.${string}`;
  readonly at: Temporal.Instant | null;
  readonly items: readonly HeldItem[];
  /** Columns that are not shown, and why. */
  readonly leftOut: Readonly<Record<string, LeftOut>>;
  /** How long it is kept: a word of `keptFor`. */
  readonly keptFor: string;
};

export type HeldCategory = { readonly heading: Heading; readonly entries: readonly HeldEntry[] };

/** Everything held about somebody, under every heading there is, in the same order always. */
export type Held = PersonOf & { readonly categories: readonly HeldCategory[] };

export type OpeningNeeds = {
  readonly privacy: Pick<Privacy, 'open'>;
  /** How long the rows of a table are kept. */
  readonly keptFor: (table: string) => string;
};

/** Opens what the rooms hold. What cannot be opened is shown as that, and hides nothing else. */
export function openHeld(needs: OpeningNeeds, person: PersonOf, rows: readonly HeldRow[], reader: Reader): Held {
  const byHeading = Map.groupBy(rows, (row) => row.heading);
  return {
    ...person,
    categories: headings.map((heading) => ({
      heading,
      entries: (byHeading.get(heading) ?? []).map(({ table, at, values, leftOut }) => ({
        table,
        at,
        leftOut,
        keptFor: needs.keptFor(table),
        items: Object.entries(values).map(([column, value]) => openItem(needs, column, value, reader)),
      })),
    })),
  };
}

function openItem({ privacy }: OpeningNeeds, column: string, value: HeldValue, reader: Reader): HeldItem {
  if (!(value instanceof Sealed)) return { column, field: null, value: textOf(value), unreadable: false };
  const { field } = value;
  try {
    const text = privacy.open(value, { purpose: 'rights of the person', reader });
    return { column, field, value: text, unreadable: false };
  } catch (error) {
    if (error instanceof Fault) return { column, field, value: null, unreadable: true };
    throw error;
  }
}

function textOf(value: Exclude<HeldValue, Sealed>): string | null {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
