import { firstIdAt } from '../ids.ts';
import type { Queries } from './shapes.ts';

/** A table split by month: by the time inside a uuidv7 (`id`) or by a timestamptz (`time`). */
export type PartitionPlan = {
  readonly table: `${string}.${string}`;
  readonly by: 'id' | 'time';
  /** Percent of a page that is filled at first, for rows that are changed often; PostgreSQL's own 100 when missing. */
  readonly fillfactor?: number;
};

type Month = { readonly name: string; readonly low: string; readonly high: string };

/**
 * Makes the monthly partitions of a table from a month before `from` to three months after `until`. Each table also has
 * a default partition, so that a row outside is kept and not refused; a month of which rows lie there already gets no
 * partition any more.
 */
export async function ensurePartitions(
  queries: Queries,
  plan: PartitionPlan,
  from: Temporal.Instant,
  until: Temporal.Instant,
): Promise<void> {
  const last = monthOf(until).add({ months: 3 });
  for (let month = monthOf(from).subtract({ months: 1 }); ; month = month.add({ months: 1 })) {
    if (Temporal.PlainYearMonth.compare(month, last) > 0) return;
    const next = {
      name: `${plan.table}_${month.toString().replace('-', '_')}`,
      low: boundOf(plan, month),
      high: boundOf(plan, month.add({ months: 1 })),
    };
    if (!(await exists(queries, next.name))) await makePartition(queries, plan, next);
  }
}

async function exists(queries: Queries, name: string): Promise<boolean> {
  const found = await queries.one<{ name: string | null }>(`select to_regclass($1)::text as name`, [name]);
  return found !== null && found.name !== null;
}

async function makePartition(queries: Queries, plan: PartitionPlan, { name, low, high }: Month): Promise<void> {
  const column = await keyOf(queries, plan);
  const inDefault = await queries.one(
    `select from ${plan.table}_default where ${column} >= '${low}' and ${column} < '${high}' limit 1`,
    [],
  );
  if (inDefault !== null) return;
  const settings = plan.fillfactor === undefined ? '' : ` with (fillfactor = ${plan.fillfactor})`;
  try {
    await queries.rows(
      `create table if not exists ${name} partition of ${plan.table} for values from ('${low}') to ('${high}')${settings}`,
      [],
    );
  } catch (error) {
    // Another program that starts in the same moment has made it.
    if (!(await exists(queries, name))) throw error;
  }
}

async function keyOf(queries: Queries, plan: PartitionPlan): Promise<string> {
  const row = await queries.one<{ name: string }>(
    `select a.attname::text as name from pg_partitioned_table p
     join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0] where p.partrelid = $1::regclass`,
    [plan.table],
  );
  if (row === null) throw new Error(`${plan.table} is not partitioned`);
  return row.name;
}

function monthOf(instant: Temporal.Instant): Temporal.PlainYearMonth {
  return instant.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth();
}

function boundOf(plan: PartitionPlan, month: Temporal.PlainYearMonth): string {
  const instant = month.toPlainDate({ day: 1 }).toZonedDateTime('UTC').toInstant();
  return plan.by === 'id' ? firstIdAt(instant) : instant.toString();
}
