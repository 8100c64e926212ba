import type { Queries } from '../database.ts';
import { firstIdAt } from '../ids.ts';

/** A table split by month: by the time inside a uuidv7 (`id`) or by a timestamptz (`time`). */
export type PartitionPlan = { readonly table: `${string}.${string}`; readonly by: 'id' | 'time' };

/**
 * Makes the monthly partitions of a table from a month before `from` to three months after `until`. Each table also has
 * a default partition, so that a row outside is kept and not refused.
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
    const name = `${plan.table}_${month.toString().replace('-', '_')}`;
    const found = await queries.one<{ name: string | null }>(`select to_regclass($1)::text as name`, [name]);
    if (found?.name != null) continue;
    const low = boundOf(plan, month);
    const high = boundOf(plan, month.add({ months: 1 }));
    await queries.rows(
      `create table if not exists ${name} partition of ${plan.table} for values from ('${low}') to ('${high}')`,
      [],
    );
  }
}

function monthOf(instant: Temporal.Instant): Temporal.PlainYearMonth {
  return instant.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth();
}

function boundOf(plan: PartitionPlan, month: Temporal.PlainYearMonth): string {
  const instant = month.toPlainDate({ day: 1 }).toZonedDateTime('UTC').toInstant();
  return plan.by === 'id' ? firstIdAt(instant) : instant.toString();
}
