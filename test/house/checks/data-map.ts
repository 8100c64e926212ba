// The data map against the database and against the rules: no column about people without a reason, and nothing kept for good
// by mistake.
import { findClock, mappedColumns, recipientsFor, rules, type HeldTable, type RoomMap, type Sweep } from '#privacy';
import type { Table } from '../../catalogue/catalogue.ts';

/** What the house has put together; `tables` as the migrated database has them. */
export type Mapped = {
  readonly map: RoomMap;
  readonly tables: readonly Table[];
  readonly sweeps: readonly Sweep[];
  readonly along: readonly HeldTable[];
};

/** Families whose rows may be about somebody. */
const aboutPeople = /^family: (?:parcel|person|lookup|local)\b/;

/** Everything wrong, each as a sentence that says what to write where. Pure. */
export function judgeDataMap(mapped: Mapped): readonly string[] {
  return [
    ...judgeColumns(mapped),
    ...judgeRows(mapped),
    ...judgeGrounds(mapped),
    ...judgeWays(mapped),
    ...judgeClocks(mapped),
  ];
}

function fileOf(table: string): string {
  const [schema = ''] = table.split('.');
  if (schema === 'privacy' || schema === 'kit' || schema === 'facts' || schema === 'keys') {
    return 'src/privacy/mapping/own.ts';
  }
  return `src/${schema.replaceAll('_', '-')}/retention/data-map.ts`;
}

function judgeColumns({ map, tables }: Mapped): readonly string[] {
  return tables
    .filter(({ comment, name }) => aboutPeople.test(comment ?? '') || map[name] !== undefined)
    .flatMap(({ name, columns }) => {
      const row = map[name];
      if (row === undefined) {
        const all = columns.map((column) => column.name).join(', ');
        return [
          `${name} is in the database and not in the data map: say in ${fileOf(name)} whom it is about, its purposes, basis and clock (keptFor), and what each column holds (${all}); a room's first map is added to src/house/data-map.ts too.`,
        ];
      }
      return columns
        .filter((column) => row.columns[column.name] === undefined)
        .map(
          (column) =>
            `${name}.${column.name} (${column.type}) is in the database and not in the data map: add it to columns of '${name}' in ${fileOf(name)}, as a plain word (id, code, time, key, count, flag, label, entry) or, where it is personal data, by sealedAs, hashOf or plainly.`,
        );
    });
}

function judgeRows({ map, tables }: Mapped): readonly string[] {
  const known = new Map(tables.map((table) => [table.name, new Set(table.columns.map(({ name }) => name))]));
  return Object.entries(map).flatMap(([name, row]) => {
    const columns = known.get(name);
    if (columns === undefined) return [`The data map names the table ${name}, which is not there: ${fileOf(name)}.`];
    return Object.keys(row.columns)
      .filter((column) => !columns.has(column))
      .map((column) => `The data map names ${name}.${column}, which is not there: ${fileOf(name)}.`);
  });
}

/** What leaves stands in the record of processing too, which is made of the map. */
function judgeWays({ map }: Mapped): readonly string[] {
  const named = new Set<string>(mappedColumns(map).flatMap(({ as, purposes }) => (as === null ? [] : purposes)));
  const going = new Set(rules.filter(({ verdict }) => verdict !== 'never').map(({ purpose }) => purpose));
  return [...going]
    .filter((purpose) => !named.has(purpose))
    .map((purpose) => `Data leaves for '${purpose}', and no table of the data map has it among its purposes.`);
}

function judgeGrounds({ map }: Mapped): readonly string[] {
  return mappedColumns(map).flatMap(({ table, column, holds, as, purposes, recipients }) => {
    if (as === null) return [];
    const place = `${table}.${column} (${holds})`;
    // What is no plain word is a kind of personal data: `as` says so.
    const field = holds as Parameters<typeof recipientsFor>[0];
    if (purposes.length === 0) {
      return [
        `${place} serves none of its table's purposes by src/privacy/purposes.ts and rules: name one in ${fileOf(table)}.`,
      ];
    }
    const wanted = as === 'sealed' ? recipientsFor(field, purposes) : [];
    if (wanted.join() === recipients.toSorted().join()) return [];
    const said = (names: readonly string[]): string => (names.length === 0 ? 'nobody' : names.join(' and '));
    return [
      `${place} goes to ${said(wanted)} by the rules for its purposes, and the data map says ${said(recipients)}: ${fileOf(table)}.`,
    ];
  });
}

/** Whether something drops the table's rows by this clock: a sweep, or what goes along with a person or parcel. */
function isSwept(name: string, clock: string, { sweeps, along }: Mapped): boolean {
  const withWhom = { order: 'person', proof: 'person', parcel: 'parcel' }[clock];
  return (
    sweeps.some((sweep) => sweep.clock === clock && sweep.tables.includes(name)) ||
    along.some(({ table, by, drop }) => table === name && by === withWhom && drop !== null)
  );
}

function judgeClocks(mapped: Mapped): readonly string[] {
  const { map, sweeps } = mapped;
  const unswept = Object.entries(map)
    .filter(([, { keptFor }]) => keptFor !== 'in use' && keptFor !== 'for good')
    .filter(([name, { keptFor }]) => !isSwept(name, keptFor, mapped))
    .map(
      ([name, { keptFor }]) =>
        `${name} is kept by the clock '${keptFor}', which nothing runs for it: name it in a sweep of that clock (src/<room>/retention/sweeps.ts, gathered in src/house/data-map.ts)${keptFor === 'order' || keptFor === 'parcel' ? ', or in the tables that room.forget drops (src/<room>/persons/tables.ts)' : ''}.`,
    );
  const strange = sweeps.flatMap(({ clock, tables }) => {
    if (findClock(clock) === null)
      return [`A sweep runs the clock '${clock}', which is not in src/privacy/mapping/clocks.ts.`];
    return tables
      .filter((name) => map[name] === undefined)
      .map((name) => `A sweep of '${clock}' drops ${name}, which the data map does not know: ${fileOf(name)}.`);
  });
  return [...unswept, ...strange];
}
