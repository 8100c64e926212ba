import type { Queries } from '#kit/database';

/** Of the queue, as it is now. */
export type JobsHealth = {
  /** Failed as often as a job is tried: nobody does them any more. */
  readonly failed: number;
  /** Due for more than five minutes, and nobody has begun them. */
  readonly late: number;
};

const health = `
  select count(*) filter (where attempts >= max_attempts) as failed,
    count(*) filter (where attempts < max_attempts and run_at < now() - interval '5 minutes') as late
  from graphile_worker.jobs where locked_at is null`;

export async function jobsHealth(queries: Queries): Promise<JobsHealth> {
  return (await queries.one<JobsHealth>(health, [])) ?? { failed: 0, late: 0 };
}
