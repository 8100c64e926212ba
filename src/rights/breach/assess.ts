import type { Field } from '#privacy';
import type { BreachColumn, Category, Suspicion } from './case.ts';

/** What may follow for those whose data it is; each has its words. */
export type Consequence = 'fraud' | 'parcel' | 'home' | 'forged_mail' | 'changed_orders' | 'relations' | 'none';

/** What is to be thought of a suspicion, before somebody has thought about it. */
export type Assessment = {
  readonly categories: readonly Category[];
  /** Whether the thief can read personal data in it; null when that hangs on a keyring of which nobody knows. */
  readonly isReadable: boolean | null;
  /** Art. 33(1): unless the breach is unlikely to result in a risk. */
  readonly authority: 'tell' | 'judge';
  /** Art. 34(1): where the risk is high. `exempt`: Art. 34(3)(a), unintelligible to whoever has it. */
  readonly customers: 'judge' | 'exempt' | 'nobody';
  readonly consequences: readonly Consequence[];
};

/** What whoever holds such a key can ask the API for, by scope. */
const shownByScope: Readonly<Record<string, readonly Field[]>> = {
  'orders:read': ['order_number', 'tracking_number', 'scan'],
  'orders:write': ['order_number', 'tracking_number', 'scan'],
  'parcels:read': ['order_number', 'tracking_number', 'scan'],
};
const writing: ReadonlySet<string> = new Set(['orders:write', 'scans:write', 'mail:write']);
const mailed: readonly Field[] = ['name', 'email', 'order_number', 'tracking_number', 'scan', 'message'];

/** What is known besides the suspicion itself. */
export type Known = {
  readonly columns: readonly BreachColumn[];
  /** Of the suspected key of the API; null where there is none any more, and everything is assumed. */
  readonly scopes: readonly string[] | null;
  readonly persons: number;
};

export function assess(suspicion: Suspicion, known: Known): Assessment {
  const categories = categoriesOf(suspicion, known);
  const isReadable = readableIn(categories, suspicion);
  const consequences = consequencesOf(suspicion, known, categories, isReadable);
  const hurtsNobody = consequences.every((one) => one === 'none');
  return {
    categories,
    isReadable,
    authority: isReadable === false && hurtsNobody ? 'judge' : 'tell',
    customers: known.persons === 0 ? 'nobody' : isReadable === false ? 'exempt' : 'judge',
    consequences,
  };
}

function categoriesOf(suspicion: Suspicion, known: Known): readonly Category[] {
  switch (suspicion.suspect) {
    case 'database':
    case 'backup':
    case 'tables':
    case 'wrapping key':
    case 'unknown':
      return ofColumns(known.columns, suspicion.tables);
    case 'api key': {
      const scopes = known.scopes ?? Object.keys(shownByScope);
      return plainly([...new Set(scopes.flatMap((scope) => shownByScope[scope] ?? []))]);
    }
    case 'mailbox':
      return plainly(mailed);
    case 'mail key':
    case 'log files':
      return [];
  }
}

function plainly(fields: readonly Field[]): readonly Category[] {
  return fields.map((field) => ({ field, as: 'plain' }));
}

const openness = { plain: 0, sealed: 1, hash: 2 } as const;

/** Each kind once, as openly as it lies anywhere in these tables. */
function ofColumns(columns: readonly BreachColumn[], tables: readonly string[]): readonly Category[] {
  const found = new Map<string, Category>();
  for (const { table, holds, as } of columns) {
    if (as === null || (tables.length > 0 && !tables.includes(table))) continue;
    const before = found.get(holds);
    if (before !== undefined && openness[before.as] <= openness[as]) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the data map names a Field wherever `as` is not null
    found.set(holds, { field: holds as Field, as });
  }
  return [...found.values()].toSorted((a, b) => openness[a.as] - openness[b.as] || a.field.localeCompare(b.field));
}

/** Codes and times of scans tell when some parcel moved; with nothing else readable, not whose. */
function tellsSomething(field: Field): boolean {
  return field !== 'scan';
}

function readableIn(categories: readonly Category[], { suspect, keyring }: Suspicion): boolean | null {
  if (categories.some(({ field, as }) => as === 'plain' && tellsSomething(field))) return true;
  if (!categories.some(({ as }) => as === 'sealed')) return false;
  // A wrapping key opens whatever copy of the database there is: nobody can rule out that there is one.
  if (suspect === 'wrapping key' || keyring === 'taken') return true;
  return keyring === 'unknown' ? null : false;
}

function consequencesOf(
  { suspect }: Suspicion,
  { scopes }: Known,
  categories: readonly Category[],
  isReadable: boolean | null,
): readonly Consequence[] {
  const open = new Set(
    categories
      .filter(({ as }) => as === 'plain' || (as === 'sealed' && isReadable !== false))
      .map(({ field }) => field),
  );
  const has = (...fields: readonly Field[]): boolean => fields.some((field) => open.has(field));
  const found: Consequence[] = [
    ...(has('email', 'phone', 'name', 'message') ? (['fraud'] as const) : []),
    ...(has('address', 'postcode') ? (['home'] as const) : []),
    ...(has('tracking_number', 'order_number') ? (['parcel'] as const) : []),
    ...(suspect === 'mail key' ? (['forged_mail'] as const) : []),
    ...(suspect === 'api key' && (scopes === null || scopes.some((scope) => writing.has(scope)))
      ? (['changed_orders'] as const)
      : []),
    ...(isReadable === false && categories.length > 0 ? (['relations'] as const) : []),
  ];
  return found.length === 0 ? ['none'] : found;
}
