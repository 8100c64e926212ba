import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';

const keptDays = 90;

/**
 * Drops the months of facts that ended ninety days ago and that all of these followers have read; one in which a fact is
 * parked stays until somebody has retried it. A month that is being read in this moment is left for the next time.
 */
export async function dropPassedMonths(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly followers: readonly string[];
}): Promise<number> {
  const before = needs.clock
    .now()
    .subtract({ hours: keptDays * 24 })
    .toZonedDateTimeISO('UTC')
    .toPlainDate();
  const names = await needs.database.rows<{ name: string }>(
    `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'facts.fact'::regclass and c.relname ~ '^fact_[0-9]{4}_[0-9]{2}$' order by 1`,
    [],
  );
  let dropped = 0;
  for (const { name } of names.filter((one) => Temporal.PlainDate.compare(endOf(one.name), before) <= 0)) {
    if (!(await isPassed(needs, name))) continue;
    if (!(await drop(needs.database, name))) break;
    dropped += 1;
  }
  return dropped;
}

/** The day after the month in a partition's name. */
function endOf(name: string): Temporal.PlainDate {
  const [, year, month] = /^fact_(\d{4})_(\d{2})$/.exec(name) ?? [];
  return Temporal.PlainDate.from({ year: Number(year), month: Number(month), day: 1 }).add({ months: 1 });
}

async function isPassed(
  needs: { readonly database: Database; readonly followers: readonly string[] },
  name: string,
): Promise<boolean> {
  const month = await needs.database.one<{ isPassed: boolean }>(
    `select not exists (
       select from (select lane, max(seq) as seq from facts.${name} group by lane) head
       cross join unnest($1::text[]) as f (follower)
       where not exists (
         select from facts.cursor c where c.follower = f.follower and c.lane = head.lane and c.seq >= head.seq)
     ) and not exists (
       select from facts.parked p join facts.${name} t on t.lane = p.lane and t.seq = p.seq and t.appended_at = p.appended_at
     ) as "isPassed"`,
    [needs.followers],
  );
  return month?.isPassed === true;
}

/** False when somebody reads facts all the time: whoever waits for the lock would hold up everybody else. */
async function drop(database: Database, name: string): Promise<boolean> {
  try {
    await database.tx(async (tx) => {
      await tx.rows(`set local lock_timeout = '2s'`, []);
      await tx.rows(`drop table facts.${name}`, []);
    });
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'unavailable') return false;
    throw error;
  }
}
