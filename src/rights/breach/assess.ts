import type { Field } from '#privacy';
import type { BreachColumn, Category, Suspect, Suspicion } from './case.ts';
import { reachOf } from './scopes.ts';

/** What may follow for those whose data it is; each has its words. */
export type Consequence =
  | 'fraud'
  | 'parcel'
  | 'home'
  | 'forged_mail'
  | 'forged_host'
  | 'changed_orders'
  | 'lost_data'
  | 'relations'
  | 'none';

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
    customers: customersOf(known, categories, isReadable, hurtsNobody),
    consequences,
  };
}

/** What showed nothing was not unintelligible either: then it is what could be done that is judged. */
function customersOf(
  { persons }: Known,
  categories: readonly Category[],
  isReadable: boolean | null,
  hurtsNobody: boolean,
): Assessment['customers'] {
  if (persons === 0) return 'nobody';
  if (isReadable !== false) return 'judge';
  if (categories.length > 0) return 'exempt';
  return hurtsNobody ? 'nobody' : 'judge';
}

/** What somebody sees who has it. */
const seen = {
  database: 'columns',
  backup: 'columns',
  tables: 'columns',
  'wrapping key': 'columns',
  unknown: 'columns',
  'api key': 'answers',
  mailbox: 'mails',
  'mail key': 'nothing',
  'log files': 'nothing',
} as const satisfies Readonly<Record<Suspect, string>>;

function categoriesOf({ suspect, tables }: Suspicion, { columns, scopes }: Known): readonly Category[] {
  switch (seen[suspect]) {
    case 'columns':
      return ofColumns(columns, tables);
    case 'answers':
      return plainly(reachOf(scopes).shows);
    case 'mails':
      return plainly(mailed);
    case 'nothing':
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

/** What each consequence needs to be readable. */
const grounds = [
  ['fraud', ['email', 'phone', 'name', 'message']],
  ['home', ['address', 'postcode']],
  ['parcel', ['tracking_number', 'order_number']],
] as const satisfies readonly (readonly [Consequence, readonly Field[]])[];

function consequencesOf(
  { suspect }: Suspicion,
  { scopes }: Known,
  categories: readonly Category[],
  isReadable: boolean | null,
): readonly Consequence[] {
  const isOpen = ({ as }: Category): boolean => as === 'plain' || (as === 'sealed' && isReadable !== false);
  const open = new Set<string>(categories.filter(isOpen).map(({ field }) => field));
  const found: Consequence[] = grounds.flatMap(([one, fields]) =>
    fields.some((field) => open.has(field)) ? [one] : [],
  );
  if (suspect === 'mail key') found.push('forged_mail');
  if (suspect === 'api key') found.push(...reachOf(scopes).lets);
  if (isReadable === false && categories.length > 0) found.push('relations');
  return found.length === 0 ? ['none'] : found;
}
